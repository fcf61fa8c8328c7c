"""Fetches one picture that the user agreed to, from whoever has it: without a key, a cookie or a referrer."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from arvae_desktop import __version__
from arvae_desktop.domain.errors import (
    AddressError,
    ArvaeError,
    PictureError,
    RedirectError,
    SilenceError,
    StatusError,
    TooLargeError,
)

if TYPE_CHECKING:
    from arvae_desktop.api.transport import Exchange
    from arvae_desktop.domain.requests import Network

MAX_BYTES = 20 * 1024 * 1024
TIME_LIMIT_S = 30.0
_HEADERS = {
    "Accept": "image/webp, image/png, image/jpeg, image/gif, image/bmp",
    "User-Agent": f"arvae-desktop/{__version__}",
}
_HINT = "Try again, or open its address in the browser."
_BROWSER = "Open its address in the browser."


async def fetch_picture(url: str, network: Network) -> bytes:
    """The bytes behind an http or https address: at most 20 MB, within 30 seconds, no redirect followed.

    What the bytes are, whoever decodes them finds out. Raises `ArvaeError`; cancelling closes the socket.
    """
    _check(url)
    fault: ArvaeError | None = None
    try:
        async with asyncio.timeout(TIME_LIMIT_S):
            return await _fetch(url, network)
    except TimeoutError:
        fault = SilenceError(f"The picture did not arrive within {TIME_LIMIT_S:g} seconds.", _HINT)
    except (PictureError, RedirectError, StatusError, TooLargeError) as error:
        fault = error
    except ArvaeError as error:
        # What the transport hints at is a server of the settings, which this is none of.
        fault = type(error)(error.report.title, _HINT, retryable=error.report.retryable)
    raise fault


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        has_host = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        has_host = False
    if not has_host:
        raise AddressError("The picture’s address can’t be called.", "Pictures come from http and https.")
    # httpx would make an Authorization header of them.
    if "@" in parts.netloc:
        raise AddressError("The picture’s address holds a user name.", _BROWSER)


async def _fetch(url: str, network: Network) -> bytes:
    # Here, because the window's first frame should not wait for httpx (some 100 ms).
    from arvae_desktop.api.transport import Exchange  # noqa: PLC0415

    async with Exchange("GET", url, network, headers=_HEADERS, silence_s=TIME_LIMIT_S) as exchange:
        _check_head(exchange)
        body = bytearray()
        async with aclosing(exchange.pieces()) as pieces:
            async for piece in pieces:
                body += piece
                if len(body) > MAX_BYTES:
                    raise _too_large()
    if not body:
        raise PictureError("The server sent no picture.", _HINT)
    return bytes(body)


def _check_head(exchange: Exchange) -> None:
    status, headers = exchange.status, exchange.headers
    if 300 <= status <= 399 and headers.get("location"):
        raise RedirectError("The picture is at another address now.", _BROWSER, status=status)
    if not 200 <= status <= 299:
        raise StatusError(
            f"The server has no picture at this address (HTTP {status}).", _BROWSER, status=status
        )
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > MAX_BYTES:
        raise _too_large()


def _too_large() -> TooLargeError:
    return TooLargeError(f"The picture is larger than {MAX_BYTES // (1024 * 1024)} MB.", _BROWSER)
