"""One try at an answer: one request, its refusal or its answer."""

from __future__ import annotations

import time
from contextlib import aclosing
from typing import TYPE_CHECKING

from arvae_desktop.api.answer import Answer
from arvae_desktop.api.calls import open_exchange, read_error_body, redirection, refusal, request_id
from arvae_desktop.api.patience import with_pause
from arvae_desktop.api.request_body import request_body
from arvae_desktop.api.seam import SeamFinder
from arvae_desktop.api.server_habits import Profile
from arvae_desktop.domain.events import End, Start
from arvae_desktop.domain.messages import AnswerState

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from arvae_desktop.api.server_habits import ServerHabits
    from arvae_desktop.api.transport import Exchange
    from arvae_desktop.domain.errors import ArvaeError
    from arvae_desktop.domain.events import StreamEvent
    from arvae_desktop.domain.requests import ChatRequest, Network

# How long a server that sent the head may take to name its model before `Start` names the one asked for.
_MODEL_GRACE_S = 0.5


class ExtraRefusedError(Exception):
    """The server refuses what we added on our own account; its habits say so now, and a repetition may do."""


class Attempt:
    """One try.

    Args:
        habits: what is known of the server; what it refuses is noted there.
        network: how the server is reached.
        has_started: whether an earlier try has already said `Start`, which comes once.

    Attributes:
        answer: what came so far.
        status: the HTTP status, or 0 before the head came.
        request_id: the server's own name for the request, or None.
        has_started: whether `Start` was said, in this try or before.
        head_at: when the head of the answer came, by `time.monotonic`.
    """

    def __init__(
        self, request: ChatRequest, habits: ServerHabits, network: Network, *, has_started: bool
    ) -> None:
        self.answer = Answer()
        self.status = 0
        self.request_id: str | None = None
        self.has_started = has_started
        self.head_at = 0.0
        self._request = request
        self._habits = habits
        self._network = network
        self._seam = SeamFinder(request.unfinished, is_exact=habits.continues_exactly(request))

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

        Raises `ArvaeError`, and `ExtraRefusedError`.
        """
        endpoint = self._request.endpoint
        exchange = open_exchange(
            "POST",
            endpoint,
            "chat/completions",
            self._network,
            accept="text/event-stream",
            body=request_body(self._request, self._habits),
            silence_s=self._request.silence_s,
        )
        async with exchange:
            self.head_at = time.monotonic()
            self.status, self.request_id = exchange.status, request_id(exchange, endpoint)
            self._habits.learn(Profile.named(exchange.headers.get("server")))
            if not self.is_accepted:
                raise await self._refusal(exchange)
            is_rest = self._request.unfinished is not None
            answer = self.answer = Answer(exchange.headers.get("content-type", ""), endpoint.key)
            async with (
                aclosing(exchange.pieces()) as all_pieces,
                aclosing(with_pause(all_pieces, _MODEL_GRACE_S)) as pieces,
            ):
                async for piece in pieces:
                    for said in answer.feed(piece) if piece else ():
                        if not self.has_started:
                            yield self._start()
                        if is_rest:
                            for event in self._seam.feed(said):
                                yield event
                        else:
                            yield said
                    if not self.has_started and (answer.model or piece is None):
                        yield self._start()
                    if answer.is_over:
                        return

    def last_events(self, fault: ArvaeError | None) -> list[StreamEvent]:
        """How it ends: what was held back, and the `End`."""
        if not self.is_accepted:
            return [End(AnswerState.FAILED, error=fault.report if fault else None)]
        start = [] if self.has_started else [self._start()]
        *last, end = self.answer.finish(fault, self.request_id)
        return [*start, *self._joined(last), end]

    def rest(self) -> list[StreamEvent]:
        """What was held back, for an answer that is stopped and has no `End`."""
        return self._joined(self.answer.rest())

    def _joined(self, last: list[StreamEvent]) -> list[StreamEvent]:
        return [event for said in last for event in self._seam.feed(said)] + self._seam.rest()

    def _start(self) -> Start:
        self.has_started = True
        return Start(self.status, self.answer.model or self._request.model)

    async def _refusal(self, exchange: Exchange) -> Exception:
        redirect = redirection(exchange, self._request.endpoint)
        if redirect:
            return redirect
        body = await read_error_body(exchange, self._request.endpoint)
        if self._habits.drop_refused(self._request, self.status, body):
            return ExtraRefusedError()
        return refusal(exchange, self._request.endpoint, body, model=self._request.model)
