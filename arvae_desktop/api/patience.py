"""Waiting for something without giving it up when the time is over."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

_T = TypeVar("_T")


async def with_pause(items: AsyncIterator[_T], seconds: float) -> AsyncGenerator[_T | None, None]:
    """Yield `items` as they come and, once, None as soon as `seconds` have passed since the beginning.

    Cancelling or closing it cancels what it waits for. It ends with the pause if `items` end before.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    pause_is_over = False
    while not pause_is_over:
        # A future, because a timeout around `anext` would cancel the reading itself. Cancelling it does, too.
        waiting = asyncio.gather(anext(items))
        try:
            await asyncio.wait({waiting}, timeout=max(0.0, deadline - loop.time()))
            if not waiting.done():
                pause_is_over = True
                yield None
            [item] = await waiting
        except StopAsyncIteration:
            return
        finally:
            if not waiting.done():
                waiting.cancel()
                await asyncio.wait({waiting})
                waiting.exception()  # the cancellation; asyncio would report one that nobody looks at
        yield item
    async for item in items:
        yield item
