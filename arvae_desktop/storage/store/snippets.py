"""Where words are in a text, and what stands around them."""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from arvae_desktop.storage.store.folding import is_unspaced, with_spaces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from arvae_desktop.storage.store.query import Term

_BEFORE = 60
_LENGTH = 240
_MOST_RANGES = 50
# A long text is looked through in pieces, which overlap by more than words are long.
_PIECE = 1_000
_OVERLAP = 200
# A character with what combines with it: marks, the rest of a Korean syllable, halfwidth voicing.
_CLUSTER = re.compile(
    "[\\s\\S][\u0300-\u036f\u0591-\u05c7\u0610-\u065f\u1160-\u11ff\u20d0-\u20ff\u3099\u309a\uff9e\uff9f]*"
)
_NOT_ASCII_WORD = re.compile("[^0-9a-z]")
_CONTROLS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")


class Snippet(NamedTuple):
    """A piece of a text in one line, and the matches in it as start and end."""

    text: str
    ranges: tuple[tuple[int, int], ...]


def matches(text_units: str, terms: Sequence[Term]) -> bool:
    """Whether a text, given as its `units`, has all terms."""
    return all(_needle(term) in text_units for term in terms)


def snippet(text: str, terms: Sequence[Term]) -> Snippet:
    """What stands around the first match."""
    found = find(text, terms)
    start = max(0, found[0][0] - _BEFORE) if found else 0
    if start and (space := text.rfind(" ", start - _OVERLAP, found[0][0])) >= start - 1:
        start = text.find(" ", start - 1, space + 1) + 1
    end = min(len(text), start + _LENGTH)
    lead = "…" if start else ""
    shift = len(lead) - start
    ranges = tuple((first + shift, min(last, end) + shift) for first, last in found if first < end)
    return Snippet(f"{lead}{in_one_line(text[start:end])}{'…' if end < len(text) else ''}", ranges)


def in_one_line(text: str) -> str:
    """The text with a space for every line break and control character."""
    return _CONTROLS.sub(" ", text)


def find(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where the terms are, whole words, in the first piece of the text that has any: start and end."""
    if not terms:
        return []
    pattern = re.compile("|".join(map(_pattern, terms)))
    for start in range(0, max(1, len(text)), _PIECE):
        found = _find_in_piece(text[start : start + _PIECE + _OVERLAP], pattern)
        if found:
            return [(first + start, last + start) for first, last in found]
    return []


def _find_in_piece(piece: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    if piece.isascii():
        return [match.span() for match in _first(pattern.finditer(_NOT_ASCII_WORD.sub(" ", piece.lower())))]
    folded: list[str] = []
    places: list[tuple[int, int]] = []  # of each folded character, where it comes from
    for cluster in _CLUSTER.finditer(piece):
        fold = with_spaces(unicodedata.normalize("NFKC", cluster[0]))
        folded.append(fold)
        places.extend([cluster.span()] * len(fold))
    spans = (match.span() for match in _first(pattern.finditer("".join(folded))))
    return [(places[first][0], places[last - 1][1]) for first, last in spans]


def _first(found: Iterator[re.Match[str]]) -> Iterator[re.Match[str]]:
    return itertools.islice(found, _MOST_RANGES)


def _needle(term: Term) -> str:
    """What stands in the `units` of a text that has the term."""
    needle = f" {' '.join(term.units)}"
    return needle if term.is_prefix else f"{needle} "


def _pattern(term: Term) -> str:
    """A regular expression for the term in a folded text, in which spaces stand for all that is no unit."""
    pattern = "" if is_unspaced(term.units[0]) else "(?<![^ ])"
    for index, unit in enumerate(term.units):
        pattern += (" +" if index else "") + re.escape(unit)
    return pattern + ("[^ ]*" if term.is_prefix else "(?![^ ])")
