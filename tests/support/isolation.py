"""Keeps a test run away from what is the user's: settings, keyring, session bus, display, proxies."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_REMOVED = {
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "SESSION_MANAGER",
    "GNOME_KEYRING_CONTROL",
    "XDG_CURRENT_DESKTOP",
    "DESKTOP_SESSION",
    "LANGUAGE",
    # Tests talk to servers on this machine only.
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
}
_REMOVED_PREFIXES = ("ARVAE_", "QT_", "QML", "LC_")


def isolated_environment(folder: Path) -> dict[str, str]:
    """The variables of this process without the user's, and with every home below `folder`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.upper() not in _REMOVED and not name.startswith(_REMOVED_PREFIXES)
    }
    homes = {
        "HOME": folder / "home",
        "XDG_CONFIG_HOME": folder / "config",
        "XDG_DATA_HOME": folder / "data",
        "XDG_STATE_HOME": folder / "state",
        "XDG_CACHE_HOME": folder / "cache",
        "XDG_RUNTIME_DIR": folder / "run",
    }
    for home in homes.values():
        home.mkdir(mode=0o700, exist_ok=True)
    return {
        **kept,
        **{name: str(home) for name, home in homes.items()},
        # Qt warns where the locale's encoding isn't UTF-8.
        "LC_ALL": "C.UTF-8",
        # No service here; a test that wants one starts its own.
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }


def isolate(folder: Path) -> None:
    """Make `isolated_environment(folder)` this process's environment, and Qt's windows invisible."""
    environment = isolated_environment(folder)
    os.environ.clear()
    os.environ.update(environment, QT_QPA_PLATFORM="offscreen")
