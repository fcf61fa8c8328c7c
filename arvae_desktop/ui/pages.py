"""Lays a document out on pages and paints them, in slices between which the window lives."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QTextCursor,
    QTextDocument,
    QTextDocumentFragment,
)

from arvae_desktop.ui.theme import LIGHT
from arvae_desktop.ui.transcript.formula_object import OBJECT_TYPE, FormulaObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPagedPaintDevice

    # Paints what stands under the text of a document between two heights of it.
    UnderPainter: TypeAlias = Callable[[QPainter, QTextDocument, float, float], object]

_MARGIN_MM = 20.0
_DPI = 96  # one unit of the layout is a pixel of an ordinary screen, as margins and cards are measured in
_INCH_MM = 25.4
_FOOTER_BELOW = 18.0
_FOOTER_PX = 11  # in pixels: points would be taken for the device's, and scaled once more
_OVERHANG = 12.0  # how far a card may stand out around its text
_SLICE_S = 0.008
_LAYOUT_PAUSE_S = 0.005


def a4() -> QPageLayout:
    """A4 upright with our margins."""
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    orientation, unit = QPageLayout.Orientation.Portrait, QPageLayout.Unit.Millimeter
    return QPageLayout(QPageSize(QPageSize.PageSizeId.A4), orientation, margins, unit)


class Pages:
    """A document's text on pages of its own, so that the document itself stays as it is.

    The text has the document's colours: one for a dark theme is to be made anew, in light colours, for paper.

    Args:
        document: what is to be printed.
        page: the paper and its margins.
        paint_under: paints cards and bars under the text, in the pages' document.
    """

    def __init__(
        self, document: QTextDocument, page: QPageLayout, paint_under: UnderPainter | None = None
    ) -> None:
        self._paint_under = paint_under
        # What the layout measures fonts by, whatever the screen is.
        self._measure = QImage(1, 1, QImage.Format.Format_RGB32)
        self._measure.setDotsPerMeterX(round(_DPI / _INCH_MM * 1000))
        self._measure.setDotsPerMeterY(round(_DPI / _INCH_MM * 1000))
        area = page.paintRect(QPageLayout.Unit.Millimeter).size() * (_DPI / _INCH_MM)
        # Whole units: lines are placed on fractions, and one could begin a hair before its page does.
        self.size = QSizeF(QSizeF(area).toSize())
        self._copy = _Copy(document)
        self._copy.documentLayout().setPaintDevice(self._measure)
        # Nothing is laid out here: Qt does it by and by, in its own timer.
        self._copy.setPageSize(self.size)

    async def lay_out(self, on_wait: Callable[[], object]) -> int:
        """Wait until all is laid out. Returns the number of pages. What `on_wait` raises ends the waiting."""
        while not self._copy.lastBlock().layout().lineCount():
            on_wait()
            await asyncio.sleep(_LAYOUT_PAUSE_S)
        return self._copy.pageCount()

    async def paint(
        self, device: QPagedPaintDevice, first: int, last: int, on_page: Callable[[int], object]
    ) -> None:
        """Paint the pages from `first` to `last`, counted from 1; `on_page` is told each before it begins.

        Cancelling, or what `on_page` raises, leaves the device with what was painted. Raises `OSError` where
        the device takes nothing.
        """
        painter = QPainter()
        if not painter.begin(device):
            raise OSError("the device can't be painted on")
        try:
            painter.scale(device.logicalDpiX() / _DPI, device.logicalDpiY() / _DPI)
            deadline = time.perf_counter() + _SLICE_S
            for number in range(first, last + 1):
                on_page(number)
                if number > first and not device.newPage():
                    raise OSError("the device takes no more pages")
                self._paint_page(painter, number)
                if time.perf_counter() > deadline:
                    await asyncio.sleep(0)
                    deadline = time.perf_counter() + _SLICE_S
        finally:
            painter.end()

    def _paint_page(self, painter: QPainter, number: int) -> None:
        top = (number - 1) * self.size.height()
        area = QRectF(QPointF(0, top), self.size)
        painter.save()
        painter.translate(0, -top)
        if self._paint_under is not None:
            painter.save()
            painter.setClipRect(area.adjusted(-_OVERHANG, -_OVERHANG, _OVERHANG, _OVERHANG))
            self._paint_under(painter, self._copy, area.top(), area.bottom())
            painter.restore()
        painter.setClipRect(area)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = area  # type: ignore[attr-defined, unused-ignore]
        context.palette.setColor(QPalette.ColorRole.Text, QColor(LIGHT.text))  # type: ignore[attr-defined, unused-ignore]
        self._copy.documentLayout().draw(painter, context)
        painter.restore()
        self._paint_footer(painter, number)

    def _paint_footer(self, painter: QPainter, number: int) -> None:
        font = QFont(self._copy.defaultFont())
        font.setPixelSize(_FOOTER_PX)
        painter.save()
        painter.setFont(font)
        painter.setPen(QColor(LIGHT.muted))
        place = QRectF(0, self.size.height() + _FOOTER_BELOW, self.size.width(), _FOOTER_BELOW)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, f"{number} / {self._copy.pageCount()}")
        painter.restore()


class _Copy(QTextDocument):
    """A copy to be laid out for paper. What it needs, such as a picture, it asks the document for."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__()
        self._original = document
        self.setUndoRedoEnabled(False)
        self.setUseDesignMetrics(True)  # letters stand where they belong at any density
        self.setDefaultFont(document.defaultFont())
        self.setDefaultTextOption(document.defaultTextOption())
        self.setIndentWidth(document.indentWidth())
        self.setDocumentMargin(0)
        self._formulas = FormulaObject()
        self.documentLayout().registerHandler(OBJECT_TYPE, self._formulas)
        QTextCursor(self).insertFragment(QTextDocumentFragment(document))

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Never from the disk: a plain document would open the file that a picture names."""
        return self._original.resource(kind, QUrl(name)) or QImage()
