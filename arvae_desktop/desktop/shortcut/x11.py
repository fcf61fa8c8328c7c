"""The shortcut on X11: a key grab."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from arvae_desktop.desktop.shortcut.interface import GlobalShortcut
from arvae_desktop.desktop.shortcut.report import ShortcutReport, ShortcutState

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from arvae_desktop.desktop.shortcut.combination import Combination
    from arvae_desktop.desktop.x11.link import X11Link

_TAKEN = "Another program has {} already. Choose another one."
_NOT_GRANTED = "The X server did not grant {}: {}."


class X11Shortcut(GlobalShortcut):
    """Grabs the key with every state of the locks; follows changes of the keyboard's layout."""

    way = "X11 key grab"

    def __init__(self, link: X11Link, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        link.key_pressed.connect(self._on_pressed)
        link.grab_tried.connect(self._on_tried)
        link.lost.connect(self._on_lost)

    def bind(self, combination: Combination) -> None:
        """See `GlobalShortcut`."""
        self._tell(ShortcutReport(self.way, ShortcutState.ASKING, str(combination)))
        self._link.grab(combination)

    def close(self) -> None:
        """See `GlobalShortcut`."""
        self._link.close()  # and with it the grab

    def _end(self) -> None:
        self._link.ungrab()

    def _on_pressed(self, time: int) -> None:
        self.pressed.emit(time, "")

    def _on_tried(self, what: str, answer: str, is_granted: bool, is_taken: bool) -> None:
        report = self.report
        if report.state is ShortcutState.OFF:
            return  # it was given back meanwhile
        state, reason = ShortcutState.ACTIVE, ""
        if is_taken:
            state, reason = ShortcutState.CONFLICT, _TAKEN.format(report.trigger)
        elif not is_granted:
            state, reason = ShortcutState.UNAVAILABLE, _NOT_GRANTED.format(report.trigger, answer)
        report = report.tried(what, answer, is_good=is_granted)
        self._tell(replace(report, state=state, reason=reason))

    def _on_lost(self, why: str) -> None:
        report = self.report.tried("talk to the X server", why, is_good=False)
        reason = "The connection to the X server has ended."
        self._tell(replace(report, state=ShortcutState.UNAVAILABLE, reason=reason))
