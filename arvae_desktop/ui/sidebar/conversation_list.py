"""The list of conversations: mouse, keys, and drag and drop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QListView

from arvae_desktop.ui.sidebar.commands import KEYS, Command, choices_for, choices_for_row
from arvae_desktop.ui.sidebar.model import ROW_ROLE, ConversationModel, Row
from arvae_desktop.ui.sidebar.row_delegate import RowDelegate, more_rect
from arvae_desktop.ui.sidebar.row_list import RowList

if TYPE_CHECKING:
    from PySide6.QtCore import QItemSelection
    from PySide6.QtGui import (
        QDragLeaveEvent,
        QDragMoveEvent,
        QDropEvent,
        QMouseEvent,
    )
    from PySide6.QtWidgets import QWidget

    from arvae_desktop.domain.library import Entry
    from arvae_desktop.ui.theme import Theme

_Index = QModelIndex | QPersistentModelIndex
_SELECTING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_Select = QItemSelectionModel.SelectionFlag


class ConversationList(RowList):
    """Shows conversations in their groups and says what the user wants with them.

    Signals:
        opened: the `Entry` of a conversation.
        commanded: a `Command` for what is selected, or for the folder that is current.
        menu_wanted: where, in global coordinates, for the same.
        undo_wanted: the last thing is to be taken back.
        typed: what was typed, where a search could begin.
    """

    opened = Signal(object)
    commanded = Signal(object)
    menu_wanted = Signal(QPoint)
    undo_wanted = Signal()
    typed = Signal(str)

    def __init__(self, model: ConversationModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self._delegate = RowDelegate(theme, self)
        self._was_in_front = False
        self._awaited_folder: str | None = None
        self._current_goes = False
        self._kept: tuple[list[str], str | None, int] = ([], None, 0)
        self.setObjectName("conversationList")
        self.setAccessibleName("Conversations")
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDragDropMode(QListView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        # So that rows are dropped on, not between: the order is that of time.
        self.setDragDropOverwriteMode(True)
        self.setDropIndicatorShown(False)
        self.clicked.connect(self._on_clicked)
        self.seen_changed.connect(model.will_show)
        model.rowsRemoved.connect(self._on_removed)
        model.rowsMoved.connect(lambda *_rows: self.viewport().update())
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._bring_back)
        theme.changed.connect(self.viewport().update)

    # --- what is chosen ---

    @property
    def chosen(self) -> list[Entry]:
        """What is selected, in the order of the list."""
        ranges = self._selected_ranges()
        return [entry for first, last in ranges for entry in self._rows.entries(first, last)]

    @property
    def current_row(self) -> Row | None:
        """What has the focus."""
        index = self.currentIndex()
        return self._rows.row(index.row()) if index.isValid() else None

    @property
    def current_folder(self) -> Row | None:
        """The folder that has the focus, if one has."""
        row = self.current_row
        return row if row is not None and row.entry is None else None

    def select(self, conversation_id: str | None) -> None:
        """Select one conversation, or none, without opening it."""
        index = QModelIndex() if conversation_id is None else self._rows.index_of(conversation_id)
        if index.isValid():
            self.selectionModel().setCurrentIndex(index, _Select.ClearAndSelect)
        else:
            self.selectionModel().clear()

    def rename_current(self) -> None:
        """Open a field over the current row."""
        index = self.currentIndex()
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.scrollTo(index)
            self.edit(index)

    def rename_folder(self, name: str) -> None:
        """Open a field over a folder's heading, as soon as it is there."""
        index = self._rows.folder_index(name)
        self._awaited_folder = None if index.isValid() else name
        if index.isValid():
            self.setFocus()
            self.selectionModel().setCurrentIndex(index, _Select.Clear)
            self.rename_current()

    def menu_point(self) -> QPoint:
        """Where a menu for the current row opens, in global coordinates."""
        rect = self.visualRect(self.currentIndex())
        return self.viewport().mapToGlobal(rect.bottomLeft() + QPoint(16, -4))

    # --- mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select; a press on the three points opens the menu."""
        index = self.indexAt(event.position().toPoint())
        row: Row | None = index.data(ROW_ROLE)
        self._was_in_front = row is not None and row.is_in_front and not self._delegate.is_many
        if event.button() is Qt.MouseButton.LeftButton and self._is_on_more(event.position().toPoint()):
            if not self.selectionModel().isSelected(index):
                self.selectionModel().setCurrentIndex(index, _Select.ClearAndSelect)
            self.menu_wanted.emit(event.globalPosition().toPoint())
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what is under the mouse."""
        super().mouseMoveEvent(event)
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Rename the conversation that was open before the first of the two clicks."""
        if self._was_in_front and event.button() is Qt.MouseButton.LeftButton:
            self.rename_current()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu, by the mouse or the Menu key."""
        is_by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        if is_by_key and self.currentIndex().isValid():
            self.menu_wanted.emit(self.menu_point())
        elif self.indexAt(event.pos()).isValid():
            self.menu_wanted.emit(event.globalPos())
        event.accept()

    # --- keys ---

    def event(self, event: QEvent) -> bool:
        """Take our keys before the window's shortcuts do: F2 there means a message."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_undo = event.matches(QKeySequence.StandardKey.Undo)
            if is_undo or self._command(event) is not None:
                event.accept()
            return event.isAccepted()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Commands by their keys; Left and Right close and open folders."""
        command, row = self._command(event), self.current_row
        if command is not None:
            self.commanded.emit(command)
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo_wanted.emit()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and row is not None and row.folder:
            self._go_into_or_out(row, row.folder, is_into=event.key() == Qt.Key.Key_Right)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, text: str) -> None:
        """Typing looks for conversations, all of them, rather than for titles that have been read already."""
        if text.strip():
            self.typed.emit(text)

    # --- drag and drop ---

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where it would go."""
        QAbstractItemView.dragMoveEvent(self, event)  # scrolls at the edges
        index = self.indexAt(event.position().toPoint())
        can_drop = self._rows.canDropMimeData(event.mimeData(), event.dropAction(), -1, -1, index)
        event.setAccepted(can_drop)
        self._mark_drop(index.row() if can_drop else None)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It goes elsewhere."""
        super().dragLeaveEvent(event)
        self._mark_drop(None)

    def dropEvent(self, event: QDropEvent) -> None:
        """Leave it to the model; `QListView` would try to change the order of rows."""
        QAbstractItemView.dropEvent(self, event)
        self._mark_drop(None)

    # --- rows that come and go ---

    def rowsInserted(self, parent: _Index, start: int, end: int) -> None:
        """A folder that was waited for may be here."""
        super().rowsInserted(parent, start, end)
        if self._awaited_folder is not None:
            self.rename_folder(self._awaited_folder)

    def rowsAboutToBeRemoved(self, parent: _Index, start: int, end: int) -> None:
        """Note whether what has the focus goes."""
        self._current_goes = self._current_goes or start <= self.currentIndex().row() <= end
        super().rowsAboutToBeRemoved(parent, start, end)

    def _on_removed(self, _parent: QModelIndex, start: int, _end: int) -> None:
        """What had the focus may have gone: the next one takes its place, selected, but not opened."""
        if self._current_goes and self.hasFocus() and self.selectionModel().selection().isEmpty():
            self.selectionModel().setCurrentIndex(self.focusable_near(start), _Select.ClearAndSelect)
        self._current_goes = False

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Several look different from the one in front."""
        super().selectionChanged(selected, deselected)
        self._delegate.is_many = sum(last - first + 1 for first, last in self._selected_ranges()) > 1
        self.viewport().update()

    def _keep(self) -> None:
        row = self.current_row
        current = row.entry.id if row is not None and row.entry is not None else None
        self._kept = ([entry.id for entry in self.chosen], current, self.verticalScrollBar().value())

    def _bring_back(self) -> None:
        """Select again, by id, what was selected before everything was read anew."""
        ids, current, offset = self._kept
        self.updateGeometries()
        self.verticalScrollBar().setValue(offset)
        selection = self.selectionModel()
        for conversation_id in ids:
            index = self._rows.index_of(conversation_id)
            if index.isValid():
                selection.select(index, _Select.Select)
        if current is not None and (index := self._rows.index_of(current)).isValid():
            selection.setCurrentIndex(index, _Select.NoUpdate)

    # --- doing ---

    def _selected_ranges(self) -> list[tuple[int, int]]:
        """First and last row of each run of selected ones; never row by row, there may be very many."""
        selection = self.selectionModel().selection()
        ranges = (selection.at(number) for number in range(selection.count()))
        return sorted((each.top(), each.bottom()) for each in ranges)

    def _on_clicked(self, index: QModelIndex) -> None:
        if QGuiApplication.keyboardModifiers() & _SELECTING:
            return
        row: Row = index.data(ROW_ROLE)
        if row.entry is not None:
            self.opened.emit(row.entry)
        elif row.entry is None and row.folder is not None:
            self._rows.set_open(row.folder, is_open=not row.is_open)

    def _go_into_or_out(self, row: Row, folder: str, *, is_into: bool) -> None:
        if row.entry is None:
            self._rows.set_open(folder, is_open=is_into)
        elif not is_into:
            self.selectionModel().setCurrentIndex(self._rows.folder_index(folder), _Select.Clear)

    def _command(self, event: QKeyEvent) -> Command | None:
        """The command of a key, if it can be given now."""
        combination = event.keyCombination()
        key = Qt.Key.Key_Return if combination.key() == Qt.Key.Key_Enter else combination.key()
        modifiers = combination.keyboardModifiers() & ~Qt.KeyboardModifier.KeypadModifier
        pressed = QKeySequence(modifiers.value | key.value).toString()
        if pressed not in KEYS.values():
            return None
        folder = self.current_folder
        choices = choices_for_row(folder) if folder else choices_for(self.chosen, self._rows.sight)
        offered = [choice.command for choice in choices if choice is not None]
        if Command.MOVE in offered:
            offered.append(Command.NEW_FOLDER)
        return next((command for command in offered if KEYS[command] == pressed), None)

    def _is_on_more(self, point: QPoint) -> bool:
        index = self.indexAt(point)
        row: Row | None = index.data(ROW_ROLE)
        if row is None or (row.entry is None and row.folder is None):
            return False
        return more_rect(self.visualRect(index)).contains(point)

    def _mark_drop(self, row: int | None) -> None:
        if row != self._delegate.drop_row:
            self._delegate.drop_row = row
            self.viewport().update()
