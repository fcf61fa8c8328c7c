"""Carries out what the user asks for in the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arvae_desktop.domain.address import check_proxy
from arvae_desktop.domain.authorities import check_ca_file
from arvae_desktop.domain.errors import ArvaeError
from arvae_desktop.ui import dialogs
from arvae_desktop.ui.settings_dialog import SettingsDialog

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from arvae_desktop.services.connection import Connection
    from arvae_desktop.services.preferences import Preferences
    from arvae_desktop.services.tasks import Tasks
    from arvae_desktop.ui.settings_dialog import Entries
    from arvae_desktop.ui.theme import Theme

_FORGET = "The key is removed from where it is kept. You can paste it again at any time."


async def show_settings(
    connection: Connection,
    preferences: Preferences,
    theme: Theme,
    tasks: Tasks,
    window: QWidget,
    show_data: Callable[[], None],
    show_quick: Callable[[], None],
    *,
    offers_updates: bool = False,
) -> None:
    """Open the settings over `window` and wait until they are closed. If they are open, bring them up.

    `show_data` shows what is kept, `show_quick` the settings of the quick prompt; these are closed before.
    `offers_updates`: see `SettingsDialog`.
    """
    for shown in window.findChildren(SettingsDialog):
        if shown.isVisible():
            shown.raise_()
            shown.activateWindow()
            return
    dialog = SettingsDialog(connection, preferences.settings, theme, window, offers_updates=offers_updates)
    flow = _SettingsFlow(connection, preferences, tasks, dialog)
    dialog.data_requested.connect(dialog.reject)
    dialog.data_requested.connect(show_data)
    dialog.quick_requested.connect(dialog.reject)
    dialog.quick_requested.connect(show_quick)
    await flow.run()


class _SettingsFlow:
    """One time that the settings are open.

    Attributes:
        dialog: them.
    """

    def __init__(
        self, connection: Connection, preferences: Preferences, tasks: Tasks, dialog: SettingsDialog
    ) -> None:
        self._connection = connection
        self._preferences = preferences
        self._tasks = tasks
        self._appearance = preferences.settings.appearance
        self.dialog = dialog
        self._is_open = True
        self._saving: asyncio.Task[None] | None = None
        self.dialog.save_requested.connect(self._on_save)
        self.dialog.forget_requested.connect(lambda: tasks.spawn(self._forget(), name="forget key"))
        self.dialog.ca_file_requested.connect(lambda: tasks.spawn(self._choose_ca_file(), name="choose file"))
        self.dialog.appearance_chosen.connect(lambda name: preferences.change(appearance=name))
        self.dialog.rejected.connect(self._on_rejected)

    async def run(self) -> None:
        """Wait until the dialog is closed. What is being written to the keyring goes on behind it."""
        try:
            await dialogs.finished(self.dialog)
        finally:
            self._is_open = False

    def _on_save(self, entries: Entries) -> None:
        if self._saving is not None:
            self._saving.cancel()
        self._saving = self._tasks.spawn(self._save(entries), name="save settings")

    async def _save(self, entries: Entries) -> None:
        try:
            proxy, ca_file = check_proxy(entries.proxy), check_ca_file(entries.ca_file)

            def use() -> None:
                self._preferences.change(
                    proxy=proxy,
                    ca_file=ca_file,
                    continues_once=entries.continues_once,
                    names_conversations=entries.names_conversations,
                    checks_updates=entries.checks_updates,
                )
                self.dialog.accept()

            await self._connection.change(entries.base_url, entries.key, on_use=use)
        except ArvaeError as error:
            self._tell(error)

    def _on_choose_ca_file(self) -> None:
        self._tasks.spawn(self._choose_ca_file(), name="choose file")

    async def _choose_ca_file(self) -> None:
        words = "Choose a file of certificate authorities"
        kinds = "Certificates (*.pem *.crt *.cer);;All files (*)"
        if path := await dialogs.choose_file(self.dialog, words, kinds):
            self.dialog.set_ca_file(path)

    async def _forget(self) -> None:
        if not await dialogs.confirm(self.dialog, "Forget the key?", _FORGET, action="Forget the key"):
            return
        try:
            await self._connection.forget_key()
        except ArvaeError as error:
            self._tell(error)
        else:
            if self._is_open:
                self.dialog.accept()

    def _tell(self, error: ArvaeError) -> None:
        """Under the fields; where the dialog has gone, by the task's owner."""
        if not self._is_open:
            raise error
        self.dialog.show_error(f"{error.report.title} {error.report.hint}")

    def _on_rejected(self) -> None:
        self._is_open = False
        self._preferences.change(appearance=self._appearance)
        if self._saving is not None:
            self._saving.cancel()
