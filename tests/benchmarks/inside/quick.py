"""The app in the tray, told each time when the quick prompt takes input: painted, and with the keyboard.

    python -m tests.benchmarks.inside.quick [ARGUMENT …]

Prints ``tray N``, N being the milliseconds of processor time until the icon is shown, and ``focused T`` with
the time on the monotonic clock.
"""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from arvae_desktop.cli import main as start


class FocusedBox(QObject):
    """Watches one window's text field."""

    def __init__(self, window: QWidget, field: QWidget) -> None:
        super().__init__(window)
        self._field = field
        self._is_painted = False
        field.installEventFilter(self)
        field.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Hide and watched is self._field:
            self._is_painted = False
        elif event.type() is QEvent.Type.Paint and watched is not self._field and not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self, self._tell)
        elif event.type() is QEvent.Type.FocusIn and self._is_painted:
            QTimer.singleShot(0, self, self._tell)
        return super().eventFilter(watched, event)

    def _tell(self) -> None:
        if self._field.hasFocus() and self._field.isActiveWindow():
            _say("focused", repr(time.monotonic()))


def _say(what: str, value: str) -> None:
    sys.stdout.write(f"{what} {value}\n")
    sys.stdout.flush()


def _watch_prompts() -> None:
    from arvae_desktop.ui.quick.window import QuickPrompt

    original = QuickPrompt.warm_up

    def warm_up(prompt: QuickPrompt) -> None:
        original(prompt)
        FocusedBox(prompt, prompt.input)
        _say("ready", "")

    QuickPrompt.warm_up = warm_up


def _watch_tray(begin: float) -> None:
    original = QSystemTrayIcon.show

    def show(icon: QSystemTrayIcon) -> None:
        original(icon)
        _say("tray", repr((time.process_time() - begin) * 1000))

    QSystemTrayIcon.show = show


def main() -> int:
    if "--tray" in sys.argv:
        sys.argv.remove("--tray")
        _watch_tray(0.0)
    else:
        _watch_prompts()
    return start()


if __name__ == "__main__":
    sys.exit(main())
