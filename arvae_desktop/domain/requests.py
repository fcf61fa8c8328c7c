"""What is asked of a server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arvae_desktop.domain.address import BaseUrl
    from arvae_desktop.domain.messages import Turn
    from arvae_desktop.domain.secret import Secret

DEFAULT_BASE_URL = "https://arvae.ai/api/v1"
DEFAULT_MODEL = "openai/chatgpt-4o-latest"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server and the key for it; no key, no Authorization header."""

    base_url: BaseUrl
    key: Secret | None = None


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One streamed chat completion.

    Attributes:
        turns: the conversation so far, oldest first, the new prompt last.
        silence_s: the longest silence in seconds once connected (waiting for the head, between reads);
            None takes the engine's own limits.
        max_retries: automatic tries after the first, all before the first visible text.
    """

    endpoint: Endpoint
    model: str
    turns: tuple[Turn, ...]
    silence_s: float | None = None
    max_retries: int = 2
