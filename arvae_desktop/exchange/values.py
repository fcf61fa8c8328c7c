"""Values of which nothing is known but that they were JSON → what we expect them to be, or nothing.

None of these raises, whatever it is given.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from arvae_desktop.domain.messages import Role

_E = TypeVar("_E", bound=StrEnum)
# The largest whole number that every JSON program reads as it was written (RFC 8259, section 6).
MOST = 2**53 - 1
_YEAR_10000 = 253_402_300_800.0
_SURROGATES = re.compile("[\ud800-\udfff]")
_LONGEST_ID = 200
_ROLES = {
    "user": Role.USER,
    "human": Role.USER,
    "assistant": Role.ASSISTANT,
    "system": Role.SYSTEM,
    "developer": Role.SYSTEM,
}


def text_of(value: object) -> str:
    """A text, else "". Halves of characters, which no file and no database takes, become U+FFFD."""
    if not isinstance(value, str):
        return ""
    try:
        value.encode()  # much faster than to look for them
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", value)
    return value


def text_or_none(value: object) -> str | None:
    """A text, else None."""
    return text_of(value) if isinstance(value, str) else None


def id_of(value: object) -> str:
    """A text that can be an id, else ""."""
    text = text_of(value)
    return text if len(text) <= _LONGEST_ID else ""


def role_of(value: object) -> Role | None:
    """Who speaks, by the names that the formats have for it."""
    return _ROLES.get(value) if isinstance(value, str) else None


def member_of(kind: type[_E], value: object, default: _E) -> _E:
    """The member of an enumeration that has this value, else the default."""
    try:
        return kind(value) if isinstance(value, str) else default
    except ValueError:
        return default


def dict_of(value: object) -> dict[str, object]:
    """An object, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[object]:
    """A list, else an empty one."""
    return value if isinstance(value, list) else []


def flag_of(value: object) -> bool:
    """Whether it is true, and not only something like it."""
    return value is True


def count_of(value: object) -> int | None:
    """A whole number from 0 to 2⁵³ − 1, else None."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= MOST else None


def number_of(value: object) -> float | None:
    """A finite number of a size that a double holds, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int) and abs(value) > MOST:
        return None
    return float(value) if math.isfinite(value) else None


def duration_of(value: object) -> float | None:
    """A number of seconds that something took, else None."""
    number = number_of(value)
    return number if number is not None and number >= 0 else None


def time_of(value: object) -> float | None:
    """A moment as UTC seconds since 1970, from such a number or from ISO 8601.

    None for what is none, and before 1970 and after 9999.
    """
    seconds = number_of(value)
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
            seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            return None
    return seconds if seconds is not None and 0 <= seconds < _YEAR_10000 else None


def iso_time(seconds: float) -> str:
    """A moment in ISO 8601, to the second, in UTC; "" if no calendar has it."""
    if not 0 <= seconds < _YEAR_10000:
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def json_line(value: object) -> str:
    """Any JSON value as one line of JSON, in letters that every file takes; "" if it is nested too deeply."""
    try:
        return text_of(json.dumps(value, ensure_ascii=False))
    except RecursionError:
        return ""
