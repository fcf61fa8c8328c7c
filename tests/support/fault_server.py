"""A server that does exactly what a script says, over real sockets: whole answers, broken ones, and none.

A script is a list of steps for one connection: bytes are sent as they are, the other steps stand below;
after the last one the server closes. Every connection plays the next script, the last one again and again.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Self, TypeAlias

if TYPE_CHECKING:
    import ssl


class Act(Enum):
    """A step that sends nothing."""

    STALL = "say nothing until the client is gone"
    RESET = "break the connection off (RST)"
    HALF_CLOSE = "end the sending side and wait until the client is gone"
    SETTLE = "wait until the client's machine has taken all that was sent"
    READ_REQUEST = "read the request; done first, unless the script has it, or a `Take`, elsewhere"


@dataclass(frozen=True)
class Pause:
    """A step that waits."""

    seconds: float


@dataclass(frozen=True)
class Drip:
    """A step that sends byte by byte, each so many seconds after the one before."""

    data: bytes
    seconds: float


@dataclass(frozen=True)
class Take:
    """A step that reads so many bytes, whatever they are."""

    count: int


Step: TypeAlias = "bytes | Pause | Drip | Take | Act"
Script: TypeAlias = Sequence[Step]


@dataclass(frozen=True)
class Request:
    """A request as it came. Header names are lower case; times are of `time.monotonic`."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    came_at: float

    def json(self) -> dict:
        return json.loads(self.body)


class FaultServer:
    """Plays scripts on a free port of the loopback address; an async context manager.

    Attributes:
        requests: those that were read, in order.
        taken: what `Take` steps read.
        connections: how many were accepted.
        gone: the number of connections whose end the server has seen, in whatever way.
        gone_at: when the last of them went, by `time.monotonic`.
    """

    def __init__(self, *scripts: Script, tls: ssl.SSLContext | None = None) -> None:
        self._scripts = scripts
        self._tls = tls
        self._changed = asyncio.Condition()
        self._server: asyncio.Server | None = None
        self.requests: list[Request] = []
        self.taken = b""
        self.connections = 0
        self.gone = 0
        self.gone_at = 0.0

    @property
    def port(self) -> int:
        return self._server.sockets[0].getsockname()[1]

    @property
    def base_url(self) -> str:
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}/v1"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        return self

    async def __aexit__(self, *details: object) -> None:
        self._server.close()
        await self.until(lambda: self.gone == self.connections)

    async def until(self, condition, seconds: float = 10.0) -> None:
        """Wait until `condition()` holds; it may look at this server's attributes."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(condition)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = list(self._scripts[min(self.connections, len(self._scripts) - 1)])
        self.connections += 1
        await self._tell()
        if Act.READ_REQUEST not in script and not any(isinstance(step, Take) for step in script):
            script.insert(0, Act.READ_REQUEST)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                for step in script:
                    await self._play(step, reader, writer)
        finally:
            writer.transport.abort() if Act.RESET in script else writer.close()
            self.gone += 1
            self.gone_at = time.monotonic()
            await self._tell()

    async def _play(self, step: Step, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        match step:
            case bytes():
                writer.write(step)
                await writer.drain()
            case Pause(seconds):
                await asyncio.sleep(seconds)
            case Drip():
                await _drip(step, writer)
            case Take(count):
                self.taken += await reader.readexactly(count)
            case Act.READ_REQUEST:
                self.requests.append(await _read_request(reader))
                await self._tell()
            case Act.STALL:
                await reader.read()
            case Act.HALF_CLOSE:
                writer.write_eof()
                await reader.read()
            case Act.SETTLE:
                await _settle(writer)
            case Act.RESET:
                # Closing with this option sends RST in place of FIN.
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


class FaultServerThread:
    """A fault server beside synchronous code, such as a test that starts a program; a context manager."""

    def __init__(self, *scripts: Script) -> None:
        self._scripts = scripts
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.server = self._call(self._start())
        return self

    def __exit__(self, *details: object) -> None:
        self._call(self.server.__aexit__())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def base_url(self) -> str:
        return self.server.base_url

    @property
    def requests(self) -> list[Request]:
        return self.server.requests

    def until(self, condition, seconds: float = 10.0) -> None:
        """Wait until `condition(server)` holds."""
        self._call(self.server.until(lambda: condition(self.server), seconds))

    async def _start(self) -> FaultServer:
        return await FaultServer(*self._scripts).__aenter__()

    def _call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)


async def _drip(drip: Drip, writer: asyncio.StreamWriter) -> None:
    for at in range(len(drip.data)):
        await asyncio.sleep(drip.seconds)
        writer.write(drip.data[at : at + 1])
        await writer.drain()


async def _settle(writer: asyncio.StreamWriter) -> None:
    """Wait until nothing is on its way any more: a reset would overtake it."""
    while _bytes_on_their_way(writer):  # noqa: ASYNC110  (the system gives no sign)
        await asyncio.sleep(0.001)


def _bytes_on_their_way(writer: asyncio.StreamWriter) -> int:
    import fcntl
    import termios

    unsent = fcntl.ioctl(writer.get_extra_info("socket").fileno(), termios.TIOCOUTQ, bytes(4))
    return writer.transport.get_write_buffer_size() + int.from_bytes(unsent, sys.byteorder)


async def _read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")[:-2]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, path, _ = first.split(" ")
    return Request(method, path, headers, body, time.monotonic())


def head(status: int = 200, reason: str = "", **headers: str | int) -> bytes:
    """The head of an answer that ends with the connection. Header names are given with underscores."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in given.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


STREAM_HEAD = head(content_type="text/event-stream")


def answer(
    status: int, body: bytes | str, content_type: str = "application/json", **headers: str | int
) -> bytes:
    """A whole answer with its length."""
    data = body.encode() if isinstance(body, str) else body
    return head(status, content_type=content_type, content_length=len(data), **headers) + data


def event(document: object) -> bytes:
    """A server-sent event that holds a JSON document."""
    return f"data: {json.dumps(document)}\n\n".encode()


def delta(**fields: object) -> bytes:
    """An event with one delta of choice 0."""
    return event({"choices": [{"index": 0, "delta": fields}]})


def text(content: str) -> bytes:
    """An event with a piece of the answer's text."""
    return delta(content=content)


def finish(reason: str = "stop") -> bytes:
    """An event with a finish reason."""
    return event({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})


DONE = b"data: [DONE]\n\n"


def whole_stream(*pieces: str) -> list[bytes]:
    """The steps of a stream that goes well."""
    return [STREAM_HEAD, *map(text, pieces), finish(), DONE]


def chunked(*pieces: bytes, is_whole: bool = True) -> Iterator[bytes]:
    """Pieces in chunked transfer coding (RFC 9112, 7.1)."""
    for piece in pieces:
        yield b"%x\r\n%s\r\n" % (len(piece), piece)
    if is_whole:
        yield b"0\r\n\r\n"
