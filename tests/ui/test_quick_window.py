"""The window of the quick prompt, without a desktop around it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from arvae_desktop.services.context import ContextKind, ContextPiece
from arvae_desktop.ui.quick.window import QuickPrompt
from tests.services.scripted_client import COMPLETE


@pytest.fixture
def prompt(theme, qtbot, qasync_loop, conversations):
    assert qasync_loop
    prompt = QuickPrompt(theme)
    prompt.show_session(conversations.start_aside())
    prompt.warm_up()
    yield prompt
    prompt.hide()
    prompt.deleteLater()
    qtbot.wait(0)


@pytest.fixture
def came(prompt, qtbot):
    """The prompt, brought up."""
    prompt.come()
    qtbot.waitUntil(prompt.isVisible)
    return prompt


@pytest.fixture
def ask(prompt, client, endpoint, qtbot):
    """Asks in the prompt's conversation, and has it answered with these events."""

    def ask(question, *events):
        session, count = prompt._session, len(client.streams)
        session.send(question, endpoint, "some/model")
        qtbot.waitUntil(lambda: len(client.streams) == count + 1)
        client.last.say(*events)
        return session

    return ask


def keys(widget, *pressed):
    for key in pressed:
        modifiers = Qt.KeyboardModifier.NoModifier
        if isinstance(key, tuple):
            key, modifiers = key  # noqa: PLW2901
        QTest.keyClick(widget, key, modifiers)


def test_enter_sends_and_shift_enter_makes_a_line(came, qtbot):
    sent = []
    came.submitted.connect(sent.append)
    came.input.insertPlainText("one")
    keys(came.input, (Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier))
    came.input.insertPlainText("two")
    keys(came.input, Qt.Key.Key_Return)
    assert sent == ["one\ntwo"]
    qtbot.waitUntil(lambda: came.input.height() > came.input.fontMetrics().lineSpacing() * 2)


def test_ctrl_enter_hands_over(came, qtbot):
    with qtbot.waitSignal(came.action_chosen) as chosen:
        keys(came.input, (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier))
    assert chosen.args == ["window"]


def test_escape_puts_it_away_with_its_text(came):
    came.input.insertPlainText("a half thought")
    keys(came.input, Qt.Key.Key_Escape)
    assert not came.isVisible()
    came.come()
    assert came.input.toPlainText() == "a half thought"


def test_escape_twice_stops_and_once_waits_for_the_second(came, ask, qtbot):
    session = ask("Hello", "Part of")
    qtbot.waitUntil(lambda: session.messages[-1].text == "Part of")
    stops = []
    came.stop_requested.connect(lambda: stops.append(True))
    keys(came.input, Qt.Key.Key_Escape)
    assert came.isVisible()
    keys(came.input, Qt.Key.Key_Escape)
    assert stops == [True]
    assert came.isVisible()
    keys(came.input, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not came.isVisible())
    assert stops == [True]
    session.stop()
    qtbot.waitUntil(lambda: not session.is_running)


def test_the_arrows_ask_for_history_only_where_no_own_text_stands(came):
    asked = []
    came.input.older_requested.connect(lambda: asked.append("older"))
    came.input.newer_requested.connect(lambda: asked.append("newer"))
    keys(came.input, Qt.Key.Key_Up)
    came.input.show_from_history("an earlier one")
    keys(came.input, Qt.Key.Key_Up, Qt.Key.Key_Down)
    came.input.insertPlainText(" with more")
    keys(came.input, Qt.Key.Key_Up, Qt.Key.Key_Down)
    assert asked == ["older", "older", "newer"]


def test_it_grows_with_the_answer_and_shrinks_for_another_conversation(came, ask, conversations, qtbot):
    small = came.height()
    session = ask("Hello", "A line.\n\n" * 30, COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    area = came.screen().availableGeometry()
    qtbot.waitUntil(lambda: came.transcript.view.height() >= area.height() // 2 - 1)
    assert came.height() <= area.height()
    came.show_session(conversations.start_aside())
    qtbot.waitUntil(lambda: came.height() == small)


def test_what_can_be_sent_along_moves_nothing_when_it_comes(prompt, qtbot):
    QGuiApplication.clipboard().clear()
    prompt.chips.look()
    prompt.come()
    qtbot.waitUntil(prompt.isVisible)
    height, field = prompt.height(), prompt.input.geometry()
    QGuiApplication.clipboard().setText("some text")
    chip = prompt.chips._chips[ContextKind.CLIPBOARD]
    qtbot.waitUntil(chip.isVisible)
    prompt._fit()
    assert (prompt.height(), prompt.input.geometry()) == (height, field)
    assert chip.height() == chip.sizeHint().height()


def test_the_answer_is_there_though_it_was_hidden(came, ask, client, qtbot):
    session = ask("Hello", "The first half")
    came.hide()
    client.last.say(", the second half.", COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    came.come()
    qtbot.waitUntil(lambda: "The first half, the second half." in came.transcript.view.toPlainText())


def test_buttons_fit_what_goes_on(came, ask, client, qtbot):
    def shown():
        names = ("stop", "copy", "insert", "regenerate", "window")
        return {
            name for name in names if not came.findChild(object, f"quick{name.capitalize()}Button").isHidden()
        }

    session = ask("Hello", "Part")
    qtbot.waitUntil(lambda: shown() == {"stop", "copy", "insert", "window"})
    client.last.say(COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    qtbot.waitUntil(lambda: shown() == {"copy", "insert", "regenerate", "window"})


def test_nothing_of_the_clipboard_is_taken_unless_it_is_on(came):
    QGuiApplication.clipboard().setText("a secret")
    came.chips.look()
    chip = came.chips._chips[ContextKind.CLIPBOARD]
    assert chip.isVisible()
    assert "secret" not in chip.text() + chip.toolTip()
    assert came.chips.pieces() == []
    chip.click()
    assert came.chips.pieces() == [ContextPiece(ContextKind.CLIPBOARD, "a secret")]
    assert "8 characters" in chip.text()
    came.clear()
    assert came.chips.pieces() == []
    QGuiApplication.clipboard().clear()
    came.chips.look()
    assert not chip.isVisible()


def test_the_offer_of_a_shortcut(came, qtbot):
    came.offer_shortcut("Ctrl+Alt+Space")
    take, decline = (button for button in came.findChildren(object, "linkButton"))
    with qtbot.waitSignal(came.offer_taken):
        take.click()
    with qtbot.waitSignal(came.offer_declined):
        decline.click()
    came.offer_shortcut(None)
    assert not take.isVisible()


def test_it_is_fixed_frameless_and_on_top(came):
    flags = came.windowFlags()
    assert flags & Qt.WindowType.FramelessWindowHint
    assert flags & Qt.WindowType.WindowStaysOnTopHint
    assert came.minimumSize() == came.maximumSize()


def test_every_control_has_a_name(came):
    came.chips.look()
    for button in came.findChildren(object):
        if button.metaObject().className() == "QToolButton" and button.isVisible():
            assert button.accessibleName(), button.objectName()
    assert came.input.accessibleName() == "Quick question"


def test_corners_are_cut_where_nothing_is_translucent(came):
    came.set_masked(is_masked=True)
    assert not came.mask().isEmpty()
    assert not came.mask().contains(came.rect().topLeft())
    came.set_masked(is_masked=False)
    assert came.mask().isEmpty()
