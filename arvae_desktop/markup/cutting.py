"""Where a long text may be cut: behind a sentence or word, never inside what is seen as one character."""

from __future__ import annotations

import re
import unicodedata

_JOINER = "\u200d"
_LONGEST_CLUSTER = 64
_SENTENCE_END = re.compile(r"[.!?。！？:;][\"'”’)\]*_]*\s+|\n")  # noqa: RUF001
_MAX_TRIES = 20
# What makes a text layout slow: heaps of marks on one letter, letters of both directions within words, and
# characters that no font has, which are looked for in all of them.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
)
_IN_NO_FONT = "\ue000-\uf8ff\U00040000-\U0010ffff"
_SLOW = re.compile(f"[{_MARKS}]{{5,}}|[0-9A-Za-z][\u0590-\u08ff]|[\u0590-\u08ff][0-9A-Za-z]|[{_IN_NO_FONT}]")
_MOST_SLOW = 50
_PAIRED = ("`", "**", "__", "~~", "$")


def cut_near(text: str, limit: int) -> int:
    """A place to cut in the last quarter before `limit`: behind a blank, or else between two characters."""
    if len(text) <= limit:
        return len(text)
    lowest = limit - limit // 4
    at = (
        max(text.rfind(" ", lowest, limit), text.rfind("\n", lowest, limit), text.rfind("\t", lowest, limit))
        + 1
    )
    if at > lowest:
        return at
    for at in range(limit, max(limit - _LONGEST_CLUSTER, 1), -1):
        if not _is_inside_character(text, at):
            return at
    return limit


def is_dense(text: str) -> bool:
    """Whether a layout of this text would cost many times what others of its length do."""
    if text.isascii():
        return False
    return sum(match.end() - match.start() for match in _SLOW.finditer(text)) > _MOST_SLOW


def cut_sentences(text: str, limit: int) -> int:
    """A place to cut before `limit`, if possible behind a sentence and outside of everything inline."""
    if len(text) <= limit:
        return len(text)
    return last_sentence_end(text, 0, limit) or cut_near(text, limit)


def last_sentence_end(text: str, start: int, limit: int) -> int:
    """Where the last sentence before `limit` ends outside of everything inline; 0 if none does."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text, start + (limit - start) // 3, limit)]
    for end in ends[: -_MAX_TRIES - 1 : -1]:
        if _is_outside(text[start:end]):
            return end
    return 0


def _is_outside(text: str) -> bool:
    """Whether everything that was opened inline in `text` is closed, as far as counting can tell."""
    return (
        all(text.count(mark) % 2 == 0 for mark in _PAIRED)
        and text.count("*") % 2 == 0
        and text.count("_") % 2 == 0
        and text.count("[") == text.count("]")
        and text.count("(") == text.count(")")
        and text.count("<") == text.count(">")
    )


def _is_inside_character(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    return (
        after == _JOINER
        or before == _JOINER
        or unicodedata.category(after) in ("Mn", "Me", "Mc")
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or "\U000e0020" <= after <= "\U000e007f"
        or ("\U0001f1e6" <= after <= "\U0001f1ff" and "\U0001f1e6" <= before <= "\U0001f1ff")
        or ("\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff")
    )


def pieces(text: str, limit: int) -> list[str]:
    """The whole text, in pieces of at most `limit` characters."""
    found = []
    at = 0
    while len(text) - at > limit:
        end = at + cut_near(text[at : at + limit + 1], limit)
        found.append(text[at:end])
        at = end
    found.append(text[at:])
    return found
