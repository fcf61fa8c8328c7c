"""The shortcut on Windows: RegisterHotKey, and a thread that waits for its messages."""

from __future__ import annotations

import ctypes
import threading
from ctypes import wintypes
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import Signal

from arvae_desktop.desktop.shortcut.combination import KEYS
from arvae_desktop.desktop.shortcut.interface import GlobalShortcut
from arvae_desktop.desktop.shortcut.report import ShortcutReport, ShortcutState

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from arvae_desktop.desktop.shortcut.combination import Combination

# Functions by name, as ctypes has them.
_Library: TypeAlias = Any
# <winuser.h> and <winerror.h>.
_MODIFIERS = {"Alt": 0x1, "Ctrl": 0x2, "Shift": 0x4, "Meta": 0x8}
_NO_REPEAT = 0x4000
_WM_QUIT = 0x12
_WM_HOTKEY = 0x312
_WM_USER = 0x400
_PM_NOREMOVE = 0
_ERROR_HOTKEY_ALREADY_REGISTERED = 1409
_ID = 1


class WindowsShortcut(GlobalShortcut):
    """Holds the hot key in a thread of its own: only the thread that registered one hears of it."""

    way = "Windows hot key"

    _registered = Signal(int, int)  # whose number, and the error, 0 for none
    _hot = Signal(int, object)

    def __init__(
        self,
        user32: _Library = None,
        kernel32: _Library = None,
        parent: QObject | None = None,
    ) -> None:
        """Both libraries have their functions by name; without them, those of this Windows are used."""
        super().__init__(parent)
        self._user32 = user32 or ctypes.WinDLL("user32", use_last_error=True)  # type: ignore[attr-defined, unused-ignore]
        self._kernel32 = kernel32 or ctypes.WinDLL("kernel32")  # type: ignore[attr-defined, unused-ignore]
        self._number = 0
        self._holder: _Holder | None = None
        self._registered.connect(self._on_registered)
        self._hot.connect(self._on_hot)

    def bind(self, combination: Combination) -> None:
        """See `GlobalShortcut`."""
        self._end()
        self._tell(ShortcutReport(self.way, ShortcutState.ASKING, str(combination)))
        self._number += 1
        number = self._number
        self._holder = _Holder(
            self._user32,
            self._kernel32,
            combination,
            on_registered=lambda error: self._registered.emit(number, error),
            on_hot=lambda time: self._hot.emit(number, time),
        )

    def _end(self) -> None:
        if self._holder is not None:
            self._holder.end()
            self._holder = None

    def _on_registered(self, number: int, error: int) -> None:
        if number != self._number or self._holder is None:
            return
        trigger, state, reason = self.report.trigger, ShortcutState.ACTIVE, ""
        answer = "registered" if not error else f"error {error}"
        if error == _ERROR_HOTKEY_ALREADY_REGISTERED:
            state, reason = (
                ShortcutState.CONFLICT,
                f"Another program has {trigger} already. Choose another one.",
            )
        elif error:
            state, reason = ShortcutState.UNAVAILABLE, f"Windows did not grant {trigger} (error {error})."
        report = self.report.tried(f"RegisterHotKey {trigger}", answer, is_good=not error)
        self._tell(replace(report, state=state, reason=reason))

    def _on_hot(self, number: int, time: object) -> None:
        if number == self._number and self._holder is not None:
            self.pressed.emit(time, "")


class _Holder:
    """One hot key and its thread."""

    def __init__(
        self,
        user32: _Library,
        kernel32: _Library,
        combination: Combination,
        *,
        on_registered: Callable[[int], None],
        on_hot: Callable[[object], None],
    ) -> None:
        self._user32 = user32
        self._kernel32 = kernel32
        self._combination = combination
        self._on_registered = on_registered
        self._on_hot = on_hot
        self._thread_id = 0
        self._is_ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hot key", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Give the hot key back."""
        self._is_ready.wait(1.0)
        self._user32.PostThreadMessageW(self._thread_id, _WM_QUIT, 0, 0)
        self._thread.join(1.0)

    def _run(self) -> None:
        user32, message = self._user32, wintypes.MSG()
        self._thread_id = self._kernel32.GetCurrentThreadId()
        # This makes the thread's queue, so that a message to end finds it.
        user32.PeekMessageW(ctypes.byref(message), None, _WM_USER, _WM_USER, _PM_NOREMOVE)
        self._is_ready.set()
        modifiers = sum(_MODIFIERS[name] for name in self._combination.modifiers) | _NO_REPEAT
        if not user32.RegisterHotKey(None, _ID, modifiers, KEYS[self._combination.key].windows):
            self._on_registered(_last_error() or -1)
            return
        self._on_registered(0)
        # 0 is WM_QUIT, -1 an error.
        while user32.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
            if message.message == _WM_HOTKEY:
                self._on_hot(message.time)
        user32.UnregisterHotKey(None, _ID)


def _last_error() -> int:
    """The calling thread's last error, where `ctypes` keeps one."""
    get = getattr(ctypes, "get_last_error", None)
    return int(get()) if get is not None else 0
