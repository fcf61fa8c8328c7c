"""Formulas in a document: characters that are drawn as pictures, in the text's colour, size and baseline.

Lengths are in device-independent pixels where no other unit is named.
"""

from __future__ import annotations

from collections import OrderedDict
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QSizeF
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPyTextObject,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextTable,
)
from PySide6.QtSvg import QSvgRenderer

if TYPE_CHECKING:
    from arvae_desktop.services.formulas import Picture

OBJECT_TYPE = QTextFormat.ObjectTypes.UserObject.value + 1
_USER = QTextFormat.Property.UserProperty.value + 100
_Alignment = QTextCharFormat.VerticalAlignment

# STIX Two Math's letters are smaller than a screen font's of the same size. They are made as large: an x is
# as high as the text's. The bounds are for fonts with odd letters.
_STIX_X_HEIGHT = 0.473
_LEAST_SCALE, _MOST_SCALE = 1.0, 1.25
_LARGE_PX = 200
_POINTS_PER_INCH = 72
_MOST_RENDERERS = 200


class Property(IntEnum):
    """What a formula's character format holds."""

    SVG = _USER
    WIDTH = _USER + 1  # of the picture and the two below: in ems
    ASCENT = _USER + 2
    DESCENT = _USER + 3
    TEX = _USER + 4
    DISPLAY = _USER + 5
    AFTER = _USER + 6  # signs that are drawn behind the picture


def formula_format(
    base: QTextCharFormat, tex: str, picture: Picture, display: bool, after: str = ""
) -> QTextCharFormat:
    """The format of the character U+FFFC that shows a formula, in the colour and the font of `base`.

    `after` is written behind the picture, in one with it.
    """
    made = QTextCharFormat(base)
    made.setObjectType(OBJECT_TYPE)
    made.setFontItalic(False)
    made.setVerticalAlignment(_alignment(base.font(), picture))
    made.setProperty(Property.SVG, QByteArray(picture.svg))
    made.setProperty(Property.WIDTH, picture.width)
    made.setProperty(Property.ASCENT, picture.ascent)
    made.setProperty(Property.DESCENT, picture.descent)
    made.setProperty(Property.TEX, tex)
    made.setProperty(Property.DISPLAY, display)
    if after:
        made.setProperty(Property.AFTER, after)
    return made


class FormulaObject(QPyTextObject):
    """Measures and draws formulas, from their formats alone.

    To be registered with each document's layout for `OBJECT_TYPE`, and kept as long as the document.
    """

    def __init__(self) -> None:
        super().__init__()
        self._renderers: OrderedDict[tuple[str, bool, str], QSvgRenderer] = OrderedDict()
        self._metrics: dict[str, _Metrics] = {}  # by font: a paragraph is laid out again with each change

    def intrinsicSize(self, document: QTextDocument, position: int, made: QTextFormat) -> QSizeF:
        """What Qt has to keep free: the picture, and more where Qt can't sit it on the baseline otherwise."""
        chars = made.toCharFormat()
        metrics = self._metrics_of(chars.font(), document)
        advance = metrics.advance(made.stringProperty(Property.AFTER))
        extent = _extent(document, position, made, metrics.em, advance)
        return QSizeF(extent.width + advance, _height(chars, extent, metrics))

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        document: QTextDocument,
        position: int,
        made: QTextFormat,
    ) -> None:
        """Draw the picture within what Qt kept free."""
        rect = QRectF(rect)
        chars = made.toCharFormat()
        after = made.stringProperty(Property.AFTER)
        metrics = self._metrics_of(chars.font(), document)
        extent = _extent(document, position, made, metrics.em, metrics.advance(after))
        baseline = _snapped(painter, QPointF(rect.left(), _baseline(rect, document, position, chars)))
        color = chars.foreground().color()
        renderer = self._renderer(made, color.name())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(painter.opacity() * color.alphaF())
        size = QSizeF(extent.width, extent.ascent + extent.descent)
        renderer.render(painter, QRectF(baseline - QPointF(0, extent.ascent), size))
        painter.restore()
        if after:
            painter.save()
            painter.setFont(chars.font())
            painter.setPen(color)
            painter.drawText(baseline + QPointF(extent.width, 0), after)
            painter.restore()

    def _metrics_of(self, font: QFont, document: QTextDocument) -> _Metrics:
        key = font.key()
        metrics = self._metrics.get(key)
        if metrics is None:
            metrics = self._metrics[key] = _Metrics.of(font, document)
        return metrics

    def _renderer(self, made: QTextFormat, color: str) -> QSvgRenderer:
        key = made.stringProperty(Property.TEX), made.boolProperty(Property.DISPLAY), color
        renderer = self._renderers.get(key)
        if renderer is None:
            svg = QByteArray(made.property(Property.SVG))
            renderer = QSvgRenderer(svg.replace(b"currentColor", color.encode()))
            self._renderers[key] = renderer
            if len(self._renderers) > _MOST_RENDERERS:
                self._renderers.popitem(last=False)
        self._renderers.move_to_end(key)
        return renderer


class _Extent(NamedTuple):
    """A picture's size, around its baseline."""

    width: float
    ascent: float
    descent: float


class _Metrics(NamedTuple):
    """Of a font. Qt takes `half_x` more above the baseline than below it for an object that is centred."""

    em: float
    ascent: float
    descent: float
    half_x: float
    measure: QFontMetricsF

    @classmethod
    def of(cls, font: QFont, document: QTextDocument) -> _Metrics:
        text = QFontMetricsF(font)
        half_x = QFontMetrics(font).xHeight() / 2
        return cls(em_beside(font, document), text.ascent(), text.descent(), half_x, text)

    def advance(self, text: str) -> float:
        return self.measure.horizontalAdvance(text) if text else 0.0


def _extent(document: QTextDocument, position: int, made: QTextFormat, em: float, advance: float) -> _Extent:
    """How large a picture is shown: as its font wants it, or smaller so that it fits the column.

    `advance` is how wide the signs behind it are.
    """
    width = made.doubleProperty(Property.WIDTH) * em
    room = _room(document, position) - advance
    scale = em * min(1.0, room / width) if room > 0 else em
    return _Extent(
        made.doubleProperty(Property.WIDTH) * scale,
        made.doubleProperty(Property.ASCENT) * scale,
        made.doubleProperty(Property.DESCENT) * scale,
    )


def _room(document: QTextDocument, position: int) -> float:
    """The width of the column that a position is in; 0 or less if there is no limit."""
    width = document.textWidth()
    if width <= 0:
        return width
    cursor = QTextCursor(document.findBlock(position))  # to move one lays the page out, where we come from
    table: QTextTable | None = cursor.currentTable()
    if table is not None:
        return _room_in_cell(table, table.cellAt(cursor).column(), width)
    margins = document.rootFrame().frameFormat()
    block = document.findBlock(position).blockFormat()
    # The text's indent moves the first row alone; a negative one makes no room for what wraps into the next.
    return (
        width
        - (margins.leftMargin() + margins.rightMargin() + 2 * margins.padding())
        - (block.leftMargin() + block.rightMargin() + max(0.0, block.textIndent()))
    )


def _room_in_cell(table: QTextTable, column: int, width: float) -> float:
    made = table.format()
    columns = made.columnWidthConstraints()
    if column >= len(columns):
        return width
    return columns[column].value(width - made.leftMargin() - made.rightMargin()) - 2 * made.cellPadding() - 1


def em_beside(font: QFont, document: QTextDocument | None = None) -> float:
    """How large an em of a formula's letters is beside text in a font."""
    size = float(font.pixelSize())
    if size <= 0:
        device = document.documentLayout().paintDevice() if document is not None else None
        dots = device.logicalDpiY() if device else QGuiApplication.primaryScreen().logicalDotsPerInchY()
        size = font.pointSizeF() * dots / _POINTS_PER_INCH
    return size * _scale_beside(font.family())


@lru_cache(maxsize=32)
def _scale_beside(family: str) -> float:
    """By how much larger a formula is set than text in a font."""
    large = QFont(family)
    large.setPixelSize(_LARGE_PX)  # where nothing is rounded to whole pixels
    scale = QFontMetricsF(large).xHeight() / _LARGE_PX / _STIX_X_HEIGHT
    return min(_MOST_SCALE, max(_LEAST_SCALE, scale))


# Qt has no way to say how far an object reaches below the baseline: it may hang there by its font's descent,
# or be centred around half the height of an x. Formulas hang where that is room enough, which keeps rows as
# high as those of text, and are centred otherwise; what is too much stays empty.


def _alignment(font: QFont, picture: Picture) -> QTextCharFormat.VerticalAlignment:
    large = QFont(font)
    large.setPixelSize(_LARGE_PX)
    descent = picture.descent * _scale_beside(font.family()) * _LARGE_PX
    return _Alignment.AlignBaseline if descent <= QFontMetricsF(large).descent() else _Alignment.AlignMiddle


def _height(made: QTextCharFormat, extent: _Extent, metrics: _Metrics) -> float:
    # At least as high as letters: alone in its row it is on the line of the text beside it, as in a table.
    ascent = max(extent.ascent, metrics.ascent)
    if made.verticalAlignment() == _Alignment.AlignBaseline:
        return ascent + metrics.descent
    return max(2 * ascent - metrics.half_x, 2 * extent.descent + metrics.half_x)


def _baseline(rect: QRectF, document: QTextDocument, position: int, chars: QTextCharFormat) -> float:
    if chars.verticalAlignment() == _Alignment.AlignBaseline:
        return rect.bottom() - QFontMetricsF(chars.font()).descent()
    # Centred objects are drawn in the middle of their row, whatever else makes that high.
    block = document.findBlock(position)
    row = block.layout().lineForTextPosition(position - block.position())
    return rect.center().y() + (row.ascent() - row.descent()) / 2


def _snapped(painter: QPainter, point: QPointF) -> QPointF:
    """The point moved up or down to between two rows of the device's pixels, as the text's baseline is."""
    to_device = painter.deviceTransform()
    on_device = to_device.map(point)
    return to_device.inverted()[0].map(QPointF(on_device.x(), round(on_device.y())))
