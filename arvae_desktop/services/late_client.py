"""The wire, for those who build the app before its first frame."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from arvae_desktop.api.client import ChatClient
    from arvae_desktop.domain.events import StreamEvent
    from arvae_desktop.domain.requests import ChatRequest, Endpoint, Network


class LateClient:
    """The wire, imported (40 ms, and 100 ms for HTTP) by who needs it first and not by the first frame."""

    def __init__(self, network: Callable[[], Network]) -> None:
        self._network = network

    @functools.cached_property
    def _client(self) -> ChatClient:
        from arvae_desktop.api.client import ChatClient  # noqa: PLC0415

        return ChatClient(self._network)

    def warm_up(self, url: str) -> None:
        """Import it now, and be ready for requests to `url`; for a thread of its own."""
        from arvae_desktop.api.client import warm_up  # noqa: PLC0415

        warm_up(self._network(), url)

    def stream(
        self, request: ChatRequest, *, on_rest: Callable[[StreamEvent], object] | None = None
    ) -> AsyncGenerator[StreamEvent, None]:
        """Stream one answer."""
        return self._client.stream(request, on_rest=on_rest)

    async def list_models(self, endpoint: Endpoint) -> list[str]:
        """The server's model ids. Raises `ArvaeError`."""
        return await self._client.list_models(endpoint)
