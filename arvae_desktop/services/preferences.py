"""The settings while the app runs: read once, changed in one place, written soon after."""

from __future__ import annotations

import dataclasses
import logging
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from arvae_desktop.storage.settings import ZOOM_STEPS, Settings

if TYPE_CHECKING:
    from arvae_desktop.services.notifier import Notifier
    from arvae_desktop.storage.settings import SettingsFile

_log = logging.getLogger(__name__)
_SAVE_AFTER_MS = 500


class Preferences(QObject):
    """Holds `Settings`. Without a file (the demo) nothing is read or written.

    Signals:
        changed: the new `Settings`.
    """

    changed = Signal(object)

    def __init__(self, file: SettingsFile | None, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self._notifier = notifier
        self._settings = file.load() if file else Settings()
        self._saved = self._settings
        self._save = QTimer(self, singleShot=True, interval=_SAVE_AFTER_MS)
        self._save.timeout.connect(self.save_now)

    @property
    def settings(self) -> Settings:
        """What holds now."""
        return self._settings

    def change(self, **fields: Any) -> None:  # noqa: ANN401  (`dataclasses.replace` checks the names)
        """Set fields of `Settings` by name; the file follows within half a second."""
        settings = dataclasses.replace(self._settings, **fields)
        if settings != self._settings:
            self._settings = settings
            self._save.start()
            self.changed.emit(settings)

    def zoom(self, steps: int) -> None:
        """Make the transcript's text larger by some steps, or smaller; 0 gives it its own size again."""
        if steps:
            place = ZOOM_STEPS.index(self._settings.zoom) + steps
            self.change(zoom=ZOOM_STEPS[min(max(place, 0), len(ZOOM_STEPS) - 1)])
        else:
            self.change(zoom=100)

    def save_now(self) -> None:
        """Write what is not yet written. A disk that won't is told, and the app goes on."""
        self._save.stop()
        if self._file is None or self._settings == self._saved:
            return
        try:
            self._file.save(self._settings)
            self._saved = self._settings
        except OSError as error:
            _log.warning("settings can't be written: %s", type(error).__name__)
            self._notifier.warn(
                "Your settings can’t be saved.",
                f"{error.strerror or 'The disk refuses'}. They hold until you quit.",
                kind="settings",
            )
