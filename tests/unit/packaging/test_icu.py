"""ICU's data, cut down to what is kept, is still ICU's data."""

from __future__ import annotations

import struct

import pytest
from arvae_packaging.icu import find_data, is_kept, shrink
from arvae_packaging.project import PackagingError

HEADER = struct.pack("<HBB", 32, 0xDA, 0x27) + bytes(8) + b"CmnD" + bytes(16)


def made(items: dict[str, bytes]) -> bytes:
    """Data of the form that ICU has, with these items."""
    names = b"".join(name.encode() + b"\0" for name in items)
    table_size = 4 + 8 * len(items)
    place = -(-(table_size + len(names)) // 16) * 16
    table, body, name_at = struct.pack("<I", len(items)), b"", table_size
    for name, item in items.items():
        table += struct.pack("<II", name_at, place + len(body))
        name_at += len(name) + 1
        body += item + bytes(-len(item) % 16)
    return HEADER + table + names + bytes(place - table_size - len(names)) + body


def read(data: bytes) -> dict[str, bytes]:
    (count,) = struct.unpack_from("<I", data, 32)
    places = [struct.unpack_from("<II", data, 36 + 8 * number) for number in range(count)]
    ends = [item for _, item in places[1:]] + [len(data) - 32]
    return {
        data[32 + name : data.index(b"\0", 32 + name)].decode(): data[32 + item : 32 + end]
        for (name, item), end in zip(places, ends, strict=True)
    }


def test_what_is_kept_keeps_its_bytes() -> None:
    items = {
        "icudt73l/coll/de.res": b"German" * 5,
        "icudt73l/coll/root.res": b"root collation!!",
        "icudt73l/root.res": b"root" * 4,
        "icudt73l/zoneinfo64.res": b"zones" * 16,
    }
    small = read(shrink(made(items)))
    assert list(small) == ["icudt73l/coll/root.res", "icudt73l/root.res", "icudt73l/zoneinfo64.res"]
    for name, item in small.items():
        assert item.rstrip(b"\0") == items[name]


def test_languages_and_encodings_go() -> None:
    for name in (
        "de.res",
        "coll/zh.res",
        "ibm-1140_P100-1997.cnv",
        "brkitr/word.brk",
        "translit/root.res",
        "lang/en.res",
    ):
        assert not is_kept(name)
    for name in ("root.res", "en_US.res", "nfkc.nrm", "cnvalias.icu", "coll/ucadata.icu", "zone/en.res"):
        assert is_kept(name)


def test_data_is_found_in_its_library() -> None:
    data = made({"icudt73l/root.res": b"x" * 16})
    found, symbol = find_data(b"\x7fELF\xda\x27 and more" + data)
    assert found == data
    assert symbol == "icudt73_dat"
    with pytest.raises(PackagingError):
        find_data(b"\x7fELF")
