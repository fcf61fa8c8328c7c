"""One measurement of decoding; prints it as JSON: ``python -m tests.benchmarks.inside.decoder WHAT N …``."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import socket
import sys
import time
import tracemalloc
from contextlib import aclosing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

_MB = 1024 * 1024
_EVENT = json.dumps(
    {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "some/model",
        "choices": [{"index": 0, "delta": {"content": " word"}, "finish_reason": None}],
    }
)
_EVENT_BYTES = f"data: {_EVENT}\n\n".encode()
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def _serve(count: int, told: Connection) -> None:
    """Send one body to one client, as fast as it reads."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        told.send(listener.getsockname()[1])
        client, _ = listener.accept()
        with client:
            with client.makefile("rb") as request:
                head = b"".join(iter(request.readline, b"\r\n")).lower()
                request.read(int(head.partition(b"content-length:")[2].split()[0]))
            client.sendall(_HEAD + _EVENT_BYTES * count + b"data: [DONE]\n\n")
            client.shutdown(socket.SHUT_WR)
            client.recv(1)  # until the client has gone


def _over_loopback(who: str, count: int) -> dict[str, float]:
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(count, there))
    server.start()
    port = here.recv()
    seconds, seen = asyncio.run({"floor": _floor, "ours": _ours, "openai": _openai}[who](port))
    server.join()
    assert seen == count, (seen, count)
    return {"us_per_event": seconds * 1e6 / count}


async def _floor(port: int) -> tuple[float, int]:
    """httpx and `json.loads`, and nothing else."""
    import httpx

    url, seen = f"http://127.0.0.1:{port}/v1/chat/completions", 0
    async with httpx.AsyncClient(trust_env=False) as client, client.stream("POST", url, json={}) as response:
        began, rest = time.perf_counter(), b""
        async for piece in response.aiter_raw():
            *lines, rest = (rest + piece).split(b"\n\n")
            for line in lines:
                if line != b"data: [DONE]":
                    json.loads(line[6:])
                    seen += 1
        return time.perf_counter() - began, seen


async def _ours(port: int) -> tuple[float, int]:
    from arvae_desktop.api.client import ChatClient
    from arvae_desktop.domain.address import BaseUrl
    from arvae_desktop.domain.events import Start, TextDelta
    from arvae_desktop.domain.messages import Role, Turn
    from arvae_desktop.domain.requests import ChatRequest, Endpoint
    from arvae_desktop.domain.secret import Secret

    endpoint = Endpoint(BaseUrl.parse(f"http://127.0.0.1:{port}/v1"), Secret("sk-bench-0123456789"))
    began, seen = 0.0, 0
    async with aclosing(ChatClient().stream(ChatRequest(endpoint, "m", (Turn(Role.USER, "x"),)))) as stream:
        async for event in stream:
            if type(event) is TextDelta:
                seen += 1
            elif type(event) is Start:
                began = time.perf_counter()
    return time.perf_counter() - began, seen


async def _openai(port: int) -> tuple[float, int]:
    from openai import AsyncOpenAI

    seen = 0
    async with AsyncOpenAI(api_key="sk-bench", base_url=f"http://127.0.0.1:{port}/v1") as client:
        stream = await client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "x"}], stream=True
        )
        began = time.perf_counter()
        async for chunk in stream:
            seen += bool(chunk.choices[0].delta.content)
        return time.perf_counter() - began, seen


def _pure(count: int) -> dict[str, float]:
    body = _EVENT_BYTES * count
    began = time.perf_counter()
    seen = _read(body[at : at + 65536] for at in range(0, len(body), 65536))
    assert seen == count
    return {"us_per_event": (time.perf_counter() - began) * 1e6 / count}


def _read(pieces: Iterator[bytes]) -> int:
    from arvae_desktop.api.answer import Answer

    answer = Answer("text/event-stream")
    return sum(1 for piece in pieces for _ in answer.feed(piece))


def _doubling(megabytes: int, size: int) -> dict[str, float]:
    """Processor time for a body and for half of it; the best of two each, in turn."""
    body = _EVENT_BYTES * (megabytes * _MB // len(_EVENT_BYTES))

    def seconds(length: int) -> float:
        began = time.process_time()
        _read(body[at : at + size] for at in range(0, length, size))
        return time.process_time() - began

    runs = [(seconds(len(body) // 2), seconds(len(body))) for _ in range(2)]
    return {"half_s": min(half for half, _ in runs), "whole_s": min(whole for _, whole in runs)}


def _memory(megabytes: int) -> dict[str, float]:
    """The most that is taken while an answer of large events is read and its text is kept."""
    from arvae_desktop.api.answer import Answer

    start, end = b'data: {"choices":[{"delta":{"content":"', b'"}}]}\n\n'
    filler = b"x" * 65536
    answer, kept = Answer("text/event-stream"), []
    tracemalloc.start()
    for _ in range(megabytes // 8):
        for piece in (start, *[filler] * (8 * 16 - 1), end):
            kept += [event.text for event in answer.feed(piece)]
    _, peak = tracemalloc.get_traced_memory()
    return {"peak_mb": peak / _MB}


def main() -> None:
    what, *numbers = sys.argv[1:]
    counts = [int(number) for number in numbers]
    if what in ("floor", "ours", "openai"):
        found = _over_loopback(what, *counts)
    else:
        found = {"pure": _pure, "doubling": _doubling, "memory": _memory}[what](*counts)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
