"""Undoes a body's compression in bounded pieces, so that a small body can't fill the memory."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from arvae_desktop.domain.errors import ConnectionFailedError, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PIECE_BYTES = 64 * 1024
# zlib copies what it leaves over: short slices keep that cheap for a body of very many tiny members.
_SLICE_BYTES = 4 * 1024
_GZIP = 16 + zlib.MAX_WBITS
_GZIP_START = b"\x1f"
_MAX_CODINGS = 4


class BodyDecoder:
    """Undoes the codings of a ``Content-Encoding`` header (RFC 9110, 8.4): gzip and deflate, also stacked.

    Raises `ProtocolError` for any other coding; none was asked for.
    """

    def __init__(self, content_encoding: str) -> None:
        codings = [coding.strip().lower() for coding in content_encoding.split(",")]
        applied = [coding for coding in codings if coding not in ("", "identity")]
        if len(applied) > _MAX_CODINGS:
            raise ProtocolError("The server compressed its answer again and again.")
        self._layers = [_layer(coding) for coding in reversed(applied)]

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Yield what `piece` decodes to, at most 64 KB at a time.

        Raises `ConnectionFailedError` where the data is damaged.
        """
        decoded: Iterable[bytes] = (piece,)
        for layer in self._layers:
            decoded = layer.feed(decoded)
        try:
            yield from decoded
        except zlib.error:
            raise ConnectionFailedError("The compressed answer arrived damaged.", retryable=False) from None


class _Gzip:
    """One or more gzip members (RFC 1952, 2.2); what follows them and is no member is left out."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)

    def feed(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for data in _slices(pieces):
            rest = data
            while rest:
                if self._member.eof:
                    if not rest.startswith(_GZIP_START):
                        break
                    self._member = zlib.decompressobj(_GZIP)
                yield from _inflated(self._member, rest)
                rest = self._member.unused_data


class _Deflate:
    """The zlib format (RFC 1950), or bare deflate (RFC 1951), which many servers mean by that name."""

    def __init__(self) -> None:
        self._stream: zlib._Decompress | None = None

    def feed(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for data in _slices(pieces):
            if self._stream is None:
                is_zlib = data[0] & 0x0F == zlib.DEFLATED
                self._stream = zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
            if not self._stream.eof:
                yield from _inflated(self._stream, data)


def _inflated(stream: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """What `data` inflates to, up to the end of the stream. A full piece may have left output inside zlib."""
    is_full = True
    while not stream.eof and (data or is_full):
        before = stream.copy()
        try:
            out = stream.decompress(data, _PIECE_BYTES)
        except zlib.error:
            # What stood in front of the damage is good. Byte by byte it comes out before the error does.
            for at in range(len(data)):
                yield before.decompress(data[at : at + 1])
            raise
        data = stream.unconsumed_tail
        is_full = len(out) == _PIECE_BYTES
        if out:
            yield out


def _layer(coding: str) -> _Gzip | _Deflate:
    if coding in ("gzip", "x-gzip"):
        return _Gzip()
    if coding == "deflate":
        return _Deflate()
    raise ProtocolError(f"The server compressed its answer with “{coding[:40]}”, which was not asked for.")


def _slices(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        for start in range(0, len(piece), _SLICE_BYTES):
            yield piece[start : start + _SLICE_BYTES]
