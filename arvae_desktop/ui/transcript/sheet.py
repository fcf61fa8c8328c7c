"""The document: lines are put into it, taken out, and changed in place where only their ends differ.

The last block of the document is always empty: everything is inserted before a block, and there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor

from arvae_desktop.ui.transcript import tables
from arvae_desktop.ui.transcript.formats import Property
from arvae_desktop.ui.transcript.lines import Chars, Line, Run, TableLine, TextLine

if TYPE_CHECKING:
    from PySide6.QtGui import QTextDocument

    from arvae_desktop.ui.transcript.formats import Formats

OBJECT = "\ufffc"
# Qt gives these a meaning inside a document: ends of blocks, borders of frames, objects.
_FOREIGN = str.maketrans(
    {
        "\n": "\u2028",
        "\u2029": "\u2028",
        "\r": None,
        "\0": "\ufffd",
        "\ufdd0": "\ufffd",
        "\ufdd1": "\ufffd",
        OBJECT: "\ufffd",
    }
)
# Layout of a block costs by its length on every insertion (measured: 0.9 ms at 4,000 characters, 5.6 ms at
# 50,000), so a line that goes on for longer becomes several blocks.
_LONGEST_BLOCK = 4_000

FormulaFormat: TypeAlias = Callable[[Chars], QTextCharFormat | None]


class Sheet:
    """Changes one document.

    Args:
        formula: the format of a formula's picture, or None while there is none and its source is shown.

    Attributes:
        formats: those of what is written from now on.
        on_source_shown: called with the formula and a cursor over its source, which may become a picture.
    """

    def __init__(self, document: QTextDocument, formats: Formats, formula: FormulaFormat) -> None:
        self.document = document
        self.formats = formats
        self._formula = formula
        self.on_source_shown: Callable[[Chars, QTextCursor], None] = lambda _chars, _cursor: None

    @property
    def end(self) -> int:
        """Where the last, empty block begins."""
        return self.document.lastBlock().position()

    def clear(self) -> None:
        """Leave the last block alone."""
        self.document.clear()
        QTextCursor(self.document).setBlockFormat(self.formats.spacer())

    def resolved(self, line: Line) -> Line:
        """A line as it goes into the document: formulas that have a picture are one character."""
        if isinstance(line, TableLine):
            rows = tuple(tuple(self._resolved_runs(cell) for cell in row) for row in line.rows)
            return line._replace(rows=rows)
        return line._replace(runs=self._resolved_runs(line.runs))

    def insert(
        self, position: int, lines: Sequence[Line], message: int, splits: int | None = None
    ) -> list[int]:
        """Put resolved lines before the block that begins at `position`. Returns where each begins.

        A table is told by a position in its first cell. Before the first `splits` lines (before all, if it is
        not given) a block that has become too long is split: what stands there is never changed again.
        """
        splits = len(lines) if splits is None else splits
        edit = self._cursor(position)
        kept = edit.blockFormat(), edit.blockCharFormat()
        starts = []
        edit.beginEditBlock()
        for number, line in enumerate(lines):
            if isinstance(line, TableLine):
                table = tables.insert(edit, line, self.formats, message, self.insert_runs)
                starts.append(self._mark(table.firstPosition()))
                edit.setPosition(table.lastPosition() + 1)
            elif line.place.joins and edit.position() > 0:
                end = self._cursor(edit.position() - 1)
                if number < splits:
                    self.split(end.position())
                starts.append(self._mark(end.position()))
                self.insert_runs(end, line.runs)
            else:
                starts.append(self._mark(edit.position()))
                edit.setBlockFormat(self.formats.block(line.place, message, line.block))
                self.insert_runs(edit, line.runs)
                edit.insertBlock(*kept)
        edit.endEditBlock()
        return [mark.position() for mark in starts]

    def remove(self, start: int, end: int) -> None:
        """Take out what stands from `start` to the block that begins at `end`.

        Where `start` lies within a block, its beginning stays.
        """
        edit = self._cursor(start)
        edit.beginEditBlock()
        block = edit.block()
        if block.position() < start:
            rest = block.position() + block.length()
            self._remove_blocks(rest, end)
            edit.setPosition(rest - 1, QTextCursor.MoveMode.KeepAnchor)
            edit.removeSelectedText()
        else:
            self._remove_blocks(start, end)
        edit.endEditBlock()

    def _remove_blocks(self, start: int, end: int) -> None:
        if start == end:
            return
        edit = self._cursor(end)
        kept = edit.blockFormat(), edit.blockCharFormat()
        edit.setPosition(start)
        edit.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        edit.removeSelectedText()
        edit.setBlockFormat(kept[0])
        edit.setBlockCharFormat(kept[1])

    def change(self, position: int, old: TextLine, new: TextLine, message: int) -> None:
        """Make the line at `position` another one. Letters that stay, and a selection, are not touched."""
        edit = self._cursor(position)
        if (old.place, old.block) != (new.place, new.block) and not new.place.joins:
            edit.setBlockFormat(self.formats.block(new.place, message, new.block))
        if old.runs == new.runs:
            return
        before, after = old.text, new.text
        common = _common_length(before, after)
        self._recolor(position, _cut(old.runs, common), _cut(new.runs, common))
        start = position + utf16_length(before[:common])
        if len(before) > common:
            edit.setPosition(start)
            edit.setPosition(position + utf16_length(before), QTextCursor.MoveMode.KeepAnchor)
            edit.removeSelectedText()
        edit.setPosition(start)
        self.insert_runs(edit, _after(new.runs, common))

    def insert_runs(self, cursor: QTextCursor, runs: Sequence[Run]) -> None:
        """Write characters at a cursor."""
        for text, chars in runs:
            made = self._format(text, chars)
            start = cursor.position()
            cursor.insertText(text, made)
            if chars.tex is not None and text != OBJECT:
                source = self._cursor(start)
                source.setPosition(cursor.position(), QTextCursor.MoveMode.KeepAnchor)
                self.on_source_shown(chars, source)

    def _format(self, text: str, chars: Chars) -> QTextCharFormat:
        if text == OBJECT and (formula := self._formula(chars)) is not None:
            return formula
        return self.formats.chars(chars)

    def _resolved_runs(self, runs: tuple[Run, ...]) -> tuple[Run, ...]:
        made = []
        for run in runs:
            if run.chars.tex is not None and self._formula(run.chars) is not None:
                made.append(Run(OBJECT, run.chars))
            elif text := run.text.translate(_FOREIGN):
                made.append(run if text == run.text else Run(text, run.chars))
        return tuple(made)

    def _recolor(self, position: int, old: Sequence[Run], new: Sequence[Run]) -> None:
        """Give letters that stay the formats that they have now."""
        if old == new:
            return
        was = [chars for text, chars in old for _ in text]
        at = position
        index = 0
        for text, chars in new:
            end = at + utf16_length(text)
            if any(each != chars for each in was[index : index + len(text)]):
                edit = self._cursor(at)
                edit.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
                edit.setCharFormat(self._format(text, chars))
            at, index = end, index + len(text)

    def split(self, position: int) -> None:
        """Where a block is too long, begin another with the row that a position is in: nothing moves."""
        cursor = self._cursor(position)
        block = cursor.block()
        if block.length() <= _LONGEST_BLOCK:
            return
        self.document.documentLayout().blockBoundingRect(block)  # lays it out if it is not yet
        row = block.layout().lineForTextPosition(cursor.positionInBlock())
        if not row.isValid() or row.lineNumber() == 0:
            return
        cursor.setPosition(block.position() + row.textStart())
        rest = QTextBlockFormat(block.blockFormat())
        rest.setTopMargin(0)
        rest.setTextIndent(0)
        rest.setProperty(Property.CONTINUES, True)
        cursor.insertBlock(rest)

    def _mark(self, position: int) -> QTextCursor:
        """A cursor that stays before what is inserted at it."""
        mark = self._cursor(position)
        mark.setKeepPositionOnInsert(True)
        return mark

    def _cursor(self, position: int) -> QTextCursor:
        cursor = QTextCursor(self.document)
        cursor.setPosition(position)
        return cursor


def utf16_length(text: str) -> int:
    """The length of a text as Qt counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def line_length(line: TextLine) -> int:
    """The length of a line as Qt counts it, without the end of its block."""
    return sum(utf16_length(run.text) for run in line.runs)


def _common_length(first: str, second: str) -> int:
    """How many characters two texts begin with alike."""
    if second.startswith(first):
        return len(first)
    low, high = 0, min(len(first), len(second))
    while low < high:
        middle = (low + high + 1) // 2
        if first[:middle] == second[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _cut(runs: Sequence[Run], length: int) -> list[Run]:
    """The first `length` characters of runs."""
    made = []
    for text, chars in runs:
        if length <= 0:
            break
        made.append(Run(text[:length], chars))
        length -= len(text)
    return made


def _after(runs: Sequence[Run], length: int) -> list[Run]:
    """What follows the first `length` characters."""
    made = []
    for text, chars in runs:
        if length < len(text):
            made.append(Run(text[max(0, length) :], chars))
        length -= len(text)
    return made
