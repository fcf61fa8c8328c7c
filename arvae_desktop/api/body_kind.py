"""What the body of a successful response is. Servers label bodies wrongly, so the body itself decides."""

from __future__ import annotations

import re
from enum import Enum

from arvae_desktop.api.server_says import is_web_page

_BOM = b"\xef\xbb\xbf"
_WHITE_SPACE = b" \t\r\n"
_STREAM_LABEL = "text/event-stream"
_HTML_LABEL = "text/html"
_LONGEST_HTML_START = len(b"<!doctype  html")
_LONGEST_FIELD_START = len(b"event:")
_FIELD_START = re.compile(rb":|(?:data|event|id|retry)(?:[:\r\n]|$)")
# JSON begins with no word but these three; a field may have any name, and then counts for nothing.
_ANY_FIELD_START = re.compile(rb"(?!(?:true|false|null)\b)[A-Za-z_][\w-]{0,60}(?:[:\r\n]|$)")
_UNDECIDED_FIELD = re.compile(rb"[A-Za-z_][\w-]{0,60}$")


class BodyKind(Enum):
    """What a body turned out to be."""

    STREAM = "an event stream"
    JSON = "one JSON document"
    PAGE = "a web page"


def body_kind(media_type: str, start: bytes, *, is_whole: bool) -> tuple[BodyKind | None, bytes]:
    """The kind of a body that begins with `start`, or None if that can't be told yet; and what of it counts.

    White space in front counts only in what is labelled as an event stream: some servers keep a connection
    alive with it, for as long as the answer takes. `media_type` is that of the ``Content-Type`` header, lower
    case and without parameters; `is_whole` says that no more than `start` comes.
    """
    mark = _BOM if start.startswith(_BOM) else b""
    text = start.removeprefix(_BOM)
    if not is_whole and _BOM.startswith(start):
        return None, start
    if media_type == _STREAM_LABEL:
        return _labelled_stream_kind(text, is_whole=is_whole), start
    text = text.lstrip(_WHITE_SPACE)
    return _kind(media_type, text, is_whole=is_whole), mark + text


def _kind(media_type: str, start: bytes, *, is_whole: bool) -> BodyKind | None:
    if not start or (not is_whole and _BOM.startswith(start)):
        return None
    if start.startswith(b"<"):
        return BodyKind.PAGE
    is_html = media_type == _HTML_LABEL
    if start.startswith((b"{", b"[")):
        return BodyKind.PAGE if is_html else BodyKind.JSON
    if not is_html and not media_type.endswith("json"):
        return BodyKind.STREAM
    if len(start) < _LONGEST_FIELD_START and not is_whole:
        return None
    if _FIELD_START.match(start):
        return BodyKind.STREAM
    if is_html:
        return BodyKind.PAGE
    if not is_whole and _UNDECIDED_FIELD.match(start):
        return None
    return BodyKind.STREAM if _ANY_FIELD_START.match(start) else BodyKind.JSON


def _labelled_stream_kind(start: bytes, *, is_whole: bool) -> BodyKind | None:
    if start and not start.startswith(b"<"):
        return BodyKind.STREAM
    if len(start) < _LONGEST_HTML_START and not is_whole:
        return None
    return BodyKind.PAGE if is_web_page(start.decode("utf-8", "replace")) else BodyKind.STREAM
