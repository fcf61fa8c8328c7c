"""A stop closes the socket at once, in every phase, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import gc
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing

import pytest

from arvae_desktop.api.client import ChatClient
from arvae_desktop.domain.events import End, StreamEvent, TextDelta
from arvae_desktop.services.daemon_threads import DaemonExecutor
from tests.support.fault_server import (
    DONE,
    STREAM_HEAD,
    Act,
    FaultServer,
    Pause,
    answer,
    finish,
    head,
    text,
    whole_stream,
)
from tests.unit.api.asking import events_of, request, text_of

AT_ONCE_S = 0.5

PHASES = {
    "before the request is read": [Act.STALL, Act.READ_REQUEST],
    "before the head": [Act.STALL],
    "in the head": [b"HTTP/1.1 200 OK\r\n", Act.STALL],
    "after the head": [STREAM_HEAD, Act.STALL],
    "in a chunk header": [head(transfer_encoding="chunked"), b"f", Act.STALL],
    "after text": [STREAM_HEAD, text("a"), Act.STALL],
    "while text flows": [STREAM_HEAD, *[text("a"), Pause(0.01)] * 500],
    "in an event": [STREAM_HEAD, text("a")[:-5], Act.STALL],
    "after the finish": [STREAM_HEAD, text("a"), finish(), Act.STALL],
    "in the body of an error": [answer(400, "cut")[:-1], Act.STALL],
    "while waiting for a retry": [answer(503, "", retry_after="60")],
}


@pytest.mark.parametrize("steps", PHASES.values(), ids=PHASES)
@pytest.mark.parametrize("pause_s", [0.0, 0.5], ids=["early", "late"])
def test_cancelling_closes_the_socket_at_once(steps: list, pause_s: float) -> None:
    async def run() -> float:
        async with FaultServer(steps) as server:
            task = asyncio.ensure_future(events_of(request(server.base_url, max_retries=1)))
            await server.until(lambda: server.connections == 1)
            # What is waited for here is time itself: the phase lasts until somebody stops it.
            await asyncio.sleep(0.1 + pause_s)
            stopped_at = time.monotonic()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert time.monotonic() - stopped_at < AT_ONCE_S
            await server.until(lambda: server.gone == 1)
            return server.gone_at - stopped_at

    assert asyncio.run(run()) < AT_ONCE_S


@pytest.mark.parametrize("steps", [PHASES["after text"], PHASES["while text flows"]], ids=["stall", "flow"])
def test_closing_the_stream_closes_the_socket_at_once(steps: list) -> None:
    async def run() -> None:
        async with FaultServer(steps) as server:
            async with aclosing(ChatClient().stream(request(server.base_url))) as stream:
                async for event in stream:
                    if isinstance(event, TextDelta):
                        break
            closed_at = time.monotonic()
            await server.until(lambda: server.gone == 1)
            assert server.gone_at - closed_at < AT_ONCE_S
            assert asyncio.all_tasks() - {asyncio.current_task()} <= server_tasks()

    asyncio.run(run())


def server_tasks() -> set[asyncio.Task]:
    return {task for task in asyncio.all_tasks() if "FaultServer" in repr(task.get_coro())}


def test_no_generator_is_left_to_the_garbage_collector() -> None:
    """Loops that aren't asyncio's own would not end it."""

    async def run() -> None:
        async with FaultServer([*whole_stream("a", "b"), Act.STALL]) as server:
            await events_of(request(server.base_url))
            before = {id(found) for found in open_generators()}
            for _ in range(3):
                await events_of(request(server.base_url))
            left = [found for found in open_generators() if id(found) not in before]
            assert left == []

    def open_generators() -> list:
        # An asynchronous generator without a frame has ended.
        return [
            found
            for found in gc.get_objects()
            if type(found).__name__ == "async_generator" and found.ag_frame
        ]

    asyncio.run(run())


def test_what_was_held_back_is_handed_over() -> None:
    async def run() -> list[StreamEvent]:
        rest: list[StreamEvent] = []
        shown = asyncio.Event()

        async def read(url: str) -> None:
            async with aclosing(ChatClient().stream(request(url), on_rest=rest.append)) as stream:
                async for event in stream:
                    if event == TextDelta("a"):
                        shown.set()

        async with FaultServer([STREAM_HEAD, text("a<thi"), Act.STALL]) as server:
            task = asyncio.ensure_future(read(server.base_url))
            await shown.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        return rest

    assert asyncio.run(run()) == [TextDelta("<thi")]


def test_two_streams_run_side_by_side_and_one_is_stopped() -> None:
    async def run() -> None:
        client = ChatClient()
        async with (
            FaultServer([STREAM_HEAD, text("a"), Act.STALL]) as stalled,
            FaultServer([STREAM_HEAD, text("a"), Pause(0.3), text("b"), DONE]) as slow,
        ):
            stopped = asyncio.ensure_future(events_of(request(stalled.base_url), client))
            kept = asyncio.ensure_future(events_of(request(slow.base_url), client))
            await stalled.until(lambda: stalled.requests)
            await slow.until(lambda: slow.requests)
            stopped.cancel()
            *events, end = await kept
            assert text_of(events) == "ab"
            assert isinstance(end, End)
            assert end.state == "complete"
            with pytest.raises(asyncio.CancelledError):
                await stopped

    asyncio.run(run())


def test_a_hundred_stops_poison_nothing() -> None:
    async def run() -> None:
        client = ChatClient()
        async with FaultServer(whole_stream("Hi")) as server:
            for number in range(100):
                task = asyncio.ensure_future(events_of(request(server.base_url), client))
                for _ in range(number):  # so many turns of the event loop later, wherever that is
                    await asyncio.sleep(0)
                task.cancel()
                await asyncio.wait({task})
            *_, end = await events_of(request(server.base_url), client)
            assert end.state == "complete"

    asyncio.run(run())


def test_cancelling_while_the_name_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    looking, answered = threading.Event(), threading.Event()

    def hang(*_args: object, **_kwargs: object) -> list:
        looking.set()
        answered.wait(10)
        return []

    async def run() -> None:
        asyncio.get_running_loop().set_default_executor(DaemonExecutor())
        task = asyncio.ensure_future(events_of(request("http://slow.example/v1")))
        with ThreadPoolExecutor() as threads:
            await asyncio.get_running_loop().run_in_executor(threads, looking.wait, 10)
        stopped_at = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - stopped_at < AT_ONCE_S

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    try:
        asyncio.run(run())
    finally:
        answered.set()


def test_cancelling_in_a_tls_handshake_closes_the_socket() -> None:
    async def run() -> None:
        async with FaultServer([Act.STALL, Act.READ_REQUEST]) as server:
            url = server.base_url.replace("http:", "https:")
            task = asyncio.ensure_future(events_of(request(url)))
            await server.until(lambda: server.connections == 1)
            await asyncio.sleep(0.2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await server.until(lambda: server.gone == 1, AT_ONCE_S)

    asyncio.run(run())
