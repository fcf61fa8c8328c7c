"""The shortcut on Wayland: the portal asks the desktop, the desktop asks the user."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from arvae_desktop.desktop.shortcut.interface import GlobalShortcut
from arvae_desktop.desktop.shortcut.portal_session import PortalSession
from arvae_desktop.desktop.shortcut.report import ShortcutReport, ShortcutState
from arvae_desktop.desktop.watcher import Watcher

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from arvae_desktop.desktop.shortcut.combination import Combination


class PortalShortcut(GlobalShortcut):
    """Speaks to org.freedesktop.portal.GlobalShortcuts over a bus connection of its own, on its own thread.

    Not over Qt's: an application id must be registered before a connection's first call to any portal, and
    Qt has made one by then. A new combination needs a new session: shortcuts of one are bound once.
    """

    way = "GlobalShortcuts portal"

    _activated = Signal(object, str)
    _tried = Signal(str, str, bool)
    _settled = Signal(str, str, str)

    def __init__(self, app_id: str, *, address: str | None = None, parent: QObject | None = None) -> None:
        """`address` is the bus's; None is the session bus."""
        super().__init__(parent)
        self._app_id = app_id
        self._address = address or os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")
        self._session: PortalSession | None = None
        self._watcher: Watcher | None = None
        self._activated.connect(self._on_activated)
        self._tried.connect(self._on_tried)
        self._settled.connect(self._on_settled)

    def bind(self, combination: Combination) -> None:
        """See `GlobalShortcut`."""
        self._end()
        self._tell(ShortcutReport(self.way, ShortcutState.ASKING, str(combination)))
        self._session = PortalSession(
            self._address,
            self._app_id,
            combination,
            on_trial=self._tried.emit,
            on_settled=self._settled.emit,
            on_activated=self._activated.emit,
        )
        self._watcher = Watcher(self._session, "portal")

    def _end(self) -> None:
        if self._watcher is not None and self._session is not None:
            self._watcher.post(self._session.end)
            self._watcher.close()
            self._watcher = self._session = None

    def _on_activated(self, time: object, token: str) -> None:
        if self._watcher is not None:
            self.pressed.emit(time, token)

    def _on_tried(self, what: str, answer: str, is_good: bool) -> None:
        if self._watcher is not None:
            self._tell(self.report.tried(what, answer, is_good=is_good))

    def _on_settled(self, state: str, trigger: str, reason: str) -> None:
        if self._watcher is not None:
            trigger = trigger or self.report.trigger
            self._tell(replace(self.report, state=ShortcutState(state), trigger=trigger, reason=reason))
