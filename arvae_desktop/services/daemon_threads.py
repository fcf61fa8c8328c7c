"""Threads that never keep the program from ending."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")


class DaemonExecutor(ThreadPoolExecutor):
    """Runs each call in a daemon thread of its own, for calls that may hang (a keyring, a name look-up).

    It is a ThreadPoolExecutor because asyncio takes nothing else as a loop's default executor; unlike
    its parent it waits for nobody, neither at `shutdown` nor at the interpreter's exit.
    """

    def submit(self, fn: Callable[..., _T], /, *args: object, **kwargs: object) -> Future[_T]:
        """Start `fn` at once in a new daemon thread."""
        future: Future[_T] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001  (whoever awaits the future gets it)
                future.set_exception(error)
            else:
                future.set_result(result)

        threading.Thread(target=work, name=f"daemon {getattr(fn, '__name__', 'call')}", daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Nothing to do: the threads end with their calls or with the process."""
