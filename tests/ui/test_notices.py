"""What is said at the window's edge: notices until they are put away, and a quiet line."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton

from arvae_desktop.services.notifier import Notice, Severity
from arvae_desktop.services.running_answer import Countdown
from arvae_desktop.ui import status_line
from arvae_desktop.ui.banner import Banner
from arvae_desktop.ui.status_line import StatusLine


@pytest.fixture
def banner(show, theme):
    banner = show(Banner(theme), 600, 100)
    banner.show_notice(_notice("first", "keyring"))
    return banner


def _notice(title, kind="", hint="Do this.", severity=Severity.WARNING):
    return Notice(severity, title, hint, kind)


def _title(banner):
    return banner.findChild(QLabel, "bannerTitle").text() if banner.isVisible() else None


def _put_away(banner, qtbot):
    qtbot.mouseClick(banner.findChild(QToolButton, "bannerClose"), Qt.MouseButton.LeftButton)


def test_there_is_no_banner_without_a_notice(theme, qtbot):
    banner = Banner(theme)
    qtbot.addWidget(banner)
    assert banner.isHidden()


def test_a_notice_is_shown_with_its_hint(banner):
    assert banner.isVisible()
    assert _title(banner) == "first"
    assert banner.findChild(QLabel, "bannerHint").text() == "Do this."
    assert banner.accessibleName() == "first Do this."


def test_a_notice_without_a_hint_takes_no_room_for_one(banner):
    banner.show_notice(_notice("bare", hint=""))
    assert not banner.findChild(QLabel, "bannerHint").isVisible()


def test_a_newer_notice_of_a_kind_replaces_the_older(banner, qtbot):
    banner.show_notice(_notice("second", "keyring"))
    assert _title(banner) == "second"
    _put_away(banner, qtbot)
    assert not banner.isVisible()


def test_notices_of_other_kinds_come_back_when_the_newest_is_put_away(banner, qtbot):
    banner.show_notice(_notice("second", "models"))
    banner.show_notice(_notice("third"))
    banner.show_notice(_notice("fourth"))
    seen = []
    while banner.isVisible():
        seen.append(_title(banner))
        _put_away(banner, qtbot)
    assert seen == ["fourth", "third", "second", "first"]


def test_a_withdrawn_notice_goes_wherever_it_stands(banner):
    banner.show_notice(_notice("second", "models"))
    banner.withdraw("keyring")
    assert _title(banner) == "second"
    banner.withdraw("never said")
    assert _title(banner) == "second"
    banner.withdraw("models")
    assert not banner.isVisible()


def test_notices_without_a_kind_are_not_withdrawn_by_another(banner):
    banner.show_notice(_notice("plain"))
    banner.withdraw("keyring")
    assert _title(banner) == "plain"


@pytest.mark.parametrize(
    ("hint", "offered"), [("Check the base URL in the settings.", True), ("Wait a moment.", False)]
)
def test_settings_are_offered_where_they_can_mend_it(banner, qtbot, hint, offered):
    banner.show_notice(_notice("x", hint=hint))
    button = banner.findChild(QToolButton, "flatButton")
    assert button.isVisible() is offered
    if offered:
        with qtbot.waitSignal(banner.settings_requested):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_page_that_says_more_is_named_by_its_host_and_opened_by_a_click_alone(banner, qtbot):
    button = banner.findChild(QToolButton, "linkButton")
    assert not button.isVisible()
    page = "https://example.org/news?x=1"
    banner.show_notice(Notice(Severity.INFO, "x", link=page))
    assert button.text() == "Look at example.org"
    with qtbot.waitSignal(banner.link_requested) as asked:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.args == [page, "Look at example.org"]


def test_a_servers_words_are_text(banner):
    banner.show_notice(_notice("<b>bold</b><img src=file:///x>", hint="<a href='x'>y</a>"))
    for name in ("bannerTitle", "bannerHint"):
        assert banner.findChild(QLabel, name).textFormat() is Qt.TextFormat.PlainText


@pytest.mark.parametrize("severity", list(Severity))
def test_a_notice_looks_as_grave_as_it_is(banner, severity):
    banner.show_notice(_notice("x", severity=severity))
    assert banner.property("severity") == severity.value


# --- the status line ---


@pytest.fixture
def clock(monkeypatch):
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(status_line, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


@pytest.fixture
def status(show):
    line = show(StatusLine(), 400, 30)
    yield line
    line.show_countdown(None)
    line.show_hint("")


@pytest.fixture
def countdown(clock):
    return lambda seconds: Countdown(1, clock.now + seconds, "Too many requests.")


def test_activity_is_shown_until_told_otherwise(status):
    status.show_activity("Answering. Esc stops.")
    assert status.text() == "Answering. Esc stops."
    status.show_activity("")
    assert status.text() == ""


def test_a_hint_passes(status, qtbot):
    status.show_activity("Answering.")
    status._hint_end.setInterval(20)
    status.show_hint("There is nothing to send yet.")
    assert status.text() == "There is nothing to send yet."
    qtbot.waitUntil(lambda: status.text() == "Answering.")


def test_a_hint_said_again_stays_its_full_time(status):
    status.show_hint("one")
    status.show_hint("two")
    assert status.text() == "two"
    assert status._hint_end.remainingTime() > 4000


def test_a_countdown_counts_to_the_next_try(status, clock, countdown, qtbot):
    status._tick.setInterval(10)
    status.show_activity("Answering.")
    status.show_countdown(countdown(1.1))
    assert status.text() == "Too many requests. Trying again in 1 s. Esc stops."
    clock.now += 0.8
    qtbot.waitUntil(lambda: "in 0 s" in status.text())
    assert status._tick.isActive()
    clock.now += 0.3
    qtbot.waitUntil(lambda: status.text() == "Trying again (try 2).")
    assert not status._tick.isActive()
    status.show_countdown(None)
    assert status.text() == "Answering."


def test_a_countdown_stands_before_a_hint(status, countdown):
    status.show_countdown(countdown(30))
    status.show_hint("hint")
    assert "Trying again in 30 s" in status.text()
    status.show_countdown(None)
    assert status.text() == "hint"


def test_a_countdown_that_ends_early_leaves_no_timer(status, countdown):
    status.show_countdown(countdown(30))
    assert status._tick.isActive()
    status.show_countdown(None)
    assert not status._tick.isActive()


def test_the_lines_words_are_text(status):
    assert status.textFormat() is Qt.TextFormat.PlainText
