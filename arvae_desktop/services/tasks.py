"""The one owner of the app's asyncio tasks."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class Tasks:
    """Keeps a strong reference to every task, names it, and tells of those that fail.

    asyncio itself holds tasks weakly: one that nobody keeps may be collected in mid-flight.

    Attributes:
        report: called with the exception of a task that failed and was not awaited by anyone else.
    """

    def __init__(self, report: Callable[[BaseException], None]) -> None:
        self._report = report
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False

    def spawn(self, work: Coroutine[Any, Any, _T], *, name: str) -> asyncio.Task[_T]:
        """Start a coroutine as a named task. After `shutdown` it is cancelled before its first step."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._forget)
        if self._closed:
            task.cancel()
        return task

    async def shutdown(self, time_limit_s: float) -> None:
        """Cancel everything and wait for it, at most `time_limit_s` seconds. May be called twice."""
        self._closed = True
        for task in self._running:
            if not task.cancelling():  # a second cancellation would break off its clean-up
                task.cancel()
        if self._running:
            _, left = await asyncio.wait(self._running, timeout=time_limit_s)
            for task in left:
                _log.warning("task %s did not end in time", task.get_name())

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("task %s failed: %s", task.get_name(), type(error).__name__)
            self._report(error)
