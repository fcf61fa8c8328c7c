"""The user's own words on the page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtGui import QFontMetricsF

from arvae_desktop.ui.transcript.block_lines import is_right_to_left
from arvae_desktop.ui.transcript.formats import CARD_PADDING
from arvae_desktop.ui.transcript.lines import Chars, Ink, Look, Place, Run, TextLine
from arvae_desktop.ui.transcript.origins import first_group
from arvae_desktop.ui.transcript.sentences import SHOW_ALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arvae_desktop.domain.messages import Message
    from arvae_desktop.ui.transcript.formats import Formats

_GAP = 42
_GAP_BELOW = 10
_WIDEST_MARGIN = 72.0
_MEASURED = 2_000
# A longer line becomes several: layout of a block costs by its length.
_LONGEST_LINE = 2_000
# A prompt beyond this shows its start alone until it is opened: a document of a megabyte makes each resize
# take a quarter of a second, and a screen reader seconds to follow.
_LONGEST_PROMPT = 20_000
_PROMPT_START = 4_000


def lines(
    message: Message, text: str, formats: Formats, number: int, *, is_whole: bool
) -> Iterator[TextLine]:
    """A bubble at the column's end, no wider than its text."""
    is_cut = len(text) > _LONGEST_PROMPT and not is_whole
    shown = text[:_PROMPT_START] if is_cut else text
    left = margin(formats.column, natural_width(text, formats))
    place = Place(Look.BUBBLE, above=_GAP, left=left, right=CARD_PADDING, group=first_group(number))
    rows = shown.split("\n")
    for row_number, row in enumerate(rows, 1):
        for start in range(0, max(1, len(row)), _LONGEST_LINE):
            runs = (Run(row[start : start + _LONGEST_LINE]),) if row else ()
            is_last = row_number == len(rows) and start + _LONGEST_LINE >= len(row) and not is_cut
            own = place._replace(joins=start > 0, below=_GAP_BELOW if is_last else 0)
            yield TextLine(_directed(own, runs), runs)
            place = place._replace(above=0)
    if is_cut:
        words = f"Show all {len(text):,} characters"
        action = Chars(Ink.ACCENT, href=f"{SHOW_ALL}/{message.id}", is_action=True)
        opening = Run("… ", Chars(Ink.MUTED)), Run(words, action)
        yield TextLine(place._replace(below=_GAP_BELOW), opening)


def margin(column: float, text_width: float) -> float:
    """The left margin that puts a bubble of a given text width at the column's right edge."""
    return max(min(_WIDEST_MARGIN, column / 5), column - CARD_PADDING - text_width)


def natural_width(text: str, formats: Formats) -> float:
    """How wide a text is without wrapping."""
    if len(text) > _MEASURED:
        return math.inf
    metrics = QFontMetricsF(formats.font)
    return max(metrics.horizontalAdvance(line.expandtabs(8)) for line in text.split("\n")) + 1


def _directed(place: Place, runs: tuple[Run, ...]) -> Place:
    if not is_right_to_left(runs):
        return place
    return place._replace(left=place.right, right=place.left, is_rtl=True)
