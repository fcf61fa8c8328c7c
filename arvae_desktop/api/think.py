"""Models that put their reasoning into the content, between ``<think>`` and ``</think>``."""

from __future__ import annotations

from typing import NamedTuple

_OPENING = "<think>"
_CLOSING = "</think>"


class Segment(NamedTuple):
    """A piece of content, and whether it stood between the tags."""

    text: str
    is_reasoning: bool


class ThinkSplitter:
    """Tells reasoning from answer in content that comes in pieces, the tags cut anywhere.

    Tags are exact and lower case; nothing is trimmed. Outside, only the opening tag is special; inside,
    only the closing one. What follows an opening tag that is never closed is reasoning.
    """

    __slots__ = ("_held", "_inside")

    def __init__(self) -> None:
        self._inside = False
        self._held = ""  # the beginning of what may become the awaited tag

    @property
    def is_plain(self) -> bool:
        """Whether a piece without ``<`` would come out whole, as answer."""
        return not self._inside and not self._held

    @property
    def held(self) -> Segment | None:
        """The beginning of what may become a tag, as what it is if it does not."""
        return Segment(self._held, self._inside) if self._held else None

    def feed(self, piece: str) -> list[Segment]:
        """The segments that are now certain, none of them empty."""
        segments = []
        text = self._held + piece
        at = 0
        while (end := text.find(self._awaited, at)) >= 0:
            if end > at:
                segments.append(Segment(text[at:end], self._inside))
            at = end + len(self._awaited)
            self._inside = not self._inside
        end = len(text) - _beginning_of(self._awaited, text[max(at, len(text) - len(_CLOSING)) :])
        self._held = text[end:]
        if end > at:
            segments.append(Segment(text[at:end], self._inside))
        return segments

    def rest(self) -> list[Segment]:
        """What is held back when no more comes: a piece of a tag is what it is where it stands."""
        held, self._held = self._held, ""
        return [Segment(held, self._inside)] if held else []

    @property
    def _awaited(self) -> str:
        return _CLOSING if self._inside else _OPENING


def _beginning_of(tag: str, text: str) -> int:
    """The length of the longest end of `text` with which `tag` begins, short of the whole tag."""
    start = text.rfind("<")
    length = len(text) - start
    return length if start >= 0 and length < len(tag) and tag.startswith(text[start:]) else 0
