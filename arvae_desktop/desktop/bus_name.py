"""The app's name on the session bus, by which the desktop and other programs start it and speak to it."""

from __future__ import annotations

import logging

from PySide6.QtCore import ClassInfo, QObject, Signal, Slot
from PySide6.QtDBus import QDBusConnection

from arvae_desktop import APP_ID
from arvae_desktop.desktop.instance.messages import Request, Verb

_log = logging.getLogger(__name__)

_PATH = "/" + APP_ID.replace(".", "/")
_QUICK = "quick-prompt"  # as in the desktop file
_TOKENS = ("activation-token", "desktop-startup-id")
_LONGEST_TEXT = 60_000


class BusName(QObject):
    """`org.freedesktop.Application` under the app's own name, as the Desktop Entry Specification has it.

    Of all instances the first one has the name. Who can speak to it is up to the bus, which is the user's.

    Signals:
        asked: a `Request`.
    """

    asked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = QDBusConnection.sessionBus()
        self._door = _Door(self)
        self._is_ours = False
        if self._bus.isConnected():
            # First: whoever waits for the name calls as soon as it is there.
            slots = QDBusConnection.RegisterOption.ExportAllSlots
            self._bus.registerObject(_PATH, self._door, slots)
            self._is_ours = self._bus.registerService(APP_ID)
            if not self._is_ours:
                self._bus.unregisterObject(_PATH)
                _log.info("the name on the bus is another's")

    def close(self) -> None:
        """Give the name back."""
        if self._is_ours:
            self._is_ours = False
            self._bus.unregisterService(APP_ID)
            self._bus.unregisterObject(_PATH)


# PySide's stubs know this decorator by its C++ form alone.
@ClassInfo({"D-Bus Interface": "org.freedesktop.Application"})  # type: ignore[call-arg]
class _Door(QObject):  # type: ignore[operator]
    """What can be called from outside; the names are the specification's."""

    def __init__(self, name: BusName) -> None:
        super().__init__(name)
        self._name = name

    @Slot("QVariantMap")
    def Activate(self, platform_data: dict[str, object]) -> None:  # noqa: N802
        self._name.asked.emit(Request(Verb.RAISE, token=_token(platform_data)))

    @Slot("QStringList", "QVariantMap")
    def Open(self, _addresses: list[str], platform_data: dict[str, object]) -> None:  # noqa: N802
        # There is no kind of file that the app opens; whoever sends one still wants to see it.
        self.Activate(platform_data)

    @Slot(str, "QVariantList", "QVariantMap")
    def ActivateAction(  # noqa: N802
        self, action: str, parameters: list[object], platform_data: dict[str, object]
    ) -> None:
        if action != _QUICK:
            _log.info("asked over the bus for what there is not")
            return
        text = parameters[0] if parameters else ""
        if not isinstance(text, str) or len(text) > _LONGEST_TEXT:
            text = ""
        self._name.asked.emit(Request(Verb.QUICK, text, _token(platform_data)))


def _token(platform_data: dict[str, object]) -> str:
    """What lets a window come to the front, if the caller has it."""
    found = (platform_data.get(name) for name in _TOKENS)
    return next((token for token in found if isinstance(token, str) and token), "")
