"""Figures: what was measured, against which floor, with which bar, and how they are written down."""

from __future__ import annotations

import math
import statistics
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of all values don't exceed (nearest rank)."""
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


@dataclass(frozen=True)
class Figure:
    """One line of the table: medians of runs of the app and of its floor, taken in turn.

    Attributes:
        name: what was measured, in words.
        unit: ``s``, ``MB`` or ``ms``.
        runs: one value per run of the app.
        floor_runs: one value per run of the least that a Qt program needs for the same.
        bar: what must not be exceeded; None for a figure that is told for information.
        bar_is_ratio: whether the bar is for measured ÷ floor instead of for what was measured.
    """

    name: str
    unit: str
    runs: tuple[float, ...]
    floor_runs: tuple[float, ...]
    bar: float | None = None
    bar_is_ratio: bool = field(default=False, kw_only=True)

    @property
    def measured(self) -> float:
        return statistics.median(self.runs)

    @property
    def floor(self) -> float:
        return statistics.median(self.floor_runs)

    @property
    def ratio(self) -> float:
        return self.measured / self.floor

    @property
    def is_met(self) -> bool:
        """Whether the bar is kept; true where there is none."""
        return self.bar is None or (self.ratio if self.bar_is_ratio else self.measured) <= self.bar

    def as_json(self) -> dict[str, object]:
        """All of it, for machines."""
        derived = {"measured": self.measured, "floor": self.floor, "ratio": self.ratio, "met": self.is_met}
        return {**asdict(self), **derived}


def table(figures: Sequence[Figure]) -> str:
    """All figures as a Markdown table."""
    rows = [
        ("figure", "measured", "floor", "ratio", "bar", ""),
        ("---", "---:", "---:", "---:", "---:", "---"),
    ]
    rows += [_row(figure) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = (" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(f"| {line} |" for line in lines)


def _row(figure: Figure) -> tuple[str, ...]:
    bar, verdict = "", ""
    if figure.bar is not None:
        bar = f"≤ {figure.bar:.1f} ×" if figure.bar_is_ratio else f"≤ {figure.bar:g} {figure.unit}"
        verdict = "ok" if figure.is_met else "**not met**"
    return (
        figure.name,
        _amount(figure.measured, figure.unit),
        _amount(figure.floor, figure.unit),
        f"{figure.ratio:.2f}",
        bar,
        verdict,
    )


def _amount(value: float, unit: str) -> str:
    digits = 2 if unit == "s" else 1
    return f"{value:.{digits}f} {unit}"
