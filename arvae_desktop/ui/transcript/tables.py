"""Tables of the transcript: how wide their columns are, and their cells as they fill."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
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
from arvae_desktop.ui.transcript.lines import OBJECT

if TYPE_CHECKING:
    from PySide6.QtGui import QTextBlock, QTextFragment, QTextTableFormat

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
    needs = _needs(line, formats)
    made.setProperty(Property.NEEDS, needs)
    _set_widths(made, needs, formats)
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
    needs, margins = _needs(new, formats), (new.place.above, new.place.below)
    fits = made.property(Property.NEEDS) == needs and (made.topMargin(), made.bottomMargin()) == margins
    if not fits:
        made.setProperty(Property.NEEDS, needs)
        made.setTopMargin(margins[0])
        made.setBottomMargin(margins[1])
        table.setFormat(made)
    edit.endEditBlock()
    if not fits:
        fit_columns(table, formats)
    return True


def fit_columns(last: QTextTable, formats: Formats) -> None:
    """Give all pieces of a table, of which this is the last one, the columns that all their cells need.

    Not to be called in the edit block that its pieces are put in: Qt knows no new table before its end.
    """
    pieces = [last, *_pieces_before(last)]
    needs = [
        max(each) for each in zip(*(piece.format().property(Property.NEEDS) for piece in pieces), strict=True)
    ]
    edit = pieces[-1].firstCursorPosition()
    edit.beginEditBlock()  # else Qt lays all of them out again with each one
    for piece in pieces:
        made = piece.format()
        before = made.columnWidthConstraints()
        _set_widths(made, needs, formats)
        if made.columnWidthConstraints() != before:
            piece.setFormat(made)
    edit.endEditBlock()


def _pieces_before(table: QTextTable) -> Iterator[QTextTable]:
    """The pieces of the same table that stand above one, the nearest first."""
    group = table.format().property(Property.GROUP)
    cursor = table.firstCursorPosition()
    while True:
        # Before the piece stands the empty block that Qt wants there, and before that the other piece.
        cursor.setPosition(max(0, cursor.position() - 2))
        piece = cursor.currentTable()
        if piece is None or piece.format().property(Property.GROUP) != group:
            return
        yield piece
        cursor = piece.firstCursorPosition()


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


def last_pieces(changed: Iterable[QTextTable]) -> list[QTextTable]:
    """The last piece of each table of which some pieces are given."""
    pieces = {piece.firstPosition(): piece for piece in changed}
    last, ends = [], set()  # pieces whose table's last one is known
    for position in sorted(pieces, reverse=True):
        piece, is_known = pieces[position], False
        while (following := _piece_behind(piece)) is not None and not is_known:
            is_known = following.firstPosition() in ends
            piece = following
        ends.add(position)
        if not is_known:
            last.append(piece)
    return last


def measure(table: QTextTable, formats: Formats) -> None:
    """Learn again what the columns of a piece need, after pictures were put into it."""
    cells = [table.cellAt(row, column) for row in range(table.rows()) for column in range(table.columns())]
    from arvae_desktop.ui.transcript.formula_object import Property as Drawn  # noqa: PLC0415

    made = table.format()
    needs = [_NARROWEST] * table.columns()
    for cell in cells:
        block = cell.firstCursorPosition().block()
        ems = [
            fragment.charFormat().doubleProperty(Drawn.WIDTH) * fragment.text().count(OBJECT)
            for fragment in _fragments(block)
        ]
        need = _need(block.text(), [em for em in ems if em], formats)
        needs[cell.column()] = max(needs[cell.column()], need)
    made.setProperty(Property.NEEDS, needs)
    table.setFormat(made)


def _fragments(block: QTextBlock) -> Iterator[QTextFragment]:
    iterator = block.begin()
    while not iterator.atEnd():
        yield iterator.fragment()
        iterator += 1


def _piece_behind(table: QTextTable) -> QTextTable | None:
    cursor = table.lastCursorPosition()
    # Behind a piece stands the empty block that Qt wants before the other one.
    for _ in range(2):
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter)
    piece = cursor.currentTable()
    group = table.format().property(Property.GROUP)
    return piece if piece is not None and piece.format().property(Property.GROUP) == group else None


def _needs(line: TableLine, formats: Formats) -> list[float]:
    """How wide each column is with its longest cell in one row."""
    needs = [_NARROWEST] * len(line.alignments)
    for row in line.rows:
        for column, runs in enumerate(row):
            text = "".join(run.text for run in runs)
            ems = [run.chars.picture_em for run in runs if run.chars.picture_em]
            needs[column] = max(needs[column], _need(text, ems, formats))
    return needs


def _need(text: str, ems: Sequence[float], formats: Formats) -> float:
    """How wide a cell is in one row. `ems` are the widths of its pictures."""
    metrics = QFontMetricsF(formats.font)
    rows = text[:_MEASURED].replace(OBJECT, "").split("\u2028")
    width = max(map(metrics.horizontalAdvance, rows), default=0.0)
    if ems:
        from arvae_desktop.ui.transcript.formula_object import em_beside  # noqa: PLC0415  (few need it)

        width += sum(ems) * em_beside(formats.font)
    return width * _BOLD_FACTOR + _CELL_ROOM


def _set_widths(made: QTextTableFormat, needs: Sequence[float], formats: Formats) -> None:
    """What each column needs if there is room, else shares of the page's column by what they need."""
    if sum(needs) <= formats.column - made.leftMargin():
        made.setColumnWidthConstraints([QTextLength(QTextLength.Type.FixedLength, need) for need in needs])
        made.setWidth(QTextLength())
        return
    shares = [min(need, _WIDE) + max(0.0, need - _WIDE) * _SHARE_OF_REST for need in needs]
    total = sum(shares)
    kind = QTextLength.Type.PercentageLength
    made.setColumnWidthConstraints([QTextLength(kind, share / total * 100) for share in shares])
    made.setWidth(QTextLength(kind, 100))
