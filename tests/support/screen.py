"""What an Xvfb shows, read from the file that it maps its frame buffer to (an XWD dump), without any tool."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.support.accessibility import Box

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">25I")


class Screen:
    """The one screen of an Xvfb started with ``-fbdir FOLDER`` and 24-bit depth."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "Xvfb_screen0"

    def rows(self) -> list[bytes]:
        """The picture now: each row as red, green and blue bytes."""
        dump = self._file.read_bytes()
        header = _HEADER.unpack_from(dump)
        header_size, width, height, bits_per_pixel, stride, colours = (
            header[i] for i in (0, 4, 5, 11, 12, 19)
        )
        assert bits_per_pixel == 32
        start = header_size + colours * 12
        rows = []
        for y in range(height):
            pixels = dump[start + y * stride : start + y * stride + width * 4]
            row = bytearray(width * 3)
            # Little-endian 0xxxRRGGBB.
            row[0::3], row[1::3], row[2::3] = pixels[2::4], pixels[1::4], pixels[0::4]
            rows.append(bytes(row))
        return rows

    def region(self, box: Box) -> list[bytes]:
        """The rows of a part of the picture."""
        return [row[box.x * 3 : (box.x + box.width) * 3] for row in self.rows()[box.y : box.y + box.height]]

    def save_png(self, path: Path, box: Box | None = None) -> None:
        """Write the picture, or a part of it, as it is now."""
        rows = self.region(box) if box else self.rows()
        size = struct.pack(">2I5B", len(rows[0]) // 3, len(rows), 8, 2, 0, 0, 0)
        chunks = [(b"IHDR", size), (b"IDAT", png_pixels(rows, 1)), (b"IEND", b"")]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(PNG_SIGNATURE + b"".join(png_chunk(kind, body) for kind, body in chunks))


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_pixels(rows: Iterable[bytes], level: int) -> bytes:
    """Rows of red, green and blue bytes as a PNG file has them, packed by zlib's `level`."""
    return zlib.compress(b"".join(b"\0" + row for row in rows), level)
