"""What was typed into the search field, read. Any text is a query; none is an error.

Words, of which each matches the beginning of a word; ``"words in a row"``; filters: ``model:gpt`` (a part of
the model's id), ``role:user``, ``role:assistant``, ``before:2024-05-01``, ``after:2024`` (from that day,
month or year on), ``in:title``. All must hold. What looks like a filter and isn't one is words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

from arvae_desktop.domain.messages import Role
from arvae_desktop.storage.store.folding import units

_MOST_CHARACTERS = 1_000
_MOST_TERMS = 32
_PART = re.compile(
    r'(?:(?P<filter>model|role|before|after|in):)?(?:"(?P<quoted>[^"]*)(?P<end>"?)|(?P<bare>[^\s"]+))',
    re.IGNORECASE,
)
_EMPTY_FILTER = re.compile(r"(?:model|role|before|after|in):(?=\s|$)", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Term:
    """Units that must stand next to each other.

    Attributes:
        is_prefix: whether the last unit is only the beginning of one.
    """

    units: tuple[str, ...]
    is_prefix: bool


@dataclass(frozen=True, slots=True)
class Query:
    """What must hold of what is found.

    Attributes:
        terms: in the text, or all in the title.
        models: parts of the model's id, without case; one of them must be there.
        roles: one of these; empty for any.
        before, after: UTC in seconds since 1970, or None: said before the one, and not before the other.
        is_in_title: whether only titles count.
    """

    terms: tuple[Term, ...] = ()
    models: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    before: float | None = None
    after: float | None = None
    is_in_title: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not (
            self.terms or self.models or self.roles or self.before is not None or self.after is not None
        )


def parse(text: str, zone: tzinfo | None = None) -> Query:
    """Read a query; days begin at midnight of `zone`, by default the computer's own."""
    terms: list[Term] = []
    filters = _Filters(zone)
    for part in _PART.finditer(_EMPTY_FILTER.sub(" ", text[:_MOST_CHARACTERS])):
        is_quoted = part["quoted"] is not None
        value = part["quoted"] if is_quoted else part["bare"]
        if part["filter"] and filters.take(part["filter"].lower(), value):
            continue
        words = value if is_quoted or not part["filter"] else part[0]
        found = tuple(units(words).split())
        if found:
            # Quotes that are still open: the last word is still being typed.
            terms.append(Term(found, is_prefix=not (is_quoted and part["end"])))
    return Query(
        tuple(terms[:_MOST_TERMS]),
        tuple(filters.models),
        tuple(filters.roles),
        filters.before,
        filters.after,
        filters.is_in_title,
    )


class _Filters:
    def __init__(self, zone: tzinfo | None) -> None:
        self.models: list[str] = []
        self.roles: list[Role] = []
        self.before: float | None = None
        self.after: float | None = None
        self.is_in_title = False
        self._zone = zone

    def take(self, name: str, value: str) -> bool:
        """Note a filter; whether it is one."""
        if name == "model":
            self.models.append(value.casefold())
            return bool(value)
        if name == "role" and value.lower() in set(Role):
            self.roles.append(Role(value.lower()))
            return True
        if name == "in" and value.lower() == "title":
            self.is_in_title = True
            return True
        moment = self._moment(value) if name in ("before", "after") else None
        if moment is None:
            return False
        if name == "before":
            self.before = moment if self.before is None else min(self.before, moment)
        else:
            self.after = moment if self.after is None else max(self.after, moment)
        return True

    def _moment(self, value: str) -> float | None:
        found = _DATE.fullmatch(value)
        if found is None:
            return None
        year, month, day = (int(part or 1) for part in found.groups())
        try:
            return datetime(year, month, day, tzinfo=self._zone).astimezone(self._zone).timestamp()
        except (ValueError, OverflowError, OSError):  # no such day, or beyond what the system's clock has
            return None
