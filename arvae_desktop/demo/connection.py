"""One connection to the demo server: one request, one answer, and an eye on the client all the while."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Protocol

from arvae_desktop.demo import chunks
from arvae_desktop.demo.answers import Answer, ChatRequest, ErrorCycle, wrong_key
from arvae_desktop.demo.scripts import MODELS, Fault
from arvae_desktop.demo.wire import (
    Head,
    HttpError,
    Response,
    check_host,
    close_gently,
    read_body,
    read_head,
    read_to_end,
)

_METHODS = {"/v1/models": "GET", "/v1/chat/completions": "POST"}


class Log(Protocol):
    """Takes an event's name and fields."""

    def __call__(self, event: str, **fields: object) -> None:
        """Log an event that happens now."""


@dataclass(frozen=True)
class Settings:
    """What all connections of a server have in common."""

    tokens_per_second: float | None
    required_key_sha256: str | None
    log_tokens: bool
    log: Log
    errors: ErrorCycle
    started: int


class Connection:
    """Serves one connection.

    A client that closes its side for writing counts as gone, as in most servers.
    """

    def __init__(
        self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, settings: Settings
    ) -> None:
        self._number = number
        self._reader = reader
        self._writer = writer
        self._settings = settings
        self._response = Response(writer, on_first_byte=lambda: self._log("first_byte"))
        self._sent_tokens = 0

    async def run(self) -> None:
        """Serve and close the connection; nothing a client does raises. Cancelling it drops the client."""
        try:
            if await self._answered():
                await close_gently(self._reader, self._writer)
        except (OSError, asyncio.IncompleteReadError):
            self._log("client_closed", sent_tokens=self._sent_tokens)
            self._writer.transport.abort()
        except asyncio.CancelledError:
            self._writer.transport.abort()
            raise
        finally:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()

    async def _answered(self) -> bool:
        """Answer the request, if there is one.

        Raises:
            OSError, asyncio.IncompleteReadError: the client closed before it had its answer.
        """
        try:
            head = await read_head(self._reader)
            if head is None:
                return False
            self._response.bodiless = head.method == "HEAD"
            await self._answer(head)
        except HttpError as error:
            body = chunks.to_json(chunks.error_object(error.message, error.kind, error.code))
            self._response.send(error.status, body, headers=error.headers)
        await self._response.flush()
        self._log("finished")
        return True

    async def _answer(self, head: Head) -> None:
        document: object = None
        try:
            self._check(head)
            if head.method == "POST":
                body = await read_body(self._reader, head, self._response.send_continue)
                document = _parse(body)
        finally:
            self._log_request(head, document if isinstance(document, dict) else {})
        if head.method == "GET":
            models = chunks.model_list(list(MODELS), self._settings.started)
            self._response.send(200, chunks.to_json(models))
        else:
            await self._chat(_chat_request(document))

    def _check(self, head: Head) -> None:
        check_host(head)
        method = _METHODS.get(head.path)
        if method is None:
            raise HttpError(404, f"There is nothing at {head.path}.", code="unknown_url")
        if head.method != method:
            raise HttpError(405, f"This path takes {method} only.", headers={"Allow": method})
        required = self._settings.required_key_sha256
        if required is not None and not hmac.compare_digest(_key_sha256(head) or "", required.lower()):
            raise wrong_key()

    async def _chat(self, request: ChatRequest) -> None:
        script = MODELS.get(request.model)
        if script is None:
            text = f"The model `{request.model}` does not exist or you do not have access to it."
            raise HttpError(404, text, code="model_not_found")
        if script is Fault.ERRORS:
            script = self._settings.errors.next_script()
        answer = Answer(
            request,
            self._response,
            completion_id=f"chatcmpl-demo-{self._number}",
            tokens_per_second=self._settings.tokens_per_second,
            on_token=self._token_sent,
        )
        await self._while_client_stays(asyncio.create_task(answer.play(script)))

    async def _while_client_stays(self, answer: asyncio.Task[None]) -> None:
        """Wait for the answer's end and take part in its errors.

        Raises:
            ConnectionError: the client closed first.
        """
        gone = asyncio.create_task(read_to_end(self._reader))
        try:
            await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise ConnectionResetError
            answer.result()
        finally:
            answer.cancel()
            gone.cancel()
            await asyncio.gather(answer, gone, return_exceptions=True)

    def _token_sent(self, count: int) -> None:
        self._sent_tokens = count
        if self._settings.log_tokens:
            self._log("token", n=count)

    def _log_request(self, head: Head, document: dict[str, object]) -> None:
        self._log(
            "request",
            method=head.method,
            path=head.path,
            model=document.get("model"),
            stream=document.get("stream"),
            messages=document.get("messages"),
            authorization_sha256=_key_sha256(head),
        )

    def _log(self, event: str, **fields: object) -> None:
        self._settings.log(event, id=self._number, **fields)


def _key_sha256(head: Head) -> str | None:
    """The digest of the bearer key alone, None without one."""
    scheme, _, key = head.headers.get("authorization", "").partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key:
        return None
    return hashlib.sha256(key.encode("latin-1")).hexdigest()


def _parse(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HttpError(400, "The body is no valid JSON.", code="invalid_json") from error


def _chat_request(document: object) -> ChatRequest:
    if not isinstance(document, dict):
        raise HttpError(400, "The body must be a JSON object.")
    model, messages, stream = document.get("model"), document.get("messages"), document.get("stream")
    options = document.get("stream_options")
    if not isinstance(model, str):
        raise HttpError(400, "`model` must be a string.")
    if not isinstance(messages, list) or not messages:
        raise HttpError(400, "`messages` must be a list with at least one message.")
    if not isinstance(stream, bool | None):
        raise HttpError(400, "`stream` must be true or false.")
    wants_usage = isinstance(options, dict) and options.get("include_usage") is True
    return ChatRequest(model, messages, stream is True, wants_usage)
