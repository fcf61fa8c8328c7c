"""A value under the Run key of the user's registry."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
_VALUE = "Arvae Desktop"


class RunKey:
    """See `Autostart`."""

    def __init__(self, winreg: Any = None) -> None:  # noqa: ANN401
        """`winreg` has the functions of that module; without it, it is imported."""
        if winreg is None and sys.platform == "win32":
            import winreg  # noqa: PLC0415
        self._winreg = winreg

    def is_on(self) -> bool:
        """See `Autostart`."""
        try:
            with self._winreg.OpenKey(self._winreg.HKEY_CURRENT_USER, _KEY) as key:
                self._winreg.QueryValueEx(key, _VALUE)
        except OSError:
            return False
        return True

    def turn_on(self, command: Sequence[str]) -> None:
        """See `Autostart`."""
        line = subprocess.list2cmdline(command)
        with self._winreg.CreateKey(self._winreg.HKEY_CURRENT_USER, _KEY) as key:
            self._winreg.SetValueEx(key, _VALUE, 0, self._winreg.REG_SZ, line)

    def turn_off(self) -> None:
        """See `Autostart`."""
        registry = self._winreg
        try:
            with registry.OpenKey(registry.HKEY_CURRENT_USER, _KEY, 0, registry.KEY_SET_VALUE) as key:
                registry.DeleteValue(key, _VALUE)
        except FileNotFoundError:
            return
