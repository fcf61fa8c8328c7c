"""Offers for a while to take back what was just done."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QToolButton, QWidget

_OFFERED_MS = 10_000


class UndoButton(QToolButton):
    """A quiet button, there only while there is something fresh to undo. Its `clicked` asks for it.

    `keys` do the same, by whoever owns the button.

    Signals:
        expired: the offer stands no longer, and was not taken.
    """

    expired = Signal()

    def __init__(self, parent: QWidget | None = None, keys: str = "Ctrl+Alt+Z") -> None:
        super().__init__(parent)
        self._keys = keys
        self.setObjectName("linkButton")
        self.setText("Undo")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._end = QTimer(self, singleShot=True, interval=_OFFERED_MS)
        self._end.timeout.connect(self.hide)
        self._end.timeout.connect(self.expired)
        self.clicked.connect(self.hide)
        self.hide()

    def offer(self, what: str) -> None:
        """Offer for ten seconds to undo something, told in a few words such as "Delete the message"."""
        self.setAccessibleName(f"Undo: {what}")
        self.setToolTip(f"Undo: {what} ({self._keys})")
        self.show()
        self._end.start()
