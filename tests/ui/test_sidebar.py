"""The sidebar: conversations opened and put in order by mouse and keys, and how they are shown."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QToolButton,
)

from arvae_desktop.domain.library import Entry
from arvae_desktop.ui.sidebar.commands import KEYS, Command
from arvae_desktop.ui.sidebar.model import PAGE
from arvae_desktop.ui.sidebar.panel import Sidebar
from arvae_desktop.ui.sidebar.row_list import ROW_HEIGHT
from tests.support.fake_library import NOW, entries, many, moment
from tests.ui.sidebars import click, press, rename_field, selected, titles

_LEFT = Qt.MouseButton.LeftButton
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


# --- opening ---


def test_a_click_opens_and_a_click_with_ctrl_or_shift_selects(filled, qtbot):
    opened = []
    filled.conversation_chosen.connect(opened.append)
    click(qtbot, filled, "B")
    assert opened == ["B"]
    click(qtbot, filled, "D", _CTRL)
    assert selected(filled) == ["B", "D"]
    assert opened == ["B"]
    click(qtbot, filled, "B")
    click(qtbot, filled, "D", _SHIFT)
    assert selected(filled) == ["B", "C", "D"]
    assert opened == ["B", "B"]


def test_arrow_keys_go_over_headings_and_enter_opens(filled, qtbot):
    opened = []
    filled.conversation_chosen.connect(opened.append)
    filled.list.select("B")
    press(qtbot, filled, "Up")
    assert selected(filled) == ["A"]
    press(qtbot, filled, "Up")  # over "Today", to the folder
    assert filled.list.current_folder.title == "Work"
    assert selected(filled) == []
    press(qtbot, filled, "Down")
    assert selected(filled) == ["A"]
    press(qtbot, filled, "End")
    assert selected(filled) == ["E"]
    assert opened == []
    press(qtbot, filled, "Return")
    assert opened == ["E"]
    qtbot.keyClick(filled.list, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert opened == ["E", "E"]


def test_shift_with_arrows_selects_several(filled, qtbot):
    filled.list.select("B")
    press(qtbot, filled, "Shift+Down")
    press(qtbot, filled, "Shift+Down")
    assert selected(filled) == ["B", "C", "D"]


def test_the_conversation_in_front_is_marked_and_selected(filled):
    filled.mark_current("C")
    assert selected(filled) == ["C"]
    assert filled.model.index_of("C").data(Qt.ItemDataRole.AccessibleTextRole) == "C, in front"
    filled.mark_current(None)
    assert selected(filled) == []
    assert filled.model.index_of("C").data(Qt.ItemDataRole.AccessibleTextRole) == "C"


def test_a_conversation_that_moves_stays_selected(filled, library):
    filled.mark_current("C")
    library.put(Entry("C", "C", moment() + 60))
    assert titles(filled)[2] == "C"
    assert selected(filled) == ["C"]


def test_another_day_keeps_what_is_selected(filled):
    filled.list.select("C")
    filled.model._today = (NOW + timedelta(days=1)).date
    filled.model.check_day()
    assert "Yesterday" in titles(filled)
    assert selected(filled) == ["C"]
    assert filled.list.currentIndex().data() == "C"


# --- renaming ---


def test_f2_renames_in_place(filled, library, qtbot):
    filled.list.select("B")
    press(qtbot, filled, "F2")
    field = rename_field(filled, qtbot)
    assert field.selectedText() == "B"
    assert field.accessibleName() == "New name of the conversation"
    qtbot.keyClicks(field, "Bridges")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: library.wishes == [("rename", "B", "Bridges")])
    assert "Bridges" in titles(filled)


def test_escape_keeps_the_name(filled, library, qtbot):
    filled.list.select("B")
    press(qtbot, filled, "F2")
    field = rename_field(filled, qtbot)
    qtbot.keyClicks(field, "Bridges")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: filled.findChild(QLineEdit, "renameField") is None)
    assert library.wishes == []


def test_a_double_click_renames_only_what_was_in_front(filled, qtbot):
    def double_click(title):
        viewport, point = (
            filled.list.viewport(),
            filled.list.visualRect(filled.model.index_of(title)).center(),
        )
        qtbot.mouseClick(viewport, _LEFT, pos=point)
        qtbot.mouseDClick(viewport, _LEFT, pos=point)

    double_click("B")
    assert filled.findChild(QLineEdit, "renameField") is None
    filled.mark_current("B")
    double_click("B")
    assert rename_field(filled, qtbot).text() == "B"


# --- keys for everything ---


@pytest.mark.parametrize(
    ("command", "wish"),
    [
        (Command.PIN, ("set_pinned", ("B", "C"), True)),
        (Command.ARCHIVE, ("set_archived", ("B", "C"), True)),
        (Command.DELETE, ("delete", ("B", "C"))),
    ],
)
def test_keys_act_on_all_that_is_selected(filled, library, qtbot, command, wish):
    filled.list.select("B")
    press(qtbot, filled, "Shift+Down")
    press(qtbot, filled, KEYS[command])
    assert library.wishes == [wish]


def test_our_keys_come_before_those_of_the_window(filled, qtbot):
    from PySide6.QtGui import QShortcut

    taken = []
    for keys in ("F2", "Del", "Ctrl+Shift+I", "Ctrl+Z", "Ctrl+Shift+P"):
        QShortcut(QKeySequence(keys), filled).activated.connect(lambda keys=keys: taken.append(keys))
    filled.list.select("B")
    for keys in ("Ctrl+Shift+I", "Ctrl+Shift+P", "Del", "Ctrl+Z"):
        press(qtbot, filled, keys)
    assert taken == ["Ctrl+Shift+P"]


def test_pinning_again_unpins(filled, library, qtbot):
    filled.list.select("B")
    press(qtbot, filled, KEYS[Command.PIN])
    assert titles(filled)[:2] == ["Pinned", "B"]
    assert selected(filled) == ["B"]
    press(qtbot, filled, KEYS[Command.UNPIN])
    assert library.wishes[-1] == ("set_pinned", ("B",), False)


def test_after_a_delete_the_next_one_has_the_focus(filled, qtbot):
    filled.list.select("B")
    press(qtbot, filled, "Del")
    assert selected(filled) == ["C"]
    filled.list.select("E")
    press(qtbot, filled, "Del")
    assert selected(filled) == ["D"]


def test_delete_can_be_taken_back(filled, library, qtbot):
    filled.list.select("B")
    press(qtbot, filled, "Del")
    assert "B" not in titles(filled)
    undo = next(button for button in filled.findChildren(QToolButton) if button.text() == "Undo")
    assert undo.isVisible()
    assert undo.accessibleName() == "Undo: Conversation deleted"
    qtbot.mouseClick(undo, _LEFT)
    assert library.wishes[-1] == ("restore", ("B",))
    assert "B" in titles(filled)
    assert not undo.isVisible()
    press(qtbot, filled, "Ctrl+Z")
    assert len(library.wishes) == 2


def test_an_offer_that_has_expired_takes_nothing_back(filled, library, qtbot):
    filled.list.select("B")
    press(qtbot, filled, "Del")
    undo = next(button for button in filled.findChildren(QToolButton) if button.text() == "Undo")
    undo._end.setInterval(1)
    undo._end.start()
    qtbot.waitUntil(lambda: not undo.isVisible())
    press(qtbot, filled, "Ctrl+Z")
    assert library.wishes == [("delete", ("B",))]


def test_ctrl_z_brings_back_from_the_archive(filled, library, qtbot):
    filled.list.select("B")
    press(qtbot, filled, KEYS[Command.ARCHIVE])
    press(qtbot, filled, "Ctrl+Z")
    assert library.wishes[-1] == ("set_archived", ("B",), False)


# --- the view ---


def test_many_are_read_while_scrolling(sidebar, library, qtbot):
    library.put(*many(700))
    sidebar.model.restart()
    bar = sidebar.list.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 100 * ROW_HEIGHT)
    assert len(sidebar.model._rows.by_id) == PAGE

    def at_the_end():
        bar.setValue(bar.maximum())
        return sidebar.model.is_complete

    qtbot.waitUntil(at_the_end)
    qtbot.waitUntil(
        lambda: bar.maximum() == sidebar.model.rowCount() * ROW_HEIGHT - sidebar.list.viewport().height()
    )
    last = sidebar.list.indexAt(QPoint(20, sidebar.list.viewport().height() - 2))
    bar.setValue(bar.maximum())
    assert (
        sidebar.list.indexAt(QPoint(20, sidebar.list.viewport().height() - 2)).row()
        == sidebar.model.rowCount() - 1
    )
    assert last.isValid()


def test_what_is_read_stays_in_view_when_others_come_and_go_above(sidebar, library, qtbot):
    library.put(*many(150))
    bar = sidebar.list.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 50 * ROW_HEIGHT)
    bar.setValue(40 * ROW_HEIGHT + 7)
    seen = sidebar.list.indexAt(QPoint(20, 100)).data()
    library.put(Entry("new", "New", moment() + 9))
    assert sidebar.list.indexAt(QPoint(20, 100)).data() == seen
    library.delete(["new"])
    library.delete(["conversation-000003"])
    assert sidebar.list.indexAt(QPoint(20, 100)).data() == seen


def test_assistive_technology_hears_the_row(filled):
    found = QAccessible.queryAccessibleInterface(filled.list)
    row = filled.model.index_of("B").row()
    assert found.childCount() == filled.model.rowCount()
    assert found.child(row).text(QAccessible.Text.Name) == "B"
    assert found.child(0).text(QAccessible.Text.Name) == "Work, folder, 1 conversation, collapsed"
    filled.list.select("B")
    assert found.child(row).state().selected


def test_every_row_is_painted(filled, library, theme):
    library.set_running("A", is_running=True)
    library.put(Entry("B", "B", moment(), is_unread=True))
    for look in ("light", "dark"):
        theme.set_appearance(look)
        image = filled.list.viewport().grab().toImage()
        for row in range(filled.model.rowCount()):
            rect = filled.list.visualRect(filled.model.index(row))
            inks = {image.pixel(x, rect.center().y() + dy) for x in range(8, 200) for dy in range(-6, 7)}
            assert len(inks) > 3, f"row {row}, {look}"


def test_an_empty_list_says_so_once_it_is_known(library, tasks, theme, show):
    library.holds = True
    sidebar = show(Sidebar(library, tasks, theme), 260, 600)
    hint = sidebar.contents.findChild(QLabel, "listHint")
    assert not hint.isVisible()
    library.let_go()
    assert hint.isVisible()
    assert "appear here" in hint.text()
    library.put(*entries("A"))
    assert not hint.isVisible()


def test_a_hostile_title_is_text(sidebar, library, qtbot):
    library.put(Entry("x", "<img src=file:///etc/passwd> <b>bold</b>" + "\u202e" * 50_000, moment()))
    qtbot.waitUntil(lambda: sidebar.model.rowCount() == 2)
    sidebar.list.viewport().grab()
    assert titles(sidebar)[1].startswith("<img src=file:///etc/passwd>")


def test_typing_in_the_list_begins_a_search(filled, qtbot):
    qtbot.keyClicks(filled.list, "b")
    assert filled.search.hasFocus()
    assert filled.search.text() == "b"


@pytest.mark.parametrize(
    ("name", "signal"), [("newChatButton", "new_chat_requested"), ("settingsButton", "settings_requested")]
)
def test_its_buttons_ask(sidebar, qtbot, name, signal):
    button = sidebar.findChild(QToolButton, name)
    with qtbot.waitSignal(getattr(sidebar, signal)):
        qtbot.mouseClick(button, _LEFT)
    with qtbot.waitSignal(getattr(sidebar, signal)):
        qtbot.keyClick(button, Qt.Key.Key_Space)


def test_every_view_and_button_has_a_name(sidebar):
    buttons = [each for each in sidebar.findChildren(QToolButton) if each.parent() is not sidebar.search]
    assert all(each.accessibleName() or each.text() for each in buttons)
    assert all(each.accessibleName() for each in [*sidebar.findChildren(QAbstractItemView), sidebar.search])
