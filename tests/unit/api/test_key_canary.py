"""A key goes into one header and nowhere else, whatever a server does and says.

Each case is played with a distinctive key: as a stream, and as a list of models. Then every text that
could be shown, logged or put into a report is searched for it, and for any larger piece of it.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import traceback
from contextlib import aclosing
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from arvae_desktop.api.client import ChatClient
from arvae_desktop.domain.errors import ArvaeError
from arvae_desktop.domain.events import TextDelta
from tests.support.fault_server import (
    DONE,
    STREAM_HEAD,
    Act,
    FaultServer,
    Pause,
    answer,
    chunked,
    delta,
    event,
    finish,
    head,
    text,
    whole_stream,
)
from tests.unit.api.asking import SILENCE_S, endpoint, events_of, request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.fault_server import Script

KEY = "sk-Canary_7f3A9c51/E2d8+b604Zq"
_PIECE = 10
_ECHO = f"POST /v1/chat/completions HTTP/1.1\r\nAuthorization: Bearer {KEY}\r\n\r\n".encode()
_ESCAPED = KEY.replace("/", "\\/").replace("+", "\\u002b")  # as PHP and Go write JSON
_SAYS = json.dumps({"error": {"message": f"Invalid key: {KEY}.", "code": KEY, "type": KEY}})

CASES: dict[str, Script] = {
    "a stream that goes well": whole_stream("Hi"),
    "a list of models": [answer(200, '{"data": [{"id": "a"}]}')],
    "the request, sent back": [_ECHO],
    "the request, sent back as a body": [STREAM_HEAD, _ECHO],
    "the request, sent back as headers": [b"HTTP/1.1 200 OK\r\n" + _ECHO.partition(b"\r\n")[2], text("a")],
    "the request, sent back as a reason": [head(401, f"Bearer {KEY}", content_length=0)],
    "a broken header": [b"HTTP/1.1 200 OK\r\n%s\r\n\r\n" % KEY.encode()],
    "a broken status": [b"HTTP/1.1 %s OK\r\n\r\n" % KEY.encode()],
    "a broken length": [head(content_length=KEY), b"x"],
    "a broken chunk": [head(transfer_encoding="chunked"), *chunked(text("a"), is_whole=False), KEY.encode()],
    "an unknown coding": [head(content_encoding=KEY), b"x"],
    "a content type": [head(content_type=f"text/{KEY}"), b"x"],
    "a refusal": [answer(401, _SAYS, x_request_id=f"req-{KEY}")],
    "a refusal with escapes": [answer(401, _SAYS.replace(KEY, _ESCAPED))],
    "a refusal in words": [answer(403, f"{KEY} is not welcome", "text/plain", request_id=KEY)],
    "a refusal at its longest": [answer(400, "x" * 485 + KEY, "text/plain")],
    "a refusal as a page": [answer(404, f"<html><title>No {KEY}</title>", "text/html")],
    "a refusal that asks to wait": [answer(429, _SAYS, retry_after="999")],
    "a fault": [answer(500, _SAYS)],
    "a redirect": [answer(307, "", location=f"https://elsewhere.example/{KEY}?key={KEY}#{KEY}")],
    "an odd redirect": [answer(302, "", location=f"//{KEY}@[{KEY}")],
    "an error in the stream": [STREAM_HEAD, text("a"), f"data: {_SAYS}\n\n".encode()],
    "an escaped error in the stream": [STREAM_HEAD, f"data: {_SAYS.replace(KEY, _ESCAPED)}\n\n".encode()],
    "an error event": [STREAM_HEAD, f"event: error\ndata: {KEY} is bad\n\n".encode()],
    "an answer that names it": [STREAM_HEAD, delta(content=f"It is {KEY}.", refusal=KEY), finish(KEY), DONE],
    "an answer that names it, escaped": [
        STREAM_HEAD,
        delta(content="It is KEY.").replace(b"KEY", _ESCAPED.encode()),
        DONE,
    ],
    "a whole answer, escaped": [
        answer(200, json.dumps({"choices": [{"message": {"content": "KEY"}}]}).replace("KEY", _ESCAPED))
    ],
    "an escaped list of models": [answer(200, json.dumps({"data": ["KEY"]}).replace("KEY", _ESCAPED))],
    "a list of models that names it": [answer(200, json.dumps({"data": [KEY]}))],
    "all else, escaped": [
        STREAM_HEAD,
        event({"model": "KEY", "choices": []}).replace(b"KEY", _ESCAPED.encode()),
        delta(reasoning="KEY", refusal="KEY").replace(b"KEY", _ESCAPED.encode()),
        delta(
            tool_calls=[{"index": 0, "id": "KEY", "function": {"name": "KEY", "arguments": KEY[:9]}}]
        ).replace(b"KEY", _ESCAPED.encode()),
        delta(tool_calls=[{"index": 0, "function": {"arguments": KEY[9:]}}]),
        finish("KEY").replace(b"KEY", _ESCAPED.encode()),
    ],
    "reasoning that names it": [STREAM_HEAD, text(f"<think>{KEY}</think>"), delta(reasoning=KEY), DONE],
    "a tool call with it": [
        STREAM_HEAD,
        delta(tool_calls=[{"index": 0, "id": KEY, "function": {"name": KEY, "arguments": KEY}}]),
        DONE,
    ],
    "a model of that name": [STREAM_HEAD, event({"model": KEY, "choices": []}), DONE],
    "a cut event with it": [STREAM_HEAD, text(KEY)[:-4]],
    "an event without its blank line": [STREAM_HEAD, text(KEY)[:-1]],
    "a whole answer": [answer(200, json.dumps({"choices": [{"message": {"content": KEY}}], "model": KEY}))],
    "a whole error": [answer(200, _SAYS)],
    "an answer that names it in pieces": [STREAM_HEAD, *map(text, ("It is ", *KEY, ".")), DONE],
    "an answer that names it in two": [STREAM_HEAD, text("It is " + KEY[:20]), text(KEY[20:] + "."), DONE],
    "an answer that names it around a token count": [
        STREAM_HEAD,
        text(KEY[:12]),
        event({"usage": {"prompt_tokens": 1, "completion_tokens": 2}}),
        text(KEY[12:]),
        DONE,
    ],
    "an answer that names it around reasoning": [
        STREAM_HEAD,
        text(KEY[:12]),
        delta(reasoning="Hm."),
        text(KEY[12:]),
        DONE,
    ],
    "an answer that ends in it": [STREAM_HEAD, text(KEY[:20])],
    "reasoning that names it in two": [STREAM_HEAD, delta(reasoning=KEY[:14]), delta(reasoning=KEY[14:])],
    "broken JSON with escapes": [answer(400, '{"error": {"message": "' + _ESCAPED)],
    "an error event with escapes": [STREAM_HEAD, f"event: error\ndata: {_ESCAPED} is bad\n\n".encode()],
    "a redirect with escapes": [answer(307, "", location=f"https://elsewhere.example/?key={quote(KEY, '')}")],
    "a refusal with entities": [answer(403, f"{KEY[0]}&#{ord(KEY[1])};{KEY[2:]} is bad", "text/plain")],
    "a page": [answer(200, f"<html><title>{KEY}</title>", "text/html")],
    "broken JSON": [answer(200, '{"' + KEY)],
    "the end": [],
    "a reset": [Act.RESET],
    "a reset after text": [STREAM_HEAD, text("a"), Act.SETTLE, Act.RESET],
    "silence": [Act.STALL],
    "silence after text": [STREAM_HEAD, text("a"), Act.STALL],
    "damaged gzip": [head(content_encoding="gzip"), KEY.encode()],
}


class Search:
    """Gathers texts and says which of them hold the key."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._pieces = [KEY[at : at + _PIECE] for at in range(len(KEY) - _PIECE + 1)]

    def look(self, where: str, shown: str) -> None:
        # An escaped key is the key to anyone who reads it.
        plain = shown.replace("\\/", "/").replace("\\\\u002b", "+").replace("\\u002b", "+")
        if any(piece in plain for piece in self._pieces):
            self.found.append(f"{where}: {shown[:300]}")

    def look_at_error(self, error: BaseException, script: Script) -> None:
        """Its text, all that is chained to it, and what a report with local variables would show.

        Such variables hold what a server sends: a key that it sends back stands there.
        """
        is_sent_back = any(isinstance(step, bytes) and KEY[:_PIECE].encode() in step for step in script)
        for cause in chain_of(error):
            self.look("exception", f"{cause!r} {cause} {cause.args} {vars(cause)}")
            for frame, line in traceback.walk_tb(cause.__traceback__):
                for name, value in frame.f_locals.items():
                    if "/tests/" not in frame.f_code.co_filename and not is_sent_back:
                        self.look(f"{frame.f_code.co_qualname}:{line} {name}", repr(value))
        self.look("traceback", "".join(traceback.format_exception(error)))

    def look_at_objects(self) -> None:
        """What all new objects of ours and of the HTTP library say of themselves, and all tasks."""
        for found in gc.get_objects():
            if type(found).__module__.partition(".")[0] in ("arvae_desktop", "httpx", "httpcore"):
                self.look(type(found).__name__, repr(found))
        for task in asyncio.all_tasks():
            self.look("task", repr(task))


def chain_of(error: BaseException) -> Iterator[BaseException]:
    waiting: list[BaseException | None] = [error]
    seen = set()
    while waiting:
        cause = waiting.pop()
        if cause is not None and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [cause.__cause__, cause.__context__, *getattr(cause, "exceptions", ())]


@pytest.fixture
def search(caplog: pytest.LogCaptureFixture) -> Iterator[Search]:
    """Searches all that was logged, too, and fails the test over what it found."""
    caplog.set_level(logging.DEBUG)
    search = Search()
    gc.freeze()  # what other tests have left behind is not looked at
    try:
        yield search
    finally:
        gc.unfreeze()
    for record in caplog.get_records("call"):
        search.look("log", f"{record.getMessage()} {record.__dict__}")
    assert search.found == []


def check_requests(server: FaultServer) -> None:
    """The server got the key, in one place."""
    for sent in server.requests:
        headers = dict(sent.headers)
        assert headers.pop("authorization") == f"Bearer {KEY}"
        assert KEY not in f"{sent.method} {sent.path} {headers} {sent.body!r}"


@pytest.mark.parametrize("script", CASES.values(), ids=CASES)
def test_a_stream_never_shows_it(script: Script, search: Search) -> None:
    async def run() -> None:
        async with FaultServer(script) as server:
            asked = request(server.base_url, key=KEY, silence_s=SILENCE_S)
            search.look("request", repr(asked))
            async with aclosing(ChatClient().stream(asked)) as stream:
                shown = ""
                async for said in stream:
                    search.look("event", f"{said!r} {said}")
                    shown += said.text if isinstance(said, TextDelta) else ""
            search.look("text", shown)
        assert server.requests or script == [Act.RESET]
        check_requests(server)

    asyncio.run(run())


@pytest.mark.parametrize("script", CASES.values(), ids=CASES)
def test_a_list_of_models_never_shows_it(script: Script, search: Search) -> None:
    async def run() -> None:
        async with FaultServer(script) as server:
            try:
                async with asyncio.timeout(SILENCE_S):
                    found = await ChatClient().list_models(endpoint(server.base_url, KEY))
                search.look("models", repr(found))
            except ArvaeError as error:
                search.look("report", repr(error.report))
                search.look_at_error(error, script)
            except TimeoutError as error:
                search.look("timeout", "".join(traceback.format_exception(error)))
        check_requests(server)

    asyncio.run(run())


@pytest.mark.parametrize("name", ["http://127.0.0.1:9/v1", "https://no-such-host.invalid/v1"])
def test_no_connection_shows_it(name: str, search: Search) -> None:
    async def run() -> None:
        search.look("events", repr(await events_of(request(name, key=KEY, max_retries=1))))
        with pytest.raises(ArvaeError) as caught:
            await ChatClient().list_models(endpoint(name, KEY))
        search.look_at_error(caught.value, [])

    asyncio.run(run())


@pytest.mark.parametrize("key", [f"{KEY}\n{KEY}", f"{KEY} x", f"{KEY}é", f"\x00{KEY}"])
def test_a_key_that_fits_no_header_is_not_shown(key: str, search: Search) -> None:
    async def run() -> None:
        async with FaultServer(whole_stream("Hi")) as server:
            search.look("events", repr(await events_of(request(server.base_url, key=key))))
            with pytest.raises(ArvaeError) as caught:
                await ChatClient().list_models(endpoint(server.base_url, key))
            search.look("exception", "".join(traceback.format_exception(caught.value)))
            assert server.connections == 0

    asyncio.run(run())


@pytest.mark.parametrize(
    "script",
    [
        [Act.STALL],
        [STREAM_HEAD, Act.STALL],
        [STREAM_HEAD, *[text("a"), Pause(0.01)] * 100],
        [answer(503, _SAYS, retry_after="60")],
    ],
    ids=["before the head", "after the head", "while text flows", "while waiting for a retry"],
)
def test_nothing_that_lives_shows_it_nor_does_a_stop(script: Script, search: Search) -> None:
    async def run() -> None:
        async with FaultServer(script) as server:
            task = asyncio.ensure_future(events_of(request(server.base_url, key=KEY, max_retries=1)))
            await server.until(lambda: server.requests)
            search.look_at_objects()
            task.cancel()
            try:
                await task
            except asyncio.CancelledError as error:
                search.look("stop", "".join(traceback.format_exception(error)))
            search.look_at_objects()
        check_requests(server)

    asyncio.run(run())


def test_the_search_finds_what_there_is() -> None:
    for shown in (KEY, f"x{KEY[5:18]}x", json.dumps(_ESCAPED), repr(_ESCAPED)):
        search = Search()
        search.look("here", shown)
        assert search.found
    search = Search()
    try:
        try:
            raise ValueError(KEY)
        except ValueError:
            raise KeyError("other")  # noqa: B904  (what is only its context counts)
    except KeyError as error:
        search.look_at_error(error, [])
    assert len(search.found) >= 2
