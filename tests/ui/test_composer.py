"""The composer: what its keys do and when it may send."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QToolButton

from arvae_desktop.ui.composer import Composer
from arvae_desktop.ui.prompt_edit import LONGEST_LINE


class Heard:
    """What a composer has emitted."""

    def __init__(self, composer):
        self.submitted, self.refused, self.stops, self.recalls = [], [], [], []
        composer.submitted.connect(self.submitted.append)
        composer.refused.connect(self.refused.append)
        composer.stop_requested.connect(lambda: self.stops.append(True))
        composer.recall_requested.connect(lambda: self.recalls.append(True))

    @property
    def nothing(self):
        return not (self.submitted or self.refused or self.stops or self.recalls)


@pytest.fixture
def composer(show, theme):
    composer = show(Composer(theme), 600, 160)
    composer.edit.setFocus()
    return composer


@pytest.fixture
def heard(composer):
    return Heard(composer)


def _button(composer, name):
    return composer.findChild(QToolButton, name)


def _paste(composer, text):
    data = QMimeData()
    data.setText(text)
    composer.edit.insertFromMimeData(data)


def _compose(composer, preedit, commit=""):
    event = QInputMethodEvent(preedit, [])
    if commit:
        event.setCommitString(commit)
    QApplication.sendEvent(composer.edit, event)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_sends_and_leaves_clearing_to_whoever_took_it(composer, heard, qtbot, key):
    qtbot.keyClicks(composer.edit, "Hello there")
    qtbot.keyClick(composer.edit, key)
    assert heard.submitted == ["Hello there"]
    assert composer.text == "Hello there"


def test_enter_on_the_number_pad_sends(composer, heard, qtbot):
    qtbot.keyClicks(composer.edit, "Hello")
    qtbot.keyClick(composer.edit, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert heard.submitted == ["Hello"]


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier])
def test_enter_with_shift_or_control_makes_a_line(composer, heard, qtbot, modifier):
    qtbot.keyClicks(composer.edit, "one")
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return, modifier)
    qtbot.keyClicks(composer.edit, "two")
    assert composer.text == "one\ntwo"
    assert heard.nothing


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Up])
def test_keys_belong_to_an_input_method_while_it_composes(composer, heard, qtbot, key):
    composer.set_running(True)
    _compose(composer, "か")
    qtbot.keyClick(composer.edit, key)
    assert heard.nothing
    assert composer.edit.toPlainText() == ""
    composer.set_running(False)
    _compose(composer, "", commit="火")
    assert composer.text == "火"
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    assert heard.submitted == ["火"]


def test_escape_stops_only_a_running_answer(composer, heard, qtbot):
    qtbot.keyClick(composer.edit, Qt.Key.Key_Escape)
    assert heard.nothing
    composer.set_running(True)
    qtbot.keyClick(composer.edit, Qt.Key.Key_Escape)
    assert heard.stops == [True]


def test_up_recalls_the_last_prompt_from_an_empty_field_only(composer, heard, qtbot):
    qtbot.keyClick(composer.edit, Qt.Key.Key_Up)
    assert heard.recalls == [True]
    qtbot.keyClicks(composer.edit, "draft")
    qtbot.keyClick(composer.edit, Qt.Key.Key_Up)
    assert heard.recalls == [True]


@pytest.mark.parametrize("written", ["", "  ", "\n\n"])
def test_an_empty_prompt_is_refused_in_a_sentence(composer, heard, qtbot, written):
    composer.edit.setPlainText(written)
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    assert not heard.submitted
    assert len(heard.refused) == 1
    assert "nothing to send" in heard.refused[0]


def test_while_an_answer_runs_enter_keeps_the_prompt_and_says_why(composer, heard, qtbot):
    composer.set_running(True)
    qtbot.keyClicks(composer.edit, "next")
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    assert not heard.submitted
    assert "running" in heard.refused[0]
    assert composer.text == "next"


def test_without_a_server_nothing_is_sent_and_it_says_why(composer, heard, qtbot):
    composer.set_sendable(False)
    qtbot.keyClicks(composer.edit, "Hello")
    assert not _button(composer, "sendButton").isEnabled()
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    assert not heard.submitted
    assert "server" in heard.refused[0]
    composer.set_sendable(True)
    assert _button(composer, "sendButton").isEnabled()


def test_send_is_there_for_a_prompt_and_becomes_stop(composer, heard, qtbot):
    send, stop = _button(composer, "sendButton"), _button(composer, "stopButton")
    assert send.isVisible()
    assert not send.isEnabled()
    assert not stop.isVisible()
    qtbot.keyClicks(composer.edit, "Hello")
    assert send.isEnabled()
    place = send.geometry()
    qtbot.mouseClick(send, Qt.MouseButton.LeftButton)
    assert heard.submitted == ["Hello"]
    composer.set_running(True)
    qtbot.waitUntil(lambda: stop.geometry() == place)
    assert stop.isVisible()
    assert not send.isVisible()
    qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)
    assert heard.stops == [True]
    composer.set_running(False)
    assert send.isVisible()
    assert not stop.isVisible()


@pytest.mark.parametrize(("name", "running_before"), [("sendButton", False), ("stopButton", True)])
def test_the_focus_is_not_lost_when_a_button_goes(composer, qtbot, name, running_before):
    composer.set_running(running_before)
    composer.edit.setPlainText("something")
    _button(composer, name).setFocus()
    qtbot.waitUntil(_button(composer, name).hasFocus)
    composer.set_running(not running_before)
    assert composer.edit.hasFocus()


def test_a_large_paste_is_kept_beside_the_text_and_sent_with_it(composer, heard, qtbot):
    pasted = "x" * 1_000_000
    qtbot.keyClicks(composer.edit, "Sum this up:")
    _paste(composer, pasted)
    chip = _button(composer, "chip")
    assert chip.isVisible()
    assert "1,000,000" in chip.text()
    assert composer.edit.toPlainText() == "Sum this up:"
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    assert heard.submitted == ["Sum this up:\n\n" + pasted]


def test_a_large_paste_alone_can_be_sent(composer, heard, qtbot):
    _paste(composer, "y" * (LONGEST_LINE + 1))
    qtbot.mouseClick(_button(composer, "sendButton"), Qt.MouseButton.LeftButton)
    assert heard.submitted == ["y" * (LONGEST_LINE + 1)]
    composer.clear()
    assert composer.text == ""
    assert not _button(composer, "chip").isVisible()


def test_two_large_pastes_are_both_kept(composer):
    _paste(composer, "a" * 20_000)
    _paste(composer, "b" * 20_000)
    assert composer.text == "a" * 20_000 + "\n\n" + "b" * 20_000


def test_the_chip_takes_its_text_out(composer, qtbot):
    _paste(composer, "z" * 20_000)
    qtbot.mouseClick(_button(composer, "chip"), Qt.MouseButton.LeftButton)
    assert composer.text == ""
    assert not _button(composer, "sendButton").isEnabled()


def test_a_smaller_paste_goes_into_the_text(composer):
    _paste(composer, "x" * LONGEST_LINE)
    assert composer.edit.toPlainText() == "x" * LONGEST_LINE
    assert not _button(composer, "chip").isVisible()


def test_pasted_formatting_and_files_are_text_or_nothing(composer):
    rich = QMimeData()
    rich.setHtml("<b>bold</b> <img src='file:///etc/passwd'>")
    rich.setText("bold")
    composer.edit.insertFromMimeData(rich)
    assert composer.edit.toPlainText() == "bold"
    picture = QMimeData()
    picture.setData("image/png", b"\x89PNG")
    assert not composer.edit.canInsertFromMimeData(picture)


def test_undo_brings_a_replaced_draft_back(composer):
    composer.edit.setPlainText("")
    composer.edit.textCursor().insertText("my draft")
    composer.set_text("Explain a bridge")
    assert composer.text == "Explain a bridge"
    composer.edit.undo()
    assert composer.text == "my draft"


def test_an_offered_prompt_that_is_large_is_kept_beside_the_text(composer):
    composer.set_text("w" * 500_000)
    assert composer.edit.toPlainText() == ""
    assert composer.text == "w" * 500_000


def test_it_grows_with_its_text_up_to_a_third_of_the_window(show, theme, qtbot):
    composer = show(Composer(theme), 600, 600)
    line = composer.edit.fontMetrics().lineSpacing()
    heights = []
    for _ in range(4):
        heights.append(composer.edit.height())
        composer.edit.insertPlainText("line\nline\n")
    assert heights == sorted(set(heights))
    assert heights[0] < 2 * line
    composer.edit.setPlainText("line\n" * 200)
    qtbot.waitUntil(lambda: composer.edit.height() == 200)
    composer.clear()
    qtbot.waitUntil(lambda: composer.edit.height() == heights[0])


def test_a_long_line_wraps_and_makes_it_grow(show, theme):
    composer = show(Composer(theme), 400, 600)
    before = composer.edit.height()
    composer.edit.setPlainText("word " * 60)
    assert composer.edit.height() > before + composer.edit.fontMetrics().lineSpacing()


def test_all_of_a_prompt_within_the_bound_is_in_sight(show, theme):
    composer = show(Composer(theme), 600, 600)
    composer.edit.setPlainText("\n".join("abcde"))
    composer.edit.moveCursor(QTextCursor.MoveOperation.End)
    assert composer.edit.verticalScrollBar().maximum() == 0
    assert composer.edit.viewport().rect().contains(composer.edit.cursorRect())


def test_tab_leaves_the_field(composer, qtbot):
    qtbot.waitUntil(composer.edit.hasFocus)
    qtbot.keyClick(composer.edit, Qt.Key.Key_Tab)
    assert not composer.edit.hasFocus()
    assert composer.text == ""


class Painted(Composer):
    """Knows how often the middle of its upper edge was painted."""

    count = 0

    def paintEvent(self, event):
        super().paintEvent(event)
        self.count += event.region().contains(QPoint(self.width() // 2, 0))


def test_the_frame_shows_the_focus(show, theme, qtbot):
    composer = show(Painted(theme), 600, 160)
    qtbot.waitUntil(composer.edit.hasFocus)
    for place, colour in ((composer.picker, theme.colors.border), (composer.edit, theme.colors.accent)):
        qtbot.waitUntil(lambda: composer.count > 0)
        composer.count = 0
        place.setFocus()
        qtbot.waitUntil(lambda: composer.count > 0)
        assert composer.grab().toImage().pixelColor(composer.width() // 2, 0).name() == colour


# --- emptied ---


@pytest.fixture
def emptied(composer):
    heard = []
    composer.emptied.connect(lambda: heard.append(True))
    return heard


def test_it_is_told_when_all_is_taken_out(composer, emptied, qtbot):
    qtbot.keyClicks(composer.edit, "Hi")
    _paste(composer, "z" * 20_000)
    qtbot.keyClick(composer.edit, Qt.Key.Key_Backspace)
    qtbot.keyClick(composer.edit, Qt.Key.Key_Backspace)
    assert emptied == [], "what was pasted is still there"
    qtbot.mouseClick(_button(composer, "chip"), Qt.MouseButton.LeftButton)
    assert emptied == [True]
    qtbot.keyClicks(composer.edit, "x")
    qtbot.keyClick(composer.edit, Qt.Key.Key_Backspace)
    assert emptied == [True, True]


@pytest.mark.parametrize("there", ["", "a draft"])
@pytest.mark.parametrize("offered", ["A prompt", "y" * (LONGEST_LINE + 1)])
def test_a_prompt_that_is_offered_does_not_count_as_emptied(composer, emptied, there, offered):
    composer.edit.setPlainText(there)
    emptied.clear()
    composer.set_text(offered)
    assert emptied == []


@pytest.mark.parametrize("before", ["a", "\x1ep", "a\x1ep", ""])
@pytest.mark.parametrize("draft", ["b", "\x1eq", "b\x1eq"])
def test_a_draft_that_comes_back_does_not_count_as_emptied(composer, emptied, before, draft):
    composer.set_draft(before)
    emptied.clear()
    composer.set_draft(draft)
    assert composer.draft == draft
    assert emptied == []
