"""Carries out what the user asks for in the settings of the quick prompt and the tray."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from arvae_desktop.desktop.autostart.interface import choose_autostart, start_command
from arvae_desktop.ui import dialogs
from arvae_desktop.ui.quick.settings_dialog import QuickSettingsDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from arvae_desktop.desktop.autostart.interface import Autostart
    from arvae_desktop.desktop.tray_host import TrayHost
    from arvae_desktop.services.preferences import Preferences
    from arvae_desktop.services.shortcut import Shortcut
    from arvae_desktop.ui.theme import Theme


async def show_quick_settings(
    preferences: Preferences, shortcut: Shortcut, host: TrayHost, theme: Theme, window: QWidget
) -> None:
    """Open the settings over `window` and wait until they are closed; what is changed holds at once."""
    autostart = choose_autostart()
    command = shlex.join(start_command("quick"))
    dialog = QuickSettingsDialog(preferences.settings, theme, command, window)
    change = preferences.change
    dialog.shortcut_toggled.connect(lambda is_on: change(uses_shortcut=is_on, knows_shortcut=True))
    dialog.shortcut_chosen.connect(lambda text: change(shortcut=text, knows_shortcut=True))
    dialog.listening_changed.connect(lambda is_listening: shortcut.listen(is_listening=is_listening))
    dialog.follow_up_chosen.connect(lambda minutes: change(follow_up_minutes=minutes))
    dialog.tray_toggled.connect(lambda is_on: change(closes_to_tray=is_on, knows_tray=True))
    if autostart is None:
        dialog.hide_autostart()
    else:
        dialog.autostart_toggled.connect(lambda is_on: _set_autostart(autostart, dialog, is_on=is_on))
        dialog.show_autostart(is_on=autostart.is_on())
    dialog.show_tray(is_there=host.is_there)
    dialog.show_report(shortcut.report)
    shortcut.reported.connect(dialog.show_report)
    host.changed.connect(dialog.show_tray)
    try:
        await dialogs.finished(dialog)
    finally:
        shortcut.reported.disconnect(dialog.show_report)
        host.changed.disconnect(dialog.show_tray)
        shortcut.listen(is_listening=False)


def _set_autostart(autostart: Autostart, dialog: QuickSettingsDialog, *, is_on: bool) -> None:
    try:
        if is_on:
            autostart.turn_on(start_command("--hidden"))
        else:
            autostart.turn_off()
    except OSError as error:
        dialog.show_error(f"The system did not take this: {error.strerror or 'no reason given'}.")
        dialog.show_autostart(is_on=autostart.is_on())
