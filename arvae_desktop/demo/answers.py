"""Plays a script as the answer to one chat request: in time, event by event, to whatever end it has."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from arvae_desktop.demo import chunks
from arvae_desktop.demo.scripts import FAILS_HALFWAY, RECOVERS, Delta, Ending, Fault, Script, message_text
from arvae_desktop.demo.texts import HTML_PAGE
from arvae_desktop.demo.wire import HttpError

if TYPE_CHECKING:
    from collections.abc import Callable

    from arvae_desktop.demo.wire import Response

_CHARACTERS_PER_TOKEN = 4
_TOKENS_BETWEEN_YIELDS = 32
_OVERLOADED = "The demo's server fell over in mid-answer, as the script says."


@dataclass(frozen=True)
class ChatRequest:
    """A chat request whose body has been read and understood."""

    model: str
    messages: list[object]
    stream: bool
    include_usage: bool


class Pace:
    """Says when the next token is due, counted from the first: a late token makes no other late."""

    def __init__(self, tokens_per_second: float | None) -> None:
        self._rate = tokens_per_second
        self._start = time.monotonic()
        self._count = 0

    async def next_turn(self) -> None:
        """Wait until the next token is due. The loop gets a turn now and then even if every token is late."""
        number, self._count = self._count, self._count + 1
        delay = 0.0 if self._rate is None else self._start + number / self._rate - time.monotonic()
        if delay > 0 or number % _TOKENS_BETWEEN_YIELDS == 0:
            await asyncio.sleep(max(0.0, delay))


class ErrorCycle:
    """What `demo/error` does: a server's requests meet one failure after the other, every fifth an answer."""

    def __init__(self) -> None:
        self._count = 0

    def next_script(self) -> Script:
        """The next script.

        Raises:
            HttpError: this time the request is refused.
        """
        step, self._count = self._count % 5, self._count + 1
        if step == 0:
            text = "Rate limit reached for demo/error. Please try again in 1s."
            raise HttpError(
                429, text, kind="requests", code="rate_limit_exceeded", headers={"Retry-After": "1"}
            )
        if step == 1:
            raise wrong_key()
        if step == 2:
            raise HttpError(
                500, "The server had an error while it processed your request.", kind="server_error"
            )
        return FAILS_HALFWAY if step == 3 else RECOVERS


def wrong_key() -> HttpError:
    """The refusal of a key; it never repeats the key."""
    return HttpError(401, "Incorrect API key provided.", code="invalid_api_key")


class Answer:
    """The answer to one chat request.

    Attributes:
        sent_tokens: how many content and reasoning tokens have been written.
    """

    def __init__(
        self,
        request: ChatRequest,
        response: Response,
        *,
        completion_id: str,
        tokens_per_second: float | None,
        on_token: Callable[[int], None],
    ) -> None:
        self._request = request
        self._response = response
        self._rate = tokens_per_second
        self._on_token = on_token
        self._shapes = chunks.Shapes(completion_id, request.model, request.include_usage and request.stream)
        self.sent_tokens = 0

    async def play(self, script: Script | Fault) -> None:
        """Send the answer; never returns where the script falls silent. Cancelling leaves it as it is.

        Raises:
            ConnectionError: the client is gone.
        """
        if isinstance(script, Script):
            script = script.for_messages(self._request.messages)
            await (self._stream(script) if self._request.stream else self._complete(script))
        elif script is Fault.HTML:
            self._response.send(200, HTML_PAGE.encode(), media_type="text/html; charset=utf-8")
        else:
            await _for_ever()

    async def _stream(self, script: Script) -> None:
        self._response.start_stream()
        self._send(self._shapes.delta({"role": "assistant", "content": ""}))
        pace = Pace(script.tokens_per_second or self._rate)
        for delta in script.deltas(self._request.messages):
            if delta.kind == "raw":
                self._response.send_event(delta.text.encode())
                continue
            await pace.next_turn()
            self._send_token(delta)
            await self._response.drain()
        match script.ending:
            case Ending.CUT:
                return
            case Ending.STALL:
                await _for_ever()
            case Ending.ERROR:
                self._send(chunks.error_object(_OVERLOADED, "server_error", "overloaded"))
            case Ending.DONE:
                self._finish(script.finish_reason)
        self._response.end_stream()

    def _send_token(self, delta: Delta) -> None:
        self._send(self._shapes.delta({delta.kind: delta.text}))
        self.sent_tokens += 1
        self._on_token(self.sent_tokens)

    def _finish(self, reason: str) -> None:
        self._send(self._shapes.delta({}, reason))
        if self._shapes.with_usage:
            self._send(self._shapes.usage_chunk(self._usage()))
        self._response.send_event(b"[DONE]")

    async def _complete(self, script: Script) -> None:
        """One JSON object, at once: what isn't streamed has no pace. Faults take the form they have there."""
        deltas = list(script.deltas(self._request.messages))
        if script.ending is Ending.ERROR:
            raise HttpError(500, _OVERLOADED, kind="server_error", code="overloaded")
        self.sent_tokens = sum(delta.kind != "raw" for delta in deltas)
        message = {"content": "".join(delta.text for delta in deltas if delta.kind == "content")}
        if reasoning := "".join(delta.text for delta in deltas if delta.kind == "reasoning_content"):
            message["reasoning_content"] = reasoning
        body = chunks.to_json(self._shapes.completion(message, script.finish_reason, self._usage()))
        if any(delta.kind == "raw" for delta in deltas):
            body = body[: len(body) // 2]
        whole = script.ending is Ending.DONE
        self._response.send(200, body, only=None if whole else len(body) // 2)
        if script.ending is Ending.STALL:
            await _for_ever()

    def _usage(self) -> dict[str, int]:
        characters = sum(len(message_text(message)) for message in self._request.messages)
        return chunks.usage(-(-characters // _CHARACTERS_PER_TOKEN), self.sent_tokens)

    def _send(self, value: dict[str, object]) -> None:
        self._response.send_event(chunks.to_json(value))


async def _for_ever() -> None:
    await asyncio.get_running_loop().create_future()
