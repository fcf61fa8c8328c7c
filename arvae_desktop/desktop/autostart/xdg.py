"""An entry in the autostart folder (Desktop Application Autostart Specification)."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from arvae_desktop import APP_ID

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NAME = "arvae-desktop.desktop"
_ENTRY = """\
[Desktop Entry]
Type=Application
Name=Arvae Desktop
Comment=Ask from anywhere: the quick prompt waits in the tray
Exec={command}
TryExec={program}
Icon={icon}
Terminal=false
X-GNOME-Autostart-enabled=true
"""
_PLAIN = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
# Inside quotes, these need a backslash (Desktop Entry Specification, "The Exec key").
_ESCAPED = re.compile(r'(["`$\\])')


class AutostartFile:
    """See `Autostart`."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        config = environment.get("XDG_CONFIG_HOME", "")
        home = Path(config) if config.startswith("/") else Path.home() / ".config"
        self._file = home / "autostart" / _NAME

    def is_on(self) -> bool:
        """See `Autostart`. What the user, or the desktop's own settings, turned off there is off."""
        try:
            entry = self._file.read_text("utf-8", "replace")
        except OSError:
            return False
        lines = {line.replace(" ", "").casefold() for line in entry.splitlines()}
        return not lines & {"hidden=true", "x-gnome-autostart-enabled=false"}

    def turn_on(self, command: Sequence[str]) -> None:
        """See `Autostart`."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # Where the program has gone, the session passes the entry over.
        program = command[0].replace("\\", "\\\\")
        entry = _ENTRY.format(command=exec_value(command), program=program, icon=APP_ID)
        self._file.write_text(entry, "utf-8")

    def turn_off(self) -> None:
        """See `Autostart`."""
        self._file.unlink(missing_ok=True)


def exec_value(command: Sequence[str]) -> str:
    """A command as the value of an entry's ``Exec`` key."""
    return " ".join(_quoted(part) for part in command)


def _quoted(part: str) -> str:
    part = part.replace("%", "%%")
    if _PLAIN.fullmatch(part):
        return part
    # Escaped twice: once for the quotes, once for the value of a key.
    return '"' + _ESCAPED.sub(r"\\\1", part).replace("\\", "\\\\") + '"'
