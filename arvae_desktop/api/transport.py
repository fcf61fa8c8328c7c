"""HTTP: one request and its answer over a connection of its own. Nothing else imports httpx.

Each exchange has a client of its own, because cancelling a request while it connects leaves httpx's
pool with a dead place in it (httpcore issue 1093). What goes wrong leaves as an `ArvaeError`, whose
text and context hold nothing of the request.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib
import logging
import re
import ssl
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import truststore
from h11 import _readers as _h11_readers

from arvae_desktop.api.compression import BodyDecoder
from arvae_desktop.api.faults import network_fault, stems_from
from arvae_desktop.api.proxies import proxy_for
from arvae_desktop.api.server_says import tidy
from arvae_desktop.api.silence import SilenceWatch
from arvae_desktop.domain.authorities import load_authorities
from arvae_desktop.domain.errors import (
    AddressError,
    ArvaeError,
    CaFileError,
    ConnectionFailedError,
    ProtocolError,
    ProxyError,
    SilenceError,
    TooLargeError,
    UnreachableError,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping
    from types import TracebackType
    from typing import Self

    from arvae_desktop.domain.requests import Network

_log = logging.getLogger(__name__)

MAX_BODY_BYTES = 64 * 1024 * 1024
CONNECT_S = 5.0
SILENCE_S = 90.0

# Their finer lines hold headers, and so the key.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


def _accept_blanks_before_chunk_extensions() -> None:
    """RFC 9112, 7.1.1, has it that a recipient reads past them; h11 0.16 takes such a body for broken."""
    pattern = _h11_readers.chunk_header_re.pattern
    wider = pattern.replace(b"(?P<chunk_ext>;.*)?", b"(?P<chunk_ext>[ \t]*;.*)?")
    _h11_readers.chunk_header_re = re.compile(wider)


_accept_blanks_before_chunk_extensions()


def warm_up(network: Network, url: str) -> None:
    """Do now, in any thread, what the first request to `url` would: import the rest, read the trust store."""
    if _is_https(url):
        with contextlib.suppress(CaFileError):  # it is told where a request needs it
            _trust(network.ca_file)
    with contextlib.suppress(ImportError):  # a matter of speed only: httpcore imports it when it connects
        importlib.import_module("anyio._backends._asyncio")


class Exchange:
    """One HTTP request and its answer.

    Entering it sends the request and waits for the head of the answer; leaving it, by whatever way,
    closes the socket at once. Redirects are not followed. Entering and reading raise `ArvaeError`.

    Args:
        url: http or https.
        network: the proxy and the authorities that the user chose.
        silence_s: the longest silence in seconds, connecting included; None takes our own limits: 5 s
            to connect, 90 s after that.

    Attributes:
        url: where the request goes.
        status: the HTTP status.
        headers: by lower-case names; repeated ones are joined with commas.
    """

    status = 0
    headers: Mapping[str, str] = {}

    def __init__(
        self,
        method: str,
        url: str,
        network: Network,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        silence_s: float | None = None,
    ) -> None:
        self._method = method
        self.url = url
        self._network = network
        self._request_headers = headers
        self._body = body
        self._connect_s = CONNECT_S if silence_s is None else silence_s
        self._silence_s = SILENCE_S if silence_s is None else silence_s
        self._host = urlsplit(url).hostname or ""
        self._peer: str | None = None  # whom the socket is connected to: the host or a proxy
        self._resources = contextlib.AsyncExitStack()
        self._deadline = asyncio.timeout(None)

    async def __aenter__(self) -> Self:
        try:
            await self._send()
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """The body as it arrives, decompressed, in pieces of at most 64 KB or of one read.

        Raises `SilenceError`, `ConnectionFailedError` where it breaks off, and `TooLargeError` beyond 64 MB.
        """
        decoder = BodyDecoder(self.headers.get("content-encoding", ""))
        total = 0
        fault: ArvaeError | None = None
        raw_pieces = self._response.aiter_raw()
        try:
            async with contextlib.aclosing(SilenceWatch(self._silence_s).guard(raw_pieces)) as guarded:
                async for raw in guarded:
                    for piece in decoder.feed(raw):
                        yield piece
                        total += len(piece)
                        if total > MAX_BODY_BYTES:
                            raise TooLargeError(
                                f"The answer is larger than {MAX_BODY_BYTES // (1024 * 1024)} MB."
                            )
        except ArvaeError:
            raise
        except Exception as error:  # noqa: BLE001  (no exception of a library leaves this module)
            fault = self._body_fault(error)
        finally:
            await self._end_reading(raw_pieces)
        if fault:
            raise fault

    async def _send(self) -> None:
        fault: ArvaeError | None = None
        try:
            if _is_https(self.url):  # reading the trust store for the first time takes longer than a frame
                await asyncio.to_thread(_trust, self._network.ca_file)
            client = self._client()
            request = client.build_request(
                self._method,
                self.url,
                headers={"Accept-Encoding": "identity", **self._request_headers},
                content=self._body,
                extensions={"trace": self._watch},
            )
            self._host = request.url.raw_host.decode("ascii")
            async with self._deadline:
                self._response = await client.send(request, stream=True)
        except ArvaeError:
            raise
        except Exception as error:  # noqa: BLE001  (below httpx even assertions are raised over a bad proxy)
            fault = self._head_fault(error)
        if fault:
            raise fault
        self._resources.push_async_callback(self._response.aclose)
        request.extensions["timeout"]["read"] = None  # from here on `SilenceWatch` keeps the time
        self.status = self._response.status_code
        self.headers = {name.lower(): value for name, value in self._response.headers.items()}

    def _client(self) -> httpx.AsyncClient:
        chosen, ca_file = self._network.proxy, self._network.ca_file
        try:
            client = httpx.AsyncClient(
                verify=_trust(ca_file) if _is_https(self.url) else _no_trust(),
                trust_env=False,
                proxy=_proxy(proxy_for(self.url, chosen), ca_file),
                timeout=httpx.Timeout(self._silence_s, connect=self._connect_s),
                follow_redirects=False,
            )
        except (ValueError, httpx.InvalidURL):
            place = "settings name" if chosen else "environment names"
            raise ProxyError(f"The {place} a proxy that is no address.", retryable=False) from None
        self._resources.push_async_callback(client.aclose)
        return client

    async def _end_reading(self, raw_pieces: AsyncIterator[bytes]) -> None:
        """Close the socket, and end the generators that httpx reads through.

        They are nested, and closing the outermost leaves the others to the garbage collector, which makes
        tasks of them or, in a loop that isn't asyncio's own, can't. An error that passes through ends all.
        """
        await self._response.extensions["network_stream"].aclose()
        with contextlib.suppress(httpx.HTTPError, httpx.StreamError, OSError, RuntimeError):
            async for _ in raw_pieces:
                pass

    async def _watch(self, event: str, details: dict[str, Any]) -> None:
        """Keep the socket and the time where httpcore does not: while a TLS or SOCKS handshake runs."""
        if event.endswith(".connect_tcp.started"):
            self._peer = details["host"]
        elif event.endswith(".connect_tcp.complete"):
            # A handshake that is cancelled would leave it open until the garbage collector comes.
            self._resources.push_async_callback(details["return_value"].aclose)
        elif event == "socks.setup_socks5_connection.started":
            self._deadline.reschedule(asyncio.get_running_loop().time() + self._connect_s)
        elif event == "socks.setup_socks5_connection.complete":
            self._deadline.reschedule(None)

    async def _close(self) -> None:
        try:
            await self._resources.aclose()
        except (httpx.HTTPError, OSError, RuntimeError) as error:
            _log.debug("closing a connection: %s", type(error).__name__)

    def _head_fault(self, error: Exception) -> ArvaeError:
        if isinstance(error, httpx.ConnectTimeout):
            return UnreachableError(f"{self._peer} did not answer within {self._connect_s:g} seconds.")
        if isinstance(error, TimeoutError) and self._deadline.expired():
            return ProxyError(f"The proxy {self._peer} did not answer within {self._connect_s:g} seconds.")
        if isinstance(error, httpx.TimeoutException):
            return SilenceError(f"{self._host} sent nothing for {self._silence_s:g} seconds.")
        if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
            return AddressError("The base URL is not an address that can be called.")
        if isinstance(error, httpx.ProxyError):
            is_refusal = str(error).startswith("4")  # such as 407, which asks for a password
            return ProxyError(f"The proxy refused: {tidy(str(error))}.", retryable=not is_refusal)
        if stems_from(error, "h11"):
            return ProtocolError(f"What {self._host} sent is not HTTP.")
        fault = network_fault(error, self._peer or self._host)
        if fault and self._peer not in (None, self._host):
            return ProxyError(
                f"The proxy can’t be used. {fault.report.title}", retryable=fault.report.retryable
            )
        return fault or ConnectionFailedError(f"{self._host} closed the connection without an answer.")

    def _body_fault(self, error: Exception) -> ArvaeError:
        if isinstance(error, TimeoutError):
            return SilenceError(f"{self._host} sent nothing for {self._silence_s:g} seconds.")
        return ConnectionFailedError(f"The connection to {self._host} broke off.", "The text so far is kept.")


def _proxy(address: str | None, ca_file: str | None) -> httpx.Proxy | None:
    """Raises `ValueError` and `httpx.InvalidURL` where the address is none."""
    if address is None:
        return None
    return httpx.Proxy(address, ssl_context=_trust(ca_file) if _is_https(address) else None)


def _is_https(address: str) -> bool:
    return address.lower().startswith("https:")


@functools.cache
def _trust(ca_file: str | None) -> ssl.SSLContext:
    """The operating system's trust store and the authorities of `ca_file`, read once.

    Where OpenSSL itself knows the store, it is asked directly: truststore would read it again, for some
    30 ms, at every handshake. Raises `CaFileError`.
    """
    known = ssl.get_default_verify_paths()
    context: ssl.SSLContext
    if sys.platform not in ("darwin", "win32") and (known.cafile or known.capath):
        context = ssl.create_default_context()
    else:
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_file:
        load_authorities(context, ca_file)
    return context


@functools.cache
def _no_trust() -> ssl.SSLContext:
    """What httpx is given where no TLS is spoken: it would read a store of its own otherwise."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
