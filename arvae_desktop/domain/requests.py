"""What is asked of a server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arvae_desktop.domain.messages import Role

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
class Network:
    """How servers are reached.

    Attributes:
        proxy: an ``http``, ``https`` or ``socks5`` address that all servers but those on this machine are
            reached through; None leaves it to the environment.
        ca_file: a PEM file of authorities that are trusted besides the system's, or None.
    """

    proxy: str | None = None
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One streamed chat completion.

    Attributes:
        turns: the conversation so far, oldest first, the new prompt last. If the last turn is the
            assistant's, its answer was cut off, and the rest of it is asked for.
        silence_s: the longest silence in seconds once connected (waiting for the head, between reads);
            None takes the engine's own limits.
        max_retries: automatic tries after the first, all before the first visible text.
        temperature, top_p, max_tokens: as the protocol has them; None leaves them to the server.
    """

    endpoint: Endpoint
    model: str
    turns: tuple[Turn, ...]
    silence_s: float | None = None
    max_retries: int = 2
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None

    @property
    def unfinished(self) -> str | None:
        """The answer so far whose rest is asked for, or None."""
        last = self.turns[-1]
        return last.content if last.role is Role.ASSISTANT else None
