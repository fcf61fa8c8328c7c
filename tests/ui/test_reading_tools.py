"""What a reader does with the page: walk messages, act on one, walk branches, zoom, copy as."""

import pytest
from answers import SEARCHED
from pages import page_text, settle
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu

from arvae_desktop.domain.events import End
from arvae_desktop.domain.messages import AnswerState
from arvae_desktop.ui.message_actions import CONTINUE, COPY, DELETE, EDIT, READ, REGENERATE
from arvae_desktop.ui.transcript.places import area_of
from tests.services.scripted_client import COMPLETE


def _bar(page):
    return page.tools._walker.bar


def _press(qtbot, page, key, modifier):
    qtbot.keyClick(page, key, modifier)


def _up(qtbot, page):
    _press(qtbot, page, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)


def _down(qtbot, page):
    _press(qtbot, page, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)


def _shown_actions(page):
    return [name for name, button in _bar(page)._buttons.items() if not button.isHidden()]


def _point_at(page, point):
    viewport = page.transcript.viewport()
    place = QPointF(viewport.mapToGlobal(point))
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(point),
        place,
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(viewport, event)


# --- walking and acting ---


def test_the_keyboard_walks_messages_and_shows_what_can_be_done(page, ask, qtbot):
    prompt, answer = ask("One?", "First", COMPLETE)
    assert _bar(page).isHidden()
    _up(qtbot, page)
    assert page.tools._walker.walked == answer
    assert _shown_actions(page) == [COPY, REGENERATE, READ, DELETE]
    _up(qtbot, page)
    assert page.tools._walker.walked == prompt
    assert _shown_actions(page) == [COPY, EDIT, DELETE]
    _up(qtbot, page)
    assert page.tools._walker.walked == prompt, "there is nothing above"
    _down(qtbot, page)
    _down(qtbot, page)
    assert page.tools._walker.walked == answer
    assert page.transcript.hasFocus()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert _bar(page).isHidden()
    assert page.composer.edit.hasFocus()


def test_a_message_that_was_walked_to_is_in_view(page, ask, qtbot):
    for number in range(12):
        ask(f"Question {number}?", SEARCHED * 6, COMPLETE)
    height = page.transcript.viewport().height()
    for _ in range(20):
        _up(qtbot, page)
        area = area_of(page.transcript, page.tools._walker.walked)
        assert 0 <= area.top() < height
        bar = _bar(page).geometry()
        assert page.transcript.rect().contains(bar)


def test_the_bar_shows_over_the_message_under_the_pointer(page, ask, chosen, qtbot):
    prompt, answer = ask("One?", "First", COMPLETE)
    for message_id in (prompt, answer):
        area = area_of(page.transcript, message_id)
        _point_at(page, area.center())
        assert not _bar(page).isHidden()
        assert page.tools._walker.current == message_id
        bar = _bar(page).geometry().translated(-page.transcript.viewport().pos())
        # Over the message's top, or at the page's edge where there is no room above it.
        assert bar.top() == 0 or abs(bar.bottom() - area.top()) < 12
        assert abs(bar.right() - area.right()) < 12
    _bar(page)._buttons[REGENERATE].click()
    assert chosen == [(REGENERATE, answer)]
    QApplication.sendEvent(page.transcript.viewport(), QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: _bar(page).isHidden())


def test_an_answer_that_was_cut_off_can_go_on_if_it_is_the_last(page, ask, qtbot):
    _prompt, first = ask("One?", "First", End(AnswerState.INTERRUPTED))
    _up(qtbot, page)
    assert CONTINUE in _shown_actions(page)
    ask("Two?", "Second", COMPLETE)
    assert CONTINUE not in page.tools._actions_of(first)


def test_while_an_answer_runs_only_what_can_be_done_is_offered(page, ask, session, endpoint, client, qtbot):
    prompt, answer = ask("One?", "First", COMPLETE)
    session.send("Two?", endpoint, "some/model")
    qtbot.waitUntil(lambda: len(client.streams) == 2)
    assert page.tools._actions_of(session.last_id) == (COPY, READ)
    assert REGENERATE not in page.tools._actions_of(answer)
    assert EDIT not in page.tools._actions_of(prompt)


@pytest.mark.parametrize(
    ("key", "modifier", "name", "role"),
    [
        (Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier, EDIT, 0),
        (Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier, REGENERATE, 1),
    ],
)
def test_shortcuts_mean_the_last_message_where_none_was_walked_to(
    page, ask, chosen, qtbot, key, modifier, name, role
):
    last = ask("One?", "First", COMPLETE)
    _press(qtbot, page, key, modifier)
    assert chosen == [(name, last[role])]


def test_deleting_wants_a_message_that_was_chosen(page, ask, chosen, qtbot):
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    prompt, _answer = ask("One?", "First", COMPLETE)
    _press(qtbot, page, Qt.Key.Key_Delete, both)
    assert chosen == []
    assert "Alt+Up" in page.status.text()
    _up(qtbot, page)
    _up(qtbot, page)
    _press(qtbot, page, Qt.Key.Key_Delete, both)
    assert chosen == [(DELETE, prompt)]


def test_a_message_is_copied_as_it_was_said(page, ask, qtbot):
    ask("One?", "**First**\n\n- a", COMPLETE)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    _press(qtbot, page, Qt.Key.Key_C, both)
    assert QGuiApplication.clipboard().text() == "**First**\n\n- a"


def test_reading_begins_at_the_messages_first_line(page, ask, qtbot):
    _prompt, answer = ask("One?", SEARCHED * 100, COMPLETE)
    assert area_of(page.transcript, answer).top() < 0
    _press(qtbot, page, Qt.Key.Key_Home, Qt.KeyboardModifier.AltModifier)
    assert 0 <= area_of(page.transcript, answer).top() < 60


def test_a_deleted_message_goes_and_its_undo_is_offered(page, ask, session):
    prompt, _answer = ask("One?", "First", COMPLETE)
    assert page.undo.isHidden()
    session.delete(prompt)
    settle(page.transcript)
    assert "One?" not in page_text(page.transcript)
    assert not page.undo.isHidden()
    session.undo_delete()
    settle(page.transcript)
    assert page_text(page.transcript).startswith("One?\nFirst")


# --- branches ---


def test_branches_are_told_and_walked(page, ask, again, session, qtbot):
    _prompt, first = ask("One?", "First", COMPLETE)
    assert "1/1" not in page_text(page.transcript)
    second = again(first, "Second", COMPLETE)
    assert "2/2" in page_text(page.transcript)
    wanted = []
    page.tools.branch_wanted.connect(lambda *told: wanted.append(told))
    _press(qtbot, page, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert wanted == [(second, -1)]
    session.show_branch(first)
    settle(page.transcript)
    shown = page_text(page.transcript)
    assert "First" in shown
    assert "Second" not in shown
    assert "1/2" in shown
    session.delete(first)
    settle(page.transcript)
    assert "Second" in page_text(page.transcript)
    assert "/2" not in page_text(page.transcript)


def test_an_edit_is_told_until_it_is_left(page, ask, session):
    prompt, _answer = ask("One?", "First", COMPLETE)
    session.edit(prompt)
    assert "editing" in page.status.text()
    session.cancel_edit()
    assert page.status.text() == ""


# --- zoom and menus ---


def test_zoom_makes_the_text_larger_and_keeps_the_end(page, ask, qtbot):
    ask("One?", SEARCHED * 40, COMPLETE)
    view = page.transcript
    before = view.document().size().height()
    view.set_zoom(150)
    settle(view)
    assert view.document().size().height() > before * 1.3
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()
    view.set_zoom(100)
    settle(view)
    assert view.document().size().height() == before
    wanted = []
    page.tools.zoom_wanted.connect(wanted.append)
    _press(qtbot, page, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    _press(qtbot, page, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert wanted == [-1, 0]


def _menu(page, point):
    page.transcript.menu_requested.emit(point)
    menus = [menu for menu in page.transcript.findChildren(QMenu) if menu.isVisible()]
    return menus[-1]


def _choose(menu, words):
    action = next(action for action in menu.findChildren(QAction) if action.text() == words)
    action.trigger()
    menu.close()


@pytest.mark.parametrize(
    ("words", "text"),
    [("Markdown", "**First** and\n\n- a"), ("Plain text", "First and\n\n• a"), ("HTML", "First and\n\n• a")],
)
def test_a_message_is_copied_as_what_is_chosen(page, ask, words, text):
    _prompt, answer = ask("One?", "**First** and\n\n- a", COMPLETE)
    menu = _menu(page, area_of(page.transcript, answer).topLeft() + QPoint(5, 5))
    _choose(menu, words)
    data = QGuiApplication.clipboard().mimeData()
    assert data.text() == text
    assert ("<strong>First</strong>" in data.html()) == (words == "HTML")


def test_the_menu_offers_what_can_be_done_with_the_message(page, ask, chosen):
    prompt, _answer = ask("One?", "First", COMPLETE)
    menu = _menu(page, area_of(page.transcript, prompt).center())
    _choose(menu, "Edit and send again")
    assert chosen == [(EDIT, prompt)]


def test_the_menu_over_code_copies_it(page, ask):
    ask("One?", "```python\nx = 1\n```", COMPLETE)
    cursor = page.transcript.document().find("x = 1")
    _choose(_menu(page, page.transcript.cursorRect(cursor).center()), "Copy code")
    assert QGuiApplication.clipboard().text() == "x = 1\n"


# --- what it costs ---


def test_a_bar_over_a_running_answer_asks_for_it_no_more_often_than_it_changes(
    page, session, endpoint, client, qtbot, monkeypatch
):
    session.send("Long?", endpoint, "some/model")
    qtbot.waitUntil(lambda: len(client.streams) == 1)
    client.last.say("word " * 2_000)
    qtbot.waitUntil(lambda: len(session.messages[-1].text) == 10_000)
    settle(page.transcript)
    _point_at(page, QPoint(100, page.transcript.viewport().height() // 2))
    assert _shown_actions(page) == [COPY, READ]
    asked = []
    message = session.message
    monkeypatch.setattr(session, "message", lambda name: asked.append(name) or message(name))
    high = page.transcript.verticalScrollBar().maximum()
    client.last.say("\n\nmore words" * 200)
    qtbot.waitUntil(lambda: page.transcript.verticalScrollBar().maximum() > high + 1_000)
    assert asked == []
    client.last.say(COMPLETE)
    qtbot.waitUntil(lambda: REGENERATE in _shown_actions(page))
