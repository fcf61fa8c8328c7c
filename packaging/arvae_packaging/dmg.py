"""The macOS disk image."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from arvae_packaging.project import COMMAND, PACKAGING, PackagingError, machine, version

if TYPE_CHECKING:
    from pathlib import Path


def build_dmg(frozen: Path, out: Path) -> Path:
    """Make `NAME-VERSION-macos-MACHINE.dmg` of the app in `out` and return its path.

    Raises `PackagingError`.
    """
    out.mkdir(parents=True, exist_ok=True)
    name = {"aarch64": "arm64"}.get(machine(), machine())
    target = out / f"{COMMAND}-{version()}-macos-{name}.dmg"
    done = subprocess.run(
        ["sh", str(PACKAGING / "macos" / "make_dmg.sh"), str(frozen), str(target)], check=False
    )
    if done.returncode:
        raise PackagingError("make_dmg.sh failed, see above.")
    return target
