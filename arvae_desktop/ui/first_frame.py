"""When the first frame is on screen, and the window takes input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_NO_FRAME_MS = 1000
# The keyboard comes some milliseconds after the first frame, and to a window behind another one never.
_NO_KEYBOARD_MS = 150
# Whoever types at once is heard before anything is loaded.
_PAUSE_MS = 10


class FirstFrame(QObject):
    """Tells when a widget has been painted for the first time and its window is active, or won't be.

    Signals:
        over: once. A window that starts minimised is never painted; then it comes after a second.
    """

    over = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._late = QTimer(self, singleShot=True, interval=_NO_FRAME_MS)
        self._late.timeout.connect(self._tell)
        self._late.start()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the paint event, and for the keyboard."""
        if event.type() is QEvent.Type.Paint:
            self._widget.removeEventFilter(self)
            self._widget.window().installEventFilter(self)
            self._late.start(_PAUSE_MS if self._widget.isActiveWindow() else _NO_KEYBOARD_MS)
        elif event.type() is QEvent.Type.WindowActivate and watched is self._widget.window():
            self._late.start(_PAUSE_MS)
        return super().eventFilter(watched, event)

    def _tell(self) -> None:
        self._widget.removeEventFilter(self)
        self._widget.window().removeEventFilter(self)
        self.over.emit()
        self.deleteLater()
