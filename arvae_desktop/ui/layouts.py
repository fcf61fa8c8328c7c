"""Arrangements that several pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

# The widest that text gets, in pixels: longer lines are hard to read.
COLUMN_WIDTH = 760


def centred(widget: QWidget, width: int, *, side: int = 16, top: int = 0, bottom: int = 0) -> QHBoxLayout:
    """A row with `widget` in its middle, at most `width` pixels wide, with at least `side` at each side."""
    widget.setMaximumWidth(width)
    row = QHBoxLayout()
    row.setContentsMargins(side, top, side, bottom)
    row.addStretch(1)
    row.addWidget(widget, 1000)
    row.addStretch(1)
    return row
