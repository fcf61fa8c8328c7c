"""The icon in the tray: what the app is at, in a colour that the panel lets be seen."""

from __future__ import annotations

import re
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
_STROKE = re.compile(rb'stroke-width="([0-9.]+)"')
_EDGE = 1.8  # how much wider a stroke is with the edges at both of its sides
_EDGE_OPACITY = 0.7


@lru_cache(maxsize=8)
def tray_icon(state: ActivityState, *, is_dark: bool) -> QIcon:
    """The icon for a dark or a light panel. On a Mac the system colours it itself."""
    is_template = sys.platform == "darwin"
    color, other = (ON_DARK, ON_LIGHT) if is_dark else (ON_LIGHT, ON_DARK)
    if is_template:
        color = "#000000"
    svg = resource(f"icons/tray-{state}.svg").read_bytes()
    glyph = QSvgRenderer(QByteArray(svg.replace(b"currentColor", color.encode())))
    edge = None if is_template else QSvgRenderer(QByteArray(_widened(svg, other)))
    icon = QIcon()
    for size in _SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(QColor(0, 0, 0, 0))
        painter = QPainter(pixmap)
        if edge is not None:
            painter.setOpacity(_EDGE_OPACITY)
            edge.render(painter, QRectF(pixmap.rect()))
            painter.setOpacity(1)
        glyph.render(painter, QRectF(pixmap.rect()))
        painter.end()
        icon.addPixmap(pixmap)
    icon.setIsMask(is_template and state is ActivityState.IDLE)
    return icon


def _widened(svg: bytes, color: str) -> bytes:
    """What lies under a glyph as its edge: dark panels beside light windows are common, and not told."""
    wide = _STROKE.sub(lambda found: b'stroke-width="%.1f"' % (float(found[1]) + _EDGE), svg)
    return wide.replace(b"currentColor", color.encode())
