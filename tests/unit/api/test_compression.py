"""Bodies come out of their compression whole, in small pieces, however they were cut."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arvae_desktop.api.compression import BodyDecoder
from arvae_desktop.domain.errors import ConnectionFailedError, ProtocolError

_MAX_PIECE_BYTES = 64 * 1024


def raw_deflate(data: bytes) -> bytes:
    coder = zlib.compressobj(wbits=-15)
    return coder.compress(data) + coder.flush()


CODERS = {"gzip": gzip.compress, "deflate": zlib.compress, "DEFLATE": raw_deflate, "identity": bytes}


def decode(coding: str, body: bytes, size: int) -> bytes:
    decoder = BodyDecoder(coding)
    pieces = [piece for at in range(0, len(body), size) for piece in decoder.feed(body[at : at + size])]
    if coding != "identity":
        assert all(0 < len(piece) <= _MAX_PIECE_BYTES for piece in pieces)
    return b"".join(pieces)


@pytest.mark.parametrize("coding", CODERS)
@pytest.mark.parametrize("size", [1, 1000, 10_000_000])
@pytest.mark.parametrize("length", [0, 1, 65_535, 65_536, 65_537, 300_000, 1_000_003])
def test_what_shrinks_a_lot_comes_out_whole(coding: str, size: int, length: int) -> None:
    data = b"a" * length + b"end"
    assert decode(coding, CODERS[coding](data), size) == data


@given(st.binary(max_size=5000), st.sampled_from(sorted(CODERS)), st.integers(1, 6000))
def test_anything_comes_out_whole(data: bytes, coding: str, size: int) -> None:
    assert decode(coding, CODERS[coding](data), size) == data


@pytest.mark.parametrize("length", [65_536, 65_700, 66_000, 131_592])
def test_what_has_arrived_is_not_held_back(length: int) -> None:
    coder = zlib.compressobj(wbits=31)
    arrived = (coder.compress(b"a" * length) + coder.flush(zlib.Z_SYNC_FLUSH))[:-5]
    assert decode("gzip", arrived, 65_536) == zlib.decompressobj(31).decompress(arrived)


def test_very_many_members_take_no_time() -> None:
    members = gzip.compress(b"") * 100_000 + gzip.compress(b"end")
    assert decode("gzip", members, 65_536) == b"end"


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_what_stands_before_damage_comes_out(coding: str) -> None:
    coder = zlib.compressobj(wbits=31 if coding == "gzip" else 15)
    good = coder.compress(b"good") + coder.flush(zlib.Z_SYNC_FLUSH)
    decoder = BodyDecoder(coding)
    pieces: list[bytes] = []
    with pytest.raises(ConnectionFailedError):
        pieces.extend(decoder.feed(good + b"\xff" * 100))  # keeps what came before the error
    assert b"".join(pieces) == b"good"


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, br", "\x00", "gzip," * 10])
def test_what_was_not_asked_for_is_refused(coding: str) -> None:
    with pytest.raises(ProtocolError):
        BodyDecoder(coding)
