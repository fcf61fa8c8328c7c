"""What is painted under the text: bubbles, cards of code and errors, the bars of quotes, rules, and marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen

from arvae_desktop.ui.transcript.block_lines import CODE_PADDING
from arvae_desktop.ui.transcript.formats import CARD_PADDING, Property
from arvae_desktop.ui.transcript.lines import Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QPainter, QTextBlock, QTextDocument

    from arvae_desktop.ui.theme import Colors

_RADIUS = 12
_BAR_WIDTH = 3
_MARK = "↪"
# How far a card reaches beyond its text, above and below.
OVERHANGS = {
    Look.BUBBLE: (10, 10),
    Look.ERROR: (10, 10),
    Look.REFUSAL: (10, 10),
    Look.CODE: (8, 12),
}
_CARDS = {
    Look.CODE_HEAD: Look.CODE,
    Look.BUBBLE: Look.BUBBLE,
    Look.ERROR: Look.ERROR,
    Look.REFUSAL: Look.REFUSAL,
}
_PADDINGS = {Look.CODE: CODE_PADDING}


class _Card(NamedTuple):
    look: Look
    group: int
    area: QRectF


def paint_cards(
    painter: QPainter, document: QTextDocument, colors: Colors, top: float, bottom: float
) -> None:
    """Paint what stands under the text between two heights; the painter is in document coordinates."""
    blocks = list(_visible_blocks(document, top, bottom))
    for card in _cards(blocks, document):
        _paint_card(painter, card, colors)
    for block, area in blocks:
        _paint_bars(painter, block, area, colors)
        look = block.blockFormat().intProperty(Property.LOOK)
        if look == Look.RULE.value:
            y = round(area.center().y()) + 0.5
            painter.setPen(QColor(colors.border))
            left = block.blockFormat().leftMargin()
            painter.drawLine(QPointF(left, y), QPointF(document.textWidth(), y))
        elif look == Look.CODE.value and block.layout().lineCount() > 1:
            _paint_wrap_marks(painter, block, area, colors)


def _visible_blocks(
    document: QTextDocument, top: float, bottom: float
) -> Iterator[tuple[QTextBlock, QRectF]]:
    layout = document.documentLayout()
    position = layout.hitTest(QPointF(0, top - 2 * _RADIUS), Qt.HitTestAccuracy.FuzzyHit)
    block = document.findBlock(max(0, position))
    while block.isValid():
        area = layout.blockBoundingRect(block)
        if area.top() > bottom + 2 * _RADIUS:
            return
        yield block, area
        block = block.next()


def _cards(blocks: list[tuple[QTextBlock, QRectF]], document: QTextDocument) -> Iterator[_Card]:
    width = document.textWidth()
    current: _Card | None = None
    for block, rect in blocks:
        look, group = _card_of(block)
        if current is not None and (look, group) != (current.look, current.group):
            yield current
            current = None
        if look is None:
            continue
        padding = _PADDINGS.get(look, CARD_PADDING)
        left = max(0.0, block.blockFormat().doubleProperty(Property.LEFT) - padding)
        area = QRectF(left, rect.top(), width - left, rect.height())
        if current is None and _card_of(block.previous()) == (look, group):
            area.setTop(rect.top() - 3 * _RADIUS)  # it began above what is seen
        current = _Card(look, group, area if current is None else current.area.united(area))
    if current is not None:
        last = blocks[-1][0]
        if _card_of(last.next()) == (current.look, current.group):
            current.area.setBottom(current.area.bottom() + 3 * _RADIUS)
        yield current


def look_of(block: QTextBlock) -> Look | None:
    """What a line looks like, if it is one of those that stand on a card."""
    value = block.blockFormat().intProperty(Property.LOOK)
    return next((look for look in _LOOKS if look.value == value), None)


def _card_of(block: QTextBlock) -> tuple[Look | None, int]:
    if not block.isValid():
        return None, 0
    look = look_of(block)
    return (
        (None, 0)
        if look is None
        else (_CARDS.get(look, look), block.blockFormat().intProperty(Property.GROUP))
    )


_LOOKS = (Look.CODE, Look.CODE_HEAD, Look.BUBBLE, Look.ERROR, Look.REFUSAL)


def _paint_card(painter: QPainter, card: _Card, colors: Colors) -> None:
    above, below = OVERHANGS[card.look]
    fills = {
        Look.BUBBLE: colors.bubble,
        Look.ERROR: colors.dangerFill,
        Look.REFUSAL: colors.noticeFill,
        Look.CODE: colors.codeFill,
    }
    edges = {Look.ERROR: colors.dangerEdge, Look.REFUSAL: colors.noticeEdge, Look.CODE: colors.border}
    edge = edges.get(card.look)
    painter.setPen(QColor(edge) if edge else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fills[card.look]))
    # Half a pixel in, so that a one-pixel edge is sharp.
    painter.drawRoundedRect(card.area.adjusted(0.5, -above - 0.5, -0.5, below + 0.5), _RADIUS, _RADIUS)


def _paint_bars(painter: QPainter, block: QTextBlock, area: QRectF, colors: Colors) -> None:
    bars = block.blockFormat().property(Property.BARS)
    if not bars:
        return
    before = block.previous()
    inherited = before.blockFormat().property(Property.BARS) if before.isValid() else None
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.border))
    for bar in bars:
        # Over the gap to the line above, if the quote goes on from there.
        gap = block.blockFormat().topMargin() + 2 if inherited and bar in inherited else 0
        painter.drawRect(QRectF(bar, area.top() - gap, _BAR_WIDTH, area.height() + gap))


def _paint_wrap_marks(painter: QPainter, block: QTextBlock, area: QRectF, colors: Colors) -> None:
    """A quiet mark before each row of a line of code that is too long for one."""
    layout = block.layout()
    painter.setPen(QPen(QColor(colors.muted)))
    left = block.blockFormat().leftMargin() - 16
    for number in range(1, layout.lineCount()):
        row = layout.lineAt(number)
        painter.drawText(QPointF(left, area.top() + row.y() + row.ascent()), _MARK)


def paint_seam(painter: QPainter, row: QRectF, colors: Colors) -> None:
    """Mark where the rest of an answer joins its beginning: a dotted line between two letters."""
    painter.setPen(QPen(QColor(colors.accent), 2, Qt.PenStyle.DotLine))
    painter.drawLine(QPointF(row.left(), row.top()), QPointF(row.left(), row.bottom()))
