"""The signed file that names the newest release: fetched, proved to be ours, read.

It is JSON of two strings: `release` holds JSON itself (`version`, `page`, `good_until`), and `signature` an
Ed25519 signature in Base64 of a line that says what is signed, and of those characters of `release`. Signing
the characters leaves nothing to how JSON may be written.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import datetime as dt
import json
from contextlib import aclosing
from typing import TYPE_CHECKING

from arvae_desktop.domain.errors import ProtocolError, SilenceError, StatusError, TooLargeError
from arvae_desktop.domain.releases import Release, numbers

if TYPE_CHECKING:
    from arvae_desktop.domain.requests import Network

# What the key signs elsewhere can't be taken for this.
PURPOSE = b"arvae-desktop newest release\n"
MAX_BYTES = 16 * 1024
TIME_LIMIT_S = 15.0
# Not even our version goes out.
_HEADERS = {"Accept": "application/json", "User-Agent": "arvae-desktop"}
# Whoever has the key still leads nobody elsewhere.
_PAGES = "https://arvae.ai/"
_NOT_OURS = "What the server sent is not signed by the makers of this app."


async def fetch_release(url: str, public_key: bytes, network: Network) -> Release:
    """The newest release by the file at `url`; `public_key` is Ed25519's 32 bytes.

    At most 16 KB within 15 seconds, no redirect followed. Raises `ArvaeError`; cancelling closes the socket.
    """
    try:
        async with asyncio.timeout(TIME_LIMIT_S):
            data = await _fetch(url, network)
    except TimeoutError:
        raise SilenceError(f"No answer about new versions within {TIME_LIMIT_S:g} seconds.") from None
    return read_release(data, public_key, today=dt.datetime.now(dt.UTC).date())


def read_release(data: bytes, public_key: bytes, *, today: dt.date) -> Release:
    """The release that a file names. Raises `ProtocolError` unless it is signed, whole and still good."""
    try:
        outside = json.loads(data)
        text, signature = outside["release"].encode(), base64.b64decode(outside["signature"], validate=True)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, binascii.Error):
        raise ProtocolError("What the server sent names no release.") from None
    if not _is_signed(PURPOSE + text, signature, public_key):
        raise ProtocolError(_NOT_OURS)
    try:
        inside = json.loads(text)
        release = Release(inside["version"], inside["page"], dt.date.fromisoformat(inside["good_until"]))
        is_whole = numbers(release.version) is not None and release.page.startswith(_PAGES)
    except (ValueError, TypeError, KeyError, AttributeError):
        is_whole = False
    if not is_whole:
        raise ProtocolError("What the server sent names no release.")
    if today > release.good_until:
        raise ProtocolError("What the server says about new versions is out of date.")
    return release


def _is_signed(message: bytes, signature: bytes, public_key: bytes) -> bool:
    from nacl.exceptions import CryptoError  # noqa: PLC0415  (few ever check for updates)
    from nacl.signing import VerifyKey  # noqa: PLC0415

    try:
        VerifyKey(public_key).verify(message, signature)
    except (CryptoError, ValueError):
        return False
    return True


async def _fetch(url: str, network: Network) -> bytes:
    from arvae_desktop.api.transport import Exchange  # noqa: PLC0415  (httpx takes 100 ms)

    async with Exchange("GET", url, network, headers=_HEADERS, silence_s=TIME_LIMIT_S) as exchange:
        if exchange.status != 200:
            raise StatusError(
                f"The server does not tell of new versions (HTTP {exchange.status}).", status=exchange.status
            )
        body = bytearray()
        async with aclosing(exchange.pieces()) as pieces:
            async for piece in pieces:
                body += piece
                if len(body) > MAX_BYTES:
                    raise TooLargeError("What the server sent is too large to name a release.")
    return bytes(body)
