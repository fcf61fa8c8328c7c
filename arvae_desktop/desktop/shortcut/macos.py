"""The shortcut on macOS: a Carbon hot key, the one kind that needs no permission to watch the keyboard."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_int32, c_uint32, c_void_p
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from arvae_desktop.desktop.shortcut.combination import KEYS
from arvae_desktop.desktop.shortcut.interface import GlobalShortcut
from arvae_desktop.desktop.shortcut.report import ShortcutReport, ShortcutState

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from arvae_desktop.desktop.shortcut.combination import Combination

# Functions by name, as ctypes has them.
_Library: TypeAlias = Any
_CARBON = "/System/Library/Frameworks/Carbon.framework/Carbon"
# <Events.h>. Qt calls the Command key Ctrl and the Control key Meta.
_MODIFIERS = {"Ctrl": 0x0100, "Shift": 0x0200, "Alt": 0x0800, "Meta": 0x1000}
# <CarbonEvents.h> and <CarbonEventsCore.h>.
_CLASS_KEYBOARD = int.from_bytes(b"keyb", "big")
_HOT_KEY_PRESSED = 5
_SIGNATURE = int.from_bytes(b"arva", "big")
_EXISTS = -9878  # eventHotKeyExistsErr


class _EventType(ctypes.Structure):
    _fields_: ClassVar = [("event_class", c_uint32), ("event_kind", c_uint32)]


class _HotKeyId(ctypes.Structure):
    _fields_: ClassVar = [("signature", c_uint32), ("id", c_uint32)]


_Handler = ctypes.CFUNCTYPE(c_int32, c_void_p, c_void_p, c_void_p)


class MacShortcut(GlobalShortcut):
    """Carbon calls its handler on the main thread, from the run loop that Qt runs."""

    way = "Carbon hot key"

    def __init__(self, carbon: _Library = None, parent: QObject | None = None) -> None:
        """`carbon` has the functions by name; without it, this Mac's is used."""
        super().__init__(parent)
        self._carbon = carbon or _load()
        self._hot_key: c_void_p | None = None
        self._handler_ref = c_void_p()
        self._handler = _Handler(self._on_event)  # Carbon keeps no reference to it

    def bind(self, combination: Combination) -> None:
        """See `GlobalShortcut`."""
        self._end()
        report = ShortcutReport(self.way, ShortcutState.ASKING, str(combination))
        code = KEYS[combination.key].mac
        if code is None:
            reason = "Keyboards of Macs lack this key."
            self._tell(replace(report, state=ShortcutState.UNAVAILABLE, reason=reason))
            return
        self._install()
        modifiers = sum(_MODIFIERS[name] for name in combination.modifiers)
        hot_key, target = c_void_p(), self._carbon.GetApplicationEventTarget()
        error = self._carbon.RegisterEventHotKey(
            code, modifiers, _HotKeyId(_SIGNATURE, 1), target, 0, byref(hot_key)
        )
        state, reason = ShortcutState.ACTIVE, ""
        if error == _EXISTS:
            state, reason = (
                ShortcutState.CONFLICT,
                f"Another program has {combination} already. Choose another one.",
            )
        elif error:
            state, reason = ShortcutState.UNAVAILABLE, f"macOS did not grant {combination} (error {error})."
        else:
            self._hot_key = hot_key
        answer = "registered" if not error else f"error {error}"
        report = report.tried(f"RegisterEventHotKey {combination}", answer, is_good=not error)
        self._tell(replace(report, state=state, reason=reason))

    def close(self) -> None:
        """See `GlobalShortcut`."""
        super().close()
        if self._handler_ref:
            self._carbon.RemoveEventHandler(self._handler_ref)
            self._handler_ref = c_void_p()

    def _install(self) -> None:
        if not self._handler_ref:
            kind = _EventType(_CLASS_KEYBOARD, _HOT_KEY_PRESSED)
            target = self._carbon.GetApplicationEventTarget()
            self._carbon.InstallEventHandler(
                target, self._handler, 1, byref(kind), None, byref(self._handler_ref)
            )

    def _end(self) -> None:
        if self._hot_key is not None:
            self._carbon.UnregisterEventHotKey(self._hot_key)
            self._hot_key = None

    def _on_event(self, _call: object, _event: object, _data: object) -> int:
        self.pressed.emit(0, "")
        return 0


def _load() -> _Library:
    carbon = ctypes.CDLL(_CARBON)
    carbon.GetApplicationEventTarget.restype = c_void_p
    carbon.RegisterEventHotKey.argtypes = [
        c_uint32,
        c_uint32,
        _HotKeyId,
        c_void_p,
        c_uint32,
        POINTER(c_void_p),
    ]
    carbon.UnregisterEventHotKey.argtypes = [c_void_p]
    carbon.InstallEventHandler.argtypes = [
        c_void_p, _Handler, ctypes.c_ulong, POINTER(_EventType), c_void_p, POINTER(c_void_p),
    ]  # fmt: skip
    carbon.RemoveEventHandler.argtypes = [c_void_p]
    return carbon
