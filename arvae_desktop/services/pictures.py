"""The pictures that the user agreed to load; each is fetched once a run."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from arvae_desktop.api.pictures import fetch_picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from arvae_desktop.domain.requests import Network

_MOST_BYTES = 64 * 1024 * 1024


class Pictures:
    """Fetches pictures and keeps the last 64 MB of them in memory, never on the disk.

    Args:
        network: gives how servers are reached, each time one is.
    """

    def __init__(self, network: Callable[[], Network]) -> None:
        self._network = network
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    async def load(self, url: str) -> bytes:
        """The bytes of a picture; ask the user first. Raises `ArvaeError`; cancelling closes the socket."""
        data = self._kept.pop(url, None)
        if data is None:
            data = await fetch_picture(url, self._network())
        self._kept[url] = data
        while sum(map(len, self._kept.values())) > _MOST_BYTES:
            self._kept.popitem(last=False)
        return data

    def kept(self, url: str) -> bytes | None:
        """The bytes of a picture that was loaded before, or None."""
        return self._kept.get(url)
