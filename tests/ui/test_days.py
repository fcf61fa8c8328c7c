"""Moments are grouped by days as people tell them."""

from datetime import date, datetime

import pytest

from arvae_desktop.ui.sidebar.days import Days


@pytest.mark.parametrize(
    ("moment", "title"),
    [
        ("2024-03-10 00:00", "Today"),
        ("2024-03-11 09:00", "Today"),
        ("2024-03-09 23:59", "Yesterday"),
        ("2024-03-08 23:59", "Last 7 days"),
        ("2024-03-03 00:00", "Last 7 days"),
        ("2024-03-02 23:59", "March"),
        ("2024-02-29 12:00", "February"),
        ("2023-12-31 12:00", "December 2023"),
    ],
)
def test_days_are_told_as_people_tell_them(moment, title):
    days = Days(date(2024, 3, 10))
    assert days.group(datetime.fromisoformat(moment).timestamp()).title(days.today) == title


def test_no_moment_is_too_odd_for_a_group():
    days = Days(date(2024, 3, 10))
    for odd in (-1e300, -1e12, 0.0, 1e300):
        assert days.group(odd).title(days.today)
