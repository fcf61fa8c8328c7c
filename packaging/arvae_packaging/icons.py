"""The program's icon in every form that a system asks for, all drawn from its one SVG."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from arvae_packaging.project import COMMAND, ROOT

if TYPE_CHECKING:
    from pathlib import Path

SVG = ROOT / "resources" / "icons" / "arvae-desktop.svg"
SYMBOLIC = ROOT / "resources" / "icons" / "arvae-desktop-symbolic.svg"
LINUX_SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
_WINDOWS_SIZES = (16, 20, 24, 32, 40, 48, 64, 256)
_BANNER = (328, 628)
_BANNER_COLOUR = "#e8eaf9"
# macOS' names for sizes in pixels; some sizes have two: their own, and half of them on a sharp screen.
_MAC_TYPES = (
    (b"icp4", 16), (b"icp5", 32), (b"ic07", 128), (b"ic08", 256), (b"ic09", 512), (b"ic10", 1024),
    (b"ic11", 32), (b"ic12", 64), (b"ic13", 256), (b"ic14", 512),
)  # fmt: skip


def write_all(folder: Path) -> None:
    """Write `NAME.ico`, `NAME.icns` and `icons/SIZE.png` below `folder`."""
    pictures = folder / "icons"
    pictures.mkdir(parents=True, exist_ok=True)
    for size in LINUX_SIZES:
        (pictures / f"{size}.png").write_bytes(png(draw(size)))
    (folder / f"{COMMAND}.ico").write_bytes(ico())
    (folder / f"{COMMAND}.icns").write_bytes(icns())


def draw(size: int) -> QImage:
    """The icon, `size` pixels wide and high."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(SVG)).render(painter)
    painter.end()
    return image


def png(image: QImage) -> bytes:
    """A picture as a PNG file."""
    return _file(image, "PNG")


def banner() -> bytes:
    """The picture at the left of a Windows setup's last page, a bitmap, drawn for a sharp screen."""
    image = QImage(_BANNER[0], _BANNER[1], QImage.Format.Format_RGB32)
    image.fill(QColor(_BANNER_COLOUR))
    painter = QPainter(image)
    side = _BANNER[0] // 2
    QSvgRenderer(str(SVG)).render(painter, QRectF(side // 2, side // 2, side, side))
    painter.end()
    return _file(image.convertToFormat(QImage.Format.Format_RGB888), "BMP")


def ico() -> bytes:
    """A Windows icon: bitmaps, which every part of the shell reads, and the largest size as PNG."""
    pictures = [(size, png(draw(size)) if size == 256 else _bitmap(draw(size))) for size in _WINDOWS_SIZES]
    place = 6 + 16 * len(pictures)
    table = b""
    for size, picture in pictures:
        table += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), place)
        place += len(picture)
    return struct.pack("<HHH", 0, 1, len(pictures)) + table + b"".join(picture for _, picture in pictures)


def icns() -> bytes:
    """A macOS icon."""
    parts = b""
    for kind, size in _MAC_TYPES:
        picture = png(draw(size))
        parts += kind + struct.pack(">I", len(picture) + 8) + picture
    return b"icns" + struct.pack(">I", len(parts) + 8) + parts


def _file(image: QImage, kind: str) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind)
    buffer.close()
    return bytes(data.data())


def _bitmap(image: QImage) -> bytes:
    """A picture in the form of an icon file: colours from the bottom row up, then an empty mask."""
    size = image.width()
    pixels = bytes(image.constBits())
    rows = [pixels[4 * size * row : 4 * size * (row + 1)] for row in reversed(range(size))]
    mask = bytes(-(-size // 32) * 4 * size)
    header = struct.pack(
        "<IiiHHIIiiII", 40, size, 2 * size, 1, 32, 0, 4 * size * size + len(mask), 0, 0, 0, 0
    )
    return header + b"".join(rows) + mask
