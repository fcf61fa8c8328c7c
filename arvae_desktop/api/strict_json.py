"""JSON as RFC 8259 has it, which is a little stricter than Python's own, and text that is always valid."""

from __future__ import annotations

import json
from json.scanner import make_scanner
from typing import Any, NoReturn

_WHITE_SPACE = " \t\n\r"
_WHITE_SPACES = frozenset(_WHITE_SPACE)


def parse_json(text: str) -> Any:  # noqa: ANN401  (JSON is any of six types)
    """Parse one JSON document.

    Raises `ValueError` where it is malformed; Python's ``NaN`` and ``Infinity`` are, and so is what is
    nested too deeply to be an answer. A number of any length is fine.
    """
    try:
        # The scanner itself, without the search for white space around the document, which is rarely there.
        value, end = _scan(text, 0)
    except StopIteration:
        if text[:1] in _WHITE_SPACES:
            return parse_json(text.lstrip(_WHITE_SPACE))
        raise ValueError("no document") from None
    except ValueError as error:
        if isinstance(error, json.JSONDecodeError):
            raise
        return _parse_patiently(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if end != len(text) and text[end:].strip(_WHITE_SPACE):
        raise ValueError("more than one document")
    return value


def _parse_patiently(text: str) -> Any:  # noqa: ANN401
    """For numbers longer than Python turns into an int (4,300 digits)."""
    try:
        return _PATIENT_DECODER.decode(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _number(digits: str) -> float:
    try:
        return int(digits)
    except ValueError:
        return float(digits)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


# The stubs don't know that the scanner takes its settings from a decoder.
_scan = make_scanner(json.JSONDecoder(parse_constant=_refuse_constant))  # type: ignore[arg-type]
_PATIENT_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=_number)


def valid_text(text: str) -> str:
    r"""`text` with pairs of surrogates joined and lone ones replaced by U+FFFD.

    JSON may escape half a character (``"\ud83d"``), which no UTF-8 can hold.
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class SurrogateJoiner:
    """Makes text that comes in pieces valid: a pair split between two pieces is joined."""

    __slots__ = ("_half",)

    def __init__(self) -> None:
        self._half = ""

    def feed(self, piece: str) -> str:
        """The valid text of `piece` and of what was held back; may be empty."""
        if not self._half and piece.isascii():
            return piece
        text = self._half + piece
        self._half = ""
        if "\ud800" <= text[-1:] <= "\udbff":
            self._half = text[-1]
            text = text[:-1]
        return valid_text(text)

    def rest(self) -> str:
        """What is held back when no more comes."""
        half, self._half = self._half, ""
        return valid_text(half)
