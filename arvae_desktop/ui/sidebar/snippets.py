"""A line of text of which there is room for a part only: the part around the match."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_BEFORE = 3  # at most a third of the line stands before the first match


def around_match(
    text: str, ranges: Sequence[tuple[int, int]], room: int
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """What of a text is worth showing in about `room` characters, and where the matches are in that.

    The beginning is left out, for an ellipsis, where the first match would not be in sight otherwise.
    """
    if not ranges or ranges[0][1] <= room:
        return text, tuple(ranges)
    start = max(0, ranges[0][0] - room // _BEFORE)
    # From the beginning of a word, unless the script has none between spaces.
    space = text.find(" ", start, ranges[0][0])
    if space >= 0:
        start = space + 1
    shift = 1 - start
    return "…" + text[start:], tuple((first + shift, last + shift) for first, last in ranges)
