"""A Wayland session of the tests' own: sway without a screen, a session bus, and windows as it sees them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple, Self

from tests.support.desktop import SessionBus
from tests.support.processes import Process, wait_until

PROGRAMS = ("sway", "swaymsg", "setpriv", "dbus-daemon")
_NOBODY = 65534


class Window(NamedTuple):
    """A window, as the compositor sees it."""

    title: str
    app_id: str
    has_focus: bool
    is_floating: bool


class WaylandSession:
    """A compositor and a session bus.

    Attributes:
        bus: the session bus.
        environment: for programs that are to run here.
    """

    def __init__(self, folder: Path) -> None:
        with ExitStack() as stack:
            self.bus = SessionBus(folder)
            stack.callback(self.bus.end)
            # Short, since sockets are in it, and open to the user that the compositor runs as.
            place = Path(tempfile.mkdtemp(prefix="arvae-wayland-"))
            stack.callback(shutil.rmtree, place, ignore_errors=True)
            command = ["sway", "-c", str(place / "config")]
            (place / "config").write_text("output HEADLESS-1 resolution 1280x800\nxwayland disable\n")
            if os.getuid() == 0:  # sway refuses to run as root
                os.chown(place, _NOBODY, _NOBODY)
                user = ["--reuid", str(_NOBODY), "--regid", str(_NOBODY), "--clear-groups"]
                command = ["setpriv", *user, *command]
            environment = {
                **os.environ,
                "XDG_RUNTIME_DIR": str(place),
                "HOME": str(place),
                "WLR_BACKENDS": "headless",
                "WLR_LIBINPUT_NO_DEVICES": "1",
                "WLR_RENDERER": "pixman",
            }
            sway = Process(command, folder=folder, environment=environment)
            stack.callback(sway.end)

            def sockets() -> list[Path]:
                assert sway.is_running, sway.stderr
                found = [path for path in place.iterdir() if path.is_socket()]
                return found if len(found) == 2 else []

            for path in wait_until(sockets, "the compositor listens"):
                environment["SWAYSOCK" if "sway" in path.name else "WAYLAND_DISPLAY"] = str(path)
            self.environment = {
                **os.environ,
                "WAYLAND_DISPLAY": environment["WAYLAND_DISPLAY"],
                "SWAYSOCK": environment["SWAYSOCK"],
                "DBUS_SESSION_BUS_ADDRESS": self.bus.address,
                "QT_QPA_PLATFORM": "wayland",
                "XDG_SESSION_TYPE": "wayland",
            }
            self._stack = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def windows(self) -> list[Window]:
        """All windows."""
        tree = json.loads(self._ask("-t", "get_tree"))
        return list(_windows(tree, is_floating=False))

    def focused(self) -> str:
        """The title of the window that has the focus; empty without one."""
        return next((window.title for window in self.windows() if window.has_focus), "")

    def focus(self, title: str) -> None:
        """Give the focus to a window."""
        self._ask(f'[title="{title}"] focus')

    def _ask(self, *arguments: str) -> str:
        command = ["swaymsg", *arguments]
        run = subprocess.run(
            command, env=self.environment, check=True, capture_output=True, text=True, timeout=10
        )
        return run.stdout


def _windows(node: dict[str, Any], *, is_floating: bool):
    if node.get("pid"):
        yield Window(node["name"] or "", node["app_id"] or "", node["focused"], is_floating)
    for child in node["nodes"]:
        yield from _windows(child, is_floating=is_floating)
    for child in node["floating_nodes"]:
        yield from _windows(child, is_floating=True)
