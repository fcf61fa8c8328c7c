"""How long a server may say nothing while its answer is being read."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

_T = TypeVar("_T")


class SilenceWatch:
    """Ends a wait that lasts too long, with one timer now and then instead of one for every read.

    asyncio's own loop drops a cancelled timer, but in qasync's it lives on in Qt until it is due: at 1,000
    reads a second and a patience of 90 s that would be 90,000 of them.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since = 0.0
        self._wait: asyncio.Timeout | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def guard(self, items: AsyncIterator[_T]) -> AsyncGenerator[_T, None]:
        """Yield `items`; raises `TimeoutError` when the next one is too long in coming.

        The time that the reader takes between two items counts for nothing.
        """
        loop = asyncio.get_running_loop()
        try:
            self._timer = loop.call_later(self._seconds, self._look)
            while True:
                self._since = loop.time()
                async with asyncio.timeout(None) as self._wait:
                    try:
                        item = await anext(items)
                    except StopAsyncIteration:
                        return
                self._wait = None
                yield item
        finally:
            if self._timer is not None:
                self._timer.cancel()

    def _look(self) -> None:
        """End the wait if it is over, else look again when it will be."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        due = (self._since if self._wait else now) + self._seconds
        if self._wait and due <= now:
            self._wait.reschedule(now)
        else:
            self._timer = loop.call_later(due - now, self._look)
