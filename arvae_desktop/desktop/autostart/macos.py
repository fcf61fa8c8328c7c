"""A launch agent of the user (launchd.plist(5))."""

from __future__ import annotations

import plistlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LABEL = "ai.arvae.desktop"


class LoginItem:
    """See `Autostart`. launchd reads the folder at the next login."""

    def __init__(self, home: Path | None = None) -> None:
        self._file = (home or Path.home()) / "Library" / "LaunchAgents" / f"{_LABEL}.plist"

    def is_on(self) -> bool:
        """See `Autostart`."""
        return self._file.is_file()

    def turn_on(self, command: Sequence[str]) -> None:
        """See `Autostart`."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        agent = {
            "Label": _LABEL,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "ProcessType": "Interactive",
        }
        self._file.write_bytes(plistlib.dumps(agent))

    def turn_off(self) -> None:
        """See `Autostart`."""
        self._file.unlink(missing_ok=True)
