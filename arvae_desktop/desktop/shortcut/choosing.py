"""Which way to a global shortcut this desktop has."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from arvae_desktop.desktop.shortcut.interface import GlobalShortcut, NoShortcut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arvae_desktop.desktop.x11.link import X11Link

_NO_WAY = "This platform has no global shortcuts."


def is_wayland(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a Wayland compositor has the keyboard; an X key grab would hear of X windows' keys alone."""
    return bool(environment.get("WAYLAND_DISPLAY")) or environment.get("XDG_SESSION_TYPE") == "wayland"


def choose_shortcut(
    platform: str, app_id: str, link: X11Link | None, environment: Mapping[str, str] = os.environ
) -> GlobalShortcut:
    """The way to a global shortcut here.

    Args:
        platform: what Qt draws with, such as ``xcb`` or ``wayland``.
        app_id: the name of the app's desktop file without its end.
        link: the connection to the X server where there is one.
        environment: what tells a Wayland session.
    """
    if sys.platform == "win32":
        from arvae_desktop.desktop.shortcut.windows import WindowsShortcut  # noqa: PLC0415

        return WindowsShortcut()
    if sys.platform == "darwin":
        from arvae_desktop.desktop.shortcut.macos import MacShortcut  # noqa: PLC0415

        return MacShortcut()
    if platform == "wayland" or (platform == "xcb" and is_wayland(environment)):
        from arvae_desktop.desktop.shortcut.portal import PortalShortcut  # noqa: PLC0415

        return PortalShortcut(app_id)
    if link is not None:
        from arvae_desktop.desktop.shortcut.x11 import X11Shortcut  # noqa: PLC0415

        return X11Shortcut(link)
    return NoShortcut(_NO_WAY)
