"""A picture that fits its room or is looked at closely."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from arvae_desktop.services.svg_cleaning import clean_svg

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

_STEP = 1.25
_SMALLEST, _LARGEST = 0.02, 16.0
_MARGIN = 16
_WHEEL_STEP = 120


class PictureView(QAbstractScrollArea):
    """Shows an image, or an SVG that is cleaned first: scaled to the room, until the user zooms.

    Raises `ValueError` for an SVG that can't be shown.

    Signals:
        scale_changed: the scale in force; 1 is the picture's own size.
    """

    scale_changed = Signal(float)

    def __init__(self, picture: QImage | str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pictureView")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._source = picture if isinstance(picture, QImage) else _renderer(picture)
        self._scale: float | None = None  # none while it fits
        self._scaled = QImage()
        self._dragged_from: QPoint | None = None

    @property
    def picture_size(self) -> QSize:
        """The picture's own size, in device-independent pixels."""
        return self._source.size() if isinstance(self._source, QImage) else self._source.defaultSize()

    @property
    def scale(self) -> float:
        """The scale in force."""
        return self._fitting_scale() if self._scale is None else self._scale

    def zoom(self, steps: int) -> None:
        """Come closer by some steps, or go away, around the middle of what is seen; 0 steps are own size."""
        self._set_scale(self.scale * _STEP**steps if steps else 1.0)

    def fit(self) -> None:
        """Show the whole picture, also after the window has another size."""
        self._scale = None
        self._lay_out()
        self.scale_changed.emit(self.scale)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit again, or scroll."""
        super().resizeEvent(event)
        self._lay_out()
        if self._scale is None:
            self.scale_changed.emit(self.scale)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl the wheel zooms."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._set_scale(self.scale * _STEP ** (event.angleDelta().y() / _WHEEL_STEP))
            event.accept()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture."""
        self._dragged_from = event.position().toPoint()
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it."""
        if self._dragged_from is not None:
            position = event.position().toPoint()
            by = position - self._dragged_from
            self._dragged_from = position
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - by.x())
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() - by.y())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._dragged_from = None
        self.viewport().unsetCursor()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what of the picture is seen."""
        painter = QPainter(self.viewport())
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        target = self._target()
        if isinstance(self._source, QSvgRenderer):
            self._source.render(painter, QRectF(target))
        else:
            painter.drawImage(target, self._small_enough(target.size() * self.devicePixelRatioF()))
        painter.end()

    def _small_enough(self, wanted: QSize) -> QImage:
        """The image itself, or one of the wanted size in pixels, if that is less than half as large.

        A painter looks at four pixels of the source for each that it paints: most of a large one it skips.
        """
        image = self._source
        assert isinstance(image, QImage)  # noqa: S101  (for the type checker)
        if 2 * wanted.width() > image.width():
            return image
        if self._scaled.size() != wanted:
            keep, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            self._scaled = image.scaled(wanted, keep, smooth)  # 9 ms for 40 million pixels
        return self._scaled

    def _target(self) -> QRect:
        """Where the picture is painted, in the viewport."""
        size, room = self._scaled_size(), self.viewport().size()
        left = max(0, (room.width() - size.width()) // 2) - self.horizontalScrollBar().value()
        top = max(0, (room.height() - size.height()) // 2) - self.verticalScrollBar().value()
        return QRect(QPoint(left, top), size)

    def _scaled_size(self) -> QSize:
        return (self.picture_size * self.scale).expandedTo(QSize(1, 1))

    def _fitting_scale(self) -> float:
        own, room = self.picture_size, self.maximumViewportSize() - QSize(2 * _MARGIN, 2 * _MARGIN)
        fitting = min(room.width() / max(1, own.width()), room.height() / max(1, own.height()))
        # A small image stays sharp at its own size; vectors are sharp at any.
        largest = 1.0 if isinstance(self._source, QImage) else _LARGEST
        return max(_SMALLEST, min(largest, fitting))

    def _set_scale(self, scale: float) -> None:
        before = self.scale
        bars = (self.horizontalScrollBar(), self.verticalScrollBar())
        middles = [(bar.value() + bar.pageStep() / 2) / before for bar in bars]
        self._scale = min(_LARGEST, max(_SMALLEST, scale))
        self._lay_out()
        for bar, middle in zip(bars, middles, strict=True):
            bar.setValue(round(middle * self._scale - bar.pageStep() / 2))
        self.scale_changed.emit(self._scale)

    def _lay_out(self) -> None:
        size, room = self._scaled_size(), self.viewport().size()
        for bar, needed, there in (
            (self.horizontalScrollBar(), size.width(), room.width()),
            (self.verticalScrollBar(), size.height(), room.height()),
        ):
            bar.setPageStep(there)
            bar.setSingleStep(max(1, there // 20))
            bar.setRange(0, max(0, needed - there))
        self.viewport().update()


def _renderer(svg: str) -> QSvgRenderer:
    # Qt's renderer reads the files that a drawing names.
    renderer = QSvgRenderer(QByteArray(clean_svg(svg).encode()))
    if not renderer.isValid():
        raise ValueError("an SVG that Qt can't draw")
    renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
    return renderer
