"""What a second start says to the app that runs, and what that answers: one line of JSON each way."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

VERSION = 1
# Of a whole line, its end included.
MAX_BYTES = 64 * 1024
_MAX_TOKEN = 256
_FIELDS = {"version", "verb", "text", "token"}


class Verb(StrEnum):
    """What can be asked of the app that runs."""

    RAISE = "raise"
    QUICK = "quick"


@dataclass(frozen=True, slots=True)
class Request:
    """A wish of a second start.

    Attributes:
        text: what is to stand in the quick prompt; empty leaves it as it is.
        token: what the desktop gave the second start so that a window may come to the front
            (XDG activation, startup notification); empty without one.
    """

    verb: Verb
    text: str = ""
    token: str = ""


class MessageError(ValueError):
    """A line is no message: too long, not of this version, or junk."""


class VersionError(MessageError):
    """A line is a message, but of a version that is not spoken here."""


def write_request(request: Request) -> bytes:
    """The request as a line. Raises `MessageError` if it is too long."""
    token = request.token if len(request.token) <= _MAX_TOKEN else ""
    return _write({"version": VERSION, "verb": request.verb, "text": request.text, "token": token})


def read_request(line: bytes) -> Request:
    """A request from its line. Raises `MessageError`."""
    said = _read(line)
    if set(said) - _FIELDS:
        raise MessageError("unknown fields")
    verb, text, token = said.get("verb"), said.get("text", ""), said.get("token", "")
    if not isinstance(verb, str) or verb not in set(Verb):
        raise MessageError("unknown verb")
    if not isinstance(text, str) or not isinstance(token, str) or len(token) > _MAX_TOKEN:
        raise MessageError("not a request")
    return Request(Verb(verb), text, token)


def write_reply(*, done: bool) -> bytes:
    """The answer to a request as a line."""
    return _write({"version": VERSION, "done": done})


def read_reply(line: bytes) -> bool:
    """Whether what was asked is done. Raises `MessageError`."""
    done = _read(line).get("done")
    if not isinstance(done, bool):
        raise MessageError("not a reply")
    return done


def _write(said: dict[str, object]) -> bytes:
    line = json.dumps(said).encode("ascii") + b"\n"
    if len(line) > MAX_BYTES:
        raise MessageError("too long")
    return line


def _read(line: bytes) -> dict[str, object]:
    if len(line) > MAX_BYTES or not line.endswith(b"\n"):
        raise MessageError("no line, or too long")
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        raise MessageError("no JSON") from None
    if not isinstance(said, dict) or type(said.get("version")) is not int:
        raise MessageError("not a message")
    if said["version"] != VERSION:
        raise VersionError(f"version {said['version']}")
    return said
