"""What screen readers are told, and when."""

import itertools
import time
from types import SimpleNamespace

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication

from arvae_desktop.domain.errors import ErrorReport
from arvae_desktop.domain.events import End
from arvae_desktop.domain.messages import AnswerState
from arvae_desktop.services.notifier import Notice, Severity
from arvae_desktop.ui import announcer, announcing
from arvae_desktop.ui.chat_page import ChatPage
from tests.services.scripted_client import COMPLETE

_Politeness = QAccessible.AnnouncementPoliteness


class _ScreenReader:
    """Takes the place of Qt's door to the desktop's accessibility.

    Attributes:
        heard: time, politeness and words of each announcement.
    """

    AnnouncementPoliteness = _Politeness

    def __init__(self):
        self.is_on = True
        self.heard = []

    def isActive(self):  # noqa: N802
        return self.is_on

    def updateAccessibility(self, event):  # noqa: N802
        self.heard.append(
            SimpleNamespace(
                at=time.monotonic(), words=event.message(), politeness=event.politeness(), of=event.object()
            )
        )

    @property
    def words(self):
        return "\n".join(each.words for each in self.heard)


@pytest.fixture
def reader(monkeypatch):
    reader = _ScreenReader()
    for module in (announcer, announcing):
        monkeypatch.setattr(module, "QAccessible", reader)
    return reader


@pytest.fixture
def page(show, connection, theme):
    return show(ChatPage(connection, theme), 900, 700)


@pytest.fixture
def ask(page, conversations, client, endpoint, qtbot, qasync_loop):
    """Asks for an answer in the page's conversation; returns the stream that it comes from."""
    assert qasync_loop.is_running()

    def ask():
        if page._session is not conversations.current:
            page.show_session(conversations.current)
        before = len(client.streams)
        conversations.current.send("Hello?", endpoint, "some/model")
        qtbot.waitUntil(lambda: len(client.streams) > before)
        return client.streams[-1]

    return ask


@pytest.fixture
def end_pause(page):
    """The pause between two announcements lasts until it is ended, however slow the machine is."""
    pause = page.reader.announcer._pause
    pause.setInterval(3_600_000)

    def end_pause():
        assert pause.isActive()
        pause.stop()
        page.reader.announcer._speak()

    return end_pause


def test_an_answer_is_told_from_start_to_end(reader, ask, page, conversations, end_pause, qtbot):
    stream = ask()
    session = conversations.current
    assert [each.words for each in reader.heard] == ["Answering. Esc stops."]
    stream.say("First. Seco")
    qtbot.waitUntil(lambda: session.messages[-1].text == "First. Seco")
    end_pause()
    qtbot.waitUntil(lambda: "First." in reader.words)
    stream.say("nd. Thi", "rd.", COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    end_pause()
    qtbot.waitUntil(lambda: "complete" in reader.words)
    assert [each.words for each in reader.heard] == [
        "Answering. Esc stops.",
        "First.",
        "Second.\nThird.\nAnswer complete.",
    ]
    assert {each.politeness for each in reader.heard} == {_Politeness.Polite}
    assert {each.of for each in reader.heard} == {page.transcript}


def test_there_is_a_second_between_announcements(reader, ask, page, qtbot):
    stream = ask()
    for number in range(30):
        stream.say(f"Sentence {number}. ")
        page.status.show_hint(f"Hint {number}.")
        qtbot.wait(50)
    stream.say(COMPLETE)
    qtbot.waitUntil(lambda: "complete" in reader.words)
    times = [each.at for each in reader.heard]
    assert len(times) >= 3
    assert all(after - before > 0.99 for before, after in itertools.pairwise(times))
    for number in range(30):
        assert reader.words.count(f"Sentence {number}.") == 1
        assert reader.words.count(f"Hint {number}.") == 1


_REPORT = ErrorReport(kind="refused", title="Nobody answers there.", hint="Is the server on?", retryable=True)


@pytest.mark.parametrize(
    ("end", "words", "is_urgent"),
    [
        (End(AnswerState.LENGTH), "length limit", False),
        (End(AnswerState.CONTENT_FILTER), "content filter ended this answer", False),
        (End(AnswerState.INTERRUPTED), "ended before it was complete", True),
        (End(AnswerState.FAILED, error=_REPORT), "Nobody answers there. Is the server on?", True),
    ],
)
def test_an_early_end_is_told_behind_the_text(reader, ask, qtbot, end, words, is_urgent):
    stream = ask()
    stream.say("One. Tw", end)
    qtbot.waitUntil(lambda: words in reader.words)
    assert reader.words.index("One.") < reader.words.index("Tw.") < reader.words.index(words)
    assert (reader.heard[-1].politeness is _Politeness.Assertive) == is_urgent
    assert "complete." not in reader.words.replace("it was complete.", "")


def test_a_stop_is_told(reader, ask, conversations, qtbot):
    stream = ask()
    stream.say("Half a wor")
    qtbot.waitUntil(lambda: conversations.current.messages[-1].text != "")
    conversations.current.stop()
    qtbot.waitUntil(lambda: "Stopped." in reader.words)
    assert reader.heard[-1].words.endswith("Half a wor.\nStopped.")


def test_an_empty_answer_is_told(reader, ask, qtbot):
    ask().say(COMPLETE)
    qtbot.waitUntil(lambda: "The answer is empty." in reader.words)


def test_notices_are_urgent(reader, page):
    page.banner.show_notice(Notice(Severity.ERROR, "The disk is full.", "Make room."))
    assert reader.heard[0].words == "The disk is full. Make room."
    assert reader.heard[0].politeness is _Politeness.Assertive


def test_the_other_conversation_is_not_heard_any_more(reader, ask, page, conversations, end_pause, qtbot):
    stream = ask()
    stream.say("Unheard. An")
    session = conversations.current
    qtbot.waitUntil(lambda: session.messages[-1].text != "")
    page.show_session(conversations.start_new())
    stream.say("d that.", COMPLETE)
    page.status.show_hint("Here.")
    qtbot.waitUntil(lambda: not session.is_running)
    end_pause()
    qtbot.waitUntil(lambda: "Here." in reader.words)
    assert "Unheard" not in reader.words
    assert "complete" not in reader.words


def test_nothing_is_read_where_nobody_listens(reader, ask, page, qtbot, conversations, monkeypatch):
    reader.is_on = False
    monkeypatch.setattr(announcer, "SpokenAnswer", None)
    stream = ask()
    stream.say("One. Two.", COMPLETE)
    page.status.show_hint("A hint.")
    qtbot.waitUntil(lambda: not conversations.current.is_running)
    assert not page.reader.announcer._pause.isActive()
    assert reader.heard == []


def test_the_event_that_qt_gets_is_an_announcement(page):
    QAccessible.setActive(True)
    try:
        page.status.show_hint("Hello.")
        QApplication.processEvents()
        assert page.reader.announcer._pause.isActive()
    finally:
        QAccessible.setActive(False)
