"""What a server says went wrong, in the shapes that servers say it in, as one tidy sentence."""

from __future__ import annotations

import html
import re
from typing import Any, NamedTuple

from arvae_desktop.api.strict_json import parse_json, valid_text

_MAX_CHARACTERS = 500
_MAX_RAW_CHARACTERS = 20_000  # keeps the patterns below cheap, whatever is sent
_TAG = re.compile(r"<[!/?a-zA-Z][^<>]{0,1000}>")
# Control characters, line and paragraph separators, and what turns the direction of writing around.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_HTML_START = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|!--)", re.IGNORECASE)
_HTML_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,1000})", re.IGNORECASE)


class Complaint(NamedTuple):
    """An error as a server words it; both may be empty.

    Attributes:
        message: tidied, for people.
        code: its code and its type, for programs.
    """

    message: str
    code: str


def complaint_in_stream(document: dict[str, Any]) -> Complaint | None:
    """The error that an object of a stream, or a JSON answer, carries; None if it is none.

    Shapes: ``{"error": {…}}``, ``{"error": "text"}``, ``{"object": "error", …}``. ``"error": null`` is none.
    """
    error = document.get("error")
    if isinstance(error, dict) or (isinstance(error, str) and error):
        return complaint_of(document)
    return complaint_of(document) if document.get("object") == "error" else None


def complaint_of(document: dict[str, Any]) -> Complaint:
    """The complaint in an object that is known to be one."""
    error = document.get("error")
    inner = error if isinstance(error, dict) else {}
    message = _message(inner) or (error if isinstance(error, str) else "") or _message(document)
    codes = (part.get(name) for part in (inner, document) for name in ("code", "type"))
    return Complaint(tidy(message), " ".join(str(code) for code in codes if isinstance(code, str | int)))


def complaint_in_body(text: str) -> Complaint:
    """The error in the body of a failed request: JSON of the usual shapes, a web page's title, or text."""
    try:
        document = parse_json(text)
    except ValueError:
        return Complaint(web_page_title(text) if is_web_page(text) else tidy(text), "")
    if isinstance(document, list) and document:
        document = document[0]
    return complaint_of(document) if isinstance(document, dict) else Complaint(tidy(text), "")


def is_web_page(text: str) -> bool:
    """Whether a body begins as HTML does."""
    return _HTML_START.match(text) is not None


def web_page_title(text: str) -> str:
    """The title of a web page, or nothing."""
    title = _HTML_TITLE.search(text[:_MAX_RAW_CHARACTERS])
    return tidy(html.unescape(title[1])) if title else ""


def tidy(text: str) -> str:
    """One line of at most 500 characters: no markup, no control characters, white space collapsed."""
    plain = _UNPRINTABLE.sub(" ", _TAG.sub(" ", valid_text(text[:_MAX_RAW_CHARACTERS])))
    line = " ".join(plain.split())
    return line if len(line) <= _MAX_CHARACTERS else line[: _MAX_CHARACTERS - 1] + "…"


def _message(part: dict[str, Any]) -> str:
    for name in ("message", "detail", "msg", "error_description", "errors", "title"):
        value = part.get(name)
        if isinstance(value, list) and value:  # FastAPI lists what is wrong with which field
            value = value[0]
        if isinstance(value, dict):
            value = value.get("message") or value.get("msg")
        if isinstance(value, str) and value.strip():
            return value
    return ""
