"""Makes valid streams and breaks them, the same from the same seed.

A stream is made of events of which it is known what they say; a fault changes its bytes from some place on.
What stood before that place must come out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

Words = tuple[tuple[str, str], ...]

_LABELS = ("text/event-stream",) * 12 + ("", "text/plain", "application/json", "text/html")
_WORDS = (
    "a",
    "Hé",
    "😀",
    " the",
    "\n\n",
    "日本",
    "e\u0301",
    "\u2028",
    "\u0085",
    "x" * 40,
    "[DONE]",
    "data: x",
    "{}",
    '"',
    "\\",
)
_LINE_ENDS = (b"\n",) * 6 + (b"\r\n", b"\r")
_PIECES = (
    b"\n",
    b"\r",
    b"\r\n",
    b"\n\n",
    b"\xef\xbb\xbf",
    b"data:",
    b"data: ",
    b"data",
    b":",
    b": \n\n",
    b"event: error\n",
    b"event: x\n",
    b"data: [DONE]\n\n",
    b"[DONE]",
    b"id: 1\n",
    b"retry: 5\n",
    b"\x00",
    b"\xff",
    b"\xc3",
    b"\xf0\x9f",
    b"{",
    b"}",
    b"[",
    b'"',
    b"\\",
    b"\\ud83d",
    b"\\udc00",
    b"<think>",
    b"</think>",
    b"<thi",
    b"NaN",
    b"1e999",
    b"9" * 5000,
    b"[" * 2000,
    b'{"a":' * 500,
    b"null",
    b"true",
    b'data: {"error":{"message":"no"}}\n\n',
    b'data: {"error":"no"}\n\n',
    b'data: {"object":"error"}\n\n',
    b"<!doctype html>",
    b"<html>",
    b'"finish_reason":"stop"',
    b'"content":',
    b'"choices":',
    b'"delta":',
    b'"index":1,',
    b"HTTP/1.1 200 OK\r\n\r\n",
    b"\x1f\x8b",
)
_VALUES = (None, True, 0, -1, 1.5, "", "x", "\ud83d", [], [1], {}, {"a": 1}, [[]], [{}], "<think>", 10**400)


@dataclass(frozen=True)
class Case:
    """One broken stream.

    Attributes:
        said: what must come out at least, and first.
    """

    label: str
    body: bytes
    said: Words


def make(chance: random.Random) -> Case:
    """A stream with one to three faults."""
    if chance.random() < 0.05:
        body, whole = _document(chance), ()
    else:
        body, whole = _stream(chance)
    at = len(body)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        place = chance.randrange(len(body) + 1)
        body = chance.choice(_FAULTS)(chance, body, place)
        at = min(at, place)
    return Case(chance.choice(_LABELS), body, tuple(words for end, words in whole if end <= at))


def pieces(chance: random.Random, body: bytes) -> list[bytes]:
    """The same bytes, cut anyhow; now and then one by one."""
    if chance.random() < 0.1:
        return [body[at : at + 1] for at in range(len(body))]
    count = chance.randrange(1, 12)
    cuts = sorted(chance.randrange(len(body) + 1) for _ in range(count))
    return [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]


def _stream(chance: random.Random) -> tuple[bytes, list[tuple[int, tuple[str, str]]]]:
    """A valid stream, and where which words of it are whole."""
    line_end = chance.choice(_LINE_ENDS)
    body = bytearray(b"\xef\xbb\xbf" if chance.random() < 0.1 else b"")
    whole: list[tuple[int, tuple[str, str]]] = []
    for _ in range(chance.randrange(1, 10)):
        event, words = _event(chance)
        body += event.replace(b"\n", line_end)
        whole += [(len(body), each) for each in words]
    if chance.random() < 0.7:
        reason = json.dumps({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        body += f"data: {reason}\n\ndata: [DONE]\n\n".encode().replace(b"\n", line_end)
    return bytes(body), whole


def _event(chance: random.Random) -> tuple[bytes, Words]:
    kind = chance.randrange(12)
    said = "".join(chance.choice(_WORDS) for _ in range(chance.randrange(1, 4)))
    if kind < 6:
        return _delta(chance, {"content": said}), (("text", said),)
    if kind == 6:
        return _delta(chance, {"reasoning_content": said}), (("reasoning", said),)
    if kind == 7:
        content = f"<think>{said}</think>b"
        return _delta(chance, {"content": content}), (("reasoning", said), ("text", "b"))
    if kind == 8:
        call = {"index": 0, "id": "c", "function": {"name": "f", "arguments": said}}
        return _delta(chance, {"tool_calls": [call]}), ()
    if kind == 9:
        return b": keep-alive\n\nid: 7\nretry: 100\n\n", ()
    if kind == 10:
        return b'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\n', ()
    content = [{"type": "text", "text": said}]
    return _delta(chance, {"role": "assistant", "content": content}), (("text", said),)


def _delta(chance: random.Random, delta: dict[str, object]) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": None}
    document = {"id": "1", "model": "m", "choices": [choice]}
    if chance.random() < 0.1:
        document["choices"] = [{"index": 1, "delta": {"content": "other"}}, choice]
    text = json.dumps(document, ensure_ascii=chance.random() < 0.5)
    space = chance.choice((" ", " ", ""))
    return f"data:{space}{text}\n\n".encode()


def _document(chance: random.Random) -> bytes:
    message = {"role": "assistant", "content": "".join(chance.choice(_WORDS) for _ in range(5))}
    return json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).encode()


# --- faults: each changes a body from a place on ---


def _cut(_: random.Random, body: bytes, at: int) -> bytes:
    return body[:at]


def _leave_out(chance: random.Random, body: bytes, at: int) -> bytes:
    return body[:at] + body[at + chance.randrange(1, 60) :]


def _change(chance: random.Random, body: bytes, at: int) -> bytes:
    end = at + chance.choice((1, 1, 1, 4))
    return body[:at] + chance.randbytes(len(body[at:end])) + body[end:]


def _put_in(chance: random.Random, body: bytes, at: int) -> bytes:
    return body[:at] + chance.choice(_PIECES) + body[at:]


def _put_over(chance: random.Random, body: bytes, at: int) -> bytes:
    piece = chance.choice(_PIECES)
    return body[:at] + piece + body[at + len(piece) :]


def _repeat(chance: random.Random, body: bytes, at: int) -> bytes:
    again = body[at : at + chance.randrange(1, 300)]
    return body[:at] + again * chance.choice((2, 2, 2, 20)) + body[at + len(again) :]


def _noise(chance: random.Random, body: bytes, at: int) -> bytes:
    return body[:at] + chance.randbytes(chance.randrange(1, 200)) + body[at:]


def _wrong_type(chance: random.Random, body: bytes, at: int) -> bytes:
    """One value in the next event becomes another."""
    start = body.find(b"{", at)
    end = body.find(b"\n", start)
    try:
        document = json.loads(body[start:end])
    except (ValueError, RecursionError):
        return _put_in(chance, body, at)
    part: object = document
    while isinstance(part, dict | list) and part:
        key = chance.choice(list(part) if isinstance(part, dict) else range(len(part)))
        inner = part[key]
        if not isinstance(inner, dict | list) or not inner or chance.random() < 0.3:
            part[key] = chance.choice(_VALUES)
            break
        part = inner
    try:
        changed = json.dumps(document).encode()
    except RecursionError:
        return _put_in(chance, body, at)
    return body[:start] + changed + body[end:]


_FAULTS: tuple[Callable[[random.Random, bytes, int], bytes], ...] = (
    _cut,
    _leave_out,
    _change,
    _change,
    _put_in,
    _put_in,
    _put_over,
    _repeat,
    _noise,
    _wrong_type,
    _wrong_type,
)
