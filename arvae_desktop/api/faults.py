"""What went wrong below HTTP, told from the causes that an exception carries."""

from __future__ import annotations

import os
import socket
import ssl
from typing import TYPE_CHECKING, TypeVar

from arvae_desktop.api.server_says import tidy
from arvae_desktop.domain.errors import (
    ConnectionFailedError,
    NameNotFoundError,
    RefusedError,
    TlsError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_E = TypeVar("_E", bound=BaseException)
_MAX_CAUSES = 50  # happy eyeballs make one for each address of a host


def network_fault(error: BaseException, host: str) -> ConnectionFailedError | None:
    """The fault of name look-up, TLS or socket that is behind `error`, or None if there is none."""
    causes = list(_causes(error))
    if _first(causes, socket.gaierror) or _first(causes, UnicodeError):
        return NameNotFoundError(f"The name {host} was not found.")
    certificate = _first(causes, ssl.SSLCertVerificationError)
    if certificate:
        # Only OpenSSL fills in the message; truststore's own exceptions have it as their text.
        reason = getattr(certificate, "verify_message", "") or str(certificate)
        return TlsError(f"The certificate of {host} is not trusted: {tidy(reason)}.")
    for cause in causes:
        if type(cause) is ssl.SSLError:  # its subclasses say that the connection ended, or ask to go on
            reason = (cause.reason or "unknown reason").replace("_", " ").lower()
            return TlsError(f"No secure connection to {host}: {tidy(reason)}.")
    if _first(causes, ConnectionRefusedError):
        return RefusedError(f"{host} refused the connection.")
    for cause in causes:
        if isinstance(cause, OSError) and not isinstance(cause, ssl.SSLError) and cause.errno:
            return ConnectionFailedError(f"No connection to {host}: {os.strerror(cause.errno).lower()}.")
    return None


def stems_from(error: BaseException, package: str) -> bool:
    """Whether an exception of `package` is among the causes of `error`."""
    return any(type(cause).__module__.partition(".")[0] == package for cause in _causes(error))


def _first(causes: list[BaseException], kind: type[_E]) -> _E | None:
    return next((cause for cause in causes if isinstance(cause, kind)), None)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and what is behind it, nearest first. httpcore hides causes, so contexts count as well."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting and len(seen) < _MAX_CAUSES:
        cause = waiting.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [cause.__cause__, cause.__context__]
        if isinstance(cause, BaseExceptionGroup):
            waiting += cause.exceptions
