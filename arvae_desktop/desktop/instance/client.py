"""Speaks to the app that runs. Part of a start that is to be over at once: imports no Qt."""

from __future__ import annotations

import os
import socket
import sys
import time
from typing import TYPE_CHECKING

from arvae_desktop.desktop.instance.messages import (
    MAX_BYTES,
    MessageError,
    VersionError,
    read_reply,
    write_request,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arvae_desktop.desktop.instance.messages import Request
    from arvae_desktop.desktop.instance.place import Place


class NobodyThereError(OSError):
    """Nobody listens, though somebody may still hold the place: it is starting, or on its way out."""


class NoAnswerError(OSError):
    """Somebody listens and did not do what was asked; the text says why, in a sentence."""


def startup_token(environment: Mapping[str, str] = os.environ) -> str:
    """What the desktop gave this start so that it may bring a window to the front; may be empty."""
    return environment.get("XDG_ACTIVATION_TOKEN") or environment.get("DESKTOP_STARTUP_ID") or ""


def ask(place: Place, request: Request, *, within_s: float) -> None:
    """Ask the app that runs for something; returns when it is done.

    Raises `MessageError` if the request is too long, `NobodyThereError`, and `NoAnswerError`.
    """
    line = write_request(request)
    if sys.platform == "win32":
        reply = _ask_pipe(place.pipe_name, line)
    else:
        reply = _ask_socket(str(place.socket_file), line, within_s)
    try:
        is_done = read_reply(reply)
    except VersionError:
        raise NoAnswerError("The Arvae Desktop that runs is of another version. Quit it first.") from None
    except MessageError:
        is_done = False
    if not is_done:
        raise NoAnswerError("The Arvae Desktop that runs did not answer.")


def _ask_socket(path: str, line: bytes, within_s: float) -> bytes:
    deadline = time.monotonic() + within_s
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(within_s)
        try:
            connection.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            raise NobodyThereError("nobody listens") from None
        except OSError as error:
            raise NoAnswerError(f"The Arvae Desktop that runs can’t be reached: {error.strerror}.") from None
        reply = b""
        try:
            connection.sendall(line)
            while not reply.endswith(b"\n") and len(reply) < MAX_BYTES:
                connection.settimeout(max(deadline - time.monotonic(), 0.001))
                if not (more := connection.recv(4096)):
                    break
                reply += more
        except OSError:
            raise NoAnswerError("The Arvae Desktop that runs did not answer.") from None
    return reply


def _ask_pipe(name: str, line: bytes) -> bytes:
    """Over a named pipe. Windows has no time-out here: a server that hangs is waited for."""
    try:
        with open(rf"\\.\pipe\{name}", "r+b", buffering=0) as pipe:  # noqa: PTH123  (not a path)
            pipe.write(line)
            return pipe.readline(MAX_BYTES)
    except FileNotFoundError:
        raise NobodyThereError("nobody listens") from None
    except OSError as error:
        raise NoAnswerError(f"The Arvae Desktop that runs can’t be reached: {error.strerror}.") from None
