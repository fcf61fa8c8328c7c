"""Tells for a while what was just done with conversations, and offers to take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from arvae_desktop.ui.undo_button import UndoButton

if TYPE_CHECKING:
    from collections.abc import Callable

_GAP = 8


class Toast(QFrame):
    """A card over the lower end of a widget, for as long as its `UndoButton` is there."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("sidebarToast")
        self._over = over
        self._take_back: Callable[[], object] | None = None
        self._words = QLabel(self)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._undo = UndoButton(self, "Ctrl+Z in the list")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.addWidget(self._words, 1)
        row.addWidget(self._undo)
        self._undo.clicked.connect(self.undo)
        self._undo.expired.connect(self._expire)
        over.installEventFilter(self)
        self.hide()

    def offer(self, words: str, take_back: Callable[[], object]) -> None:
        """Tell what was done; `take_back` undoes it."""
        self._take_back = take_back
        self._words.setText(words)
        self._undo.offer(words)
        self._place()
        self.show()
        self.raise_()
        QAccessible.updateAccessibility(QAccessibleEvent(self._words, QAccessible.Event.Alert))

    def undo(self) -> None:
        """Take back what was told last, if that can still be seen."""
        take_back, self._take_back = self._take_back, None
        self.hide()
        if take_back is not None:
            take_back()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move with what is under the card."""
        if watched is self._over and event.type() is QEvent.Type.Resize:
            self._place()
        return False

    def _expire(self) -> None:
        self._take_back = None
        self.hide()

    def _place(self) -> None:
        height = self.sizeHint().height()
        self.setGeometry(0, self._over.height() - height - _GAP, self._over.width(), height)
