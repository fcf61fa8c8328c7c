"""What every system's way to start with the session looks like."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from arvae_desktop import APP_ID, is_frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

_SANDBOX = Path("/.flatpak-info")  # only inside a Flatpak
_WITHOUT_CONSOLE = "Arvae Desktop.exe"


class Autostart(Protocol):
    """Asks the system to start a command whenever the user logs in; the system keeps the wish."""

    def is_on(self) -> bool:
        """Whether the system has the wish."""

    def turn_on(self, command: Sequence[str]) -> None:
        """Leave the wish. Raises `OSError`."""

    def turn_off(self) -> None:
        """Take the wish back; nothing happens if there is none. Raises `OSError`."""


def start_command(*arguments: str) -> list[str]:
    """What starts this app again, as it was started: the installed program, the frozen one, or the module.

    On Windows it is the program without a console, which would stay open; from a sandbox what starts that.
    """
    program = Path(sys.argv[0])
    if _SANDBOX.exists():
        return ["flatpak", "run", APP_ID, *arguments]
    if is_frozen():
        beside = Path(sys.executable).with_name(_WITHOUT_CONSOLE)
        is_better = sys.platform == "win32" and beside.is_file()
        return [str(beside) if is_better else sys.executable, *arguments]
    if program.name.startswith("arvae-desktop") and program.is_absolute():
        return [str(program), *arguments]
    return [sys.executable, "-m", "arvae_desktop", *arguments]


def choose_autostart() -> Autostart | None:
    """The way of this system; None in a sandbox, whose files no session reads."""
    if _SANDBOX.exists():
        return None
    if sys.platform == "win32":
        from arvae_desktop.desktop.autostart.windows import RunKey  # noqa: PLC0415

        return RunKey()
    if sys.platform == "darwin":
        from arvae_desktop.desktop.autostart.macos import LoginItem  # noqa: PLC0415

        return LoginItem()
    from arvae_desktop.desktop.autostart.xdg import AutostartFile  # noqa: PLC0415

    return AutostartFile()
