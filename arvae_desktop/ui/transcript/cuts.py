"""The lines that stand for text which is not on the page, and offer it."""

from __future__ import annotations

from arvae_desktop.ui.transcript.lines import Chars, Ink, Look, Place, Run, TextLine
from arvae_desktop.ui.transcript.sentences import SHOW_ALL

EARLIER, MORE = "earlier", "more"
_GAP = 12


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
    return TextLine(Place(Look.NOTE, above=gap), (said, Run(label, action)), block)
