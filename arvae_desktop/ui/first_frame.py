"""When the first frame is on screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

_NO_FRAME_MS = 1000


class FirstFrame(QObject):
    """Tells when a widget has been painted for the first time, or that no frame is coming.

    Signals:
        painted: once. A window that starts minimised is never painted; then it comes after a second.
    """

    painted = Signal()

    def __init__(self, widget: QObject) -> None:
        super().__init__(widget)
        self._widget = widget
        self._late = QTimer(self, singleShot=True, interval=_NO_FRAME_MS)
        self._late.timeout.connect(self._tell)
        self._late.start()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the paint event; the frame is on screen when the loop turns again."""
        if event.type() is QEvent.Type.Paint:
            self._widget.removeEventFilter(self)
            QTimer.singleShot(0, self._tell)
        return super().eventFilter(watched, event)

    def _tell(self) -> None:
        if self._late.isActive():
            self._late.stop()
            self.painted.emit()
            self.deleteLater()
