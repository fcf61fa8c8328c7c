"""Stops at random moments, and then requests that go well: nothing is left of either.

A short form runs with the other tests; with ``SOAK=1`` in the environment (``make soak``) it is a thousand
of each.
"""

import asyncio
import gc
import json
import os
import random
import socket
import time
from pathlib import Path

import pytest

from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.messages import AnswerState
from arvae_desktop.domain.requests import Endpoint
from tests.benchmarks.figures import percentile
from tests.services.unkept import unkept
from tests.support.demo_process import DemoProcess
from tests.support.processes import wait_until

_COUNT = 1000 if os.environ.get("SOAK") else 100
# Stops come until several times what a short answer takes on this machine now, so that most come while one
# runs, but before the end of these.
_TIMES_AS_LATE, _LEAST_S, _MOST_S = 6, 0.05, 1.0
_MODELS = ("demo/long", "demo/silent", "demo/stall", "demo/reasoning")
_CLOSED_BAR_S = 0.05
_SANE_FLOOR_S = 0.01
_TIMERS_A_REQUEST = 5


@pytest.fixture
def server(tmp_path):
    server = DemoProcess(tmp_path, rate=200)
    yield server
    server.end()


@pytest.fixture
def patiently(qasync_loop, qtbot):
    """Runs a coroutine to its end, however long it takes."""

    def run(coroutine):
        task = qasync_loop.create_task(coroutine)
        qtbot.waitUntil(task.done, timeout=300_000)
        return task.result()

    return run


async def ask(session, prompt, endpoint, model, *, stop_after_s=None):
    """One prompt and its answer; returns the answer and when it was stopped."""
    ended = asyncio.get_running_loop().create_future()
    session.answer_ended.connect(ended.set_result)
    session.send(prompt, endpoint, model)
    stopped_at = None
    if stop_after_s is not None:
        await asyncio.sleep(stop_after_s)  # the moment is the point
        stopped_at = time.monotonic()
        session.stop()
    return await ended, stopped_at


def descriptors():
    """What this process has open, by kind."""
    gc.collect()
    found = []
    for path in Path("/proc/self/fd").iterdir():
        try:
            found.append(str(path.readlink()).partition(":")[0])
        except OSError:  # the one that lists them
            continue
    return sorted(found)


def closed_after_s(server, stopped):
    """From each stop to the moment when the server saw it, of all whose requests had reached it."""
    # One that was stopped while it was sent has no messages.
    chats = {chat["messages"][-1]["content"]: chat["id"] for chat in server.chats() if chat["messages"]}
    reached = {prompt: chats[prompt] for prompt in stopped if prompt in chats}

    def closed():
        found = {event["id"]: event["t"] for event in server.events("client_closed")}
        return found if set(reached.values()) <= set(found) else None

    when = wait_until(closed, "the server sees the end of every stopped answer")
    return [when[number] - stopped[prompt] for prompt, number in reached.items()]


def floor_s(server, when):
    """The same for a bare socket that is closed while its answer runs."""
    host, _, port = server.base_url.removeprefix("http://").removesuffix("/v1").partition(":")
    stopped = {}
    for number in range(30):
        messages = [{"role": "user", "content": f"{when} {number}"}]
        body = json.dumps({"model": "demo/long", "stream": True, "messages": messages}).encode()
        lines = ["POST /v1/chat/completions HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
        with socket.create_connection((host, int(port))) as bare:
            bare.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            bare.recv(1)
            stopped[f"{when} {number}"] = time.monotonic()
    return percentile(closed_after_s(server, stopped), 99)


def test_stops_at_random_moments_leave_nothing(server, chat_client, tasks, patiently, qasync_loop, qtbot):
    endpoint = Endpoint(BaseUrl.parse(server.base_url))
    chance = random.Random(5)

    async def stop_many(latest_s):
        stopped = {}
        for number in range(_COUNT):
            session, prompt = unkept(chat_client, tasks), f"Prompt {number}"
            moment = chance.uniform(0, latest_s)
            model = _MODELS[number % len(_MODELS)]
            answer, stopped[prompt] = await ask(session, prompt, endpoint, model, stop_after_s=moment)
            assert answer.state is AnswerState.STOPPED
            assert answer.facts.error is None
        return stopped

    async def ask_many():
        for number in range(_COUNT):
            session = unkept(chat_client, tasks)
            answer, _ = await ask(session, f"Go on {number}", endpoint, "demo/echo")
            assert (answer.state, answer.text) == (AnswerState.COMPLETE, f"Go on {number}")

    # What the first request opens for good, such as the loop's own descriptors, is there from here on.
    patiently(ask(unkept(chat_client, tasks), "First", endpoint, "demo/echo"))
    before = descriptors()
    floor = floor_s(server, "before")
    began = time.monotonic()
    patiently(ask(unkept(chat_client, tasks), "Second", endpoint, "demo/echo"))
    latest_s = min(_MOST_S, max(_LEAST_S, _TIMES_AS_LATE * (time.monotonic() - began)))
    stopped = patiently(stop_many(latest_s))
    assert descriptors() == before
    assert not tasks._running
    seen_after = closed_after_s(server, stopped)
    assert len(seen_after) > _COUNT / 2  # the others were stopped before the server knew of them
    floor = max(floor, floor_s(server, "afterwards"))
    if floor < _SANE_FLOOR_S:  # else the machine itself is in the way; the benchmark has the strict figure
        # Of a few stops the slowest is the machine's hiccup; the thousand of the long form bear 1 in 100.
        assert percentile(seen_after, 99 if "SOAK" in os.environ else 90) <= _CLOSED_BAR_S
    patiently(ask_many())
    assert descriptors() == before
    assert not tasks._running
    assert asyncio.all_tasks(qasync_loop) == set()
    # Qt drops a cancelled timer when it would have been due; until then it is empty.
    timers = qasync_loop._timer._SimpleTimer__callbacks.values()
    assert [timer for timer in timers if not timer._cancelled] == []
    # Those of half a second are soon gone, however many requests there were within it.
    qtbot.waitUntil(lambda: len(timers) <= _TIMERS_A_REQUEST * 2 * (_COUNT + 1))
    print(
        f"\nstop to the server's end of file: p99 {percentile(seen_after, 99) * 1000:.1f} ms"
        f" of {len(seen_after)}, floor {floor * 1000:.1f} ms; {len(timers)} timers not yet due"
    )
