"""Where a message stands among those that could stand in its place."""

from __future__ import annotations

from typing import NamedTuple


class BranchPlace(NamedTuple):
    """Which of the messages that could stand in one place this is: its number from 1, and how many."""

    number: int = 1
    total: int = 1


ALONE = BranchPlace()
