"""The icon in the tray: what the app is at, in a colour that the panel lets be seen."""

from __future__ import annotations

import sys
from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from arvae_desktop.services.activity import ActivityState
from arvae_desktop.ui.resources import resource

ON_LIGHT, ON_DARK = "#2a2b31", "#f4f4f7"
# Without the names of `Qt`: PySide makes them all at the first use, and the tray would wait 17 ms for it.
_SIZES = (16, 22, 24, 32, 44, 48, 64)
_AROUND = ((-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1))
_EDGE_OPACITY = 0.3  # of each of the eight, which lie over each other


@lru_cache(maxsize=8)
def tray_icon(state: ActivityState, *, is_dark: bool) -> QIcon:
    """The icon for a dark or a light panel. On a Mac the system colours it itself."""
    is_template = sys.platform == "darwin"
    color, other = (ON_DARK, ON_LIGHT) if is_dark else (ON_LIGHT, ON_DARK)
    if is_template:
        color = "#000000"
    svg = resource(f"icons/tray-{state}.svg").read_bytes().replace(b"currentColor", color.encode())
    renderer = QSvgRenderer(QByteArray(svg))
    icon = QIcon()
    for size in _SIZES:
        glyph = _clear(size)
        painter = QPainter(glyph)
        renderer.render(painter, QRectF(glyph.rect()))
        painter.end()
        icon.addPixmap(glyph if is_template else _edged(glyph, QColor(other)))
    icon.setIsMask(is_template and state is ActivityState.IDLE)
    return icon


def _edged(glyph: QPixmap, color: QColor) -> QPixmap:
    """With an edge all around: many desktops have a dark panel and light windows, and none tells."""
    shadow = QPixmap(glyph)
    painter = QPainter(shadow)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(shadow.rect(), color)
    painter.end()
    edged = _clear(glyph.width())
    width = max(1, round(glyph.width() / 24))
    painter = QPainter(edged)
    painter.setOpacity(_EDGE_OPACITY)
    for x, y in _AROUND:
        painter.drawPixmap(x * width, y * width, shadow)
    painter.setOpacity(1)
    painter.drawPixmap(0, 0, glyph)
    painter.end()
    return edged


def _clear(size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(QColor(0, 0, 0, 0))
    return pixmap
