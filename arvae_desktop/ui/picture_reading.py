"""Decodes a picture that came from somewhere: a few formats, a bounded size, one frame, off the UI thread."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageReader

from arvae_desktop.domain.errors import PictureError

MAX_PIXELS = 40_000_000
# What Qt itself refuses to go beyond, in MB: 40 million pixels of 4 bytes are 153.
_ALLOCATION_MB = 192
# By the first bytes, not by what a server or a name says; for any other format Qt's decoders are never asked.
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", b"png"),
    (b"\xff\xd8\xff", b"jpeg"),
    (b"GIF87a", b"gif"),
    (b"GIF89a", b"gif"),
    (b"BM", b"bmp"),
)


async def decode_picture(data: bytes) -> QImage:
    """Decode in a thread. Raises `PictureError`; cancelling leaves the thread to end by itself."""
    return await asyncio.get_running_loop().run_in_executor(None, read_picture, data)


def read_picture(data: bytes) -> QImage:
    """The first frame of a PNG, JPEG, GIF, WebP or BMP, turned as its camera was held. May run in any thread.

    Raises `PictureError` for anything else, for more than 40 million pixels and for damaged data.
    """
    kind = _kind(data)
    if kind is None:
        raise PictureError("What the server sent is no picture that can be shown.")
    QImageReader.setAllocationLimit(_ALLOCATION_MB)
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(kind))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    # Read from the head, before anything is decoded: a small file can hold a picture that fills the memory.
    size = reader.size()
    if not size.isValid() or size.isEmpty():
        raise PictureError("The picture is damaged.")
    if size.width() * size.height() > MAX_PIXELS:
        raise PictureError(
            f"The picture is too large: {size.width():,} × {size.height():,} pixels, more than 40 million."
        )
    image = reader.read()
    if image.isNull():
        raise PictureError("The picture is damaged.")
    return image


def _kind(data: bytes) -> bytes | None:
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return b"webp"
    return next((kind for signature, kind in _SIGNATURES if data.startswith(signature)), None)
