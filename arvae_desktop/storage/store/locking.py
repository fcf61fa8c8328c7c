"""One process at a time: a lock that the operating system takes back however the process ends."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from arvae_desktop.domain.errors import StoreInUseError

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class StoreLock:
    """Says that this process has the store. Its file stays behind: only the lock on it counts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> None:
        """Take the lock; twice is once. Raises `StoreInUseError`, and `OSError` if there can be none."""
        if self._descriptor is not None:
            return
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _take(descriptor)
        except (BlockingIOError, PermissionError):
            os.close(descriptor)
            raise StoreInUseError("The conversations are open in another window.") from None
        except OSError:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def let_go(self) -> None:
        """Let another process have the store."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
