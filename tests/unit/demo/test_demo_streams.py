"""Streams in time: their pace, clients that leave, and a server that closes under them."""

import asyncio
import json
import time

import pytest
from demo_client import Client, ask, run, serving

from arvae_desktop.demo.server import DemoServer


async def _started(server, model, content="Hello"):
    """A client that has sent its request and read nothing."""
    client = await Client.connect(server)
    await client.chat(model, content)
    return client


async def _read_tokens(client, count):
    """Read the head, the first chunk and so many tokens; the times when they arrived."""
    await client.read_head()
    await client.read_chunk()
    times = []
    for _ in range(count):
        assert json.loads((await client.read_chunk())[6:])["choices"][0]["delta"]["content"]
        times.append(time.monotonic())
    return times


@pytest.mark.parametrize("rate", [100.0, 1000.0])
def test_the_pace_is_kept_on_average(rate):
    async def main():
        async with serving(tokens_per_second=rate) as (server, _):
            client = await _started(server, "demo/long")
            times = await _read_tokens(client, int(rate / 2) + 1)
            await client.close()
            achieved = (len(times) - 1) / (times[-1] - times[0])
            assert 0.6 <= achieved / rate <= 1.2

    run(main())


def test_slow_has_a_pace_of_its_own():
    async def main():
        async with serving() as (server, _):
            client = await _started(server, "demo/slow")
            times = await _read_tokens(client, 3)
            await client.close()
            assert 0.8 <= times[2] - times[0] <= 3

    run(main())


def test_without_a_pace_all_goes_out_at_once():
    async def main():
        async with serving() as (server, _):
            started = time.monotonic()
            assert (await ask(server, "demo/long")).complete
            assert time.monotonic() - started < 15

    run(main())


@pytest.mark.parametrize(
    ("model", "rate", "tokens"),
    [
        pytest.param("demo/silent", None, None, id="before the head"),
        pytest.param("demo/stall", None, 14, id="stalled"),
        pytest.param("demo/slow", None, 1, id="between tokens"),
        pytest.param("demo/long", 500.0, 50, id="in the flow"),
        pytest.param("demo/long", None, 50, id="in the flood"),
    ],
)
@pytest.mark.parametrize("abort", [False, True], ids=["FIN", "RST"])
def test_a_client_that_leaves_is_seen_at_once(model, rate, tokens, abort):
    async def main():
        async with serving(tokens_per_second=rate) as (server, log):
            client = await _started(server, model)
            await log.wait_for("request")
            if tokens is not None:
                await _read_tokens(client, tokens)
            left = time.monotonic()
            if abort:
                client.writer.transport.abort()
            await client.close()
            closed = await log.wait_for("client_closed", id=1)
            assert closed["t"] - left < 0.5
            assert (tokens or 0) <= closed["sent_tokens"] < 20_000
            assert "finished" not in log.names(1)

    run(main())


def test_a_client_that_does_not_read_is_seen_leaving():
    async def main():
        async with serving(log_tokens=True) as (server, log):
            client = await _started(server, "demo/echo", "word " * 400_000)
            await log.wait_for("token", n=1000)
            await client.close()
            assert (await log.wait_for("client_closed"))["sent_tokens"] < 400_000

    run(main())


def test_a_client_that_leaves_in_the_middle_of_its_request_is_seen():
    async def main():
        async with serving() as (server, log):
            client = await Client.connect(server)
            await client.send("POST", "/v1/chat/completions", b"{", content_length=1000)
            await client.close()
            assert (await log.wait_for("client_closed"))["sent_tokens"] == 0
            assert log.names(1) == ["request", "client_closed"]

    run(main())


def test_a_client_that_connects_and_says_nothing_is_nothing():
    async def main():
        async with serving() as (server, log):
            await (await Client.connect(server)).close()
            await ask(server, "demo/filtered")
            assert log.names(1) == []

    run(main())


def test_two_streams_run_side_by_side():
    async def main():
        async with serving(tokens_per_second=1000.0) as (server, log):
            stays, leaves = await _started(server, "demo/filtered"), await _started(server, "demo/stall")
            await _read_tokens(leaves, 14)
            await leaves.close()
            reply = await stays.read_reply()
            await stays.close()
            assert reply.complete
            await log.wait_for("client_closed", id=2)
            assert log.names(1) == ["request", "first_byte", "finished"]

    run(main())


def test_closing_the_server_drops_every_client_and_leaves_nothing():
    async def main():
        models = ["demo/silent", "demo/stall", "demo/slow", "demo/long", "demo/long"]
        async with serving(tokens_per_second=50.0) as (server, log):
            clients = [await _started(server, model) for model in models]
            clients.append(await Client.connect(server))
            await log.wait_for("request", id=5)
            before = time.monotonic()
            await server.aclose()
            assert time.monotonic() - before < 1
            assert asyncio.all_tasks() == {asyncio.current_task()}
            await server.aclose()
            for client in clients:
                await client.reader.read()
                await client.close()

    run(main())


def test_closing_the_server_drops_a_client_that_does_not_read():
    async def main():
        async with serving(log_tokens=True) as (server, log):
            client = await _started(server, "demo/echo", "word " * 400_000)
            await log.wait_for("token", n=1000)
            before = time.monotonic()
            await server.aclose()
            assert time.monotonic() - before < 1
            await client.close()

    run(main())


@pytest.mark.parametrize("turns", range(6))
def test_closing_the_server_while_clients_are_connecting_leaves_nothing(turns):
    async def main():
        server = DemoServer()
        await server.start()
        connecting = [asyncio.create_task(Client.connect(server)) for _ in range(20)]
        for _ in range(turns):
            await asyncio.sleep(0)
        await server.aclose()
        for client in await asyncio.gather(*connecting, return_exceptions=True):
            if isinstance(client, Client):
                await client.close()

    run(main())


@pytest.mark.parametrize("turns", range(12))
@pytest.mark.parametrize("model", ["demo/filtered", "demo/stall"])
def test_closing_the_server_while_a_client_is_leaving_leaves_nothing(model, turns):
    async def main():
        server = DemoServer(tokens_per_second=None)
        await server.start()
        client = await _started(server, model)
        await _read_tokens(client, 14)
        await client.close()
        for _ in range(turns):
            await asyncio.sleep(0)
        await server.aclose()

    run(main())


def test_a_server_that_was_never_asked_closes():
    async def main():
        async with DemoServer():
            pass

    run(main())
