"""How long work holds the window up: of this thread's own, for a busy machine is no stall of ours."""

import gc
from contextlib import contextmanager
from time import thread_time

from PySide6.QtCore import QTimer


class Stalls:
    """Measures what the event loop does between two of its turns, in seconds."""

    def __init__(self):
        self.gaps = []
        self._last = thread_time()
        self._timer = QTimer(interval=0)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def stop(self):
        self._timer.stop()
        self._tick()
        return sorted(self.gaps)

    def _tick(self):
        now = thread_time()
        self.gaps.append(now - self._last)
        self._last = now


@contextmanager
def without_collector():
    """The test run's garbage is not of what is measured."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()


def shorter_than(limit, measure):
    """Whether what `measure` gives is; it is asked twice, if need be.

    The first use of a script's letters loads a font, and a processor may be slow once. What is slow by itself
    is slow again.
    """
    return measure() < limit or measure() < limit
