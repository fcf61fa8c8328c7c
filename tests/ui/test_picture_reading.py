"""Decoding pictures: what is allowed is shown, everything else is refused before it costs anything."""

import struct
import threading
import zlib
from contextlib import suppress

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage, QImageReader, QImageWriter

from arvae_desktop.domain.errors import PictureError
from arvae_desktop.ui import picture_reading
from arvae_desktop.ui.picture_reading import decode_picture, read_picture

# Two frames of 1 × 1: red, then green.
_GIF = (
    b"GIF89a\x01\x00\x01\x00\x91\x00\x00\xff\x00\x00\x00\xff\x00\x00\x00\x00\x00\x00\x00"
    b"\x21\xf9\x04\x04\x0a\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
    b"\x21\xf9\x04\x04\x0a\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x4c\x01\x00\x3b"
)


def _written(kind, width=4, height=3):
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(kind)).write(image)
    return bytes(buffer.data())


def _png(width, height, rows=b""):
    """A PNG whose head says what it likes."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", [b"png", b"jpeg", b"webp", b"bmp"])
def test_formats_that_are_allowed(kind):
    image = read_picture(_written(kind))
    assert (image.width(), image.height()) == (4, 3)
    assert image.pixelColor(1, 1).red() > 240


def test_of_an_animation_the_first_frame():
    image = read_picture(_GIF)
    assert (image.width(), image.height()) == (1, 1)
    assert image.pixelColor(0, 0) == QColor("#ff0000")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PN",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>",
        b"<!doctype html><title>x</title>",
        b'/* XPM */ static char *x[] = {"1 1 1 1","a c red","a"};',
        b"P6 1 1 255 aaa",
        _written(b"ico"),
        _written(b"tiff"),
        b"RIFF\x00\x00\x00\x00WAVE",
    ],
)  # fmt: skip
def test_other_formats_are_refused(data, monkeypatch):
    monkeypatch.setattr(picture_reading, "QImageReader", None)  # not even asked
    with pytest.raises(PictureError, match="no picture"):
        read_picture(data)


def test_a_format_in_the_clothes_of_another_is_refused():
    with pytest.raises(PictureError, match="damaged"):
        read_picture(b"BM" + _written(b"png"))


@pytest.mark.qt_log_ignore("JPEG", extend=True)  # libjpeg says what it found
@pytest.mark.parametrize("kind", [b"png", b"jpeg", b"webp", b"bmp"])
@pytest.mark.parametrize("kept", [0.02, 0.3])
def test_damaged_data_never_breaks_anything(kind, kept):
    whole = _written(kind, 200, 200)
    with suppress(PictureError):  # some formats show what there is
        assert read_picture(whole[: max(12, int(len(whole) * kept))]).width() == 200


@pytest.mark.parametrize(("width", "height"), [(10_000, 4001), (100_000, 100_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_by_its_head(width, height, monkeypatch):
    monkeypatch.setattr(QImageReader, "read", lambda _reader: pytest.fail("decoded"))
    with pytest.raises(PictureError) as caught:
        read_picture(_png(width, height))
    assert caught.value.report.kind == "picture"


def test_how_large_it_is_is_told():
    with pytest.raises(PictureError, match="10,000 × 4,001 pixels"):
        read_picture(_png(10_000, 4001))


def test_qt_too_is_told_a_limit():
    read_picture(_written(b"png"))
    assert 153 <= QImageReader.allocationLimit() <= 256


def test_decoding_happens_in_a_thread(qasync_loop, qtbot, monkeypatch):
    threads = []

    def read(data):
        threads.append(threading.current_thread())
        return read_picture(data)

    monkeypatch.setattr(picture_reading, "read_picture", read)
    task = qasync_loop.create_task(decode_picture(_written(b"png")))
    qtbot.waitUntil(task.done)
    assert task.result().width() == 4
    assert threads[0] is not threading.main_thread()
    failing = qasync_loop.create_task(decode_picture(b"nothing"))
    qtbot.waitUntil(failing.done)
    with pytest.raises(PictureError):
        failing.result()
