"""What a Linux package installs below its prefix: the program, and all by which a desktop finds it."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from typing import TYPE_CHECKING

from arvae_packaging.icons import LINUX_SIZES, SVG, SYMBOLIC, draw, png
from arvae_packaging.linux_texts import LINUX, manual, metainfo
from arvae_packaging.project import BUNDLE_ID, COMMAND, source_date

if TYPE_CHECKING:
    from pathlib import Path


def lay_out(prefix: Path, frozen: Path, *, zsh: str = "site-functions") -> None:
    """Fill `prefix`, which is `/usr` or `~/.local` later on, with the frozen program and its integration.

    `zsh` is the folder of completions below `share/zsh`; Debian has another. Licences are up to the package.
    """
    shutil.copytree(frozen, prefix / "lib" / COMMAND, symlinks=True)
    (prefix / "bin").mkdir(parents=True)
    (prefix / "bin" / COMMAND).symlink_to(f"../lib/{COMMAND}/{COMMAND}")
    share = prefix / "share"
    _put(share / "applications" / f"{BUNDLE_ID}.desktop", (LINUX / f"{BUNDLE_ID}.desktop").read_text("utf-8"))
    _put(share / "metainfo" / f"{BUNDLE_ID}.metainfo.xml", metainfo())
    service = (LINUX / f"{BUNDLE_ID}.service").read_text("utf-8")
    _put(share / "dbus-1" / "services" / f"{BUNDLE_ID}.service", service)
    icons = share / "icons" / "hicolor"
    for size in LINUX_SIZES:
        _put_bytes(icons / f"{size}x{size}" / "apps" / f"{BUNDLE_ID}.png", png(draw(size)))
    _put_bytes(icons / "scalable" / "apps" / f"{BUNDLE_ID}.svg", SVG.read_bytes())
    _put_bytes(icons / "symbolic" / "apps" / f"{BUNDLE_ID}-symbolic.svg", SYMBOLIC.read_bytes())
    _put_bytes(share / "man" / "man1" / f"{COMMAND}.1.gz", compressed(manual().encode()))
    completions = LINUX / "completions"
    for source, target in (
        (f"{COMMAND}.bash", f"bash-completion/completions/{COMMAND}"),
        (f"_{COMMAND}", f"zsh/{zsh}/_{COMMAND}"),
        (f"{COMMAND}.fish", f"fish/vendor_completions.d/{COMMAND}.fish"),
    ):
        _put(share / target, (completions / source).read_text("utf-8"))


def put_licences(prefix: Path, frozen: Path) -> None:
    """Write all licences into one file for people, where a package has no form of its own for them."""
    parts = [
        f"{title.strip()} ({entry['licence']})\n{'=' * 78}\n\n{entry['text']}"
        for entry in licence_texts(frozen)
        for title in [f"{entry['name']} {entry['version']}"]
    ]
    _put(prefix / "share" / "doc" / COMMAND / "LICENCES.txt", "\n\n".join(parts))


def licence_texts(frozen: Path) -> list[dict[str, str]]:
    """What the bundle carries, as `licences.everything` told it when the bundle was made: ours first."""
    entries: list[dict[str, str]] = json.loads(_licences_file(frozen).read_text("utf-8"))
    return entries


def settle_links_and_times(folder: Path) -> None:
    """Plain rights and the commit's time for all that was laid out around the frozen program."""
    when = source_date()
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_symlink():
            os.utime(path, (when, when), follow_symlinks=False)
            continue
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        os.utime(path, (when, when))


def compressed(data: bytes) -> bytes:
    """`data` with gzip, without name and time."""
    return gzip.compress(data, 9, mtime=0)


def installed_kib(folder: Path) -> int:
    """The size on the disk in KiB, each file rounded up."""
    return sum(-(-path.lstat().st_size // 1024) for path in folder.rglob("*") if not path.is_dir())


def _licences_file(frozen: Path) -> Path:
    return frozen / "_internal" / "arvae_desktop" / "resources" / "about" / "licences.json"


def _put(path: Path, text: str) -> None:
    _put_bytes(path, text.encode())


def _put_bytes(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
