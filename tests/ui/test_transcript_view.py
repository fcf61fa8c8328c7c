"""Reading while it streams: the view follows or stays, and what is selected stays selected."""

import pytest
from answers import SEARCHED, answer, conversation, running, text_of, user
from pages import fill, page_text, settle
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QTextCursor, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton

from arvae_desktop.ui.layouts import COLUMN_WIDTH
from arvae_desktop.ui.transcript.view import TranscriptView


@pytest.fixture
def view(show, theme):
    """A conversation that is longer than the window, with an answer on its way."""
    view = show(TranscriptView(theme), 820, 500)
    fill(view, [*conversation(), user("And now?"), running("now")])
    return view


def _stream(view, times=40):
    for number in range(times):
        view.append_segment("now", text_of(f"{number} {SEARCHED}" if number % 5 else "\n"))
        settle(view)


def _end(view, text="text"):
    view.writer.end_message(answer(text, message_id="now"))
    settle(view)


def _bar(view):
    return view.verticalScrollBar()


def _is_at_end(view):
    return _bar(view).value() == _bar(view).maximum()


def _picture(view):
    return view.viewport().grab().toImage()


def _select(view, start, end):
    cursor = QTextCursor(view.document())
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)


def _copied(view):
    return view.createMimeDataFromSelection().text()


# --- following ---


def test_a_conversation_opens_at_its_end(view):
    assert _bar(view).maximum() > 0
    assert _is_at_end(view)
    assert view.is_following


def test_it_follows_the_end_while_text_arrives(view):
    for _ in range(20):
        _stream(view, 3)
        assert _is_at_end(view)
    _end(view)
    assert _is_at_end(view)


@pytest.mark.parametrize("up_px", [30, 200, 100_000])
def test_scrolled_up_it_stays_to_the_pixel(view, up_px):
    _bar(view).setValue(_bar(view).value() - up_px)
    assert not view.is_following
    value, picture = _bar(view).value(), _picture(view)
    if up_px == 100_000:
        assert value == 0
    # Below the reader's last line there is room for the dots until the first word comes.
    _stream(view, 60)
    assert _bar(view).value() == value
    if up_px == 100_000:
        assert _picture(view) == picture
    _end(view)
    assert _bar(view).value() == value


def test_scrolling_up_and_back_to_the_end_follows_again(view, qtbot):
    with qtbot.waitSignal(view.following_changed, check_params_cb=lambda following: not following):
        _bar(view).setValue(0)
    with qtbot.waitSignal(view.following_changed, check_params_cb=lambda following: following):
        _bar(view).setValue(_bar(view).maximum())
    _stream(view)
    assert _is_at_end(view)


def test_follow_goes_to_the_end(view):
    _bar(view).setValue(0)
    _stream(view)
    view.follow()
    assert _is_at_end(view)
    _stream(view)
    assert _is_at_end(view)


def test_the_wheel_scrolls_from_the_margins_too(show, theme):
    view = show(TranscriptView(theme), 1400, 400)
    fill(view, conversation())
    before = _bar(view).value()
    place = QPointF(5, 100)
    up = QWheelEvent(
        place,
        view.mapToGlobal(place),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, up)
    assert _bar(view).value() < before
    assert not view.is_following


# --- selection and copy ---


def test_a_selection_survives_streaming_and_the_end(view):
    text = view.toPlainText()
    start = text.index("Answer 3")
    _select(view, start, start + 300)
    selected = view.textCursor().selectedText()
    _stream(view)
    _end(view)
    cursor = view.textCursor()
    assert (cursor.selectionStart(), cursor.selectionEnd()) == (start, start + 300)
    assert cursor.selectedText() == selected


@pytest.mark.parametrize("backwards", [False, True])
def test_a_selection_that_touches_the_end_does_not_grow(view, backwards):
    _stream(view, 3)
    end = view.document().lastBlock().position() - 1
    _select(view, *((end, end - 20) if backwards else (end - 20, end)))
    selected = view.textCursor().selectedText()
    _stream(view)
    _end(view)
    assert view.textCursor().selectedText() == selected
    assert len(selected) == 20


def test_select_all_keeps_what_there_was(view, qtbot):
    _stream(view, 3)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    selected = view.textCursor().selectedText()
    assert len(selected) == view.document().lastBlock().position() - 1
    _stream(view)
    _end(view)
    assert view.textCursor().selectedText() == selected


def test_select_all_does_not_move_the_page(view, qtbot):
    _bar(view).setValue(_bar(view).maximum() // 2)
    value = _bar(view).value()
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.textCursor().hasSelection()
    assert _bar(view).value() == value
    assert not view.is_following


@pytest.mark.parametrize("backwards", [False, True])
def test_a_selection_at_the_end_does_not_move_a_reader_further_up(view, backwards):
    _stream(view, 3)
    end = view.document().characterCount() - 1
    _select(view, *((end, end - 20) if backwards else (end - 20, end)))
    _bar(view).setValue(200)
    _stream(view)
    assert _bar(view).value() == 200


@pytest.mark.qt_log_ignore('"MouseRelease" not accepted', extend=True)
def test_a_selection_made_with_the_mouse_survives(view, qtbot):
    _stream(view, 10)
    port = view.viewport()
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=QPoint(10, 40))
    _stream(view, 3)
    qtbot.mouseMove(port, QPoint(400, 120))
    selected = view.textCursor().selectedText()
    _stream(view, 3)
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=QPoint(400, 120))
    _stream(view, 3)
    assert selected
    assert view.textCursor().selectedText() == selected


@pytest.mark.parametrize("piece", ["word ", "x", "日本語"])
def test_copy_gives_long_paragraphs_back_as_they_came(show, theme, piece):
    paragraph = piece * (30_000 // len(piece))
    view = show(TranscriptView(theme), 820, 500)
    message = user(f"Begin\n\n{paragraph}\n  indented\n{paragraph}")
    view.writer.open(message.id)
    fill(view, [message])
    view.selectAll()
    assert _copied(view) == f"Begin\n\n{paragraph}\n  indented\n{paragraph}"
    _select(view, 3, 20_000)
    assert _copied(view) == f"Begin\n\n{paragraph}"[3:][: len(_copied(view))]
    assert "\n" not in _copied(view)[5:]


def test_copy_of_a_streamed_paragraph_is_what_was_streamed(show, theme):
    view = show(TranscriptView(theme), 820, 500)
    fill(view, [user("?"), running("now")])
    streamed = "".join(f"word{number} " for number in range(3000)) + "\nsecond\n\nthird"
    for start in range(0, len(streamed), 7):
        view.append_segment("now", text_of(streamed[start : start + 7]))
    settle(view)
    view.selectAll()
    assert _copied(view) == "?\n" + streamed


def test_copy_puts_plain_text_alone_on_the_clipboard(view):
    view.selectAll()
    data = view.createMimeDataFromSelection()
    assert data.formats() == ["text/plain"]
    assert "\u2029" not in data.text()
    assert "\u00a0" not in data.text()


@pytest.mark.parametrize("key", [Qt.Key.Key_End, Qt.Key.Key_Down, None])
def test_the_caret_stands_on_text_and_not_behind_it(view, qtbot, key):
    view.setFocus()
    cursor = view.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.End)
    view.setTextCursor(cursor)
    for _ in range(3 if key else 0):
        qtbot.keyClick(view, key, Qt.KeyboardModifier.ControlModifier)
    assert view.textCursor().block() != view.document().lastBlock()
    _stream(view, 3)
    _end(view)
    assert view.textCursor().block() != view.document().lastBlock()


def test_the_page_cannot_be_edited(view, qtbot):
    before = page_text(view)
    view.setFocus()
    qtbot.keyClicks(view, "typed")
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert page_text(view) == before


# --- geometry ---


@pytest.mark.parametrize("width", [420, 1400])
def test_the_column_is_centred_and_bounded(show, theme, width):
    view = show(TranscriptView(theme), width, 500)
    fill(view, conversation(2))
    left = view.viewport().geometry().left()
    right = view.width() - view.viewport().geometry().right()
    assert view.viewport().width() <= COLUMN_WIDTH
    assert left >= 16
    assert abs(left - right) <= view.verticalScrollBar().width() + 2


def _first_visible(view):
    cursor = view.cursorForPosition(QPoint(0, 0))
    return cursor.position()


@pytest.mark.parametrize("width", [450, 620, 1200])
def test_a_resize_keeps_the_first_visible_line(view, width):
    _bar(view).setValue(_bar(view).maximum() // 3)
    before = _first_visible(view)
    view.resize(width, 500)
    settle(view)
    cursor = QTextCursor(view.document())
    cursor.setPosition(before)
    line = view.fontMetrics().lineSpacing() * 2
    assert -line <= view.cursorRect(cursor).top() <= line
    assert not view.is_following


@pytest.mark.parametrize("size", [(450, 500), (1200, 500), (820, 200), (820, 700)])
def test_a_resize_while_following_stays_at_the_end(view, size):
    view.resize(*size)
    settle(view)
    assert view.is_following
    assert _is_at_end(view)


def test_no_line_is_wider_than_the_column(view):
    fill(view, [user("x" * 3000), answer("y" * 3000), user("z" * 100 + " " + "z" * 100)])
    assert view.document().idealWidth() <= view.viewport().width() + 1
    view.resize(420, 500)
    assert view.document().idealWidth() <= view.viewport().width() + 1


def test_bubbles_keep_to_the_right_edge(view):
    fill(view, [user("short")])
    for width in (820, 500, 1000):
        view.resize(width, 500)
        block = view.document().begin()
        line = block.layout().lineAt(0)
        right = block.blockFormat().leftMargin() + line.naturalTextWidth()
        assert view.viewport().width() - 40 <= right <= view.viewport().width()


# --- waiting ---


def test_dots_show_that_an_answer_is_waited_for(view):
    before = _picture(view)
    view.set_waiting(waiting=True)
    assert _picture(view) != before
    view.append_segment("now", text_of("Here."))
    assert not view._dots.is_on


def test_waiting_moves_without_moving_the_page(view, qtbot):
    view.set_waiting(waiting=True)
    value, picture = _bar(view).value(), _picture(view)
    qtbot.waitUntil(lambda: _picture(view) != picture)
    assert _bar(view).value() == value
    view.set_waiting(waiting=False)


# --- theme ---


def test_both_themes_draw_every_card(view, theme):
    fill(
        view,
        [
            user("bubble"),
            answer(("reasoning", "quiet"), "said"),
        ],
    )
    light = _picture(view)
    text = page_text(view)
    theme.set_appearance("dark")
    view.show_messages([user("bubble"), answer(("reasoning", "quiet"), "said")])
    assert page_text(view) == text
    dark = _picture(view)
    corner = QPoint(1, 1)
    assert light.pixelColor(corner).lightness() > 200
    assert dark.pixelColor(corner).lightness() < 60


def test_scrolling_up_by_a_little_is_enough_to_stay(show, theme):
    view = show(TranscriptView(theme), 820, 500)
    fill(view, conversation())
    bar = view.verticalScrollBar()
    assert view.is_following
    bar.setValue(bar.maximum() - 5)
    assert not view.is_following
    bar.setValue(bar.maximum() - 3)
    assert view.is_following


def test_tab_tells_of_the_links_that_it_comes_to(view, qtbot):
    fill(view, [user("?"), answer("[One](https://a.example/1) and [two](https://b.example/2)")])
    reached = []
    view.link_reached.connect(reached.append)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    assert reached == [("https://a.example/1", "One"), ("https://b.example/2", "two")]


def test_tab_on_a_button_over_the_view_walks_no_links(view, qtbot):
    fill(view, [user("?"), answer("[One](https://a.example/1)")])
    button = QPushButton("Over", view)
    button.show()
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Tab)
    assert not view.textCursor().hasSelection()


def test_all_can_be_selected_while_a_table_stands_last(show, theme):
    view = show(TranscriptView(theme), 820, 500)
    fill(view, [user("?"), running("now")])
    view.append_segment("now", text_of("| a | b |\n|---|---|\n| c | d |"))
    settle(view)
    view.selectAll()
    assert _copied(view).replace("\n", " ").split()[-1] in ("d", "|")
    selected = view.textCursor().selectedText()
    view.append_segment("now", text_of("\n\nMore"))
    settle(view)
    assert "More" not in view.textCursor().selectedText()
    assert view.textCursor().selectedText() == selected
