"""Rows and columns of tables (GFM 4.10), cut as markdown-it-py does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from arvae_desktop.markup.blocks import Alignment

if TYPE_CHECKING:
    from arvae_desktop.markup.blocks import Cell

_DELIMITER_ROW = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_ALIGNMENTS = {
    (False, False): Alignment.NONE,
    (True, False): Alignment.LEFT,
    (True, True): Alignment.CENTRE,
    (False, True): Alignment.RIGHT,
}
_BAR = re.compile(r"(?<!\\)\|")


def alignments_of(line: str) -> tuple[Alignment, ...] | None:
    """What a delimiter row says of each column; None if the line is none.

    A single dash, alone or before a blank, begins a list item instead.
    """
    if not _DELIMITER_ROW.fullmatch(line) or line[:2] in ("-", "- ", "-\t"):
        return None
    columns = [column.strip() for column in line.strip().strip("|").split("|")]
    return tuple(_ALIGNMENTS[column.startswith(":"), column.endswith(":")] for column in columns)


def cells_of(line: str) -> list[str]:
    """The cells of a row: bars cut them, inside code, too, unless a backslash stands before."""
    cells = [cell.replace("\\|", "|").strip(" \t") for cell in _BAR.split(line.strip())]
    if cells and not cells[0]:
        del cells[0]
    if cells and not cells[-1]:
        del cells[-1]
    return cells


def fitted(cells: tuple[Cell, ...], columns: int) -> tuple[Cell, ...]:
    """As many cells as there are columns: those missing are empty, those too many left out (GFM 4.10)."""
    return (cells + ((),) * (columns - len(cells)))[:columns]
