"""The document: lines are put into it, taken out, and changed in place where only their ends differ.

The last block of the document is always empty: everything is inserted before a block, and there is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QTextBlockFormat, QTextCursor

from arvae_desktop.markup.budgets import DENSE
from arvae_desktop.markup.cutting import is_dense
from arvae_desktop.ui.transcript import tables
from arvae_desktop.ui.transcript.block_lines import is_right_to_left
from arvae_desktop.ui.transcript.formats import Property
from arvae_desktop.ui.transcript.formula_pictures import FormulaPictures
from arvae_desktop.ui.transcript.lines import OBJECT, Line, Run, TableLine, TextLine, utf16_length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QTextDocument

    from arvae_desktop.services.formulas import Formulas
    from arvae_desktop.ui.transcript.formats import Formats

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


class Sheet:
    """Changes one document.

    Args:
        formulas: draws formulas; without it their source is shown.

    Attributes:
        formats: those of what is written from now on.
        pictures: those that formulas are shown as.
    """

    def __init__(self, document: QTextDocument, formats: Formats, formulas: Formulas | None = None) -> None:
        self.document = document
        self.formats = formats
        self.pictures = FormulaPictures(document, lambda: self.formats, formulas)

    @property
    def end(self) -> int:
        """Where the last, empty block begins."""
        return self.document.lastBlock().position()

    def clear(self) -> None:
        """Leave the last block alone."""
        edit = QTextCursor(self.document)
        edit.beginEditBlock()  # else all is laid out before it goes
        edit.select(QTextCursor.SelectionType.Document)
        edit.removeSelectedText()
        edit.endEditBlock()
        # Only `clear` lets go of the formats. Qt loses count of cursors that come or go meanwhile, and uses
        # them when they are no more: so nobody hears of it, and the page was emptied before.
        with QSignalBlocker(self.document), QSignalBlocker(self.document.documentLayout()):
            self.document.clear()
        self.pictures.forget()
        QTextCursor(self.document).setBlockFormat(self.formats.spacer())

    def harmless(self, line: Line) -> Line:
        """A line as it goes into the document: without characters that mean something to Qt.

        Formulas of which there are pictures are one character each.
        """
        if isinstance(line, TableLine):
            rows = tuple(
                tuple(self._harmless(cell, is_rtl=is_right_to_left(cell)) for cell in row)
                for row in line.rows
            )
            return line._replace(rows=rows)
        return line._replace(runs=self._harmless(line.runs, is_rtl=line.place.is_rtl))

    def _harmless(self, runs: Sequence[Run], *, is_rtl: bool) -> tuple[Run, ...]:
        made = []
        for run in self.pictures.shown(runs, is_rtl=is_rtl):
            if run.text == OBJECT and run.chars.picture_em:
                made.append(run)
            elif text := run.text.translate(_FOREIGN):
                made.append(run if text == run.text else Run(text, run.chars))
        return tuple(made)

    def insert(
        self, position: int, lines: Sequence[Line], message: int, splits: int | None = None
    ) -> list[int]:
        """Put harmless lines before the block that begins at `position`. Returns where each begins.

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
                edit.setBlockFormat(kept[0])  # the table has taken it
                edit.setBlockCharFormat(kept[1])
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
        for mark, line in zip(starts, lines, strict=True):
            if isinstance(line, TableLine) and line.goes_on:
                tables.fit_columns(mark.currentTable(), self.formats)
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
        # Outside of an edit block Qt lays the whole block out again with each run. There are two of them
        # because one change is told for each: a selection must see which letters are new.
        edit.beginEditBlock()
        self._recolor(position, _cut(old.runs, common), _cut(new.runs, common))
        edit.endEditBlock()
        start = position + utf16_length(before[:common])
        edit.beginEditBlock()
        if len(before) > common:
            edit.setPosition(start)
            edit.setPosition(position + utf16_length(before), QTextCursor.MoveMode.KeepAnchor)
            edit.removeSelectedText()
        edit.setPosition(start)
        self._write(edit, _after(new.runs, common))
        edit.endEditBlock()
        self._watch(position, new.runs, old.runs)

    def insert_runs(self, cursor: QTextCursor, runs: Sequence[Run]) -> None:
        """Write characters at a cursor."""
        start = cursor.position()
        self._write(cursor, runs)
        self._watch(start, runs)

    def _write(self, cursor: QTextCursor, runs: Sequence[Run]) -> None:
        for run in runs:
            cursor.insertText(run.text, self.pictures.format_of(run.chars))

    def _watch(self, position: int, runs: Sequence[Run], before: Sequence[Run] = ()) -> None:
        """Have pictures put in place of a line's formulas, but for those that stood there `before`."""
        is_same = True
        for index, run in enumerate(runs):
            end = position + utf16_length(run.text)
            is_same = is_same and index < len(before) and before[index] == run
            if not is_same and run.chars.formula is not None and run.text != OBJECT:
                self.pictures.watch(position, end, run)
            position = end

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
                edit.setCharFormat(self.pictures.format_of(chars))
            at, index = end, index + len(text)

    def split(self, position: int) -> None:
        """Where a block is too long, begin another with the row that a position is in: nothing moves."""
        cursor = self._cursor(position)
        block = cursor.block()
        longest = DENSE if is_dense(block.text()[:DENSE]) else _LONGEST_BLOCK
        if block.length() <= longest:
            return
        self.document.documentLayout().blockBoundingRect(block)  # lays it out if it is not yet
        row = block.layout().lineForTextPosition(cursor.positionInBlock())
        if row.isValid() and row.lineNumber() > 0:
            cursor.setPosition(block.position() + row.textStart())
        elif block.length() <= 2 * longest:
            return  # else thousands of characters without a width: their row is cut, though that can be seen
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
