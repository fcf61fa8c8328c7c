"""The lines that stand for text which is not on the page, and offer it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from arvae_desktop.ui.transcript.lines import Chars, Ink, Look, Place, Run, TextLine
from arvae_desktop.ui.transcript.sentences import SHOW_ALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arvae_desktop.ui.transcript.reading import Reading

EARLIER, MORE = "earlier", "more"
_GAP = 24  # a card of code reaches beyond its lines
_AT_ONCE = 200_000  # characters that are searched in one step


class Cut(NamedTuple):
    """Text of a part that is not on the page, and where the line stands that offers it.

    Attributes:
        message_id, part: whose text it is.
        reading: the part's.
        start, stop: where in its text.
        position: on the page.
    """

    message_id: str
    part: int
    reading: Reading
    start: int
    stop: int
    position: int

    def occurrences(self, words: str) -> Iterator[int]:
        """How often words stand in each of its pieces, in either case."""
        folded = words.casefold()
        for at in range(self.start, self.stop, _AT_ONCE):
            piece = self.reading.text[at : min(self.stop, at + _AT_ONCE + len(words) - 1)]
            yield piece.casefold().count(folded)

    def find(self, words: str, *, is_last: bool) -> int:
        """The offset in the part's text of the first or last place of words; `start` if there is none."""
        pattern = re.compile(re.escape(words), re.IGNORECASE)
        steps = range(self.start, self.stop, _AT_ONCE)
        for at in reversed(steps) if is_last else steps:
            stop = min(self.stop, at + _AT_ONCE + len(words) - 1)
            places = [match.start() for match in pattern.finditer(self.reading.text, at, stop)]
            if places:
                return places[-1 if is_last else 0]
        return self.start


def earlier(name: str, part: int, count: int, gap: float, block: int) -> TextLine:
    """The line that offers the `count` characters before what is shown of a part.

    `name` is the message's id, `block` the number by which the line tells what it stands for.
    """
    words = f"… {count:,} characters stand before. "
    return _line(f"{SHOW_ALL}/{name}/{part}/{EARLIER}", words, "Show earlier", gap, block)


def more(name: str, part: int, count: int, block: int) -> TextLine:
    """The line that offers the `count` characters behind what is shown of a part."""
    words = f"… {count:,} characters follow. "
    return _line(f"{SHOW_ALL}/{name}/{part}/{MORE}", words, "Show more", _GAP, block)


def _line(href: str, words: str, label: str, gap: float, block: int) -> TextLine:
    action = Chars(Ink.ACCENT, href=href, is_action=True)
    said = Run(words, Chars(Ink.MUTED, is_action=True))
    place = Place(Look.NOTE, above=gap, below=_GAP if href.endswith(EARLIER) else 0)
    return TextLine(place, (said, Run(label, action)), block)
