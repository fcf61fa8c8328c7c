"""The question before a link that may deceive: what it shows, and that nothing happens by mistake."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QWidget

from arvae_desktop.ui.link_dialog import LinkDialog, address_parts, confirm_link

_URL = "https://evil.example/pay?to=bank.example"
_REASON = "The text names bank.example, but the link leads to evil.example."


@pytest.fixture
def window(show):
    return show(QWidget())


@pytest.fixture
def ask(window, qasync_loop, qtbot):
    """Asks, and gives the dialog and the task that waits for the answer."""

    def ask(text="bank.example", url=_URL, reason=_REASON):
        task = qasync_loop.create_task(confirm_link(window, text, url, reason))
        qtbot.waitUntil(lambda: any(map(QWidget.isVisible, window.findChildren(LinkDialog))))
        return window.findChildren(LinkDialog)[-1], task

    return ask


def _press(dialog, text, qtbot):
    button = next(button for button in dialog.findChildren(QPushButton) if button.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def _box(dialog, name):
    return next(box for box in dialog.findChildren(QPlainTextEdit) if box.accessibleName() == name)


def _bold(box):
    block = box.document().firstBlock()
    return [
        block.text()[each.start : each.start + each.length]
        for each in block.textFormats()
        if each.format.fontWeight() == QFont.Weight.Bold
    ]


def test_it_shows_what_the_link_says_where_it_leads_and_why_it_asks(ask, qtbot):
    dialog, task = ask()
    assert _box(dialog, "The link says").toPlainText() == "bank.example"
    assert _box(dialog, "It leads to").toPlainText() == _URL
    assert _bold(_box(dialog, "It leads to")) == ["evil.example"]
    assert _bold(_box(dialog, "The link says")) == []
    assert _REASON in [label.text() for label in dialog.findChildren(QLabel)]
    dialog.reject()
    qtbot.waitUntil(task.done)


@pytest.mark.parametrize(("button", "opens"), [("Open", True), ("Cancel", False)])
def test_the_answer(ask, qtbot, button, opens):
    dialog, task = ask()
    _press(dialog, button, qtbot)
    qtbot.waitUntil(task.done)
    assert task.result() is opens


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Space])
def test_a_key_pressed_in_passing_opens_nothing(ask, qtbot, key):
    dialog, task = ask()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    qtbot.keyClick(QApplication.focusWidget(), key)
    qtbot.waitUntil(task.done)
    assert task.result() is False
    assert dialog


def test_cancelling_closes_it(ask, window, qtbot):
    _, task = ask()
    task.cancel()
    qtbot.waitUntil(task.done)
    assert not any(map(QWidget.isVisible, window.findChildren(LinkDialog)))


def test_copy_address_copies_and_stays(ask, qtbot):
    dialog, task = ask()
    _press(dialog, "Copy address", qtbot)
    assert QGuiApplication.clipboard().text() == _URL
    assert not task.done()
    dialog.reject()
    qtbot.waitUntil(task.done)


def test_markup_is_text_and_the_hidden_is_shown(ask, qtbot):
    dialog, task = ask("<b>bank</b>\u202egro.knab", "https://evil.example/<i>", "<b>why</b>")
    said = _box(dialog, "The link says").toPlainText()
    assert said.startswith("<b>bank</b>")
    assert "\u202e" not in said
    assert _box(dialog, "It leads to").toPlainText() == "https://evil.example/<i>"
    (reason,) = (label for label in dialog.findChildren(QLabel) if "why" in label.text())
    assert reason.textFormat() is Qt.TextFormat.PlainText
    dialog.reject()
    qtbot.waitUntil(task.done)


def test_a_huge_address_stays_inside_the_dialog(ask, qtbot):
    dialog, task = ask("x " * 50_000, "https://evil.example/" + "a" * 50_000)
    assert dialog.height() < 600
    assert _box(dialog, "It leads to").verticalScrollBar().isVisible()
    dialog.reject()
    qtbot.waitUntil(task.done)


@pytest.mark.parametrize("length", [1, 60, 150, 300, 5000])
def test_nothing_covers_anything(ask, qtbot, length):
    dialog, task = ask("word " * (length // 5), f"https://evil.example/{'a' * length}", _REASON * 2)
    parts = [part for part in dialog.findChildren(QWidget) if part.parent() is dialog and part.isVisible()]
    assert len(parts) == 9
    for part in parts:
        assert dialog.rect().contains(part.geometry())
        for other in parts:
            assert part is other or not part.geometry().intersects(other.geometry())
    dialog.reject()
    qtbot.waitUntil(task.done)


def test_a_short_address_needs_no_scroll_bar(ask, qtbot):
    dialog, task = ask()
    for box in dialog.findChildren(QPlainTextEdit):
        assert not box.verticalScrollBar().isVisible()
        assert box.verticalScrollBar().maximum() == 0
    dialog.reject()
    qtbot.waitUntil(task.done)


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://a.example/x", ("https://", "a.example", "/x")),
        ("HTTP://a.example", ("HTTP://", "a.example", "")),
        (
            "https://bank.example@evil.example:8443/x@y",
            ("https://bank.example@", "evil.example", ":8443/x@y"),
        ),
        ("https://a.example?b@c", ("https://", "a.example", "?b@c")),
        ("https://a.example\\@b.example", ("https://", "a.example", "\\@b.example")),
        ("http://[::1]:80/a", ("http://", "[::1]", ":80/a")),
        ("https://bücher.example/ü", ("https://", "xn--bcher-kva.example", "/ü")),
        ("mailto:a@b.example?subject=x", ("mailto:", "a@b.example", "?subject=x")),
        ("nonsense", ("", "nonsense", "")),
    ],
)
def test_the_host_is_found_in_every_address(url, parts):
    assert address_parts(url) == parts
