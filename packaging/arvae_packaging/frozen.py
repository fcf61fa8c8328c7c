"""The frozen program: PyInstaller's one-folder build, stripped, pruned and the same at each build."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from arvae_packaging import icons, licences, windows
from arvae_packaging.icu import shrink_icu
from arvae_packaging.project import (
    BUILD,
    COMMAND,
    PACKAGING,
    ROOT,
    TITLE,
    PackagingError,
    commit,
    source_date,
    update_key,
    version,
)

if TYPE_CHECKING:
    from pathlib import Path

SPEC = PACKAGING / "arvae-desktop.spec"


def freeze(out: Path, *, script: Path | None = None, with_app: bool = True) -> Path:
    """Build the frozen program below `out` and return its folder (on macOS the `.app`).

    For measuring, `script` takes the place of the app's beginning; without the app only what it imports is
    frozen with it. Raises `PackagingError`.
    """
    shutil.rmtree(out, ignore_errors=True)
    staging = out / "staging"
    stage(staging)
    environment = {
        **os.environ,
        "SOURCE_DATE_EPOCH": str(source_date()),
        "PYTHONHASHSEED": "0",  # sets are laid out in its order
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(ROOT),
        "PYINSTALLER_CONFIG_DIR": str(out / "cache"),
        # Modules are read faster, and packages are compressed as a whole anyway.
        "PYINSTALLER_ZLIB_COMPRESSION_LEVEL": "0",
        "ARVAE_STAGING": str(staging),
        "QT_QPA_PLATFORM": "offscreen",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
    if script is not None:
        environment["ARVAE_FROZEN_SCRIPT"] = str(script)
        environment["ARVAE_WITHOUT_APP"] = "" if with_app else "1"
    log = out / "pyinstaller.log"
    with log.open("wb") as file:
        done = subprocess.run(
            [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level=INFO",
             f"--distpath={out / 'dist'}", f"--workpath={out / 'work'}", str(SPEC)],
            env=environment, cwd=out, stdout=file, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    if done.returncode:
        end = log.read_text("utf-8", "replace")[-4000:]
        raise PackagingError(f"{end}\nPyInstaller failed; its log is {log}.")
    folder = out / "dist" / (f"{TITLE}.app" if sys.platform == "darwin" else COMMAND)
    if sys.platform.startswith("linux"):
        shrink_icu(folder)
        strip(folder)
        find_libraries_beside(folder)
    settle(folder)
    return folder


def stage(staging: Path) -> None:
    """Write what the build makes: version and commit, licence texts, icons, Windows' version resource."""
    about = staging / "about"
    about.mkdir(parents=True)
    built = datetime.fromtimestamp(source_date(), UTC).date().isoformat()
    facts = {"version": version(), "commit": commit(), "date": built, "update_key": update_key()}
    (about / "build.json").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    licences.write(about / "licences.json")
    icons.write_all(staging)
    windows.write_version_resource(staging / "version-resource.txt")


def strip(folder: Path) -> None:
    """Take symbols and debugging information out of the libraries; the program itself has none."""
    libraries = [str(path) for path in elf_files(folder) if path.name != COMMAND]
    subprocess.run(["strip", "--strip-unneeded", "--enable-deterministic-archives", *libraries], check=True)


def find_libraries_beside(folder: Path) -> None:
    """Let Python's modules look for libraries in the bundle, not where the build machine has its Python."""
    inside = folder / "_internal"
    for path in elf_files(inside):
        ours = not {"PySide6", "shiboken6", "cryptography"} & set(path.relative_to(inside).parts)
        if ours and ".so" in path.name:
            up = "/".join([".."] * (len(path.relative_to(inside).parts) - 1))
            place = f"$ORIGIN/{up}" if up else "$ORIGIN"
            subprocess.run(["patchelf", "--set-rpath", place, str(path)], check=True)


def elf_files(folder: Path) -> list[Path]:
    """The programs and libraries below a folder, sorted, links left out."""
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and not path.is_symlink() and is_elf(path)
    )


def is_elf(path: Path) -> bool:
    """Whether a file is a Linux program or library."""
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def settle(folder: Path) -> None:
    """Give every file the commit's time and plain rights: 755 for programs and folders, 644 for the rest."""
    when = source_date()
    for path in sorted(folder.rglob("*"), reverse=True):
        if not path.is_symlink():
            runs = path.is_dir() or (path.stat().st_mode & stat.S_IXUSR and path.name == COMMAND)
            if os.name == "posix" and sys.platform != "darwin":
                path.chmod(0o755 if runs else 0o644)
            os.utime(path, (when, when))
        elif os.utime in os.supports_follow_symlinks:
            os.utime(path, (when, when), follow_symlinks=False)
    os.utime(folder, (when, when))


def default_out() -> Path:
    """Where the frozen program is built unless told."""
    return BUILD / "frozen"
