"""Hundreds of cuts through a valid answer, over real sockets: none that is not finished is shown as whole."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.support.fault_server import (
    DONE,
    STREAM_HEAD,
    Act,
    FaultServer,
    Pause,
    chunked,
    event,
    finish,
    head,
    text,
)
from tests.unit.api.asking import events_of, request, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from arvae_desktop.domain.events import End
    from tests.support.fault_server import Script

COUNT = 500
_SIDE_BY_SIDE = 8
_WORDS = ("Hé", "llo ", "😀 and", " all", "\n\nof ", "it, to", " the", " end.")
_USAGE = event({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 8}})
OPEN = b": hello\n\n" + b"".join(map(text, _WORDS))
# Twice the same answer: one says why it is over, the other only that it is.
BODIES = {"finish_reason": OPEN + finish() + _USAGE + DONE, "[DONE] alone": OPEN + _USAGE + DONE}


@dataclass(frozen=True)
class Cut:
    """An answer that breaks off, and what may be made of it.

    Attributes:
        arrives: what of the body is sent, uncompressed.
        is_sure: whether all of it arrives; a reset may overtake what was sent before.
    """

    script: Script
    arrives: bytes
    is_sure: bool


def _plain(body: bytes) -> Script:
    return [STREAM_HEAD, body]


def _reset(body: bytes) -> Script:
    return [STREAM_HEAD, body, Pause(0.005), Act.RESET]


def _in_chunks(body: bytes) -> Script:
    pieces = [body[at : at + 40] for at in range(0, len(body), 40)]
    return [
        head(content_type="text/event-stream", transfer_encoding="chunked"),
        *chunked(*pieces, is_whole=False),
    ]


def _whole_chunks(body: bytes) -> Script:
    """The transfer is whole, the answer in it is not."""
    return [head(content_type="text/event-stream", transfer_encoding="chunked"), *chunked(body)]


def _too_short(body: bytes) -> Script:
    return [head(content_type="text/event-stream", content_length=len(body) + 1), body]


def _exact(body: bytes) -> Script:
    return [head(content_type="text/event-stream", content_length=len(body)), body]


def _compressed(body: bytes) -> Script:
    return [head(content_type="text/event-stream", content_encoding="gzip"), gzip.compress(body)]


_WAYS: tuple[Callable[[bytes], Script], ...] = (
    _plain,
    _reset,
    _in_chunks,
    _whole_chunks,
    _too_short,
    _exact,
    _compressed,
)


def cuts(body: bytes, count: int, seed: int) -> list[Cut]:
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        # Half of them near the end, where it is decided.
        start = chance.choice((1, len(OPEN) - 10))
        arrives = body[: chance.randrange(start, len(body))]
        way = chance.choice(_WAYS)
        made.append(Cut(way(arrives), arrives, way is not _reset))
    return made


def read_simply(body: bytes) -> tuple[str, bool]:
    """Text and end of the beginning of an answer, by a reader that knows these answers alone."""
    said, is_over = "", False
    for block in body.split(b"\n\n"):
        for line in block.split(b"\n"):
            data = line.removeprefix(b"data: ")
            if data == b"[DONE]":
                return said, True
            try:
                chunk = json.loads(data)
            except ValueError:  # a comment, or cut
                continue
            for choice in chunk["choices"]:
                said += choice["delta"].get("content", "")
                is_over = is_over or bool(choice.get("finish_reason"))
    return said, is_over


async def outcomes(made: list[Cut]) -> list[tuple[str, End]]:
    gate = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def one(cut: Cut) -> tuple[str, End]:
        async with gate, FaultServer(cut.script) as server:
            *events, end = await events_of(request(server.base_url, silence_s=5))
            return text_of(events), end

    return await asyncio.gather(*map(one, made))


@pytest.mark.parametrize("name", BODIES)
def test_no_cut_is_taken_for_the_end(name: str) -> None:
    made = cuts(BODIES[name], COUNT, seed=len(name))
    unfinished = 0
    for cut, (shown, end) in zip(made, asyncio.run(outcomes(made)), strict=True):
        said, is_over = read_simply(cut.arrives)
        unfinished += not is_over
        if not is_over:
            assert end.state in ("interrupted", "failed"), cut
        if cut.is_sure:
            assert shown == said
            assert end.state == ("complete" if is_over else "interrupted"), cut
        else:
            assert said.startswith(shown)
    # Both kinds of cuts were among them.
    assert unfinished > 50
    assert name != "finish_reason" or unfinished < COUNT - 50


def test_the_simple_reader_reads() -> None:
    for body in BODIES.values():
        assert read_simply(body) == ("".join(_WORDS), True)
    assert read_simply(OPEN) == ("".join(_WORDS), False)
