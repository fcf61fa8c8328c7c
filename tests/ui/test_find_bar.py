"""The bar that finds words: what it tells, what it shows, and its keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from arvae_desktop.ui.find_bar import FindBar


@pytest.fixture
def window(theme, show):
    window = QWidget()
    column = QVBoxLayout(window)
    window.other, window.bar = QLineEdit(), FindBar(theme)
    column.addWidget(window.other)
    column.addWidget(window.bar)
    return show(window)


@pytest.fixture
def bar(window):
    return window.bar


@pytest.fixture
def field(bar):
    return bar.findChild(QLineEdit, "findField")


@pytest.fixture
def asked(bar):
    heard = []
    bar.next_requested.connect(lambda: heard.append("next"))
    bar.previous_requested.connect(lambda: heard.append("previous"))
    bar.closed.connect(lambda: heard.append("closed"))
    bar.words_changed.connect(heard.append)
    return heard


def _count(bar):
    return bar.findChild(QLabel, "findCount").text()


def test_it_is_hidden_until_it_is_opened(bar, field, qtbot):
    assert bar.isHidden()
    bar.open()
    assert bar.isVisible()
    qtbot.waitUntil(field.hasFocus)


def test_what_is_typed_is_told(bar, field, asked, qtbot):
    bar.open()
    qtbot.keyClicks(field, "ab")
    assert asked == ["", "a", "ab"]
    assert bar.words == "ab"


def test_opening_with_words_puts_them_in_selected(bar, field, asked):
    bar.open("first line\nsecond line")
    assert bar.words == "first line"
    assert field.selectedText() == "first line"
    assert asked == ["first line"]


def test_opening_again_keeps_the_words_and_tells_them(bar, field, asked):
    bar.open("word")
    bar.dismiss()
    bar.open()
    assert asked == ["word", "closed", "word"]
    assert field.selectedText() == "word"


@pytest.mark.parametrize(
    ("current", "total", "is_more", "words"),
    [
        (3, 17, False, "3 of 17"),
        (0, 17, False, "17 matches"),
        (0, 1, False, "1 match"),
        (1, 1, False, "1 of 1"),
        (0, 0, False, "No matches"),
        (3, 1000, True, "3 of 1,000+"),
        (0, 1000, True, "1,000+ matches"),
    ],
)
def test_the_count(bar, field, current, total, is_more, words):
    bar.open("word")
    bar.show_count(current, total, is_more=is_more)
    assert _count(bar) == words
    assert field.accessibleDescription() == words


def test_without_words_nothing_is_counted(bar):
    bar.open()
    bar.show_count(0, 0)
    assert _count(bar) == ""


def test_without_matches_there_is_no_next(bar):
    bar.open("word")
    bar.show_count(0, 0)
    previous, following, close = bar.findChildren(QToolButton)[-3:]
    assert (previous.isEnabled(), following.isEnabled(), close.isEnabled()) == (False, False, True)
    bar.show_count(0, 2)
    assert previous.isEnabled()
    assert following.isEnabled()


@pytest.mark.parametrize(
    ("key", "modifier", "wish"),
    [
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "next"),
        (Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier, "next"),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier, "previous"),
        (Qt.Key.Key_F3, Qt.KeyboardModifier.NoModifier, "next"),
        (Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier, "previous"),
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier, "closed"),
    ],
)
def test_keys_in_the_field(bar, field, asked, qtbot, key, modifier, wish):
    bar.open("word")
    qtbot.waitUntil(field.hasFocus)
    asked.clear()
    qtbot.keyClick(field, key, modifier)
    assert asked == [wish]


def test_f3_works_in_the_whole_window_while_the_bar_is_shown(window, bar, asked, qtbot):
    window.other.setFocus()
    qtbot.waitUntil(window.other.hasFocus)
    qtbot.keyClick(window.other, Qt.Key.Key_F3)
    assert asked == []
    bar.open("word")
    window.other.setFocus()
    qtbot.keyClick(window.other, Qt.Key.Key_F3)
    assert asked == ["word", "next"]


def test_enter_that_ends_a_composition_is_the_input_methods(bar, field, asked, qtbot):
    bar.open()
    asked.clear()
    QApplication.sendEvent(field, QInputMethodEvent("か", []))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert asked == []
    QApplication.sendEvent(field, QInputMethodEvent("", []))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert asked == ["next"]


def test_buttons(bar, asked, qtbot):
    bar.open("word")
    bar.show_count(1, 2)
    asked.clear()
    for button in bar.findChildren(QToolButton)[-3:]:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == ["previous", "next", "closed"]
    assert bar.isHidden()
    bar.dismiss()
    assert asked[-1:] == ["closed"]
    assert len(asked) == 3


def test_tab_walks_field_and_buttons(bar, field, qtbot):
    bar.open("word")
    bar.show_count(1, 2)
    qtbot.waitUntil(field.hasFocus)
    names = []
    for _ in range(3):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        names.append(QApplication.focusWidget().accessibleName())
    assert names == ["Previous place", "Next place", "Close the search"]


def test_enter_presses_the_button_in_focus(bar, asked, qtbot):
    bar.open("word")
    bar.show_count(1, 2)
    asked.clear()
    for button in bar.findChildren(QToolButton)[-3:]:
        button.setFocus()
        qtbot.keyClick(button, Qt.Key.Key_Return)
    assert asked == ["previous", "next", "closed"]


def test_escape_closes_from_a_button_too(bar, asked, qtbot):
    bar.open("word")
    qtbot.keyClick(bar.findChildren(QToolButton)[-1], Qt.Key.Key_Escape)
    assert asked[-1] == "closed"


def test_every_control_is_named_and_has_a_tip(bar):
    for control in (bar.findChild(QLineEdit), *bar.findChildren(QToolButton)[-3:]):
        assert control.accessibleName()
        assert control.toolTip()
