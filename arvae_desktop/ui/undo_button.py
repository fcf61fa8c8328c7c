"""Offers for a while to take back what was just done."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QToolButton, QWidget

_OFFERED_MS = 10_000


class UndoButton(QToolButton):
    """A quiet button, there only while there is something fresh to undo. Its `clicked` asks for it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("linkButton")
        self.setText("Undo")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._end = QTimer(self, singleShot=True, interval=_OFFERED_MS)
        self._end.timeout.connect(self.hide)
        self.clicked.connect(self.hide)
        self.hide()

    def offer(self, what: str) -> None:
        """Offer for ten seconds to undo something, told in a few words such as "Delete the message"."""
        self.setAccessibleName(f"Undo: {what}")
        self.setToolTip(f"Undo: {what} (Ctrl+Alt+Z)")
        self.show()
        self._end.start()
