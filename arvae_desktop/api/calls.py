"""What every call to a server has in common: address, headers, and how a refusal is read."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING

from arvae_desktop import __version__
from arvae_desktop.api.retries import asked_wait_s
from arvae_desktop.api.server_says import tidy
from arvae_desktop.api.statuses import redirect_error, status_error
from arvae_desktop.domain.errors import ArvaeError, BadKeyError

if TYPE_CHECKING:
    from arvae_desktop.api.transport import Exchange
    from arvae_desktop.domain.errors import RedirectError, StatusError
    from arvae_desktop.domain.requests import Endpoint, Network

_MAX_ERROR_BYTES = 256 * 1024
_ERROR_BODY_S = 5.0


def open_exchange(
    method: str,
    endpoint: Endpoint,
    path: str,
    network: Network,
    *,
    accept: str,
    body: bytes | None = None,
    silence_s: float | None = None,
) -> Exchange:
    """An exchange with an endpoint, to be entered. Without a key there is no Authorization header.

    Raises `BadKeyError` where the key can't stand in a header.
    """
    # Here, because the window's first frame should not wait for httpx (some 100 ms).
    from arvae_desktop.api.transport import Exchange  # noqa: PLC0415

    headers = {"Accept": accept, "User-Agent": f"arvae-desktop/{__version__}"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if endpoint.key:
        if not endpoint.key.fits_header:
            raise BadKeyError("The key holds characters that no key has, such as spaces or line breaks.")
        headers["Authorization"] = f"Bearer {endpoint.key.reveal()}"
    url = endpoint.base_url.endpoint(path)
    return Exchange(method, url, network, headers=headers, body=body, silence_s=silence_s)


async def read_error_body(exchange: Exchange, endpoint: Endpoint) -> str:
    """The body of a refusal, without the key: as much as comes in 5 s and 256 KB."""
    body = bytearray()
    with suppress(ArvaeError, TimeoutError):
        async with asyncio.timeout(_ERROR_BODY_S), aclosing(exchange.pieces()) as pieces:
            async for piece in pieces:
                body += piece
                if len(body) >= _MAX_ERROR_BYTES:
                    break
    return _redacted(body.decode("utf-8", "replace"), endpoint)


def redirection(exchange: Exchange, endpoint: Endpoint) -> RedirectError | None:
    """The error for an answer that points elsewhere, or None."""
    location = _redacted(exchange.headers.get("location", ""), endpoint)
    return redirect_error(exchange.status, exchange.url, location)


def refusal(exchange: Exchange, endpoint: Endpoint, body: str, *, model: str | None = None) -> StatusError:
    """The error for an answer whose status is no success."""
    return status_error(
        exchange.status,
        body,
        model=model,
        has_key=bool(endpoint.key),
        retry_after_s=asked_wait_s(exchange.headers, time.time()),
        request_id=request_id(exchange, endpoint),
    )


def request_id(exchange: Exchange, endpoint: Endpoint) -> str | None:
    """The server's own name for the request, for its support."""
    headers = exchange.headers
    return tidy(_redacted(headers.get("x-request-id") or headers.get("request-id") or "", endpoint)) or None


def _redacted(text: str, endpoint: Endpoint) -> str:
    return endpoint.key.redact(text) if endpoint.key else text
