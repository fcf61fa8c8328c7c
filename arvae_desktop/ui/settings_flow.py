"""Carries out what the user asks for in the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arvae_desktop.domain.errors import ArvaeError
from arvae_desktop.domain.secret import Secret
from arvae_desktop.ui import dialogs
from arvae_desktop.ui.settings_dialog import SettingsDialog

if TYPE_CHECKING:
    import asyncio

    from PySide6.QtWidgets import QWidget

    from arvae_desktop.services.connection import Connection
    from arvae_desktop.services.preferences import Preferences
    from arvae_desktop.services.tasks import Tasks
    from arvae_desktop.ui.theme import Theme

_FORGET = "The key is removed from where it is kept. You can paste it again at any time."


async def show_settings(
    connection: Connection, preferences: Preferences, theme: Theme, tasks: Tasks, window: QWidget
) -> None:
    """Open the settings over `window` and wait until they are closed. If they are open, bring them up."""
    for dialog in window.findChildren(SettingsDialog):
        if dialog.isVisible():
            dialog.raise_()
            dialog.activateWindow()
            return
    await _SettingsFlow(connection, preferences, theme, tasks, window).run()


class _SettingsFlow:
    """One time that the settings are open."""

    def __init__(
        self, connection: Connection, preferences: Preferences, theme: Theme, tasks: Tasks, window: QWidget
    ) -> None:
        self._connection = connection
        self._preferences = preferences
        self._tasks = tasks
        self._appearance = preferences.settings.appearance
        self._dialog = SettingsDialog(connection, self._appearance, theme, window)
        self._is_open = True
        self._saving: asyncio.Task[None] | None = None
        self._dialog.save_requested.connect(self._on_save)
        self._dialog.forget_requested.connect(lambda: tasks.spawn(self._forget(), name="forget key"))
        self._dialog.appearance_chosen.connect(lambda name: preferences.change(appearance=name))
        self._dialog.rejected.connect(self._on_rejected)

    async def run(self) -> None:
        """Wait until the dialog is closed. What is being written to the keyring goes on behind it."""
        try:
            await dialogs.finished(self._dialog)
        finally:
            self._is_open = False

    def _on_save(self, base_url: str, key: str) -> None:
        if self._saving is not None:
            self._saving.cancel()
        self._saving = self._tasks.spawn(self._save(base_url, Secret(key)), name="save settings")

    async def _save(self, base_url: str, key: Secret) -> None:
        try:
            await self._connection.change(base_url, key, on_use=self._dialog.accept)
        except ArvaeError as error:
            self._tell(error)

    async def _forget(self) -> None:
        if not await dialogs.confirm(self._dialog, "Forget the key?", _FORGET, action="Forget the key"):
            return
        try:
            await self._connection.forget_key()
        except ArvaeError as error:
            self._tell(error)
        else:
            if self._is_open:
                self._dialog.accept()

    def _tell(self, error: ArvaeError) -> None:
        """Under the fields; where the dialog has gone, by the task's owner."""
        if not self._is_open:
            raise error
        self._dialog.show_error(f"{error.report.title} {error.report.hint}")

    def _on_rejected(self) -> None:
        self._is_open = False
        self._preferences.change(appearance=self._appearance)
        if self._saving is not None:
            self._saving.cancel()
