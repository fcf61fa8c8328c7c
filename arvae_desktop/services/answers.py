"""Brings what other threads have done to the thread of the window."""

from __future__ import annotations

import itertools
import threading
import weakref
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

_T = TypeVar("_T")
_P = ParamSpec("_P")


class Answers(QObject):
    """Calls methods of its parent with futures that are done, on its own thread, in the order of their ends.

    No loop but Qt's is needed. What comes when the parent is gone is dropped. Other threads hold nothing of
    the parent's, so that it goes on the thread that lets it go.
    """

    _came = Signal(int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._numbers = itertools.count()
        self._waiting: dict[int, Callable[[], None]] = {}
        self._came.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._gate = _Gate(self._came.emit)
        # When this is emitted, all of us is still there.
        parent.destroyed.connect(self._gate.shut)

    def bring(
        self,
        future: Future[_T],
        take: Callable[Concatenate[Future[_T], _P], None],
        *args: _P.args,
        **options: _P.kwargs,
    ) -> None:
        """Call `take`, a method, with the future and what else is given, when that is done; never at once."""
        number, gate, method = next(self._numbers), self._gate, weakref.WeakMethod(take)

        def answer() -> None:
            if (found := method()) is not None:
                found(future, *args, **options)

        self._waiting[number] = answer
        future.add_done_callback(lambda _future: gate.tell(number))

    def _take(self, number: int) -> None:
        self._waiting.pop(number)()


class _Gate:
    """Lets other threads tell something until it is shut."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell = tell
        self._lock = threading.RLock()
        self._is_shut = False

    def tell(self, number: int) -> None:
        with self._lock:
            if not self._is_shut:
                self._tell(number)

    def shut(self) -> None:
        """Wait until nobody tells anything any more."""
        with self._lock:
            self._is_shut = True
