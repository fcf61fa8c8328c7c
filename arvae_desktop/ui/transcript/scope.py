"""How much of a message may be on the page, as whoever shows it wants it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Scope:
    """How much of a message may be on the page.

    Attributes:
        is_whole: all of it, however long.
        is_live: its end is written as it comes, and the beginning leaves.
        is_read: whether somebody reads between two positions of the page: nothing there may leave.
        kept: by a part's number, where its window begins in its text, and what it costs; kept up to date.
    """

    is_whole: bool = False
    is_live: bool = False
    is_read: Callable[[int, int], bool] = lambda _start, _end: False
    kept: dict[int, tuple[int, int]] = field(default_factory=dict)
