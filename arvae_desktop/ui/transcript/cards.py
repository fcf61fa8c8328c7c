"""What is painted under the text: the user's bubbles, error cards and the bar beside reasoning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor

from arvae_desktop.ui.transcript.formats import CARD_PADDING, Card, Property

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QPainter, QTextBlock, QTextDocument

    from arvae_desktop.ui.theme import Colors

_OVERHANG = 10
_RADIUS = 12
_BAR_WIDTH = 2


def paint_cards(
    painter: QPainter, document: QTextDocument, colors: Colors, top: float, bottom: float
) -> None:
    """Paint every card between two heights of the document; the painter is in document coordinates."""
    for card, rect in _visible_cards(document, top, bottom):
        painter.setPen(Qt.PenStyle.NoPen)
        if card is Card.REASONING:
            painter.setBrush(QColor(colors.border))
            painter.drawRect(QRectF(0, rect.top(), _BAR_WIDTH, rect.height()))
            continue
        if card is Card.ERROR:
            painter.setPen(QColor(colors.dangerEdge))
        painter.setBrush(QColor(colors.bubble if card is Card.BUBBLE else colors.dangerFill))
        # Half a pixel in, so that a one-pixel edge is sharp.
        painter.drawRoundedRect(rect.adjusted(0.5, -_OVERHANG, -0.5, _OVERHANG), _RADIUS, _RADIUS)


def _visible_cards(document: QTextDocument, top: float, bottom: float) -> Iterator[tuple[Card, QRectF]]:
    layout = document.documentLayout()
    position = layout.hitTest(QPointF(0, top - _OVERHANG), Qt.HitTestAccuracy.FuzzyHit)
    block = document.findBlock(max(0, position))
    width = document.textWidth()
    current: tuple[Card, int, QRectF] | None = None
    while block.isValid():
        rect = layout.blockBoundingRect(block)
        if rect.top() > bottom + _OVERHANG:
            break
        card, group = _card_of(block)
        if current is not None and group != current[1]:
            yield current[0], current[2]
            current = None
        if card is not None:
            left = max(0.0, block.blockFormat().leftMargin() - CARD_PADDING)
            area = QRectF(left, rect.top(), width - left, rect.height())
            if current is None and _card_of(block.previous())[1] == group:
                area.setTop(top - 2 * _RADIUS)  # it began above what is seen
            current = (card, group, area if current is None else current[2].united(area))
        block = block.next()
    if current is not None:
        yield current[0], current[2]


def _card_of(block: QTextBlock) -> tuple[Card | None, int]:
    if not block.isValid():
        return None, 0
    block_format = block.blockFormat()
    if not block_format.hasProperty(Property.CARD):
        return None, 0
    return Card(block_format.intProperty(Property.CARD)), block_format.intProperty(Property.GROUP)
