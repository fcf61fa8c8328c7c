"""Reading a file of conversations in a process of its own (see file_process.py)."""

from __future__ import annotations

import errno
import json
import marshal
import threading
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from arvae_desktop import READ_FILE
from arvae_desktop.exchange.backup import BackedUpSettings
from arvae_desktop.exchange.reports import Problem, Progress
from arvae_desktop.exchange.values import dict_of
from arvae_desktop.services import own_process
from arvae_desktop.services.file_process import IMPORT, RESTORE, SIZE, Told
from arvae_desktop.storage.store.transfer import Prepared

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["IMPORT", "RESTORE", "FileReading", "Read"]

Read: TypeAlias = Prepared | Problem | Progress | BackedUpSettings

_MODULE = "arvae_desktop.services.file_process"


class FileReading:
    """What is in a file, read while it is iterated over, once.

    Raises `OSError` where the disk won't give the file, or where the process that reads it is gone.

    Args:
        what: `IMPORT` or `RESTORE`.
    """

    def __init__(self, what: str, path: Path) -> None:
        self._command = own_process.command(READ_FILE, _MODULE, what, str(path.absolute()))
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closed = False

    def __iter__(self) -> Iterator[Read]:
        with self._lock:
            if self._is_closed:
                return
            self._process = process = own_process.start(self._command, own_process.environment())
        with process:
            try:
                yield from self._items(process)
            finally:
                process.kill()

    def close(self) -> None:
        """End it, from any thread; whoever iterates over it comes to an end."""
        with self._lock:
            self._is_closed = True
            if self._process is not None:
                self._process.kill()

    def _items(self, process: subprocess.Popen[bytes]) -> Iterator[Read]:
        while process.stdout is not None and (part := _part(process.stdout)) is not None:
            for kind, *values in marshal.loads(part):  # noqa: S302  (it comes from ourselves)
                if kind == Told.END:
                    return
                yield _item(kind, values)
        if not self._is_closed:
            raise OSError(errno.EIO, "The program that reads the file has ended early")


def _item(kind: int, values: list[Any]) -> Read:
    """What was told; raises what went wrong there."""
    match kind:
        case Told.CONVERSATION:
            return Prepared(*values)
        case Told.PROBLEM:
            return Problem(*values)
        case Told.PROGRESS:
            return Progress(*values)
        case Told.SETTINGS:
            return BackedUpSettings(dict_of(json.loads(values[0] or "{}")))
        case Told.REFUSED:
            raise OSError(*values)
    raise RuntimeError(f"the process that reads a file failed:\n{values[0]}")


def _part(pipe: IO[bytes]) -> bytes | None:
    """What was written in one go; None at the end."""
    size = pipe.read(SIZE.size)
    if len(size) < SIZE.size:
        return None
    (length,) = SIZE.unpack(size)
    part = pipe.read(length)
    return part if len(part) == length else None
