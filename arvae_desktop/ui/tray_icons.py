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


@lru_cache(maxsize=8)
def tray_icon(state: ActivityState, *, is_dark: bool) -> QIcon:
    """The icon for a dark or a light panel. On a Mac the system colours it itself."""
    is_template = sys.platform == "darwin"
    color = "#000000" if is_template else ON_DARK if is_dark else ON_LIGHT
    svg = resource(f"icons/tray-{state}.svg").read_bytes().replace(b"currentColor", color.encode())
    renderer = QSvgRenderer(QByteArray(svg))
    icon = QIcon()
    for size in _SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(QColor(0, 0, 0, 0))
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(pixmap.rect()))
        painter.end()
        icon.addPixmap(pixmap)
    icon.setIsMask(is_template and state is ActivityState.IDLE)
    return icon
