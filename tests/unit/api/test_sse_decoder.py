"""The decoder alone: its bounds, and that its time and memory stay in proportion."""

from __future__ import annotations

import time
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from arvae_desktop.api.answer import Answer
from arvae_desktop.api.sse import MAX_EVENT_BYTES, SseDecoder
from arvae_desktop.api.think import ThinkSplitter
from arvae_desktop.domain.errors import TooLargeError
from tests.unit.api.stream_vectors import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MB = 1024 * 1024


def pieces_of(body: bytes, size: int) -> Iterator[bytes]:
    return (body[at : at + size] for at in range(0, len(body), size))


def decoded(body: bytes, size: int, limit: int = MAX_EVENT_BYTES) -> list[tuple[str, str]]:
    """The events of a body that comes in pieces; beyond the bound those before it."""
    decoder = SseDecoder(limit)
    events = []
    try:
        for piece in pieces_of(body, size):
            events.extend(decoder.feed(piece))  # which keeps what came before an error
    except TooLargeError:
        events.append(("too large", ""))
    return events


def test_events_have_names_and_data() -> None:
    body = b"event: a\ndata: 1\n\ndata: 2\ndata:3\n\nevent\nevent: b\ndata: 4\n\nevent: c\n\ndata: 5\n\n"
    assert decoded(body, 7) == [("a", "1"), ("", "2\n3"), ("b", "4"), ("", "5")]


def test_the_last_event_may_lack_its_blank_line() -> None:
    decoder = SseDecoder()
    assert list(decoder.feed(b"event: a\ndata: 1\ndata: 2")) == []
    assert decoder.unfinished() == ("a", "1\n2")
    assert SseDecoder().unfinished() is None


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize(
    "long",
    [
        b"data: " + b"x" * 101 + b"\n\n",
        b"data: %s\n" % (b"x" * 40) * 3,
        b": " + b"x" * 200 + b"\n",
        b"x" * 200,
    ],
    ids=["one line", "several lines", "comment", "no end"],
)
def test_what_came_before_the_bound_is_kept(long: bytes, size: int) -> None:
    events = decoded(b"data: a\n\ndata: b\n\n" + long + b"\ndata: c\n\n", size, limit=100)
    assert events == [("", "a"), ("", "b"), ("too large", "")]


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_what_fits_the_bound_exactly_passes(size: int) -> None:
    assert decoded(b"data: %s\n\n" % (b"x" * 100), size, limit=100) == [("", "x" * 100)]


def test_an_event_of_16_mb_passes_and_a_larger_one_does_not() -> None:
    start = b'data: {"choices":[{"delta":{"content":"'
    for length, kind in ((MAX_EVENT_BYTES - 1000, None), (MAX_EVENT_BYTES + 1, "too_large")):
        answer = Answer("text/event-stream")
        body = text("first") + start + b"y" * length + b'"}}]}\n\ndata: [DONE]\n\n'
        shown, fault = [], None
        try:
            for piece in pieces_of(body, 65536):
                shown += [event.text for event in answer.feed(piece)]
        except TooLargeError as error:
            fault = error
        *_, end = answer.finish(fault)
        assert shown[0] == "first"
        assert (end.error and end.error.kind) == kind
        assert len("".join(shown)) == (5 if kind else length + 5)


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


@pytest.mark.parametrize(
    ("unit", "size"),
    [
        (text("word "), 1),
        (text("word "), 65536),
        (b"x", 1),
        (b"data: x\n", 7),
        (b"\n", 65536),
        (b": x\n", 3),
    ],
    ids=[
        "events by bytes",
        "events by blocks",
        "one line by bytes",
        "one event by lines",
        "blank lines",
        "comments",
    ],
)
def test_twice_the_input_takes_twice_the_time(unit: bytes, size: int) -> None:
    """Quadratic work would take four times as long; the best of three evens out a busy machine."""
    count = max(1, (150_000 if size < 10 else MB) // len(unit))
    once = min(seconds(lambda: decoded(unit * count, size)) for _ in range(3))
    twice = min(seconds(lambda: decoded(unit * count * 2, size)) for _ in range(3))
    assert twice < 3 * once + 0.01


@pytest.mark.parametrize("unit", ["<think></think>", "<", "<think", "</think>", "a<b>c"])
def test_tags_take_time_in_proportion(unit: str) -> None:
    def split(count: int) -> float:
        return min(seconds(lambda: ThinkSplitter().feed(unit * count)) for _ in range(3))

    assert split(100_000) < 3 * split(50_000) + 0.01


def test_memory_stays_near_the_bound() -> None:
    tracemalloc.start()
    try:
        decoder = SseDecoder()
        for _ in range(4 * MB // 65536):
            list(decoder.feed(b"data: x\n" * 8192))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 12 * MB
