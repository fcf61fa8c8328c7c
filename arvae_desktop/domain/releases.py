"""A release of the app, and whether it is newer than another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

_VERSION = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})")


@dataclass(frozen=True, slots=True)
class Release:
    """A release as the signed file tells of it.

    Attributes:
        version: three numbers, such as 1.2.3.
        page: the https address of a page about it, where it can be got.
        good_until: the last day on which the file may be believed, so that nobody can hold an old one out
            for ever.
    """

    version: str
    page: str
    good_until: dt.date

    def is_newer_than(self, version: str) -> bool:
        """Whether it comes after `version`; what is no version of three numbers counts as the newest."""
        ours, theirs = numbers(version), numbers(self.version)
        return ours is not None and theirs is not None and theirs > ours


def numbers(version: str) -> tuple[int, int, int] | None:
    """A version's three numbers, or None."""
    found = _VERSION.fullmatch(version)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None
