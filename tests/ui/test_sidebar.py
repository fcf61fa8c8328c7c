"""The sidebar: conversations opened and put in order by mouse and keys, archive, bin, undo."""

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QDragMoveEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QToolButton,
)

from arvae_desktop.domain.library import Entry
from arvae_desktop.ui.sidebar.commands import KEYS, Command
from arvae_desktop.ui.sidebar.model import MIME_TYPE, PAGE, Sight
from arvae_desktop.ui.sidebar.panel import Sidebar
from arvae_desktop.ui.sidebar.row_list import ROW_HEIGHT
from tests.support.fake_library import entries, many, moment

_LEFT = Qt.MouseButton.LeftButton
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def sidebar(library, tasks, theme, show, qtbot):
    sidebar = show(Sidebar(library, tasks, theme), 260, 600)
    assert sidebar.contents  # as it is made soon after the first frame
    sidebar.activateWindow()
    qtbot.waitUntil(sidebar.isActiveWindow)
    return sidebar


@pytest.fixture
def filled(sidebar, library, qtbot):
    """A to E of today, F in a folder; the list has the focus, nothing is selected."""
    library.create_folder("Work")
    library.put(*entries("ABCDE"), Entry("F", "F", moment(1), folder="Work"))
    qtbot.waitUntil(lambda: sidebar.model.rowCount() == 7)
    library.wishes.clear()
    sidebar.list.setFocus()
    qtbot.waitUntil(sidebar.list.hasFocus)
    sidebar.list.select(None)
    return sidebar


def _titles(sidebar):
    return [sidebar.model.index(row).data() for row in range(sidebar.model.rowCount())]


def _selected(sidebar):
    return [entry.title for entry in sidebar.list.chosen]


def _click(qtbot, sidebar, title, modifiers=Qt.KeyboardModifier.NoModifier):
    point = sidebar.list.visualRect(sidebar.model.index_of(title)).center()
    qtbot.mouseClick(sidebar.list.viewport(), _LEFT, modifiers, point)


def _press(qtbot, sidebar, keys):
    combination = QKeySequence(keys)[0]
    qtbot.keyClick(sidebar.list, combination.key(), combination.keyboardModifiers())


def _menu(sidebar, qtbot):
    qtbot.waitUntil(lambda: any(menu.isVisible() for menu in sidebar.findChildren(QMenu)))
    return next(menu for menu in sidebar.findChildren(QMenu) if menu.isVisible())


# --- opening ---


def test_a_click_opens_and_a_click_with_ctrl_or_shift_selects(filled, qtbot):
    opened = []
    filled.conversation_chosen.connect(opened.append)
    _click(qtbot, filled, "B")
    assert opened == ["B"]
    _click(qtbot, filled, "D", _CTRL)
    assert _selected(filled) == ["B", "D"]
    assert opened == ["B"]
    _click(qtbot, filled, "B")
    _click(qtbot, filled, "D", _SHIFT)
    assert _selected(filled) == ["B", "C", "D"]
    assert opened == ["B", "B"]


def test_arrow_keys_go_over_headings_and_enter_opens(filled, qtbot):
    opened = []
    filled.conversation_chosen.connect(opened.append)
    filled.list.select("B")
    _press(qtbot, filled, "Up")
    assert _selected(filled) == ["A"]
    _press(qtbot, filled, "Up")  # over "Today", to the folder
    assert filled.list.current_folder.title == "Work"
    assert _selected(filled) == []
    _press(qtbot, filled, "Down")
    assert _selected(filled) == ["A"]
    _press(qtbot, filled, "End")
    assert _selected(filled) == ["E"]
    assert opened == []
    _press(qtbot, filled, "Return")
    assert opened == ["E"]
    qtbot.keyClick(filled.list, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert opened == ["E", "E"]


def test_shift_with_arrows_selects_several(filled, qtbot):
    filled.list.select("B")
    _press(qtbot, filled, "Shift+Down")
    _press(qtbot, filled, "Shift+Down")
    assert _selected(filled) == ["B", "C", "D"]


def test_the_conversation_in_front_is_marked_and_selected(filled):
    filled.mark_current("C")
    assert _selected(filled) == ["C"]
    assert filled.model.index_of("C").data(Qt.ItemDataRole.AccessibleTextRole) == "C, in front"
    filled.mark_current(None)
    assert _selected(filled) == []
    assert filled.model.index_of("C").data(Qt.ItemDataRole.AccessibleTextRole) == "C"


def test_a_conversation_that_moves_stays_selected(filled, library):
    filled.mark_current("C")
    library.put(Entry("C", "C", moment() + 60))
    assert _titles(filled)[2] == "C"
    assert _selected(filled) == ["C"]


def test_another_day_keeps_what_is_selected(filled):
    from datetime import datetime, timedelta

    filled.list.select("C")
    filled.model._today = (datetime.now().astimezone() + timedelta(days=1)).date
    filled.model.check_day()
    assert "Yesterday" in _titles(filled)
    assert _selected(filled) == ["C"]
    assert filled.list.currentIndex().data() == "C"


# --- renaming ---


def _rename_field(sidebar, qtbot):
    qtbot.waitUntil(lambda: sidebar.findChild(QLineEdit, "renameField") is not None)
    return sidebar.findChild(QLineEdit, "renameField")


def test_f2_renames_in_place(filled, library, qtbot):
    filled.list.select("B")
    _press(qtbot, filled, "F2")
    field = _rename_field(filled, qtbot)
    assert field.selectedText() == "B"
    assert field.accessibleName() == "New name of the conversation"
    qtbot.keyClicks(field, "Bridges")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: library.wishes == [("rename", "B", "Bridges")])
    assert "Bridges" in _titles(filled)


def test_escape_keeps_the_name(filled, library, qtbot):
    filled.list.select("B")
    _press(qtbot, filled, "F2")
    field = _rename_field(filled, qtbot)
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
    assert _rename_field(filled, qtbot).text() == "B"


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
    _press(qtbot, filled, "Shift+Down")
    _press(qtbot, filled, KEYS[command])
    assert library.wishes == [wish]


def test_our_keys_come_before_those_of_the_window(filled, qtbot):
    from PySide6.QtGui import QShortcut

    taken = []
    for keys in ("F2", "Del", "Ctrl+Shift+I", "Ctrl+Z", "Ctrl+Shift+P"):
        QShortcut(QKeySequence(keys), filled).activated.connect(lambda keys=keys: taken.append(keys))
    filled.list.select("B")
    for keys in ("Ctrl+Shift+I", "Ctrl+Shift+P", "Del", "Ctrl+Z"):
        _press(qtbot, filled, keys)
    assert taken == ["Ctrl+Shift+P"]


def test_pinning_again_unpins(filled, library, qtbot):
    filled.list.select("B")
    _press(qtbot, filled, KEYS[Command.PIN])
    assert _titles(filled)[:2] == ["Pinned", "B"]
    assert _selected(filled) == ["B"]
    _press(qtbot, filled, KEYS[Command.UNPIN])
    assert library.wishes[-1] == ("set_pinned", ("B",), False)


def test_after_a_delete_the_next_one_has_the_focus(filled, qtbot):
    filled.list.select("B")
    _press(qtbot, filled, "Del")
    assert _selected(filled) == ["C"]
    filled.list.select("E")
    _press(qtbot, filled, "Del")
    assert _selected(filled) == ["D"]


def test_delete_can_be_taken_back(filled, library, qtbot):
    filled.list.select("B")
    _press(qtbot, filled, "Del")
    assert "B" not in _titles(filled)
    undo = next(button for button in filled.findChildren(QToolButton) if button.text() == "Undo")
    assert undo.isVisible()
    assert undo.accessibleName() == "Undo: Conversation deleted"
    qtbot.mouseClick(undo, _LEFT)
    assert library.wishes[-1] == ("restore", ("B",))
    assert "B" in _titles(filled)
    assert not undo.isVisible()
    _press(qtbot, filled, "Ctrl+Z")
    assert len(library.wishes) == 2


def test_an_offer_that_has_expired_takes_nothing_back(filled, library, qtbot):
    filled.list.select("B")
    _press(qtbot, filled, "Del")
    undo = next(button for button in filled.findChildren(QToolButton) if button.text() == "Undo")
    undo._end.setInterval(1)
    undo._end.start()
    qtbot.waitUntil(lambda: not undo.isVisible())
    _press(qtbot, filled, "Ctrl+Z")
    assert library.wishes == [("delete", ("B",))]


def test_ctrl_z_brings_back_from_the_archive(filled, library, qtbot):
    filled.list.select("B")
    _press(qtbot, filled, KEYS[Command.ARCHIVE])
    _press(qtbot, filled, "Ctrl+Z")
    assert library.wishes[-1] == ("set_archived", ("B",), False)


# --- folders ---


def test_left_and_right_close_and_open_folders(filled, qtbot):
    filled.list.select("A")
    _press(qtbot, filled, "Up")
    _press(qtbot, filled, "Right")
    qtbot.waitUntil(lambda: "F" in _titles(filled))
    _press(qtbot, filled, "Down")
    assert _selected(filled) == ["F"]
    _press(qtbot, filled, "Left")
    assert filled.list.current_folder.title == "Work"
    _press(qtbot, filled, "Left")
    assert "F" not in _titles(filled)
    _press(qtbot, filled, "Return")
    assert "F" in _titles(filled)


def test_a_click_opens_a_folder(filled, qtbot):
    point = filled.list.visualRect(filled.model.folder_index("Work")).center()
    qtbot.mouseClick(filled.list.viewport(), _LEFT, pos=point)
    qtbot.waitUntil(lambda: "F" in _titles(filled))


def test_a_new_folder_takes_the_selected_and_asks_for_its_name(filled, library, qtbot):
    filled.list.select("B")
    _press(qtbot, filled, KEYS[Command.NEW_FOLDER])
    field = _rename_field(filled, qtbot)
    assert library.wishes == [("create_folder", "New folder"), ("move", ("B",), "New folder")]
    assert field.text() == "New folder"
    qtbot.keyClicks(field, "Ideas")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: library.wishes[-1] == ("rename_folder", "New folder", "Ideas"))


def test_a_folder_is_deleted_by_its_key(filled, library, qtbot):
    filled.list.rename_folder("Work")
    qtbot.keyClick(_rename_field(filled, qtbot), Qt.Key.Key_Escape)
    filled.list.setFocus()
    _press(qtbot, filled, "Del")
    assert library.wishes == [("delete_folder", "Work")]
    assert "F" in _titles(filled)


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
    menu = _menu(filled, qtbot)
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
    menu = _menu(filled, qtbot)
    row = filled.list.visualRect(filled.model.index_of("B"))
    assert abs(menu.pos().y() - filled.list.viewport().mapToGlobal(row.bottomLeft()).y()) < ROW_HEIGHT
    menu.close()


def test_the_three_points_open_it_without_opening_the_conversation(filled, qtbot):
    opened = []
    filled.conversation_chosen.connect(opened.append)
    rect = filled.list.visualRect(filled.model.index_of("B"))
    qtbot.mouseClick(filled.list.viewport(), _LEFT, pos=QPoint(rect.right() - 16, rect.center().y()))
    menu = _menu(filled, qtbot)
    assert _selected(filled) == ["B"]
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
    qtbot.waitUntil(lambda: _titles(filled) == ["Today", "B"])
    assert filled.findChild(QLabel, "sightTitle").text() == "Archive"
    filled.list.select("B")
    _press(qtbot, filled, KEYS[Command.UNARCHIVE])
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
    qtbot.waitUntil(lambda: len(_titles(filled)) == 3)
    library.wishes.clear()
    filled.list.selectAll()
    _press(qtbot, filled, KEYS[Command.DELETE_FOR_GOOD])
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
    qtbot.waitUntil(lambda: "B" in _titles(filled))
    filled.list.select("B")
    _press(qtbot, filled, KEYS[Command.RESTORE])
    _toggle(qtbot, filled, "binButton")
    qtbot.waitUntil(lambda: "B" in _titles(filled))


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
    assert _titles(sidebar)[1].startswith("<img src=file:///etc/passwd>")


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
