"""Where instances find each other: a folder that is the user's alone, a name for each data folder."""

from __future__ import annotations

import os
import stat
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# sun_path in <sys/un.h>, with its final zero: 108 bytes on Linux, 104 on macOS.
_LONGEST_PATH = 103


@dataclass(frozen=True, slots=True)
class Place:
    """The meeting point of one user's instances with the same data.

    Attributes:
        folder: the user's alone.
        name: what tells it from those of other data folders; a word of letters, digits and dashes.
    """

    folder: Path
    name: str

    @property
    def lock_file(self) -> Path:
        """Locked by the first instance as long as it lives."""
        return self.folder / f"{self.name}.lock"

    @property
    def socket_file(self) -> Path:
        """Where the first instance listens."""
        return self.folder / f"{self.name}.sock"

    @property
    def pipe_name(self) -> str:
        """Where it listens on Windows; pipes have one name space for all users."""
        return f"{self.name}-{_digest(self.folder)}"


def place_for(data: Path | None, environment: Mapping[str, str] = os.environ) -> Place:
    """The meeting point for a data folder; None is that of demos without one.

    Raises `OSError` where no folder is the user's alone.
    """
    name = f"arvae-desktop-{'demo' if data is None else _digest(data.resolve())}"
    if sys.platform == "win32":
        folder = Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "arvae-desktop"
        folder.mkdir(parents=True, exist_ok=True)
        return Place(folder, name)
    return Place(_runtime_folder(environment, len(name) + len("/.sock")), name)


def _runtime_folder(environment: Mapping[str, str], room: int) -> Path:
    """``$XDG_RUNTIME_DIR`` if it is as the XDG Base Directory Specification says, else one of our own."""
    given = environment.get("XDG_RUNTIME_DIR", "")
    if given and len(os.fsencode(given)) + room <= _LONGEST_PATH and _is_private(Path(given)):
        return Path(given)
    import tempfile  # noqa: PLC0415  (takes milliseconds of every start, and is hardly ever needed)

    folder = Path(tempfile.gettempdir(), f"arvae-desktop-{os.getuid()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    if not _is_private(folder):
        raise PermissionError(f"{folder} is not ours alone")
    return folder


def _digest(path: Path) -> str:
    """Tells paths of one user apart. Nobody chooses them to look alike, so that check sums do."""
    name = os.fsencode(path)
    return f"{zlib.crc32(name):08x}{zlib.adler32(name):08x}"


def _is_private(folder: Path) -> bool:
    """Whether it is a folder, no link to one, that we own and others can't enter."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o077
