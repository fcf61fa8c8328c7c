"""Where a store is: its file, and the files around it."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

COMPANIONS = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class StorePlace:
    """The files of one store; see `AppPaths.store_file` and `AppPaths.backups`.

    Attributes:
        file: the database.
        backups: the folder of its backups.
    """

    file: Path
    backups: Path

    @property
    def lock_file(self) -> Path:
        """Locked by the process that has the store."""
        return self.file.with_suffix(".lock")

    @property
    def unfinished(self) -> Path:
        """A new store while it is being made; nothing in it counts."""
        return self.file.with_suffix(".part")

    @property
    def finished(self) -> Path:
        """A new store that is whole and about to become the store."""
        return self.file.with_suffix(".new")

    def aside(self, reason: str) -> Path:
        """A free name beside the file, for a file that is moved out of the way for a reason in a word."""
        moment = time.strftime("%Y%m%d-%H%M%S")
        count = 0
        while True:
            count += 1
            number = f"-{count}" if count > 1 else ""
            path = self.file.with_name(f"{self.file.stem}-{reason}-{moment}{number}{self.file.suffix}")
            if not os.path.lexists(path):
                return path

    def put_aside(self, reason: str) -> Path:
        """Move the file and its companions out of the way; returns where it is now. Raises `OSError`."""
        target = self.aside(reason)
        for ending in ("", *COMPANIONS):
            companion = self.file.with_name(self.file.name + ending)
            if os.path.lexists(companion):
                companion.rename(target.with_name(target.name + ending))
        return target

    def delete_all(self) -> None:
        """Delete everything that may hold a word of a conversation. Raises `OSError`."""
        beside = self.file.parent.glob(f"{self.file.stem}-*{self.file.suffix}*")
        own = [self.file.with_name(self.file.name + ending) for ending in ("", *COMPANIONS)]
        for path in (*own, self.unfinished, self.finished, *beside):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        if self.backups.is_dir():
            shutil.rmtree(self.backups)
