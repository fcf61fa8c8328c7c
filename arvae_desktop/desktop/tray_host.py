"""Whether there is a tray to live in, and when it comes and goes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from arvae_desktop.desktop.x11.link import X11Link

_WATCHER = "org.kde.StatusNotifierWatcher"


class TrayHost(QObject):
    """Looks for a StatusNotifier watcher on the bus, and on X11 for a tray that takes icons as windows.

    Qt knows whether there is a tray, but tells nobody when one comes or goes.

    Attributes:
        is_there: whether a tray is there now.

    Signals:
        changed: whether a tray is there.
    """

    changed = Signal(bool)

    def __init__(self, link: X11Link | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._has_notifier = False
        self._has_window = False
        self._always = sys.platform in ("win32", "darwin")
        self.is_there = self._always
        if link is not None:
            link.tray_changed.connect(self._on_window)
        if not self._always:
            self._watch_bus()

    def _watch_bus(self) -> None:
        from PySide6.QtDBus import QDBusConnection, QDBusServiceWatcher  # noqa: PLC0415  (Linux alone)

        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return
        mode = QDBusServiceWatcher.WatchModeFlag.WatchForOwnerChange
        self._watcher = QDBusServiceWatcher(_WATCHER, bus, mode, self)
        self._watcher.serviceOwnerChanged.connect(self._on_owner)
        self._has_notifier = bool(bus.interface().isServiceRegistered(_WATCHER).value())
        self._update()

    def _on_owner(self, _name: str, _old: str, new: str) -> None:
        self._has_notifier = bool(new)
        self._update()

    def _on_window(self, is_there: bool) -> None:
        self._has_window = is_there
        self._update()

    def _update(self) -> None:
        is_there = self._always or self._has_notifier or self._has_window
        if is_there != self.is_there:
            self.is_there = is_there
            self.changed.emit(is_there)
