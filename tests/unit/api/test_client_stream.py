"""Streams over real sockets: what is sent, and how each ends."""

from __future__ import annotations

import asyncio
import gzip
import json
import tracemalloc
import zlib
from contextlib import aclosing
from typing import ClassVar

import pytest

from arvae_desktop.api.client import ChatClient
from arvae_desktop.domain.events import End, Start, TextDelta, Usage
from arvae_desktop.domain.messages import AnswerState, Role, Turn
from arvae_desktop.domain.requests import ChatRequest
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
from tests.unit.api.asking import CANARY, SILENCE_S, ask, endpoint, events_of, request, starts_of, text_of

_coder = zlib.compressobj(wbits=31)
DAMAGED_GZIP = _coder.compress(text("a")) + _coder.flush(zlib.Z_SYNC_FLUSH) + b"damage" * 9
CHUNKED_HEAD = head(content_type="text/event-stream", transfer_encoding="chunked")


def test_a_stream_that_goes_well() -> None:
    events, end, server = asyncio.run(ask(whole_stream("Hel", "lo")))
    assert events == [Start(200, "some/model"), TextDelta("Hel"), TextDelta("lo")]
    assert end == End(AnswerState.COMPLETE, "stop")
    assert len(server.requests) == 1


def test_what_is_sent() -> None:
    async def run() -> FaultServer:
        async with FaultServer(whole_stream("Hi")) as server:
            turns = (Turn(Role.SYSTEM, "Be brief."), Turn(Role.USER, "Héllo \ud83d"))
            await events_of(ChatRequest(endpoint(server.base_url, CANARY), "some/model", turns))
            return server

    (sent,) = asyncio.run(run()).requests
    assert (sent.method, sent.path) == ("POST", "/v1/chat/completions")
    assert sent.json() == {
        "model": "some/model",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Héllo \ufffd"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert sent.headers["authorization"] == f"Bearer {CANARY}"
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["accept"] == "text/event-stream"
    assert sent.headers["accept-encoding"] == "identity"
    assert sent.headers["user-agent"].startswith("arvae-desktop/")
    assert "cookie" not in sent.headers


def test_without_a_key_there_is_no_authorization_header() -> None:
    _, _, server = asyncio.run(ask(whole_stream("Hi")))
    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "naïve", "tab\tbed", "nul\x00"])
def test_a_key_that_fits_no_header_ends_without_a_request(key: str) -> None:
    _, end, server = asyncio.run(ask(whole_stream("Hi"), key=key))
    assert (end.state, end.error.kind) == ("failed", "bad_key")
    assert server.connections == 0
    assert key not in repr(end)


def test_white_space_around_a_key_goes() -> None:
    _, end, server = asyncio.run(ask(whole_stream("Hi"), key=f"  {CANARY}\n"))
    assert end.state == "complete"
    assert server.requests[0].headers["authorization"] == f"Bearer {CANARY}"


def test_a_prompt_of_a_megabyte_arrives_whole() -> None:
    prompt = "😀é" * 200_000
    _, end, server = asyncio.run(ask(whole_stream("Hi"), prompt=prompt))
    assert end.state == "complete"
    assert server.requests[0].json()["messages"][0]["content"] == prompt


def test_the_client_leaves_at_done_without_waiting_for_the_server() -> None:
    async def run() -> None:
        async with FaultServer([*whole_stream("Hi"), Act.STALL]) as server:
            async with asyncio.timeout(5):
                *_, end = await events_of(request(server.base_url))
            assert end.state == "complete"
            await server.until(lambda: server.gone == 1)

    asyncio.run(run())


class TestStart:
    def test_names_the_model_that_the_server_names(self) -> None:
        chunk = event({"model": "real-model", "choices": [{"delta": {"role": "assistant"}}]})
        events, _, _ = asyncio.run(ask([STREAM_HEAD, chunk, text("Hi"), DONE]))
        assert events[0] == Start(200, "real-model")

    def test_comes_before_a_server_that_takes_its_time(self) -> None:
        async def run() -> None:
            async with (
                FaultServer([STREAM_HEAD, Act.STALL]) as server,
                aclosing(ChatClient().stream(request(server.base_url))) as stream,
                asyncio.timeout(5),
            ):
                assert await anext(stream) == Start(200, "some/model")

        asyncio.run(run())

    def test_comes_once_for_a_server_that_goes_on_after_a_pause(self) -> None:
        events, end, _ = asyncio.run(ask([STREAM_HEAD, Pause(0.7), text("a"), Pause(0.1), text("b"), DONE]))
        assert starts_of(events) == events[:1]
        assert text_of(events) == "ab"
        assert end.state == "complete"

    @pytest.mark.parametrize("body", ["", "<html></html>", "{}", '{"error": "no"}'])
    def test_comes_before_an_end_without_answer(self, body: str) -> None:
        events, end, _ = asyncio.run(ask([answer(200, body)]))
        assert events == [Start(200, "some/model")]
        assert end.state == "failed"


# What breaks, in which phase; the state, the kind of error and the text that is kept.
RESET, SILENCE, END = [Act.RESET], [Act.STALL], []
HEAD_FAULTS = {
    "reset before the request is read": ([Act.RESET, Act.READ_REQUEST], "connection"),
    "end before a byte": (END, "connection"),
    "reset before a byte": (RESET, "connection"),
    "silence before a byte": (SILENCE, "timeout"),
    "half-close before a byte": ([Act.HALF_CLOSE], "connection"),
    "end in the head": ([b"HTTP/1.1 200 OK\r\nContent-"], "connection"),
    "reset in the head": ([b"HTTP/1.1 200 OK\r\nContent-", Act.RESET], "connection"),
    "silence in the head": ([b"HTTP/1.1 200 OK\r\nContent-", Act.STALL], "timeout"),
    "garbage": ([b"\x00\x01\x02 garbage\r\n\r\n"], "protocol"),
    "another protocol": ([b"220 mail.example ESMTP ready\r\n\r\n"], "protocol"),
    "a broken status line": ([b"HTTP/1.1 abc OK\r\n\r\n"], "protocol"),
    "a broken header": ([b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n"], "protocol"),
    "huge headers": (
        [b"HTTP/1.1 200 OK\r\n" + b"X-Filler: %s\r\n" % (b"x" * 1000) * 300 + b"\r\n"],
        "protocol",
    ),
    "two lengths": ([b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"], "protocol"),
    "an endless line": ([b"HTTP/1.1 200 " + b"x" * 300_000], "protocol"),
}
BODY_FAULTS = {
    "end after the head": ([STREAM_HEAD], "failed", "empty", ""),
    "reset after the head": ([STREAM_HEAD, Act.RESET], "failed", "connection", ""),
    "silence after the head": ([STREAM_HEAD, Act.STALL], "interrupted", "timeout", ""),
    "half-close after the head": ([STREAM_HEAD, Act.HALF_CLOSE], "failed", "empty", ""),
    "end after text": ([STREAM_HEAD, text("a")], "interrupted", "connection", "a"),
    "reset after text": ([STREAM_HEAD, text("a"), Pause(0.1), Act.RESET], "interrupted", "connection", "a"),
    "silence after text": ([STREAM_HEAD, text("a"), Act.STALL], "interrupted", "timeout", "a"),
    "half-close after text": ([STREAM_HEAD, text("a"), Act.HALF_CLOSE], "interrupted", "connection", "a"),
    "end after a comment": ([STREAM_HEAD, b": hi\n\n"], "interrupted", "connection", ""),
    "end in an event": ([STREAM_HEAD, text("a"), text("b")[:-5]], "interrupted", "connection", "a"),
    "end in a chunked body": (
        [CHUNKED_HEAD, *chunked(text("a"), is_whole=False)],
        "interrupted",
        "connection",
        "a",
    ),
    "end in a chunk": (
        [CHUNKED_HEAD, *chunked(text("a"), is_whole=False), b"ff\r\ndata:"],
        "interrupted",
        "connection",
        "a",
    ),
    "a broken chunk": (
        [CHUNKED_HEAD, *chunked(text("a"), is_whole=False), b"xyz\r\n"],
        "interrupted",
        "connection",
        "a",
    ),
    "a chunked body of nothing, cut": ([CHUNKED_HEAD], "failed", "connection", ""),
    "a chunked body of nothing": ([CHUNKED_HEAD, *chunked()], "failed", "empty", ""),
    "shorter than its length": (
        [head(content_type="text/event-stream", content_length=999), text("a")],
        "interrupted",
        "connection",
        "a",
    ),
    "JSON that breaks off": (
        [head(content_type="application/json", content_length=999), b'{"choices":'],
        "interrupted",
        "connection",
        "",
    ),
    "204": ([b"HTTP/1.1 204 No Content\r\n\r\n"], "failed", "empty", ""),
    "length zero": ([answer(200, "", "text/event-stream")], "failed", "empty", ""),
    "damaged gzip": (
        [head(content_type="text/event-stream", content_encoding="gzip"), DAMAGED_GZIP],
        "interrupted",
        "connection",
        "a",
    ),
    "plain text labelled as gzip": (
        [head(content_type="text/event-stream", content_encoding="gzip"), text("a")],
        "failed",
        "connection",
        "",
    ),
    "an unknown coding": (
        [head(content_type="text/event-stream", content_encoding="br"), text("a")],
        "failed",
        "protocol",
        "",
    ),
}
FINISHED_FAULTS = {
    "end": [],
    "reset": [Pause(0.1), Act.RESET],
    "silence": [Act.STALL],
    "half-close": [Act.HALF_CLOSE],
    "cut event": [text("b")[:-5]],
    "garbage": [b"\xff\xfe\n\n"],
}


@pytest.mark.parametrize(("steps", "kind"), HEAD_FAULTS.values(), ids=HEAD_FAULTS)
def test_what_breaks_before_the_head_has_failed(steps: list, kind: str) -> None:
    events, end, _ = asyncio.run(ask(steps, silence_s=SILENCE_S))
    assert events == []
    assert (end.state, end.error.kind) == ("failed", kind)
    assert end.error.title
    assert end.error.hint


@pytest.mark.parametrize(("steps", "state", "kind", "kept"), BODY_FAULTS.values(), ids=BODY_FAULTS)
def test_what_breaks_after_the_head_keeps_its_text(steps: list, state: str, kind: str, kept: str) -> None:
    events, end, _ = asyncio.run(ask(steps, silence_s=SILENCE_S))
    assert starts_of(events) == events[:1]
    assert text_of(events) == kept
    assert (end.state, end.error.kind) == (state, kind)


@pytest.mark.parametrize("steps", FINISHED_FAULTS.values(), ids=FINISHED_FAULTS)
@pytest.mark.parametrize(
    ("reason", "state"), [("stop", "complete"), ("length", "length"), ("odd", "complete")]
)
def test_what_breaks_after_the_finish_changes_nothing(steps: list, reason: str, state: str) -> None:
    events, end, _ = asyncio.run(ask([STREAM_HEAD, text("a"), finish(reason), *steps], silence_s=SILENCE_S))
    assert text_of(events) == "a"
    assert end == End(AnswerState(state), reason)


def test_usage_that_follows_the_finish_is_read() -> None:
    usage = event({"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}})
    events, end, _ = asyncio.run(ask([STREAM_HEAD, text("a"), finish(), Pause(0.05), usage, DONE]))
    assert Usage(1, 2) in events
    assert end.state == "complete"


def test_comments_are_a_sign_of_life() -> None:
    silence_s = 2.0  # together the pauses are longer, and each is much shorter
    steps = [STREAM_HEAD]
    for _ in range(4):
        steps += [Pause(0.6), b": keep-alive\n\n"]
    _, end, _ = asyncio.run(ask([*steps, text("a"), DONE], silence_s=silence_s))
    assert end.state == "complete"


class TestHttp:
    def test_informational_answers_come_first(self) -> None:
        first = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
        events, end, _ = asyncio.run(ask([first, *whole_stream("Hi")]))
        assert (text_of(events), end.state) == ("Hi", "complete")

    @pytest.mark.parametrize("extension", [b";name=value;other", b" ; a=b", b"\t;a", b" ", b';a="b;c"'])
    def test_chunk_extensions_and_trailers(self, extension: bytes) -> None:
        body = text("a") + DONE
        chunk = b"%X%s\r\n%s\r\n0\r\nX-Trailer: yes\r\n\r\n" % (len(body), extension, body)
        events, end, _ = asyncio.run(ask([CHUNKED_HEAD, chunk]))
        assert (text_of(events), end.state) == ("a", "complete")

    def test_chunks_cut_events_anywhere(self) -> None:
        body = text("aé") + text("b") + DONE
        events, end, _ = asyncio.run(ask([CHUNKED_HEAD, *chunked(*(bytes([byte]) for byte in body))]))
        assert (text_of(events), end.state) == ("aéb", "complete")

    def test_http_1_0_ends_with_the_connection(self) -> None:
        steps = [b"HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", text("a"), finish()]
        events, end, _ = asyncio.run(ask(steps))
        assert (text_of(events), end.state) == ("a", "complete")

    def test_a_body_without_any_header(self) -> None:
        events, end, _ = asyncio.run(ask([b"HTTP/1.1 200\r\n\r\n", text("a"), DONE]))
        assert (text_of(events), end.state) == ("a", "complete")


class TestCompression:
    RAW = zlib.compressobj(wbits=-15)
    BODY = text("Hé") + text("llo") + DONE
    CODED: ClassVar = {
        "gzip": gzip.compress(BODY),
        "x-gzip": gzip.compress(BODY[:30]) + gzip.compress(BODY[30:]) + b"padding",
        "GZIP": gzip.compress(BODY),
        "deflate": zlib.compress(BODY),
        "Deflate": RAW.compress(BODY) + RAW.flush(),
        "deflate, gzip": gzip.compress(zlib.compress(BODY)),
        "identity": BODY,
    }

    @pytest.mark.parametrize("coding", CODED)
    def test_a_compressed_stream_is_decoded(self, coding: str) -> None:
        coded = self.CODED[coding]
        steps = [head(content_type="text/event-stream", content_encoding=coding)]
        steps += [coded[at : at + 7] for at in range(0, len(coded), 7)]
        events, end, _ = asyncio.run(ask(steps))
        assert (text_of(events), end.state) == ("Héllo", "complete")

    def test_text_comes_out_as_soon_as_it_is_flushed(self) -> None:
        async def run() -> None:
            coder = zlib.compressobj(wbits=31)
            part = coder.compress(text("Hi")) + coder.flush(zlib.Z_SYNC_FLUSH)
            steps = [head(content_type="text/event-stream", content_encoding="gzip"), part, Act.STALL]
            async with (
                FaultServer(steps) as server,
                aclosing(ChatClient().stream(request(server.base_url))) as stream,
                asyncio.timeout(5),
            ):
                assert [await anext(stream), await anext(stream)][1] == TextDelta("Hi")

        asyncio.run(run())

    @pytest.mark.parametrize(
        ("content_type", "start", "filler"),
        [
            ("text/event-stream", text("a"), b": a comment that says nothing, and that again and again\n"),
            (
                "text/event-stream",
                text("a"),
                b"data: one event that is far too long to be true, with line ends\n",
            ),
            ("text/event-stream", text("a"), b"one line that is far too long to be true, without line ends"),
            ("application/json", b'{"a":"', b"one string that is far too long to be true"),
        ],
    )
    def test_a_bomb_ends_typed_in_bounded_memory(
        self, content_type: str, start: bytes, filler: bytes
    ) -> None:
        coder = zlib.compressobj(wbits=31)
        filler *= 20_000
        bomb = coder.compress(start) + b"".join(coder.compress(filler) for _ in range(200)) + coder.flush()
        steps = [head(content_type=content_type, content_encoding="gzip"), bomb]
        tracemalloc.start()
        try:
            events, end, _ = asyncio.run(ask(steps))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert (end.state, end.error.kind) == ("failed", "too_large")
        assert text_of(events) == ("" if "json" in content_type else "a")
        assert peak < 100_000_000


class TestKey:
    """What a server says back never holds the key."""

    @pytest.mark.parametrize(
        "steps",
        [
            [
                answer(
                    401, json.dumps({"error": {"message": f"Bad key {CANARY}!"}}), x_request_id=f"r-{CANARY}"
                )
            ],
            [answer(400, f"<html><title>{CANARY}</title>", "text/html")],
            [answer(500, "x" * 490 + CANARY, "text/plain")],
            [
                answer(
                    401,
                    json.dumps({"error": {"message": "".join(f"\\u{ord(c):04x}" for c in CANARY)}}).replace(
                        "\\\\", "\\"
                    ),
                )
            ],
            [answer(302, "", location=f"https://elsewhere.example/?key={CANARY}")],
            [STREAM_HEAD, event({"error": {"message": f"Bad key {CANARY}!"}})],
            [head(content_type="text/event-stream", x_request_id=CANARY), text("a")],
            [STREAM_HEAD, b"event: error\ndata: Bad key %s!\n\n" % CANARY.encode()],
            [STREAM_HEAD, delta(content=f"Your key is {CANARY}."), finish(CANARY), DONE],
            [STREAM_HEAD, event({"model": CANARY, "choices": []}), DONE],
            [answer(200, json.dumps({"choices": [{"message": {"content": CANARY}}]}))],
            [answer(200, f"<html><title>{CANARY}</title>", "text/html")],
        ],
    )
    def test_is_cut_out(self, steps: list) -> None:
        events, end, server = asyncio.run(ask(steps, key=CANARY))
        assert server.requests[0].headers["authorization"] == f"Bearer {CANARY}"
        assert CANARY not in repr((events, end))
        assert CANARY[:12] not in repr((events, end))

    def test_that_is_a_common_word_stays_in_the_answer(self) -> None:
        events, _, _ = asyncio.run(ask(whole_stream("ollama"), key="ollama"))
        assert text_of(events) == "ollama"
