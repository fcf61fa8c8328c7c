"""Ctrl-C and the system's signals end the app in good order."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    import asyncio

    from PySide6.QtCore import QObject

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class QuitSignals:
    """Sets an event at the first signal; a second one ends the process at once."""

    def __init__(self, loop: asyncio.AbstractEventLoop, quit_event: asyncio.Event, parent: QObject) -> None:
        self._quit = quit_event
        self._loop = loop
        for number in _SIGNALS:
            try:
                loop.add_signal_handler(number, self._on_signal)
            except NotImplementedError:  # Windows
                signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(self._on_signal))
                _let_python_run(parent)

    def ignore(self) -> None:
        """Let no signal spoil the exit code from here on; closing the loop would give each its default."""
        for number in _SIGNALS:
            with contextlib.suppress(NotImplementedError):  # Windows
                self._loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_IGN)

    def _on_signal(self) -> None:
        if self._quit.is_set():
            os._exit(0)  # asked twice: at once
        self._quit.set()


def _let_python_run(parent: QObject) -> None:
    """Give Python a turn now and then: where Qt waits in native code, signals wait with it."""
    ticker = QTimer(parent, interval=500)
    ticker.timeout.connect(lambda: None)
    ticker.start()
