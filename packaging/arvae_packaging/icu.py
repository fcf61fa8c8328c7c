"""ICU's data, of which Qt needs little: of 31 MB the names and customs of all languages are most.

Qt takes collation, time zone names and old encodings from ICU; its own tables have the rest (months, numbers,
where lines break). The app speaks English, sorts by the root collation and reads UTF-8. What is kept is
listed below; a library with only that takes the place of the one in the bundle.
"""

from __future__ import annotations

import fnmatch
import struct
import subprocess
import tempfile
from pathlib import Path

from arvae_packaging.project import PackagingError

KEPT = [
    "*.icu", "*.nrm", "*.spp", "root.res", "en.res", "en_001.res", "en_GB.res", "en_US.res", "pool.res",
    "res_index.res", "coll/root.res", "coll/en*.res", "coll/res_index.res", "coll/ucadata*.icu",
    "coll/pool.res",
    "zone/root.res", "zone/en.res", "zone/en_001.res", "zone/en_GB.res", "zone/res_index.res",
    "zone/pool.res",
    "zone/tzdbNames.res", "curr/pool.res", "curr/res_index.res", "curr/root.res", "curr/en.res",
    "currencyNumericCodes.res", "genderList.res", "grammaticalFeatures.res", "icustd.res", "icuver.res",
    "keyTypeData.res", "likelySubtags.res", "metadata.res", "metaZones.res", "numberingSystems.res",
    "plurals.res",
    "pluralRanges.res", "supplementalData.res", "timezoneTypes.res", "windowsZones.res", "zoneinfo64.res",
    "dayPeriods.res", "units.res",
]  # fmt: skip
# A fitting item is left out again: which characters look like others, how Han is sorted by name.
_DROPPED = ["confusables.cfu", "coll/ucadata-implicithan.icu"]
_ALIGNMENT = 16


def shrink_icu(folder: Path) -> None:
    """Replace ICU's data library below `folder`, if there is one. Raises `PackagingError`."""
    for library in sorted(folder.rglob("libicudata.so.*")):
        if library.is_symlink():
            continue
        data, symbol = find_data(library.read_bytes())
        _link(shrink(data), symbol, library)


def find_data(library: bytes) -> tuple[bytes, str]:
    """ICU's data inside its library, and the name of the symbol that leads to it. Raises `PackagingError`."""
    mark = library.find(b"\xda\x27")
    while mark >= 0 and library[mark + 10 : mark + 14] != b"CmnD":
        mark = library.find(b"\xda\x27", mark + 1)
    if mark < 0:
        raise PackagingError("ICU's library holds no data of the known form.")
    data = library[mark - 2 :]
    prefix = _names(data)[0][0].partition("/")[0]
    return data, prefix.rstrip("lbe") + "_dat"


def shrink(data: bytes) -> bytes:
    """ICU's common data with only the kept items, in the same form (little endian)."""
    header = struct.unpack_from("<H", data)[0]
    names = _names(data)
    ends = [start for _, start in names[1:]]
    kept: list[tuple[bytes, bytes]] = []
    for (name, start), end in zip(names, [*ends, None], strict=True):
        if is_kept(name.partition("/")[2]):
            item = data[header + start : None if end is None else header + end]
            kept.append((name.encode() + b"\0", item))
    table_size = 4 + 8 * len(kept)
    text = b"".join(name for name, _ in kept)
    place = _aligned(table_size + len(text))
    table, strings_at, items = [struct.pack("<I", len(kept))], table_size, b""
    for name, item in kept:
        table.append(struct.pack("<II", strings_at, place + len(items)))
        strings_at += len(name)
        items += item + bytes(_aligned(len(item)) - len(item))
    head = b"".join(table) + text
    return data[:header] + head + bytes(place - len(head)) + items


def is_kept(name: str) -> bool:
    """Whether an item, such as `coll/root.res`, is kept."""
    depth = name.count("/")
    return name not in _DROPPED and any(
        pattern.count("/") == depth and fnmatch.fnmatchcase(name, pattern) for pattern in KEPT
    )


def _names(data: bytes) -> list[tuple[str, int]]:
    """Name and place of each item; places count from behind the header."""
    header = struct.unpack_from("<H", data)[0]
    (count,) = struct.unpack_from("<I", data, header)
    rows = []
    for number in range(count):
        name_at, item_at = struct.unpack_from("<II", data, header + 4 + 8 * number)
        end = data.index(b"\0", header + name_at)
        rows.append((data[header + name_at : end].decode("ascii"), item_at))
    return rows


def _aligned(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT


def _link(data: bytes, symbol: str, library: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data.bin").write_bytes(data)
        (folder / "data.S").write_text(
            f".section .rodata\n.balign 16\n.globl {symbol}\n.type {symbol}, %object\n"
            f'{symbol}:\n.incbin "data.bin"\n.size {symbol}, .-{symbol}\n'
            '.section .note.GNU-stack,"",%progbits\n'
        )
        command = [
            "gcc", "-shared", "-nostdlib", "-Wl,--build-id=none", "-Wl,-z,relro",
            f"-Wl,-soname,{library.name}",
            "-o", "out.so", "data.S",
        ]  # fmt: skip
        try:
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise PackagingError("gcc could not link ICU's data; is gcc installed?") from error
        library.write_bytes((folder / "out.so").read_bytes())
