"""Caret and selection of the view: they stay where they are while text arrives around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSignalBlocker
from PySide6.QtGui import QTextCursor

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTextBrowser


class Caret(QObject):
    """Watches a view's cursor."""

    def __init__(self, view: QTextBrowser) -> None:
        super().__init__(view)
        self._view = view
        self._is_paused = False
        view.selectionChanged.connect(self._pin_selection)
        view.cursorPositionChanged.connect(self._keep_on_text)
        view.document().contentsChange.connect(self._unstretch_selection)

    @property
    def last_position(self) -> int:
        """The end of the last line; behind it is only the block that everything is written before."""
        return max(0, self._view.document().lastBlock().position() - 1)

    def pause(self) -> None:
        """What changes from now on is no new text."""
        self._is_paused = True

    def resume(self) -> None:
        """What changes from now on is new text again."""
        self._is_paused = False

    def place(self, cursor: QTextCursor) -> None:
        """Set the cursor where the page stands: Qt would scroll to it."""
        bar = self._view.verticalScrollBar()
        value = bar.value()
        with QSignalBlocker(bar):
            self._view.setTextCursor(cursor)
            bar.setValue(value)

    def _pin_selection(self) -> None:
        """Keep a selection that touches the end from growing with the text."""
        cursor = self._view.textCursor()
        if not cursor.hasSelection():
            return
        last = self.last_position
        # Beyond it there is only the block that everything is written before. Of a table Qt selects the
        # whole, whose end lies there.
        if self._is_in_table(last):
            last += 1
        if cursor.selectionEnd() > last:
            anchor, position = min(cursor.anchor(), last), min(cursor.position(), last)
            cursor.setPosition(anchor)
            cursor.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
        elif cursor.keepPositionOnInsert():
            return
        cursor.setKeepPositionOnInsert(True)
        self.place(cursor)

    def _is_in_table(self, position: int) -> bool:
        cursor = QTextCursor(self._view.document())
        cursor.setPosition(position)
        return cursor.currentTable() is not None

    def _unstretch_selection(self, position: int, _removed: int, added: int) -> None:
        """Take new text out of a selection that was made backwards from the end: Qt pins no anchors."""
        cursor = self._view.textCursor()
        if self._is_paused:
            return
        if cursor.position() < position and cursor.anchor() == position + added:
            pinned = QTextCursor(self._view.document())
            pinned.setPosition(position)
            pinned.setPosition(cursor.position(), QTextCursor.MoveMode.KeepAnchor)
            pinned.setKeepPositionOnInsert(True)
            self.place(pinned)

    def _keep_on_text(self) -> None:
        """Keep the caret out of the last block: that has no height for it, so it would leave traces."""
        cursor = self._view.textCursor()
        if not cursor.hasSelection() and cursor.position() > self.last_position:
            cursor.setPosition(self.last_position)
            self.place(cursor)
