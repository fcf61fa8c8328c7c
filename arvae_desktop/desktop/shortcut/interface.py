"""What every system's way to a global shortcut looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from arvae_desktop.desktop.shortcut.report import ShortcutReport, ShortcutState

if TYPE_CHECKING:
    from arvae_desktop.desktop.shortcut.combination import Combination


class GlobalShortcut(QObject):
    """One combination at a time. Nothing is taken before `bind`.

    Attributes:
        report: what was tried last, and what came of it.

    Signals:
        pressed: when, on the window system's clock in milliseconds (0 where it has none), and what lets a
            window come to the front because of it (an XDG activation token); may be empty.
        reported: the new `ShortcutReport`.
    """

    # Milliseconds of X go beyond what a C int holds.
    pressed = Signal(object, str)
    reported = Signal(object)

    way = ""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.report = ShortcutReport(self.way)

    def bind(self, combination: Combination) -> None:
        """Ask for a combination instead of the one there is; `reported` tells later what came of it."""
        raise NotImplementedError

    def release(self) -> None:
        """Give the combination back."""
        self._end()
        self._tell(ShortcutReport(self.way))

    def close(self) -> None:
        """Give all back; nothing is told any more."""
        self._end()

    def _end(self) -> None:
        """Let go of the combination, if there is one."""

    def _tell(self, report: ShortcutReport) -> None:
        self.report = report
        self.reported.emit(report)


class NoShortcut(GlobalShortcut):
    """Where there is no way."""

    way = "none"

    def __init__(self, reason: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reason = reason
        self.report = ShortcutReport(self.way, ShortcutState.UNAVAILABLE, reason=reason)

    def bind(self, combination: Combination) -> None:
        """See `GlobalShortcut`."""
        report = ShortcutReport(self.way, ShortcutState.UNAVAILABLE, str(combination), self._reason)
        self._tell(report.tried("look for a way to global shortcuts", self._reason, is_good=False))

    def release(self) -> None:
        """There is nothing to give back, and why there is none stays true."""
