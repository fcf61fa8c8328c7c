"""The global shortcut as the user set it: bound, paused, bound anew."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from arvae_desktop.desktop.shortcut.combination import DEFAULT, Combination

if TYPE_CHECKING:
    from arvae_desktop.desktop.shortcut.interface import GlobalShortcut
    from arvae_desktop.desktop.shortcut.report import ShortcutReport
    from arvae_desktop.services.preferences import Preferences

_log = logging.getLogger(__name__)


class Shortcut(QObject):
    """Keeps the desktop's shortcut in step with the settings.

    Attributes:
        is_paused: whether the user wants it to rest in this run.

    Signals:
        pressed: see `GlobalShortcut`.
        reported: the new `ShortcutReport`.
    """

    pressed = Signal(object, str)
    reported = Signal(object)

    def __init__(self, way: GlobalShortcut, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._way = way
        self._preferences = preferences
        self._bound: Combination | None = None
        self._is_listening = False
        self.is_paused = False
        way.setParent(self)
        way.pressed.connect(self.pressed)
        way.reported.connect(self._on_reported)
        preferences.changed.connect(lambda _settings: self._apply())
        self._apply()

    @property
    def report(self) -> ShortcutReport:
        """What became of it."""
        return self._way.report

    @property
    def trigger(self) -> str:
        """The keys that the user wants; empty for none."""
        settings = self._preferences.settings
        return str(_combination(settings.shortcut)) if settings.uses_shortcut else ""

    def pause(self, *, is_paused: bool) -> None:
        """Give the keys back for a while, or take them again."""
        self.is_paused = is_paused
        self._apply()

    def listen(self, *, is_listening: bool) -> None:
        """Rest while other keys are being pressed for it."""
        self._is_listening = is_listening
        self._apply()

    def close(self) -> None:
        """Give the keys back for good."""
        self._way.close()

    def _apply(self) -> None:
        settings = self._preferences.settings
        is_wanted = settings.uses_shortcut and not self.is_paused and not self._is_listening
        wanted = _combination(settings.shortcut) if is_wanted else None
        if wanted == self._bound:
            return
        self._bound = wanted
        if wanted is None:
            self._way.release()
        else:
            self._way.bind(wanted)

    def _on_reported(self, report: ShortcutReport) -> None:
        _log.info("shortcut %s: %s", report.trigger or "none", report.state)
        self.reported.emit(report)


def _combination(text: str) -> Combination:
    """What the settings say; a file that somebody edited may say nonsense."""
    try:
        return Combination.parse(text)
    except ValueError:
        return Combination.parse(DEFAULT)
