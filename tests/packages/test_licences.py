"""Every library and font in the frozen program is somebody's, and About tells whose."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING

from arvae_packaging import native
from arvae_packaging.linux_tree import licence_texts
from arvae_packaging.locks import APP_LOCK, read_lock

if TYPE_CHECKING:
    from pathlib import Path

FONTS = {".ttf", ".otf", ".ttc", ".woff", ".woff2", ".pfb", ".pcf", ".bdf"}


def files(frozen: Path) -> list[str]:
    """All below `_internal`, named from there, links left out."""
    inside = frozen / "_internal"
    return [
        path.relative_to(inside).as_posix()
        for path in inside.rglob("*")
        if path.is_file() and not path.is_symlink()
    ]


def libraries_and_fonts(names: list[str]) -> list[str]:
    """Those files that may be by others; modules made for one Python are Python's own or their package's."""
    return [
        name
        for name in names
        if (".so" in name.rpartition("/")[2] and ".cpython-" not in name)
        or "." + name.rpartition(".")[2].lower() in FONTS
    ]


def not_there(names: list[str]) -> list[str]:
    """What the parts on this system say to be or to be in, and isn't there."""
    globs = {glob for part in native.components() for glob in (*part.covers, *part.inside)}
    return sorted(glob for glob in globs if not fnmatch.filter(names, glob))


def test_about_tells_every_part(frozen: Path) -> None:
    entries = licence_texts(frozen)
    names = {entry["name"] for entry in entries}
    assert entries[0]["name"] == "Arvae Desktop"
    assert {part.name for part in native.components()} <= names
    assert {"httpx", "keyring", "cryptography"} <= names
    assert all(len(entry["text"]) > 100 for entry in entries)
    assert len(entries) > len(read_lock(APP_LOCK)) / 2
    assert sum(len(entry["text"]) for entry in entries) < 600_000


def test_every_library_and_font_is_somebodys(frozen: Path) -> None:
    found = libraries_and_fonts(files(frozen))
    assert len(found) > 30
    assert native.unclaimed(found, native.components()) == []


def test_nobody_is_named_who_is_not_there(frozen: Path) -> None:
    assert not_there(files(frozen)) == []
