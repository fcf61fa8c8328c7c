"""By which day a conversation is grouped: today, yesterday, the last seven days, and then by month."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from PySide6.QtCore import QLocale

_DAYS = ("Today", "Yesterday", "Last 7 days")
_MONTHS = len(_DAYS)


class DayGroup(NamedTuple):
    """A group; sorted as they are shown, the newest first.

    Attributes:
        rank: the place among the named days, or behind all of them for months.
        year, month: both negative, so that later ones come first; 0 for the named days.
    """

    rank: int
    year: int = 0
    month: int = 0

    def title(self, today: date) -> str:
        """What stands over the group; the year only where it is another."""
        if self.rank < _MONTHS:
            return _DAYS[self.rank]
        name = QLocale(QLocale.Language.English).standaloneMonthName(-self.month)
        return name if -self.year == today.year else f"{name} {-self.year}"


class Days:
    """Groups moments, in the machine's time zone, as they are seen on one day.

    Attributes:
        today: that day.
    """

    def __init__(self, today: date) -> None:
        self.today = today
        self._starts = [_start(today - timedelta(days=days)) for days in (0, 1, 7)]

    def group(self, moment: float) -> DayGroup:
        """The group of a moment, in seconds since 1970; what is still to come is of today."""
        for rank, start in enumerate(self._starts):
            if moment >= start:
                return DayGroup(rank)
        try:
            day = datetime.fromtimestamp(moment).astimezone()
        except (OverflowError, ValueError, OSError):  # before the first year that the system can tell
            day = datetime.fromtimestamp(0).astimezone()
        return DayGroup(_MONTHS, -day.year, -day.month)


def _start(day: date) -> float:
    return datetime(day.year, day.month, day.day).astimezone().timestamp()
