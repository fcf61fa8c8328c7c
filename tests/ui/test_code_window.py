"""Code in a window of its own: whole, numbered, coloured where it is seen, found, copied and saved."""

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QTextCursor
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QMessageBox, QPushButton, QToolButton, QWidget
from shiboken6 import isValid
from stalls import Stalls, shorter_than

from arvae_desktop.markup.blocks import Role, Token
from arvae_desktop.services.tasks import Tasks
from arvae_desktop.ui.code_rows import LONGEST_ROW
from arvae_desktop.ui.code_view import MOST_MATCHES, CodeView
from arvae_desktop.ui.code_window import CodeWindow, file_name
from arvae_desktop.ui.theme import DARK, LIGHT

_LINE = (
    Token("def", Role.KEYWORD),
    Token(" "),
    Token("f", Role.FUNCTION),
    Token("(): # 😀 note", Role.COMMENT),
)


@pytest.fixture
def parent(show):
    return show(QWidget())


@pytest.fixture
def tasks(notifier, qasync_loop):
    assert qasync_loop.is_running()
    return Tasks(notifier.report)


@pytest.fixture
def open_window(parent, theme, tasks, qtbot):
    windows = []

    def open_window(lines=(_LINE,) * 3, language="python"):
        window = CodeWindow(language, tuple(lines), theme, tasks, parent)
        windows.append(window)
        with qtbot.waitExposed(window):
            window.show()
        qtbot.waitUntil(lambda: window.view.is_filled)
        return window

    yield open_window
    for window in filter(isValid, windows):
        window.close()


def _plain(*texts):
    return [(Token(text),) for text in texts]


def _colors(view, row):
    ranges = view.document().findBlockByNumber(row).layout().formats()
    return [(each.start, each.length, each.format.foreground().color().name()) for each in ranges]


def _button(window, name):
    return next(button for button in window.findChildren(QToolButton) if button.accessibleName() == name)


def _status(window):
    label = window.findChild(QLabel, "codeStatus")
    return label.text() if label.isVisible() else ""


# --- what is shown ---


def test_title_and_text(open_window):
    window = open_window(_plain("one", "", "three"))
    assert window.windowTitle() == "python, 3 lines – Arvae Desktop"
    assert window.view.toPlainText() == window.view.text() == "one\n\nthree"
    assert window.findChild(QLabel, "codeLanguage").text() == "python"
    assert window.findChild(QLabel, "codeCount").text() == "3 lines"


def test_a_block_without_a_language_or_lines(open_window):
    window = open_window([()], "")
    assert window.windowTitle() == "Code, 1 line – Arvae Desktop"
    assert window.view.toPlainText() == ""


def test_a_language_is_plain_text(open_window):
    window = open_window(language="<b>x</b>")
    assert window.findChild(QLabel, "codeLanguage").textFormat() is Qt.TextFormat.PlainText


def test_nothing_can_be_typed(open_window, qtbot):
    window = open_window(_plain("one"))
    qtbot.keyClicks(window.view, "x")
    assert window.view.toPlainText() == "one"


def test_colours_of_the_theme_also_behind_an_emoji(open_window):
    view = open_window([(*_LINE, Token("1", Role.NUMBER))]).view
    assert _colors(view, 0) == [
        (0, 3, LIGHT.codeKeyword),
        (4, 1, LIGHT.codeFunction),
        (5, 13, LIGHT.codeComment),
        (18, 1, LIGHT.codeNumber),
    ]


def test_colours_follow_the_theme(open_window, theme):
    view = open_window().view
    theme.set_appearance("dark")
    assert _colors(view, 0)[0] == (0, 3, DARK.codeKeyword)


def test_what_comes_into_view_is_coloured(open_window):
    view = open_window([_LINE] * 5000).view
    assert _colors(view, 0)
    assert not _colors(view, 4999)
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    assert _colors(view, 4999)


def test_numbers_are_drawn_beside_the_lines(open_window):
    window = open_window(_plain(*["x"] * 30))
    view = window.view

    def is_inked(row):
        area = view.blockBoundingGeometry(view.document().findBlockByNumber(row))
        top = round(area.translated(view.contentOffset()).top())
        image = window.grab().toImage()
        corner = view.mapTo(window, QPoint(0, top))
        ground = QColor(LIGHT.codeFill)
        return any(
            image.pixelColor(corner.x() + x, corner.y() + y) != ground
            for x in range(view.numbers_width)
            for y in range(1, round(area.height()) - 1)
        )

    assert is_inked(0)
    assert is_inked(29)


def test_the_margin_is_as_wide_as_the_last_number_from_the_start(theme, qtbot):
    view = CodeView([_LINE] * 100_000, theme)
    qtbot.addWidget(view)
    before = view.numbers_width
    assert not view.is_filled
    qtbot.waitUntil(lambda: view.is_filled)
    assert view.numbers_width == before
    assert view.blockCount() == 100_000


# --- long lines ---


def test_a_very_long_line_has_several_rows_and_is_copied_whole(open_window):
    long = "é" * (2 * LONGEST_ROW + 5)
    view = open_window([*_plain("first"), (Token(long, Role.STRING),), *_plain("last")]).view
    assert view.blockCount() == 5
    assert view.text() == f"first\n{long}\nlast"
    view.selectAll()
    assert view.createMimeDataFromSelection().text() == view.text()
    cursor = QTextCursor(view.document().findBlockByNumber(1))
    cursor.setPosition(view.document().findBlockByNumber(3).position() + 2, QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    assert view.createMimeDataFromSelection().text() == "é" * (2 * LONGEST_ROW + 2)


# --- finding ---


@pytest.fixture
def find(qtbot):
    def find(window, words):
        qtbot.keyClick(window.view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        field = window.find_bar.findChild(QLineEdit, "findField")
        with qtbot.waitSignal(window.view.counted):
            field.setText(words)
        return window.find_bar.findChild(QLabel, "findCount")

    return find


def test_every_place_is_marked_and_walked(open_window, find, qtbot):
    window = open_window(_plain("😀 Word", "none", "word word"))
    count = find(window, "word")
    assert count.text() == "1 of 3"
    marks = [mark.cursor.selectedText() for mark in window.view.extraSelections()]
    assert marks == ["Word", "word", "word"]
    places = []
    for _ in range(3):
        places.append((window.view.textCursor().blockNumber(), window.view.textCursor().positionInBlock()))
        qtbot.keyClick(window.view, Qt.Key.Key_F3)
    assert places == [(0, 3), (2, 0), (2, 5)]
    assert count.text() == "1 of 3"
    qtbot.keyClick(window.view, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert count.text() == "3 of 3"


def test_a_far_match_comes_into_view(open_window, find):
    window = open_window([*_plain(*["x"] * 3000), *_plain("needle")])
    assert find(window, "needle").text() == "1 of 1"
    assert window.view.textCursor().blockNumber() == 3000
    assert window.view.viewport().rect().contains(window.view.cursorRect())
    assert [mark.cursor.selectedText() for mark in window.view.extraSelections()] == ["needle"]


def test_characters_with_a_meaning_for_patterns_are_found_as_they_are(open_window, find):
    assert find(open_window(_plain("a.b(c", "axb")), "a.b(").text() == "1 of 1"


def test_counting_is_given_up_at_some_point(open_window, find):
    window = open_window(_plain(*["xxxxxxxxxx"] * 1500))
    assert find(window, "x").text() == f"1 of {MOST_MATCHES:,}+"


def test_words_that_come_later_are_found_too(theme, qtbot):
    view = CodeView(_plain(*["x"] * 50_000, "late"), theme)
    qtbot.addWidget(view)
    view.find_words("late")
    qtbot.waitUntil(lambda: view.is_filled)
    qtbot.waitUntil(lambda: view.textCursor().blockNumber() == 50_000)


def test_escape_closes_the_search_first_and_then_the_window(open_window, find, qtbot):
    window = open_window(_plain("word"))
    find(window, "word")
    qtbot.keyClick(window.find_bar.findChild(QLineEdit, "findField"), Qt.Key.Key_Escape)
    assert window.find_bar.isHidden()
    assert window.isVisible()
    assert not window.view.extraSelections()
    qtbot.keyClick(window.view, Qt.Key.Key_Escape)
    assert window.isHidden()


# --- keys and buttons ---


def test_zoom(open_window, qtbot):
    view = open_window().view
    own, width = view.font().pointSizeF(), view.numbers_width
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(view, Qt.Key.Key_Plus, control)
    qtbot.keyClick(view, Qt.Key.Key_Equal, control)
    assert view.font().pointSizeF() == own + 2
    assert view.numbers_width > width
    assert view.viewportMargins().left() == view.numbers_width
    qtbot.keyClick(view, Qt.Key.Key_Minus, control)
    assert view.font().pointSizeF() == own + 1
    qtbot.keyClick(view, Qt.Key.Key_0, control)
    assert view.font().pointSizeF() == own
    view.zoom(-100)
    assert view.font().pointSizeF() == 6


def test_copy(open_window, qtbot):
    window = open_window(_plain("a", "b"))
    qtbot.mouseClick(_button(window, "Copy the code"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "a\nb"
    assert _status(window) == "Copied."


def test_every_button_is_named_and_has_a_tip(open_window):
    for button in open_window().findChildren(QToolButton):
        if button.objectName() in ("codeButton", "barButton"):
            assert button.accessibleName()
            assert "(" in button.toolTip()


def test_it_goes_when_it_is_closed(open_window, parent, qapp):
    window = open_window()
    window.close()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not parent.findChildren(CodeWindow)


# --- saving ---


@pytest.fixture
def pick(qtbot):
    """Asks a window to save, and names a file in the dialog that opens."""

    def pick(window, path):
        window.save()
        picker = _dialog(window, QFileDialog, qtbot)
        assert picker.acceptMode() is QFileDialog.AcceptMode.AcceptSave
        # While its field has the focus, `selectFile` leaves it alone.
        picker.findChild(QLineEdit, "fileNameEdit").setText(str(path))
        picker.accept()

    return pick


def _dialog(window, kind, qtbot):
    def shown():
        return [dialog for dialog in window.findChildren(kind) if dialog.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()))
    return shown()[0]


def test_save_writes_utf8(open_window, pick, qtbot, tmp_path):
    window = open_window(_plain("é", "😀"))
    pick(window, tmp_path / "new.py")
    qtbot.waitUntil(lambda: _status(window) == "Saved as “new.py”.")
    assert (tmp_path / "new.py").read_bytes() == "é\n😀\n".encode()


def test_a_name_is_offered_by_language(open_window, qtbot):
    window = open_window()
    window.save()
    picker = _dialog(window, QFileDialog, qtbot)
    assert Path(picker.selectedFiles()[0]).name == "code.py"
    picker.reject()
    qtbot.waitUntil(lambda: not window.findChildren(QFileDialog))
    assert _status(window) == ""


@pytest.mark.parametrize(("answer", "holds"), [("Replace", b"new\n"), ("Cancel", b"old")])
def test_a_file_is_replaced_only_after_asking(open_window, pick, qtbot, tmp_path, answer, holds):
    (tmp_path / "there.py").write_bytes(b"old")
    window = open_window(_plain("new"))
    pick(window, tmp_path / "there.py")
    question = _dialog(window, QMessageBox, qtbot)
    assert "there.py" in question.text()
    qtbot.mouseClick(
        next(button for button in question.findChildren(QPushButton) if button.text() == answer),
        Qt.MouseButton.LeftButton,
    )
    if answer == "Cancel":
        _dialog(window, QFileDialog, qtbot).reject()  # one may choose another name
        qtbot.waitUntil(lambda: not window.findChildren(QFileDialog))
    else:
        qtbot.waitUntil(lambda: _status(window) == "Saved as “there.py”.")
    assert (tmp_path / "there.py").read_bytes() == holds


def test_a_file_that_cannot_be_written_is_told(open_window, pick, qtbot, tmp_path):
    window = open_window(_plain("x"))
    pick(window, tmp_path / "gone" / "x.py")
    qtbot.waitUntil(lambda: "could not be saved" in _status(window))
    assert _status(window).startswith("“x.py” could not be saved: No such file or directory.")
    assert window.findChild(QLabel, "codeStatus").property("severity") == "error"


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("python", "code.py"),
        ("JS", "code.js"),
        ("c++", "code.cpp"),
        ("dockerfile", "Dockerfile"),
        ("", "code.txt"),
        ("no such", "code.txt"),
        ("../../etc/passwd", "code.txt"),
    ],
)
def test_names_by_language(language, name):
    assert file_name(language) == name


# --- speed ---


@pytest.mark.usefixtures("no_garbage")
def test_a_long_block_opens_at_once(parent, theme, tasks, qapp):
    lines = (_LINE,) * 5000

    def open_it():
        began = time.thread_time()  # of this thread's own work: a busy machine is no stall of ours
        window = CodeWindow("python", lines, theme, tasks, parent)
        window.show()
        qapp.processEvents()
        took = time.thread_time() - began
        window.close()
        return took

    assert shorter_than(0.1, open_it)


@pytest.mark.usefixtures("no_garbage")
def test_a_huge_block_never_holds_the_window_up(parent, theme, tasks, qapp):
    lines = (_LINE,) * 200_000

    def longest_turn():
        stalls = Stalls()
        window = CodeWindow("python", lines, theme, tasks, parent)
        window.show()
        while not window.view.is_filled:
            qapp.processEvents()
        assert window.view.blockCount() == 200_000
        window.close()
        return stalls.stop()[-1]

    assert shorter_than(0.1, longest_turn)
