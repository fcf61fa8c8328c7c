"""What a server can do wrong, in every phase: how each ends, what is kept, and that nothing is left.

All of it is played once, side by side in one event loop; each fault then has a test of its own.
"""

from __future__ import annotations

import asyncio
import gc
import socket
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from arvae_desktop.domain.events import End, Retry, ToolCall
from tests.support.fault_server import Act, FaultServer, Take
from tests.unit.api.asking import events_of, request, starts_of, text_of
from tests.unit.api.faults import PHASES, Fault, all_faults

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from arvae_desktop.domain.events import StreamEvent

FAULTS = all_faults()
_SIDE_BY_SIDE = 16
_SILENCE_S = 1.0


@contextmanager
def _nothing_listens() -> Iterator[str]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/v1"


@contextmanager
def _backlog_is_full() -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for filler in waiting:
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        for filler in waiting:
            filler.close()


@contextmanager
def _at(url: str) -> Iterator[str]:
    yield url


async def _tls(stack: AsyncExitStack, *steps: object) -> str:
    # There is no request to read; the server would begin with that.
    script = steps if any(isinstance(step, Take) for step in steps) else [*steps, Act.READ_REQUEST]
    server = await stack.enter_async_context(FaultServer(script))
    return f"https://127.0.0.1:{server.port}/v1"


# What can go wrong before there is a connection: where to, and the outcome.
PLACES = {
    "nothing listens": (_nothing_listens, "failed refused|"),
    "no place in the queue": (_backlog_is_full, "failed timeout|"),
    "an unknown name": (lambda: _at("http://no-such-host.invalid/v1"), "failed dns|"),
    "an impossible name": (lambda: _at(f"http://{'a' * 70}.example/v1"), "failed dns|"),
    "an unreachable network": (lambda: _at("http://255.255.255.255:9/v1"), "failed connection|"),
}
HANDSHAKES = {
    "TLS: a server that speaks none": ([b"HTTP/1.1 400 Bad Request\r\n\r\n"], "failed tls|"),
    "TLS: an alert": ([Take(1), b"\x15\x03\x03\x00\x02\x02\x28"], "failed tls|"),
    "TLS: garbage": ([Take(1), b"\x16\x03\x03\x00\x04aaaa" * 9], "failed tls|"),
    "TLS: the end": ([Take(1), Act.HALF_CLOSE], "failed connection|"),
    "TLS: a reset": ([Take(1), Act.RESET], "failed connection|"),
    "TLS: silence": ([Take(1), Act.STALL], "failed timeout|"),
}
CONNECTING = {name: row[1] for name, row in (PLACES | HANDSHAKES).items()}


class Played:
    """What came of it all.

    Attributes:
        events: by fault, or the exception that should not have been.
        leaks: tasks, descriptors and complaints of the loop, in words.
    """

    def __init__(self) -> None:
        self.events: dict[str, list[StreamEvent] | BaseException] = {}
        self.leaks: list[str] = []
        before = _descriptors()
        asyncio.run(self._play_all())
        gc.collect()
        if left := _descriptors() - before:
            self.leaks.append(f"descriptors: {left}")

    async def _play_all(self) -> None:
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: self.leaks.append(f"the loop says: {context}")
        )
        self._gate = asyncio.Semaphore(_SIDE_BY_SIDE)
        plays = [self._play(str(fault), lambda stack, fault=fault: _serve(stack, fault)) for fault in FAULTS]
        for name, (place, _) in PLACES.items():
            plays.append(self._play(name, lambda stack, place=place: _enter(stack, place)))
        for name, (steps, _) in HANDSHAKES.items():
            plays.append(self._play(name, lambda stack, steps=steps: _tls(stack, *steps)))
        await asyncio.gather(*plays)
        self.leaks += [repr(task) for task in asyncio.all_tasks() - {asyncio.current_task()}]

    async def _play(self, name: str, begin: Callable[[AsyncExitStack], AsyncIterator[str]]) -> None:
        async with self._gate, AsyncExitStack() as stack:
            try:
                url = await begin(stack)
                async with asyncio.timeout(30):
                    self.events[name] = await events_of(request(url, silence_s=_SILENCE_S))
            except Exception as error:  # noqa: BLE001  (a test says that it came)
                self.events[name] = error


async def _serve(stack: AsyncExitStack, fault: Fault) -> str:
    return (await stack.enter_async_context(FaultServer(fault.script))).base_url


async def _enter(stack: AsyncExitStack, place: Callable[[], object]) -> str:
    return stack.enter_context(place())


def _descriptors() -> set[str]:
    """The sockets and pipes that this process has open, each with its number."""
    found = set()
    for path in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # one that has been closed meanwhile
            found.add(str(path.readlink()))
    return {target for target in found if target.startswith(("socket:", "pipe:", "anon_inode:"))}


@pytest.fixture(scope="module")
def played() -> Played:
    return Played()


def outcome_of(events: list[StreamEvent]) -> str:
    """In the words of the table."""
    end = events[-1]
    kind = f" {end.error.kind}" if end.error else ""
    return f"{end.state}{kind}|{text_of(events)}"


def check(came: list[StreamEvent] | BaseException, outcome: str) -> None:
    assert not isinstance(came, BaseException), f"an exception left the stream: {came!r}"
    *events, end = came
    assert isinstance(end, End)
    assert not any(isinstance(event, End) for event in events)
    assert not any(isinstance(event, Retry) for event in events)
    assert outcome_of(came) == outcome
    assert starts_of(events) == events[:1]
    if end.error:
        assert end.error.title
        assert end.error.hint


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_it_ends_as_it_must_and_keeps_its_text(fault: Fault, played: Played) -> None:
    check(played.events[str(fault)], fault.outcome)


@pytest.mark.parametrize("name", CONNECTING)
def test_no_connection_is_told_by_its_reason(name: str, played: Played) -> None:
    check(played.events[name], CONNECTING[name])


def test_nothing_is_left(played: Played) -> None:
    assert played.leaks == []


def test_the_matrix_is_large() -> None:
    assert len({fault.name for fault in FAULTS} | set(CONNECTING)) >= 40
    assert {fault.phase for fault in FAULTS} == set(PHASES)
    assert len({str(fault) for fault in FAULTS}) == len(FAULTS)


def test_a_tool_call_on_its_way_is_shown(played: Played) -> None:
    events = played.events["a tool call on its way, after text"]
    assert [event.arguments for event in events if isinstance(event, ToolCall)] == ['{"x']
