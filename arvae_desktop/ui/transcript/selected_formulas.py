"""Selected formulas in the colour of selected text.

Qt puts half of the selection's colour over objects, which leaves them pale. So they are drawn once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QFontMetricsF, QPalette, QTextCharFormat

from arvae_desktop.ui.transcript.formats import Property
from arvae_desktop.ui.transcript.lines import OBJECT
from arvae_desktop.ui.transcript.places import position_at

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter, QTextBlock, QTextLine

    from arvae_desktop.ui.transcript.formula_object import FormulaObject
    from arvae_desktop.ui.transcript.view import TranscriptView


def paint(painter: QPainter, view: TranscriptView, handler: FormulaObject | None) -> None:
    """Draw the selected formulas that are seen; the painter is in document coordinates, over the text."""
    cursor = view.textCursor()
    if handler is None or not cursor.hasSelection():
        return
    first = max(cursor.selectionStart(), position_at(view, QPoint(0, 0)))
    seen = position_at(view, QPoint(view.viewport().width(), view.viewport().height()))
    last = min(cursor.selectionEnd(), seen + 1)
    block = view.document().findBlock(first)
    while block.isValid() and block.position() < last:
        for position, look in _formulas(block):
            if first <= position < last:
                _paint_one(painter, view, handler, block, position, look)
        block = block.next()


def _formulas(block: QTextBlock) -> list[tuple[int, QTextCharFormat]]:
    found, iterator = [], block.begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        if OBJECT in fragment.text() and fragment.charFormat().hasProperty(Property.SOURCE):
            found += [(fragment.position() + at, fragment.charFormat()) for at in range(fragment.length())]
        iterator += 1
    return found


def _paint_one(
    painter: QPainter,
    view: TranscriptView,
    handler: FormulaObject,
    block: QTextBlock,
    position: int,
    look: QTextCharFormat,
) -> None:
    line = block.layout().lineForTextPosition(position - block.position())
    if not line.isValid():  # not laid out yet
        return
    corner = view.document().documentLayout().blockBoundingRect(block).topLeft()
    ends = [_x(line, position + step - block.position()) for step in (0, 1)]
    row = QRectF(min(ends), line.y(), abs(ends[1] - ends[0]), line.height()).translated(corner)
    group = QPalette.ColorGroup.Active if view.hasFocus() else QPalette.ColorGroup.Inactive
    painter.fillRect(row, view.palette().color(group, QPalette.ColorRole.Highlight))
    look = QTextCharFormat(look)
    look.setForeground(view.palette().color(group, QPalette.ColorRole.HighlightedText))
    if look.verticalAlignment() == QTextCharFormat.VerticalAlignment.AlignBaseline:
        row.setBottom(corner.y() + line.y() + line.ascent() + QFontMetricsF(look.font()).descent())
    handler.drawObject(painter, row, view.document(), position, look)


def _x(line: QTextLine, position: int) -> float:
    x = line.cursorToX(position)
    x = x[0] if isinstance(x, tuple) else x
    assert isinstance(x, float)  # noqa: S101 -- PySide's types say no more than `object`
    return x
