"""What a conversation needs of the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from arvae_desktop.domain.events import StreamEvent
    from arvae_desktop.domain.requests import ChatRequest


class StreamingClient(Protocol):
    """Whoever streams answers."""

    def stream(
        self, request: ChatRequest, *, on_rest: Callable[[StreamEvent], object] | None = None
    ) -> AsyncGenerator[StreamEvent, None]:
        """Stream one answer; the last event is always an `End`.

        A stream that is cancelled has none; `on_rest` then takes what had come but was held back.
        """
