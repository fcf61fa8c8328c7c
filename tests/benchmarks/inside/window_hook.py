"""A way into a program whose code knows nothing of being measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMainWindow

if TYPE_CHECKING:
    from collections.abc import Callable


def when_shown(then: Callable[[QMainWindow], None]) -> None:
    """Call `then` with the first main window, right after it was shown."""
    original = QMainWindow.show

    def show(window: QMainWindow) -> None:
        QMainWindow.show = original
        original(window)
        then(window)

    QMainWindow.show = show
