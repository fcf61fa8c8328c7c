"""Starts the app or the bare window and tells when its text field takes input.

It takes input when it has been painted, has the keyboard focus, and an event that was posted after both
has been handled. What is then typed from outside is told, too.

    python -m tests.benchmarks.inside.first_input app|bare [ARGUMENT …]
"""

from __future__ import annotations

import gc
import importlib
import sys
import time

# What is measured is imported first and as it does it itself.
if sys.argv[1] == "bare":
    from tests.benchmarks.inside.bare_window import main as start
else:
    from arvae_desktop.cli import main as start
    from arvae_desktop.services.source_scan import skip_source_scan

    gc.disable()
    skip_source_scan()
    importlib.import_module("arvae_desktop.app.run")

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QMainWindow, QPlainTextEdit

from tests.benchmarks.inside.window_hook import when_shown


class FirstInput(QObject):
    """Watches one text field."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._field = window.findChild(QPlainTextEdit, "composer")
        self._awaited = {QEvent.Type.Paint, QEvent.Type.FocusIn}
        self._watched = (self._field, self._field.viewport())
        for watched in self._watched:
            watched.installEventFilter(self)
        self._field.textChanged.connect(self._tell_text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in self._awaited:
            self._awaited.remove(event.type())
            if not self._awaited:
                for each in self._watched:
                    each.removeEventFilter(self)
                QTimer.singleShot(0, self._tell_ready)
        return super().eventFilter(watched, event)

    def _tell_ready(self) -> None:
        _tell("ready", repr(time.monotonic()))

    def _tell_text(self) -> None:
        _tell("text", self._field.toPlainText())


def _tell(what: str, value: str) -> None:
    sys.stdout.write(f"{what} {value}\n")
    sys.stdout.flush()


def main() -> int:
    when_shown(FirstInput)
    sys.argv = sys.argv[1:]
    return start()


if __name__ == "__main__":
    sys.exit(main())
