"""Faults as data: what a server does wrong, in each phase where it can, and how the answer must end.

An outcome is written ``state kind``, or ``state`` alone where there is no error, and then the text that is
kept, behind a bar: ``interrupted connection|a``.
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.support.fault_server import DONE, STREAM_HEAD, Act, Drip, answer, delta, event, finish, head, text

if TYPE_CHECKING:
    from tests.support.fault_server import Script

A, B = text("a"), text("b")
_TYPE = "text/event-stream"
CHUNKED_HEAD = head(content_type=_TYPE, transfer_encoding="chunked")
GZIP_HEAD = head(content_type=_TYPE, content_encoding="gzip")
_MB = 1024 * 1024

PHASES = {
    "before the head": [],
    "in the head": [b"HTTP/1.1 200 OK\r\nContent-Type: text/eve"],
    "after the head": [STREAM_HEAD],
    "after text": [STREAM_HEAD, A],
    "after the finish": [STREAM_HEAD, A, finish()],
}


@dataclass(frozen=True)
class Fault:
    """One fault in one phase."""

    name: str
    phase: str
    script: Script
    outcome: str

    def __str__(self) -> str:
        return f"{self.name}, {self.phase}"


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _gzip(data: bytes) -> bytes:
    coder = zlib.compressobj(wbits=31)
    return coder.compress(data) + coder.flush(zlib.Z_SYNC_FLUSH)


# --- what can happen in every phase: the steps; then the outcome in each, in the order of PHASES ---
# `=` is the outcome of a server that simply closes there.
_CLOSED = (
    "failed connection|",
    "failed connection|",
    "failed empty|",
    "interrupted connection|a",
    "complete|a",
)
_SILENT = (
    "failed timeout|",
    "failed timeout|",
    "interrupted timeout|",
    "interrupted timeout|a",
    "complete|a",
)
_NO_HTTP = (
    "failed protocol|",
    "failed protocol|",
    "interrupted connection|",
    "interrupted connection|a",
    "complete|a",
)
_ANYWHERE: dict[str, tuple[Script, tuple[str, ...]]] = {
    "end": ([], _CLOSED),
    "reset": ([Act.SETTLE, Act.RESET], (*_CLOSED[:2], "failed connection|", *_CLOSED[3:])),
    "half-close": ([Act.HALF_CLOSE], _CLOSED),
    "silence": ([Act.STALL], _SILENT),
    "garbage": ([b"\x00\xff\xfe\x80garbage\r\n\r\n" * 3], _NO_HTTP),
    "zeros": ([bytes(2000) + b"\r\n\r\n"], _NO_HTTP),
    "a TLS alert": ([b"\x15\x03\x01\x00\x02\x02\x28\r\n\r\n"], _NO_HTTP),
    "HTTP/2": ([b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80\r\n\r\n"], _NO_HTTP),
    "mail": (
        [b"220 mail.example ESMTP ready\r\n\r\n"],
        (_NO_HTTP[0], "failed empty|", *_NO_HTTP[2:]),  # a head is whole with it
    ),
    "an endless line": ([b"x" * 300_000], _NO_HTTP),
}

# --- what happens in a body: the steps; the outcome after the head, after text and after the finish ---
_CUT = ("interrupted connection|", "interrupted connection|a", "complete|a")
_CUT_WITH_B = ("interrupted connection|b", "interrupted connection|ab", "complete|ab")
_SAID = ("failed server|", "failed server|a", "failed server|a")
_TOO_LARGE = ("failed too_large|", "failed too_large|a", "complete|a")
_BODY: dict[str, tuple[Script, tuple[str, ...]]] = {
    "slow drip of comments, then the end": ([Drip(b": tick\n\n" * 5, 0.02)], _CUT),
    "slow drip of an event, then the end": ([Drip(B, 0.002)], _CUT_WITH_B),
    "an event without its blank line": ([B[:-1]], _CUT_WITH_B),
    "an event without its line end": ([B[:-2]], _CUT_WITH_B),
    "half an event": ([B[:-8]], _CUT),
    "half an event, then reset": ([B[:-8], Act.SETTLE, Act.RESET], _CUT),
    "half an event, then silence": ([B[:-8], Act.STALL], _SILENT[2:]),
    "half a character": (["data: {é".encode()[:-1]], _CUT),
    "half a field name": ([b"dat"], _CUT),
    "half a mark": ([b"\xef\xbb"], _CUT),
    "half of [DONE]": ([b"data: [DO"], _CUT),
    "a string that says [DONE]": ([b'data: "[DONE]"\n\n'], _CUT),
    "more than [DONE]": ([b"data: [DONE] indeed\n\n"], _CUT),
    "[DONE] as one line of two": ([b"data: [DONE]\ndata: \n\n"], _CUT),
    "[DONE] under another name": ([b"Data: [DONE]\n\n"], _CUT),
    "null as finish reason": ([event({"choices": [{"delta": {}, "finish_reason": None}]})], _CUT),
    "a finish of another choice": ([event({"choices": [{"index": 1, "finish_reason": "stop"}]})], _CUT),
    "usage and no end": ([event({"choices": [], "usage": {"prompt_tokens": None}})], _CUT),
    "malformed JSON": ([b"data: {\n\n", B], _CUT_WITH_B),
    "malformed numbers": ([b'data: {"choices":[{"delta":{"content":NaN}}]}\n\n', B], _CUT_WITH_B),
    "two documents in one event": ([b"data: {} {}\n\n", B], _CUT_WITH_B),
    "deep nesting": ([b"data: " + b"[" * 100_000 + b"\n\n", B], _CUT_WITH_B),
    "wrong types": ([event({"choices": {"0": []}, "usage": [], "error": None}), B], _CUT_WITH_B),
    "a list instead of an object": ([event([1, [2]]), B], _CUT_WITH_B),
    "bad UTF-8 in an event": ([b"data: \xff\xfe\n\n", B], _CUT_WITH_B),
    "a byte-order mark in between": ([b"\xef\xbb\xbf\n\n", B], _CUT_WITH_B),
    "a piece of a tag held back": ([text("b<thi")], tuple(f"{end}<thi" for end in _CUT_WITH_B)),
    "half a pair held back": ([text("b\ud83d")], tuple(f"{end}\ufffd" for end in _CUT_WITH_B)),
    "a tool call on its way": (
        [delta(tool_calls=[{"index": 0, "id": "c", "function": {"name": "f", "arguments": '{"x'}}])],
        _CUT,
    ),
    "an error object": ([event({"error": {"message": "out of memory"}}), B, DONE], _SAID),
    "an error in words": ([event({"error": "out of memory"}), B, DONE], _SAID),
    "an object of type error": ([event({"object": "error", "message": "out of memory"}), DONE], _SAID),
    "an event named error": ([b"event: error\ndata: out of memory\n\n", B, DONE], _SAID),
    "an error, then silence": ([event({"error": {"message": "no"}}), Act.STALL], _SAID),
    "an event of 17 MB": ([b"data: ", b"x" * (17 * _MB), b"\n\n"], _TOO_LARGE),
    "a line of 17 MB": ([b"x" * (17 * _MB)], _TOO_LARGE),
    "an event of a million lines": ([b"data: xxxxxxxxxxxxxxx\n" * 1_100_000], _TOO_LARGE),
    "a second head": ([b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", B], _CUT_WITH_B),
    "a web page in between": ([b"\n\n<!DOCTYPE html><html><title>Bye</title>\n\n", B], _CUT_WITH_B),
}

# --- what happens to the transfer of a body that says "a" first, and of one that is finished ---
_KEPT = ("interrupted connection|a", "complete|a")


def _transfers(said: bytes) -> dict[str, Script]:
    bomb = _gzip(said) + zlib.compressobj(wbits=31).flush()
    return {
        "a length too long": [head(content_type=_TYPE, content_length=len(said) + 9), said],
        "a length too long, then reset": [
            head(content_type=_TYPE, content_length=len(said) + 9),
            said,
            Act.SETTLE,
            Act.RESET,
        ],
        "a length too short": [head(content_type=_TYPE, content_length=len(said)), said, B, DONE],
        "chunks without their end": [CHUNKED_HEAD, _chunk(said)],
        "a cut chunk": [CHUNKED_HEAD, _chunk(said), b"ff\r\ndata:"],
        "a cut size of a chunk": [CHUNKED_HEAD, _chunk(said), b"f"],
        "a chunk without size": [CHUNKED_HEAD, _chunk(said), b"\r\n\r\n"],
        "a size that is no number": [CHUNKED_HEAD, _chunk(said), b"xyz\r\n"],
        "a negative size": [CHUNKED_HEAD, _chunk(said), b"-5\r\nhello\r\n"],
        "an endless size": [CHUNKED_HEAD, _chunk(said), b"f" * 50 + b"\r\n"],
        "an endless chunk extension": [CHUNKED_HEAD, _chunk(said), b"1;" + b"x" * 200_000],
        "a chunk longer than its size": [CHUNKED_HEAD, _chunk(said), b"2\r\nhello\r\n"],
        "broken trailers": [CHUNKED_HEAD, _chunk(said), b"0\r\nno colon\r\n\r\n"],
        "silence in a chunk": [CHUNKED_HEAD, _chunk(said), b"ff\r\ndata:", Act.STALL],
        "damaged gzip": [GZIP_HEAD, _gzip(said) + b"damage" * 9],
        "cut gzip": [GZIP_HEAD, gzip.compress(said)[:-9] if len(said) > 400 else _gzip(said)],
        "gzip with a wrong checksum": [GZIP_HEAD, gzip.compress(said)[:-8] + b"\x00" * 8],
        "gzip, then plain text": [GZIP_HEAD, gzip.compress(said) + DONE],
        "damaged deflate": [
            head(content_type=_TYPE, content_encoding="deflate"),
            zlib.compress(said)[:-4] + b"\x00" * 4,
        ],
        "an empty second member": [GZIP_HEAD, bomb],
    }


_SILENT_TRANSFERS = {"silence in a chunk"}

# --- what only a head can do wrong ---
_HEADS: dict[str, tuple[Script, str]] = {
    "reset at once": ([Act.RESET, Act.READ_REQUEST], "failed connection|"),
    "end at once": ([Act.HALF_CLOSE, Act.READ_REQUEST], "failed connection|"),
    "a head that drips, then ends": ([Drip(b"HTTP/1.1 200 OK\r\nX: ", 0.02)], "failed connection|"),
    "a status line without a status": ([b"HTTP/1.1 OK\r\n\r\n"], "failed protocol|"),
    "a status that is no number": ([b"HTTP/1.1 abc OK\r\n\r\n"], "failed protocol|"),
    "a status of 9": ([b"HTTP/1.1 9 No\r\n\r\n"], "failed protocol|"),
    "another version": ([b"HTTP/7.3 200 OK\r\n\r\n"], "failed empty|"),
    "a header without a colon": ([b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n"], "failed protocol|"),
    "a header with a zero": ([b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n"], "failed protocol|"),
    "huge headers": ([b"HTTP/1.1 200 OK\r\n" + b"X: %s\r\n" % (b"x" * 1000) * 300], "failed protocol|"),
    "two lengths": (
        [b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"],
        "failed protocol|",
    ),
    "a negative length": ([b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx"], "failed protocol|"),
    "an unknown transfer coding": (
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: rot13\r\n\r\nx"],
        "failed protocol|",
    ),
    "hundreds of 100s, then the end": ([b"HTTP/1.1 100 Continue\r\n\r\n" * 500], "failed connection|"),
    "a protocol switch": ([b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\nx"], "failed protocol|"),
    "an unknown coding": ([head(content_type=_TYPE, content_encoding="br"), A, DONE], "failed protocol|"),
    "five codings": (
        [head(content_type=_TYPE, content_encoding="gzip,gzip,gzip,gzip,gzip")],
        "failed protocol|",
    ),
    "plain text labelled as gzip": ([GZIP_HEAD, A, DONE], "failed connection|"),
    "no content": ([b"HTTP/1.1 204 No Content\r\n\r\n"], "failed empty|"),
    "a body of zero bytes": ([answer(200, "", _TYPE)], "failed empty|"),
    "a web page": ([answer(200, "<!doctype html><title>Sign in</title>", "text/html")], "failed html|"),
    "a web page as a stream": ([answer(200, "<html><body>Sign in</body>", _TYPE)], "failed html|"),
    "an error with status 200": ([answer(200, '{"error": {"message": "no"}}')], "failed server|"),
    "JSON without an answer": ([answer(200, "{}")], "failed protocol|"),
    "broken JSON": ([answer(200, '{"choices": [')], "failed protocol|"),
    "JSON that breaks off": (
        [head(content_type="application/json", content_length=99), b'{"choi'],
        "interrupted connection|",
    ),
    "JSON of 17 MB": ([head(content_type="application/json"), b'"' + b"x" * (17 * _MB)], "failed too_large|"),
    "half of an error's body": ([answer(500, "x" * 99)[:-50]], "failed http|"),
    "silence in an error's body": ([answer(500, "x" * 99)[:-50], Act.STALL], "failed http|"),
    "reset in an error's body": ([answer(404, "x" * 99)[:-50], Act.SETTLE, Act.RESET], "failed http|"),
    "garbage as an error's gzip": ([answer(403, "garbage", content_encoding="gzip")], "failed http|"),
    **{
        f"redirect {status}": (
            [answer(status, "", location="https://elsewhere.example/v1")],
            "failed redirect|",
        )
        for status in (301, 302, 303, 307, 308)
    },
    **{
        f"status {status}": ([answer(status, '{"error": {"message": "no"}}')], "failed http|")
        for status in (300, 304, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 411, 413)
    },
    **{
        f"status {status}": ([answer(status, "<html>no</html>", "text/html")], "failed http|")
        for status in (415, 418, 422, 423, 429, 431, 451, 500, 501, 502, 503, 504, 520, 529, 599)
    },
}


def all_faults() -> list[Fault]:
    """Every fault in every phase where it makes sense, connecting left out."""
    found = []
    for phases, table in ((list(PHASES), _ANYWHERE), (list(PHASES)[2:], _BODY)):
        for name, (steps, outcomes) in table.items():
            for phase, outcome in zip(phases, outcomes, strict=True):
                found.append(Fault(name, phase, [*PHASES[phase], *steps], outcome))
    for said, place in ((A, 0), (A + finish(), 1)):
        phase = list(PHASES)[3 + place]
        for name, script in _transfers(said).items():
            outcome = _SILENT[3 + place] if name in _SILENT_TRANSFERS else _KEPT[place]
            found.append(Fault(name, phase, script, outcome))
    found += [Fault(name, "before the head", script, outcome) for name, (script, outcome) in _HEADS.items()]
    return found
