"""When to show what has come: at once after a pause, and else once a frame."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer, Signal

_FRAME_MS = 16


class Frames(QObject):
    """Tells when a frame is due, at most one in 16 ms.

    Signals:
        due: a frame that was asked for can be shown.
    """

    due = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._last = 0.0
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.due)

    def ask(self) -> None:
        """Ask for a frame, as often as there is something new."""
        if not self._timer.isActive():
            since_ms = (time.monotonic() - self._last) * 1000
            self._timer.start(max(0, round(_FRAME_MS - since_ms)))

    def shown(self) -> None:
        """Everything is shown, whether or not a frame was due: the next one is a whole frame away."""
        self._timer.stop()
        self._last = time.monotonic()
