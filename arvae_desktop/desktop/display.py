"""Whether there is a display to open a window on, asked before Qt, which aborts where there is none."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_X11_PORT = 6000
_ANSWER_WITHIN_S = 2.0


def missing_display(environment: Mapping[str, str] = os.environ) -> str | None:
    """Why no window can open, in a sentence, or None if one can or if that is for Qt to say."""
    if not sys.platform.startswith("linux") or environment.get("QT_QPA_PLATFORM", "xcb") not in (
        "xcb",
        "wayland",
    ):
        return None
    x11, wayland = environment.get("DISPLAY", ""), environment.get("WAYLAND_DISPLAY", "")
    if not x11 and not wayland:
        return (
            "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so the window can’t open."
        )
    if (x11 and _x11_answers(x11)) or (wayland and _wayland_answers(wayland, environment)):
        return None
    return f"The display {x11 or wayland} does not answer, so the window can’t open."


def _x11_answers(display: str) -> bool:
    """Whether something listens where ``HOST:NUMBER.SCREEN`` points (X(7), "Display Names")."""
    host, _, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not number.isdecimal():
        return False
    if host in ("", "unix") or host.startswith("/"):
        path = f"/tmp/.X11-unix/X{number}"  # noqa: S108  (where X servers have their sockets)
        return _listens(socket.AF_UNIX, path) or _listens(socket.AF_UNIX, f"\0{path}")
    return _listens(socket.AF_INET, (host, _X11_PORT + int(number)))


def _wayland_answers(display: str, environment: Mapping[str, str]) -> bool:
    """Whether something listens at a path, or at a name below the runtime folder (wl_display_connect)."""
    return _listens(socket.AF_UNIX, str(Path(environment.get("XDG_RUNTIME_DIR", ""), display)))


def _listens(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    with contextlib.suppress(OSError), socket.socket(family) as connection:
        connection.settimeout(_ANSWER_WITHIN_S)
        connection.connect(address)
        return True
    return False
