"""One try at an answer: one request, its refusal or its answer."""

from __future__ import annotations

import json
from contextlib import aclosing
from typing import TYPE_CHECKING

from arvae_desktop.api.answer import Answer
from arvae_desktop.api.calls import open_exchange, read_error_body, redirection, refusal, request_id
from arvae_desktop.api.patience import with_pause
from arvae_desktop.api.strict_json import valid_text
from arvae_desktop.domain.events import End, Start
from arvae_desktop.domain.messages import AnswerState

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from arvae_desktop.api.transport import Exchange
    from arvae_desktop.domain.errors import ArvaeError
    from arvae_desktop.domain.events import StreamEvent
    from arvae_desktop.domain.requests import ChatRequest

# How long a server that sent the head may take to name its model before `Start` names the one asked for.
_MODEL_GRACE_S = 0.5
_USAGE_PARAMETERS = ("stream_options", "include_usage")


class UsageRefusedError(Exception):
    """The server refuses to be asked for the token count, which we do on our own account."""


class Attempt:
    """One try.

    Args:
        asks_for_usage: whether to ask the server to count tokens.
        has_started: whether an earlier try has already said `Start`, which comes once.

    Attributes:
        answer: what came so far.
        status: the HTTP status, or 0 before the head came.
        request_id: the server's own name for the request, or None.
        has_started: whether `Start` was said, in this try or before.
    """

    def __init__(self, request: ChatRequest, *, asks_for_usage: bool, has_started: bool) -> None:
        self.answer = Answer()
        self.status = 0
        self.request_id: str | None = None
        self.has_started = has_started
        self._request = request
        self._asks_for_usage = asks_for_usage

    @property
    def is_accepted(self) -> bool:
        """Whether the head of the answer came and is a success."""
        return 200 <= self.status <= 299

    @property
    def may_be_repeated(self) -> bool:
        """Whether another try would show nothing twice and undo nothing."""
        return not self.answer.has_shown and not self.answer.is_finished

    async def events(self) -> AsyncGenerator[StreamEvent, None]:
        """Yield what the answer says, `Start` first, without the last events. Closing it closes the socket.

        Raises `ArvaeError`, and `UsageRefusedError`.
        """
        endpoint = self._request.endpoint
        exchange = open_exchange(
            "POST",
            endpoint,
            "chat/completions",
            accept="text/event-stream",
            body=_body(self._request, asks_for_usage=self._asks_for_usage),
            silence_s=self._request.silence_s,
        )
        async with exchange:
            self.status, self.request_id = exchange.status, request_id(exchange, endpoint)
            if not self.is_accepted:
                raise await self._refusal(exchange)
            answer = self.answer = Answer(exchange.headers.get("content-type", ""), endpoint.key)
            async with (
                aclosing(exchange.pieces()) as all_pieces,
                aclosing(with_pause(all_pieces, _MODEL_GRACE_S)) as pieces,
            ):
                async for piece in pieces:
                    for event in answer.feed(piece) if piece else ():
                        if not self.has_started:
                            yield self._start()
                        yield event
                    if not self.has_started and (answer.model or piece is None):
                        yield self._start()
                    if answer.is_over:
                        return

    def last_events(self, fault: ArvaeError | None) -> list[StreamEvent]:
        """How it ends: what was held back, and the `End`."""
        if not self.is_accepted:
            return [End(AnswerState.FAILED, error=fault.report if fault else None)]
        start = [] if self.has_started else [self._start()]
        return [*start, *self.answer.finish(fault, self.request_id)]

    def _start(self) -> Start:
        self.has_started = True
        return Start(self.status, self.answer.model or self._request.model)

    async def _refusal(self, exchange: Exchange) -> Exception:
        redirect = redirection(exchange, self._request.endpoint)
        if redirect:
            return redirect
        body = await read_error_body(exchange, self._request.endpoint)
        if (
            self._asks_for_usage
            and self.status in (400, 422)
            and any(name in body for name in _USAGE_PARAMETERS)
        ):
            return UsageRefusedError()
        return refusal(exchange, self._request.endpoint, body, model=self._request.model)


def _body(request: ChatRequest, *, asks_for_usage: bool) -> bytes:
    """The request as JSON in UTF-8."""
    body: dict[str, object] = {
        "model": valid_text(request.model),
        "messages": [
            {"role": turn.role.value, "content": valid_text(turn.content)} for turn in request.turns
        ],
        "stream": True,
    }
    if asks_for_usage:
        body["stream_options"] = {"include_usage": True}
    return json.dumps(body, ensure_ascii=False).encode()
