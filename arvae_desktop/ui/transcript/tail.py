"""The open end of a message on the page: lines that may still change, compared with how they look now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor

from arvae_desktop.ui.transcript import tables
from arvae_desktop.ui.transcript.formats import Property
from arvae_desktop.ui.transcript.lines import Line, TableLine, TextLine
from arvae_desktop.ui.transcript.sheet import line_length

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QTextTable

    from arvae_desktop.ui.transcript.sheet import Sheet


class Tail:
    """Keeps the lines that stand between a message's frozen part and its end.

    Args:
        message: its number on the page.
        end: gives where the message ends now: the start of the block behind it.
    """

    def __init__(self, sheet: Sheet, message: int, end: Callable[[], int]) -> None:
        self._sheet = sheet
        self._message = message
        self._end = end
        self._written: Sequence[Line] = ()  # as they came, not as they went into the document
        sheet.pictures.tails.add(self)
        self._start = QTextCursor(sheet.document)
        self._start.setPosition(end())
        self._lines: list[Line] = []

    @property
    def start(self) -> int:
        """Where it begins."""
        return self._start.position()

    def update(self, frozen: Sequence[Line], tail: Sequence[Line] = ()) -> list[int]:
        """Show other lines in place of the present ones; the first, `frozen`, don't change any more.

        Returns where each line begins: a table with the empty block before it.
        """
        lines = [self._sheet.harmless(line) for line in (*frozen, *tail)]
        starts = self._show(self.start, lines, len(frozen))
        self._lines, self._written = lines[len(frozen) :], tail
        self._start.setPosition(starts[len(frozen)] if self._lines else self._end())
        if self._lines and self._lines[0].place.joins:
            self._sheet.split(self.start)
        return [at - isinstance(line, TableLine) for at, line in zip(starts, lines, strict=True)]

    @property
    def is_open(self) -> bool:
        """Whether there are lines that may still change."""
        return bool(self._lines)

    def holds(self, cursor: QTextCursor) -> bool:
        """Whether a place belongs to the lines that may still change."""
        if not self._lines or cursor.selectionStart() < self.start:
            return False
        return cursor.blockFormat().intProperty(Property.MESSAGE) == self._message

    def take_pictures(self) -> None:
        """Pictures have come for formulas, and stand in the document already."""
        self._lines = [self._sheet.harmless(line) for line in self._written]

    def _show(self, start: int, lines: list[Line], frozen: int) -> list[int]:
        """Make the page show `lines` from `start` on. Returns where each begins.

        A block may be split only behind the first `frozen`, whose places are not asked for any more.
        """
        edit = QTextCursor(self._start)
        edit.beginEditBlock()  # however much changes, the page is laid out once
        starts = self._change(start, lines)
        edit.endEditBlock()
        if len(starts) < len(lines):
            splits = frozen + 1 - len(starts)
            starts += self._sheet.insert(self._end(), lines[len(starts) :], self._message, splits)
        return starts

    def _change(self, start: int, lines: list[Line]) -> list[int]:
        """Make what stands there the first of `lines`. Returns where each begins, until one can't be made."""
        position = start
        starts: list[int] = []
        for number, (old, new) in enumerate(zip(self._lines, lines, strict=False)):
            if number:
                position = self._next(position, lines[number - 1], old)
            if not self._become(position, old, new):
                self._sheet.remove(position - isinstance(old, TableLine), self._end())
                return starts
            starts.append(position)
        if len(self._lines) > len(lines):
            rest = self._lines[len(lines)]
            if lines:
                position = self._next(position, lines[-1], rest)
            self._sheet.remove(position - isinstance(rest, TableLine), self._end())
        return starts

    def _become(self, position: int, old: Line, new: Line) -> bool:
        """Change a line in place. Returns False where that can't be."""
        if old == new:
            return True
        if isinstance(old, TextLine) and isinstance(new, TextLine):
            if old.place.joins != new.place.joins:
                return False
            self._sheet.change(position, old, new, self._message)
            return True
        if isinstance(old, TableLine) and isinstance(new, TableLine):
            table = self._table(position)
            insert_runs = self._sheet.insert_runs
            return tables.change(table, old, new, self._sheet.formats, self._message, insert_runs)
        return False

    def _next(self, position: int, line: Line, following: Line) -> int:
        """Where the line that follows the one at `position` begins."""
        if isinstance(line, TextLine):
            after = position + line_length(line) + 1
        else:
            after = self._table(position).lastPosition() + 1
        if isinstance(following, TableLine):
            return after + 1  # in its first cell
        return after - following.place.joins

    def _table(self, position: int) -> QTextTable:
        cursor = QTextCursor(self._sheet.document)
        cursor.setPosition(position)
        return cursor.currentTable()
