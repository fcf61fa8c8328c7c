"""Our line icons, drawn in any colour at any pixel density."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from arvae_desktop.ui.resources import resource

_SIZE = 20
_DENSITIES = (1, 2, 3)


@lru_cache(maxsize=128)
def line_icon(name: str, color: str, disabled: str | None = None) -> QIcon:
    """The icon ``resources/icons/NAME.svg`` with its ``currentColor`` set to `color` (``#rrggbb``).

    `disabled` is its colour on a disabled control, where that differs.
    """
    svg = resource(f"icons/{name}.svg").read_bytes()
    colors = {QIcon.Mode.Normal: color, QIcon.Mode.Disabled: disabled}
    icon = QIcon()
    for mode, its_color in colors.items():
        if its_color is not None:
            renderer = QSvgRenderer(QByteArray(svg.replace(b"currentColor", its_color.encode())))
            for density in _DENSITIES:
                icon.addPixmap(_drawn(renderer, density), mode)
    return icon


def app_icon() -> QIcon:
    """The program's own icon."""
    return QIcon(str(resource("icons/arvae-desktop.svg")))


def _drawn(renderer: QSvgRenderer, density: int) -> QPixmap:
    pixmap = QPixmap(_SIZE * density, _SIZE * density)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(density)
    return pixmap
