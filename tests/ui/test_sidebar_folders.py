"""The sidebar: folders, menus, archive and bin."""

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMessageBox,
    QToolButton,
)

from arvae_desktop.ui.sidebar.commands import KEYS, Command
from arvae_desktop.ui.sidebar.model import MIME_TYPE, Sight
from arvae_desktop.ui.sidebar.row_list import ROW_HEIGHT
from tests.ui.sidebars import open_menu, press, rename_field, selected, titles

_LEFT = Qt.MouseButton.LeftButton
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


# --- folders ---


def test_left_and_right_close_and_open_folders(filled, qtbot):
    filled.list.select("A")
    press(qtbot, filled, "Up")
    press(qtbot, filled, "Right")
    qtbot.waitUntil(lambda: "F" in titles(filled))
    press(qtbot, filled, "Down")
    assert selected(filled) == ["F"]
    press(qtbot, filled, "Left")
    assert filled.list.current_folder.title == "Work"
    press(qtbot, filled, "Left")
    assert "F" not in titles(filled)
    press(qtbot, filled, "Return")
    assert "F" in titles(filled)


def test_a_click_opens_a_folder(filled, qtbot):
    point = filled.list.visualRect(filled.model.folder_index("Work")).center()
    qtbot.mouseClick(filled.list.viewport(), _LEFT, pos=point)
    qtbot.waitUntil(lambda: "F" in titles(filled))


def test_a_new_folder_takes_the_selected_and_asks_for_its_name(filled, library, qtbot):
    filled.list.select("B")
    press(qtbot, filled, KEYS[Command.NEW_FOLDER])
    field = rename_field(filled, qtbot)
    assert library.wishes == [("create_folder", "New folder"), ("move", ("B",), "New folder")]
    assert field.text() == "New folder"
    qtbot.keyClicks(field, "Ideas")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: library.wishes[-1] == ("rename_folder", "New folder", "Ideas"))


def test_a_folder_is_deleted_by_its_key(filled, library, qtbot):
    filled.list.rename_folder("Work")
    qtbot.keyClick(rename_field(filled, qtbot), Qt.Key.Key_Escape)
    filled.list.setFocus()
    press(qtbot, filled, "Del")
    assert library.wishes == [("delete_folder", "Work")]
    assert "F" in titles(filled)


def test_dropping_moves_all_that_is_dragged(filled, library):
    data = filled.model.mimeData([filled.model.index_of("A"), filled.model.index_of("C")])
    target = QPointF(filled.list.visualRect(filled.model.folder_index("Work")).center())
    move, buttons, keys = Qt.DropAction.MoveAction, _LEFT, Qt.KeyboardModifier.NoModifier
    hover = QDragMoveEvent(target.toPoint(), move, data, buttons, keys)
    filled.list.dragMoveEvent(hover)
    assert hover.isAccepted()
    assert filled.list.itemDelegate().drop_row == 0
    filled.list.dropEvent(QDropEvent(target, move, data, buttons, keys, QEvent.Type.Drop))
    assert library.wishes == [("move", ("A", "C"), "Work")]
    assert filled.list.itemDelegate().drop_row is None
    strange = QMimeData()
    strange.setText("words")
    refused = QDragMoveEvent(target.toPoint(), move, strange, buttons, keys)
    filled.list.dragMoveEvent(refused)
    assert not refused.isAccepted()
    assert not strange.hasFormat(MIME_TYPE)


# --- menus ---


def test_the_menu_offers_what_makes_sense(filled, library, qtbot):
    filled.list.select("B")
    filled.contents._doings.open_menu(filled.list.menu_point())
    menu = open_menu(filled, qtbot)
    words = [action.text() for action in menu.actions() if action.text()]
    assert words == ["Open", "Rename", "Pin", "Move to folder", "Archive", "Export…", "Delete"]
    folders = next(action for action in menu.actions() if action.menu()).menu()
    assert [action.text() for action in folders.actions() if action.text()] == ["Work", "New folder…"]
    folders.actions()[0].trigger()
    assert library.wishes == [("move", ("B",), "Work")]
    menu.close()


def test_the_menu_key_opens_it_at_the_current_row(filled, qtbot):
    from PySide6.QtGui import QContextMenuEvent

    filled.list.select("B")
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    QApplication.sendEvent(filled.list.viewport(), event)
    menu = open_menu(filled, qtbot)
    row = filled.list.visualRect(filled.model.index_of("B"))
    assert abs(menu.pos().y() - filled.list.viewport().mapToGlobal(row.bottomLeft()).y()) < ROW_HEIGHT
    menu.close()


def test_the_three_points_open_it_without_opening_the_conversation(filled, qtbot):
    opened = []
    filled.conversation_chosen.connect(opened.append)
    rect = filled.list.visualRect(filled.model.index_of("B"))
    qtbot.mouseClick(filled.list.viewport(), _LEFT, pos=QPoint(rect.right() - 16, rect.center().y()))
    menu = open_menu(filled, qtbot)
    assert selected(filled) == ["B"]
    assert opened == []
    menu.close()


# --- archive and bin ---


def _toggle(qtbot, sidebar, name):
    qtbot.mouseClick(sidebar.findChild(QToolButton, name), _LEFT)


def test_the_archive_gives_back(filled, library, qtbot):
    library.set_archived(["B"], archived=True)
    button = filled.findChild(QToolButton, "archiveButton")
    assert button.accessibleName() == "Archive, 1 conversation"
    _toggle(qtbot, filled, "archiveButton")
    qtbot.waitUntil(lambda: titles(filled) == ["Today", "B"])
    assert filled.findChild(QLabel, "sightTitle").text() == "Archive"
    filled.list.select("B")
    press(qtbot, filled, KEYS[Command.UNARCHIVE])
    assert library.wishes[-1] == ("set_archived", ("B",), False)
    hint = filled.findChild(QLabel, "listHint")
    qtbot.waitUntil(hint.isVisible)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert filled.model.sight is Sight.LISTED


def _answer(qtbot, word):
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QMessageBox))
    box = QApplication.activeModalWidget()
    next(button for button in box.buttons() if button.text() == word).click()


@pytest.mark.parametrize("word", ["Cancel", "Delete for good"])
def test_the_bin_asks_before_it_forgets(filled, library, qtbot, qasync_loop, word):
    assert qasync_loop.is_running()
    library.delete(["B", "C"])
    _toggle(qtbot, filled, "binButton")
    qtbot.waitUntil(lambda: len(titles(filled)) == 3)
    library.wishes.clear()
    filled.list.selectAll()
    press(qtbot, filled, KEYS[Command.DELETE_FOR_GOOD])
    _answer(qtbot, word)
    if word == "Cancel":
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
        assert library.wishes == []
    else:
        qtbot.waitUntil(lambda: [wish[0] for wish in library.wishes] == ["delete_for_good"])
        assert set(library.wishes[0][1]) == {"B", "C"}


def test_the_bin_is_emptied_after_asking(filled, library, qtbot, qasync_loop):
    assert qasync_loop.is_running()
    library.delete(["B", "C"])
    _toggle(qtbot, filled, "binButton")
    empty = next(button for button in filled.findChildren(QToolButton) if button.text() == "Empty…")
    qtbot.mouseClick(empty, _LEFT)
    _answer(qtbot, "Delete for good")
    qtbot.waitUntil(lambda: library.overview.binned == 0)
    qtbot.waitUntil(lambda: not empty.isEnabled())


def test_the_bin_restores(filled, library, qtbot):
    library.delete(["B"])
    _toggle(qtbot, filled, "binButton")
    qtbot.waitUntil(lambda: "B" in titles(filled))
    filled.list.select("B")
    press(qtbot, filled, KEYS[Command.RESTORE])
    _toggle(qtbot, filled, "binButton")
    qtbot.waitUntil(lambda: "B" in titles(filled))
