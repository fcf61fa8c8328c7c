"""Threads that never keep the program from ending."""

from __future__ import annotations

import threading
import time
import weakref
from collections import deque
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")


class DaemonExecutor(ThreadPoolExecutor):
    """Runs each call in a daemon thread of its own, for calls that may hang (a keyring, a name look-up).

    It is a ThreadPoolExecutor because asyncio takes nothing else as a loop's default executor; unlike
    its parent it waits for nobody, neither at `shutdown` nor at the interpreter's exit.
    """

    def __init__(self) -> None:
        super().__init__()
        self._running: weakref.WeakSet[threading.Thread] = weakref.WeakSet()

    def submit(self, fn: Callable[..., _T], /, *args: object, **kwargs: object) -> Future[_T]:
        """Start `fn` at once in a new daemon thread."""
        future: Future[_T] = Future()
        work = _work_for(future, fn, args, kwargs)
        name = f"daemon {getattr(fn, '__name__', 'call')}"
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._running.add(thread)
        thread.start()
        return future

    def join(self, limit_s: float) -> None:
        """Wait for what runs, at most so long in all.

        The interpreter's end kills threads where they are, and one that is in the C++ of a library then takes
        the process down with it.
        """
        deadline = time.monotonic() + limit_s
        for thread in tuple(self._running):
            thread.join(max(0.0, deadline - time.monotonic()))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Nothing to do: the threads end with their calls or with the process."""


class DaemonWorker(Executor):
    """Runs calls one after the other, in a daemon thread that is there while there are any.

    A call that hangs holds up those behind it, which can be cancelled, but never the program's end.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[Callable[[], None]] = deque()
        self._is_working = False

    def submit(self, fn: Callable[..., _T], /, *args: object, **kwargs: object) -> Future[_T]:
        """Run `fn` when everything before it has ended."""
        future: Future[_T] = Future()
        with self._lock:
            self._waiting.append(_work_for(future, fn, args, kwargs))
            must_start, self._is_working = not self._is_working, True
        if must_start:
            threading.Thread(target=self._work, name="daemon worker", daemon=True).start()
        return future

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._is_working = False
                    return
                work = self._waiting.popleft()
            work()


def _work_for(
    future: Future[_T], fn: Callable[..., _T], args: tuple[object, ...], kwargs: dict[str, object]
) -> Callable[[], None]:
    """What a thread does so that `future` gets the result; nothing if it was cancelled before."""

    def work() -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = fn(*args, **kwargs)
        except BaseException as error:  # noqa: BLE001  (whoever awaits the future gets it)
            future.set_exception(error)
        else:
            future.set_result(result)

    return work
