"""Tables of the transcript: how wide their columns are, and their cells as they fill."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QTextBlockFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)

from arvae_desktop.markup.blocks import Alignment
from arvae_desktop.ui.transcript.block_lines import is_right_to_left
from arvae_desktop.ui.transcript.formats import Property

if TYPE_CHECKING:
    from PySide6.QtGui import QTextTableFormat

    from arvae_desktop.ui.transcript.formats import Formats
    from arvae_desktop.ui.transcript.lines import Run, TableLine

InsertRuns: TypeAlias = Callable[[QTextCursor, "Sequence[Run]"], None]

_ALIGNMENTS = {
    Alignment.LEFT: Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute,
    Alignment.CENTRE: Qt.AlignmentFlag.AlignHCenter,
    Alignment.RIGHT: Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute,
}
_CELL_ROOM = 20.0
_LEADING = 0.3
_NARROWEST = 36.0
_BOLD_FACTOR = 1.06
_MEASURED = 400
# A column that needs more than this wraps, and gets less than its share of what is beyond.
_WIDE = 260.0
_SHARE_OF_REST = 0.25


def insert(
    cursor: QTextCursor, line: TableLine, formats: Formats, message: int, insert_runs: InsertRuns
) -> QTextTable:
    """Put a table before the cursor's block."""
    made = formats.table(line.place)
    _set_widths(made, line, formats)
    start = cursor.position()
    table = cursor.insertTable(max(1, len(line.rows)), len(line.alignments), made)
    # Qt keeps a block before a table: it is to be seen by nobody, and is the table's own.
    before = QTextCursor(cursor)
    before.setPosition(start)
    before.setBlockFormat(formats.spacer(message, line.block))
    for row, cells in enumerate(line.rows):
        for column in range(len(cells)):
            _fill(table, row, column, line, formats, message, insert_runs)
    return table


def change(
    table: QTextTable, old: TableLine, new: TableLine, formats: Formats, message: int, insert_runs: InsertRuns
) -> bool:
    """Make a table another one by its cells. Returns False, and does nothing, where its shape is another."""
    is_same = old._replace(rows=(), is_last=new.is_last, place=new.place) == new._replace(rows=())
    if not is_same or old.place.left != new.place.left or len(new.rows) < len(old.rows) or not old.rows:
        return False
    edit = table.firstCursorPosition()
    edit.beginEditBlock()  # else Qt lays the table out again with each change of a cell
    if (more := len(new.rows) - len(old.rows)) > 0:
        table.appendRows(more)
    for row, cells in enumerate(new.rows):
        for column, runs in enumerate(cells):
            if row >= len(old.rows) or runs != old.rows[row][column]:
                _fill(table, row, column, new, formats, message, insert_runs)
    made = table.format()
    before = made.columnWidthConstraints(), made.topMargin(), made.bottomMargin()
    _set_widths(made, new, formats)
    made.setTopMargin(new.place.above)
    made.setBottomMargin(new.place.below)  # none any more where another piece follows
    if (made.columnWidthConstraints(), made.topMargin(), made.bottomMargin()) != before:
        table.setFormat(made)
    edit.endEditBlock()
    return True


def _fill(
    table: QTextTable,
    row: int,
    column: int,
    line: TableLine,
    formats: Formats,
    message: int,
    insert_runs: InsertRuns,
) -> None:
    runs = line.rows[row][column]
    cell = table.cellAt(row, column)
    look = cell.format().toTableCellFormat()
    look.setBottomBorder(1)
    look.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    look.setBottomBorderBrush(QBrush(QColor(formats.colors.border)))
    if line.has_head and row == 0:
        look.setBackground(QColor(formats.colors.bubble))
    cell.setFormat(look)
    cursor = cell.firstCursorPosition()
    cursor.setPosition(cell.lastPosition(), QTextCursor.MoveMode.KeepAnchor)
    cursor.removeSelectedText()
    cursor.setBlockFormat(_cell_block(line, column, runs, message, formats))
    insert_runs(cursor, runs)


def _cell_block(
    line: TableLine, column: int, runs: Sequence[Run], message: int, formats: Formats
) -> QTextBlockFormat:
    made = QTextBlockFormat()
    is_rtl = is_right_to_left(runs)
    made.setLayoutDirection(Qt.LayoutDirection.RightToLeft if is_rtl else Qt.LayoutDirection.LeftToRight)
    if (alignment := _ALIGNMENTS.get(line.alignments[column])) is not None:
        made.setAlignment(alignment)
    formats.lead(made, _LEADING)
    made.setProperty(Property.MESSAGE, message)
    made.setProperty(Property.BLOCK, line.block)
    return made


def _set_widths(made: QTextTableFormat, line: TableLine, formats: Formats) -> None:
    """What each column needs if there is room, else shares of the page's column by what they need."""
    metrics = QFontMetricsF(formats.font)
    needs = [_NARROWEST] * len(line.alignments)
    for row in line.rows:
        for column, runs in enumerate(row):
            text = "".join(run.text for run in runs)[:_MEASURED]
            width = max(map(metrics.horizontalAdvance, text.split("\u2028")), default=0.0)
            needs[column] = max(needs[column], width * _BOLD_FACTOR + _CELL_ROOM)
    if sum(needs) <= formats.column - line.place.left:
        made.setColumnWidthConstraints([QTextLength(QTextLength.Type.FixedLength, need) for need in needs])
        made.setWidth(QTextLength())
        return
    shares = [min(need, _WIDE) + max(0.0, need - _WIDE) * _SHARE_OF_REST for need in needs]
    total = sum(shares)
    kind = QTextLength.Type.PercentageLength
    made.setColumnWidthConstraints([QTextLength(kind, share / total * 100) for share in shares])
    made.setWidth(QTextLength(kind, 100))
