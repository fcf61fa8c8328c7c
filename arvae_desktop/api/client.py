"""The client of an OpenAI-style chat-completions API: a request goes in, typed events come out."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import aclosing
from typing import TYPE_CHECKING

from arvae_desktop.api.answer import MIN_KEY_CHARACTERS
from arvae_desktop.api.attempt import Attempt, ExtraRefusedError
from arvae_desktop.api.calls import open_exchange, read_error_body, redirection, refusal
from arvae_desktop.api.models import read_models
from arvae_desktop.api.retries import wait_before_retry_s
from arvae_desktop.api.server_habits import ServerHabits
from arvae_desktop.domain.errors import ArvaeError, TooLargeError
from arvae_desktop.domain.events import End, Retry
from arvae_desktop.domain.requests import Network

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from arvae_desktop.api.transport import Exchange
    from arvae_desktop.domain.events import StreamEvent
    from arvae_desktop.domain.requests import ChatRequest, Endpoint

_log = logging.getLogger(__name__)

_MAX_MODELS_BYTES = 16 * 1024 * 1024


def warm_up(network: Network, url: str) -> None:
    """Load what the first request to `url` needs; some 150 ms, for a thread of its own."""
    from arvae_desktop.api import transport  # noqa: PLC0415  (the window's first frame must not wait for httpx)

    transport.warm_up(network, url)


class ChatClient:
    """Talks to servers. One serves the whole program and any number of streams side by side.

    It remembers by origin what it has learnt of servers.

    Args:
        network: gives how servers are reached, each time one is.
    """

    def __init__(self, network: Callable[[], Network] = Network) -> None:
        self._network = network
        self._habits: dict[str, ServerHabits] = {}

    async def stream(
        self, request: ChatRequest, *, on_rest: Callable[[StreamEvent], object] | None = None
    ) -> AsyncGenerator[StreamEvent, None]:
        """Stream one answer: any number of events and, always last, one `End`. Use it within `aclosing`.

        Raises nothing of its own: what goes wrong stands in the `End`. Cancelling the task that reads, or
        closing the stream early, closes the socket at once in every phase, and then there is no `End`;
        `on_rest` then takes what had come but was held back (a piece of a tag, half a character, tool calls
        on their way).
        """
        began_at = time.monotonic()
        failures = 0
        has_started = False
        while True:
            habits, network = self._habits_of(request.endpoint), self._network()
            attempt = Attempt(request, habits, network, has_started=has_started)
            fault: ArvaeError | None = None
            try:
                async with aclosing(attempt.events()) as events:
                    async for event in events:
                        yield event
            except ExtraRefusedError:
                continue
            except ArvaeError as error:
                fault = error
            except BaseException:  # stopped
                _hand_over(attempt.rest(), on_rest)
                raise
            failures += 1
            delay_s = _delay_s(request, attempt, fault, failures)
            if fault is None or delay_s is None:
                break
            yield Retry(failures, delay_s, fault.report.title)
            await asyncio.sleep(delay_s)
            has_started = attempt.has_started
        for event in attempt.last_events(fault):
            if isinstance(event, End):
                _log_end(attempt, event, time.monotonic() - began_at)
            yield event

    async def list_models(self, endpoint: Endpoint) -> list[str]:
        """The ids of the models that a server offers, in its order. Raises `ArvaeError`."""
        try:
            return await self._list_models(endpoint)
        except ArvaeError as error:
            _cut_key(error, endpoint)
            raise

    async def _list_models(self, endpoint: Endpoint) -> list[str]:
        exchange = open_exchange("GET", endpoint, "models", self._network(), accept="application/json")
        async with exchange:
            if not 200 <= exchange.status <= 299:
                redirect = redirection(exchange, endpoint)
                raise redirect or refusal(exchange, endpoint, await read_error_body(exchange, endpoint))
            body = await _whole_body(exchange)
        ids, profile = read_models(body.decode("utf-8-sig", "replace"))
        self._habits_of(endpoint).learn(profile)
        key = endpoint.key
        return [key.redact(each) for each in ids] if key and len(key.reveal()) >= MIN_KEY_CHARACTERS else ids

    def _habits_of(self, endpoint: Endpoint) -> ServerHabits:
        return self._habits.setdefault(endpoint.base_url.origin, ServerHabits())


async def _whole_body(exchange: Exchange) -> bytearray:
    body = bytearray()
    async with aclosing(exchange.pieces()) as pieces:
        async for piece in pieces:
            body += piece
            if len(body) > _MAX_MODELS_BYTES:
                raise TooLargeError("The server’s list of models is too long.", "Type the model’s name.")
    return body


def _delay_s(request: ChatRequest, attempt: Attempt, fault: ArvaeError | None, failures: int) -> float | None:
    """Seconds until the next try, or None if this was the last; takes the key out of what failed."""
    if fault is None:
        return None
    _cut_key(fault, request.endpoint)
    if failures > request.max_retries or not attempt.may_be_repeated:
        return None
    since_head_s = time.monotonic() - attempt.head_at if attempt.status else 0.0
    delay_s = wait_before_retry_s(fault, failures, since_head_s)
    _log.info("try %d failed: %s; next in %s s", failures, fault.report.kind, delay_s)
    return delay_s


def _hand_over(events: list[StreamEvent], take: Callable[[StreamEvent], object] | None) -> None:
    if take is not None:
        for event in events:
            take(event)


def _cut_key(error: ArvaeError, endpoint: Endpoint) -> None:
    if endpoint.key:
        error.redact(endpoint.key.redact)


def _log_end(attempt: Attempt, end: End, duration_s: float) -> None:
    _log.info(
        "answer %s after %.1f s: status %s, error %s, request id %s",
        end.state,
        duration_s,
        attempt.status,
        end.error and end.error.kind,
        attempt.request_id,
    )
