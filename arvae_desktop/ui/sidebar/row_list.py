"""A list of rows of one height, of which there may be very many.

`QListView` asks for every row anew when one comes or goes, which takes long with 100,000 in a Python model.
Here the place of a row is its number times its height, so nothing depends on how many there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QRegion
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem, QWidget

if TYPE_CHECKING:
    from PySide6.QtCore import QItemSelectionModel
    from PySide6.QtGui import QPaintEvent

ROW_HEIGHT = 36
_NEAR = 3  # rows: more headings than two never follow each other
_Index = QModelIndex | QPersistentModelIndex
_Move = QAbstractItemView.CursorAction
_STEPS = {_Move.MoveUp: -1, _Move.MovePrevious: -1, _Move.MoveDown: 1, _Move.MoveNext: 1}


class RowList(QListView):
    """Shows a flat model; what stands in view stays there when rows come and go above it.

    Signals:
        seen_changed: the first and the last row that can be seen.
    """

    seen_changed = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(self._tell_seen)

    # --- geometry ---

    def doItemsLayout(self) -> None:
        """There is nothing to lay out."""
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        """Fit the scroll bar to the number of rows."""
        height = self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setSingleStep(ROW_HEIGHT)
        bar.setPageStep(height)
        bar.setRange(0, max(0, self._count() * ROW_HEIGHT - height))
        QAbstractItemView.updateGeometries(self)
        self._tell_seen()

    def verticalOffset(self) -> int:
        """How far it is scrolled."""
        return self.verticalScrollBar().value()

    def visualRect(self, index: _Index) -> QRect:
        """Where a row is, in the viewport."""
        if not index.isValid():
            return QRect()
        top = index.row() * ROW_HEIGHT - self.verticalOffset()
        return QRect(0, top, self.viewport().width(), ROW_HEIGHT)

    def indexAt(self, point: QPoint) -> QModelIndex:
        """The row under a point of the viewport."""
        row = (point.y() + self.verticalOffset()) // ROW_HEIGHT
        return self.model().index(row, 0) if 0 <= row < self._count() else QModelIndex()

    def scrollTo(
        self, index: _Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Bring a row into view, and its heading with it."""
        if not index.isValid():
            return
        bar, height = self.verticalScrollBar(), self.viewport().height()
        top = index.row() * ROW_HEIGHT
        if hint is QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(top - (height - ROW_HEIGHT) // 2)
            return
        has_heading = index.row() > 0 and not self._can_stand(index.row() - 1)
        bar.setValue(min(top - has_heading * ROW_HEIGHT, max(bar.value(), top + ROW_HEIGHT - height)))

    def visualRegionForSelection(self, _selection: QItemSelection) -> QRegion:
        """All of the viewport: few rows are in it, and they are painted fast."""
        return QRegion(self.viewport().rect())

    # --- keys and selection ---

    def moveCursor(self, action: _Move, _modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """The row that a key leads to; headings that can't be entered are passed over."""
        count, at = self._count(), self.currentIndex().row()
        page = max(1, self.viewport().height() // ROW_HEIGHT - 1)
        match action:
            case _Move.MoveHome:
                row, step = 0, 1
            case _Move.MoveEnd:
                row, step = count - 1, -1
            case _Move.MovePageUp:
                row, step = max(0, at - page), 1
            case _Move.MovePageDown:
                row, step = min(count - 1, at + page), -1
            case _ if action in _STEPS:
                step = _STEPS[action]
                row = at + step if at >= 0 else 0
            case _:
                return self.currentIndex()
        while 0 <= row < count and not self._can_stand(row):
            row += step
        return self.model().index(row, 0) if 0 <= row < count else self.currentIndex()

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select the rows that a rectangle of the viewport touches."""
        offset, last = self.verticalOffset(), self._count() - 1
        first, end = ((y + offset) // ROW_HEIGHT for y in (rect.top(), rect.bottom()))
        selection = QItemSelection()
        if max(0, first) <= min(end, last):
            model = self.model()
            selection.select(model.index(max(0, first), 0), model.index(min(end, last), 0))
        self.selectionModel().select(selection, command)

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        """Tell assistive technology where the focus is: `QListView` would look for it in its own layout."""
        QAbstractItemView.currentChanged(self, current, previous)
        if current.isValid() and self.hasFocus():
            self._announce(QAccessible.Event.Focus, current.row())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell assistive technology what is selected."""
        QAbstractItemView.selectionChanged(self, selected, deselected)
        if not selected.isEmpty():
            self._announce(QAccessible.Event.Selection, selected.first().top())

    # --- rows that come and go ---

    def rowsInserted(self, parent: _Index, start: int, end: int) -> None:
        """Keep in view what is."""
        QAbstractItemView.rowsInserted(self, parent, start, end)
        self._keep_place(start, end - start + 1)

    def focusable_near(self, row: int) -> QModelIndex:
        """The row, or else the next one below or above, that can have the focus."""
        count = self._count()
        for near in (
            *range(row, min(row + _NEAR, count)),
            *range(min(row, count) - 1, max(-1, row - _NEAR), -1),
        ):
            if self._can_stand(near):
                return self.model().index(near, 0)
        return QModelIndex()

    def rowsAboutToBeRemoved(self, parent: _Index, start: int, end: int) -> None:
        """Keep in view what is."""
        QAbstractItemView.rowsAboutToBeRemoved(self, parent, start, end)
        self._keep_place(start, start - end - 1)

    def _keep_place(self, start: int, more: int) -> None:
        self.scheduleDelayedItemsLayout()
        bar = self.verticalScrollBar()
        # Who is at the top wants to see what is new.
        if bar.value() and start < bar.value() // ROW_HEIGHT:
            bar.setMaximum(max(bar.maximum(), bar.maximum() + more * ROW_HEIGHT))
            bar.setValue(bar.value() + more * ROW_HEIGHT)

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in view."""
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        hovered = self.indexAt(self.viewport().mapFromGlobal(self.cursor().pos()))
        is_hovering = self.viewport().underMouse() and self.state() != QListView.State.DraggingState
        states, selection, delegate = option.state, self.selectionModel(), self.itemDelegate()
        current = self.currentIndex()
        first, last = (self._row_at(y) for y in (event.rect().top(), event.rect().bottom()))
        for row in range(max(0, first), min(last, self._count() - 1) + 1):
            index = self.model().index(row, 0)
            option.rect = self.visualRect(index)
            option.state = states & ~QStyle.StateFlag.State_HasFocus & ~QStyle.StateFlag.State_MouseOver
            if selection.isSelected(index):
                option.state |= QStyle.StateFlag.State_Selected
            if index == current and self.hasFocus():
                option.state |= QStyle.StateFlag.State_HasFocus
            if is_hovering and index == hovered:
                option.state |= QStyle.StateFlag.State_MouseOver
            delegate.paint(painter, option, index)
        painter.end()

    # --- odds and ends ---

    def _count(self) -> int:
        model = self.model()
        return 0 if model is None else model.rowCount()

    def _row_at(self, y: int) -> int:
        return (y + self.verticalOffset()) // ROW_HEIGHT

    def _can_stand(self, row: int) -> bool:
        return bool(self.model().flags(self.model().index(row, 0)) & Qt.ItemFlag.ItemIsEnabled)

    def _tell_seen(self) -> None:
        self.seen_changed.emit(self._row_at(0), self._row_at(self.viewport().height()))

    def _announce(self, kind: QAccessible.Event, row: int) -> None:
        event = QAccessibleEvent(self, kind)
        event.setChild(row)
        QAccessible.updateAccessibility(event)
