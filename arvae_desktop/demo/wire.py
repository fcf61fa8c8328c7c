"""HTTP/1.1 over asyncio streams, as much of it as the demo server speaks (RFC 9110, RFC 9112).

One request a connection: every answer says `Connection: close`, so that the end of a connection always
means something and a client's close can be told from its next request.
"""

from __future__ import annotations

import asyncio
import contextlib
import email.utils
import http
import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_HEAD_BYTES = 64 * 1024
MAX_HEADERS = 100
MAX_BODY_BYTES = 64 * 1024 * 1024
LINGER_SECONDS = 2.0
_READ_BYTES = 256 * 1024
_TOKEN_CHARACTERS = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_ONCE = frozenset({"host", "content-length", "transfer-encoding", "authorization"})


class HttpError(Exception):
    """A request that is answered with an error status.

    Attributes:
        status: the HTTP status.
        message: a sentence for people.
        kind: the error object's `type`.
        code: the error object's `code`, or None.
        headers: what the answer's head says besides the usual.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind
        self.code = code
        self.headers = dict(headers or {})


@dataclass(frozen=True)
class Head:
    """The head of a request; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]


async def read_head(reader: asyncio.StreamReader) -> Head | None:
    """The next request's head, or None if the client closed without asking for anything.

    Raises:
        HttpError: the head is malformed, too long, or of another version of HTTP.
        asyncio.IncompleteReadError: the client closed in the middle of the head.
    """
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError as error:
        raise HttpError(431, f"The request's head is over {MAX_HEAD_BYTES} bytes.") from error
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    request_line, *lines = raw[:-4].decode("latin-1").split("\r\n")
    parts = request_line.split(" ")
    if len(parts) != 3:
        raise HttpError(400, "The request line is malformed.")
    method, target, version = parts
    if version != "HTTP/1.1":
        raise HttpError(505, "This server speaks HTTP/1.1 only.")
    if not target.startswith("/"):
        raise HttpError(400, "The request target must be a path.")
    return Head(method, target.partition("?")[0], _headers(lines))


def _headers(lines: list[str]) -> dict[str, str]:
    if len(lines) > MAX_HEADERS:
        raise HttpError(431, f"The request has over {MAX_HEADERS} headers.")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or not _TOKEN_CHARACTERS.issuperset(name):
            raise HttpError(400, "A header is malformed.")
        name = name.lower()
        if name not in headers:
            headers[name] = value.strip(" \t")
        elif name in _ONCE:
            raise HttpError(400, f"The header {name} stands there twice.")
        else:
            headers[name] += ", " + value.strip(" \t")
    return headers


def is_loopback(name: str) -> bool:
    """Whether a host name or address, without port and brackets, can only mean this machine."""
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def check_host(head: Head) -> None:
    """Refuse a request to another name: a web page may rebind its own name to this address.

    Raises:
        HttpError: 400 without a Host header, 403 if it names no loopback address.
    """
    host = head.headers.get("host")
    if host is None:
        raise HttpError(400, "The Host header is missing.")
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    if not is_loopback(name):
        raise HttpError(403, "This server answers only to its loopback address.", code="host_not_allowed")


async def read_body(reader: asyncio.StreamReader, head: Head, send_continue: Callable[[], None]) -> bytes:
    """The request's body; `send_continue` is called if the client waits for that.

    Raises:
        HttpError: 413 if it is over MAX_BODY_BYTES, 400 or 501 if its framing can't be understood.
        asyncio.IncompleteReadError: the client closed before the body's end.
    """
    coding = head.headers.get("transfer-encoding")
    stated = head.headers.get("content-length")
    if coding is not None and (stated is not None or coding.lower() != "chunked"):
        raise HttpError(400 if stated is not None else 501, "The body's framing can't be understood.")
    if stated is not None and not (stated.isascii() and stated.isdigit()):
        raise HttpError(400, "The Content-Length is no number.")
    length = int(stated) if stated is not None and len(stated) < 19 else MAX_BODY_BYTES + 1 if stated else 0
    if length > MAX_BODY_BYTES:
        raise _too_large()
    if head.headers.get("expect", "").lower() == "100-continue":
        send_continue()
    return await (_read_chunks(reader) if coding is not None else reader.readexactly(length))


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while size := await _read_chunk_size(reader):
        if len(body) + size > MAX_BODY_BYTES:
            raise _too_large()
        body += await reader.readexactly(size)
        if await reader.readexactly(2) != b"\r\n":
            raise HttpError(400, "A chunk of the body is longer than it says.")
    for _ in range(MAX_HEADERS):
        if await _read_line(reader) == b"":
            return bytes(body)
    raise HttpError(431, f"The request has over {MAX_HEADERS} trailers.")


async def _read_chunk_size(reader: asyncio.StreamReader) -> int:
    digits = (await _read_line(reader)).partition(b";")[0].strip()
    if not 0 < len(digits) <= 16 or not set(digits) <= set(b"0123456789abcdefABCDEF"):
        raise HttpError(400, "A chunk of the body has no size.")
    return int(digits, 16)


async def _read_line(reader: asyncio.StreamReader) -> bytes:
    try:
        return (await reader.readuntil(b"\r\n"))[:-2]
    except asyncio.LimitOverrunError as error:
        raise HttpError(400, "A line of the body's framing is too long.") from error


def _too_large() -> HttpError:
    return HttpError(413, f"The body is over {MAX_BODY_BYTES} bytes.", code="request_too_large")


async def read_to_end(reader: asyncio.StreamReader) -> None:
    """Throw away what the client still sends; return when it closes its side or resets the connection."""
    with contextlib.suppress(OSError):
        while await reader.read(_READ_BYTES):
            pass


async def close_gently(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say that nothing more will come, and give the client a while to close first.

    Closing a socket with unread bytes in it resets the connection, and the reset may overtake the answer.
    """
    with contextlib.suppress(OSError):
        writer.write_eof()
        async with asyncio.timeout(LINGER_SECONDS):
            await read_to_end(reader)


class Response:
    """The answering half of one connection.

    Attributes:
        bodiless: whether answers go out without their body, as those to HEAD do.
    """

    def __init__(self, writer: asyncio.StreamWriter, *, on_first_byte: Callable[[], None]) -> None:
        self._writer = writer
        self._on_first_byte = on_first_byte
        self._started = False
        self.bodiless = False

    def send_continue(self) -> None:
        """Tell a client that waits for it to send its body."""
        self._writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def send(
        self,
        status: int,
        body: bytes,
        *,
        media_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
        only: int | None = None,
    ) -> None:
        """Write a whole answer; with `only`, no more than that many bytes of the announced body."""
        fields = {"Content-Type": media_type, "Content-Length": str(len(body)), **(headers or {})}
        self._write(_head(status, fields) + (b"" if self.bodiless else body[:only]))

    def start_stream(self) -> None:
        """Write the head of an event stream."""
        fields = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
        self._write(_head(200, {**fields, "Transfer-Encoding": "chunked"}))

    def send_event(self, data: bytes) -> None:
        """Write one server-sent event in one write and one chunk of its own."""
        event = b"data: %b\n\n" % data
        self._write(b"%x\r\n%b\r\n" % (len(event), event))

    def end_stream(self) -> None:
        """Write the chunk that ends the body."""
        self._write(b"0\r\n\r\n")

    async def drain(self) -> None:
        """Wait until the client has taken enough of what was written.

        Raises:
            ConnectionError: the client is gone.
        """
        await self._writer.drain()

    async def flush(self) -> None:
        """Wait until the operating system has taken all that was written.

        Raises:
            ConnectionError: the client is gone.
        """
        self._writer.transport.set_write_buffer_limits(high=0)
        await self._writer.drain()

    def _write(self, data: bytes) -> None:
        self._writer.write(data)
        if not self._started:
            self._started = True
            self._on_first_byte()


def _head(status: int, fields: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}"]
    lines += [f"Date: {email.utils.formatdate(usegmt=True)}", "Server: arvae-desktop-demo"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")
