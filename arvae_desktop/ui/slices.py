"""Long work on the UI thread, done in slices between which the window lives."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUDGET_S = 0.008  # half a frame


class Slices(QObject):
    """Runs one piece of work at a time, given as an iterator whose every step is short.

    Signals:
        finished: the work has come to its end; not sent for work that was stopped.
    """

    finished = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._work: Iterator[object] | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self.run_one)

    @property
    def is_running(self) -> bool:
        """Whether there is work left."""
        return self._work is not None

    def start(self, work: Iterator[object]) -> None:
        """Begin work with the next turn of the event loop; earlier work is given up."""
        self._work = work
        self._timer.start()

    def stop(self) -> None:
        """Give the work up."""
        self._work = None
        self._timer.stop()

    def run_one(self) -> None:
        """Do one slice now. What a step raises ends the work and is raised on."""
        work, deadline = self._work, time.perf_counter() + _BUDGET_S
        while work is not None and work is self._work and time.perf_counter() < deadline:
            try:
                next(work)
            except StopIteration:
                self.stop()
                self.finished.emit()
                return
            except BaseException:
                self.stop()
                raise
