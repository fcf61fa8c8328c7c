"""Tells that the program was replaced or removed while it runs, as packages do without asking it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer

if TYPE_CHECKING:
    from pathlib import Path

    from arvae_desktop.services.notifier import Notifier

_KIND = "program"
# An installer removes the old version before it writes the new one.
_LOOK_AFTER_MS = 1000
_LOOKS = 30


class ProgramWatch(QObject):
    """Watches the file of a program, and tells once that it is another one, or gone for half a minute.

    What runs goes on with what it has loaded and with what it still loads of its own file; but libraries and
    the processes that it starts are the new version's.
    """

    def __init__(
        self,
        program: Path,
        notifier: Notifier,
        *,
        started_from: Path | None = None,
        look_after_ms: int = _LOOK_AFTER_MS,
        parent: QObject | None = None,
    ) -> None:
        """`started_from` is what runs, by a name that it keeps; without one, `program` as it is now."""
        super().__init__(parent)
        self._program = program
        self._notifier = notifier
        self._before = (started_from and _identity(started_from)) or _identity(program)
        self._missed = 0
        self._watcher = QFileSystemWatcher([str(program)], self)
        self._watcher.fileChanged.connect(lambda _path: self._begin_to_look())
        self._timer = QTimer(self, singleShot=True, interval=look_after_ms)
        self._timer.timeout.connect(self._look)
        self._timer.start()  # it may have happened before

    def _begin_to_look(self) -> None:
        self._missed = 0
        self._timer.start()

    def _look(self) -> None:
        now = _identity(self._program)
        if now == self._before:
            self._watcher.addPath(str(self._program))
        elif now is not None:
            self._notifier.info(
                "Arvae Desktop was replaced by another version.",
                "Quit it (Ctrl+Q) and start it again to use that one.",
                kind=_KIND,
            )
        elif self._missed < _LOOKS:
            self._missed += 1
            self._timer.start()
        else:
            self._notifier.warn(
                "Arvae Desktop was removed from this computer.",
                "This window goes on until you quit. Your conversations stay where they are.",
                kind=_KIND,
            )


def _identity(path: Path) -> tuple[int, ...] | None:
    """What tells a file from another one of its name; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
