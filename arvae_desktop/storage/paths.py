"""Where the app keeps things on this machine."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_APP = "arvae-desktop"


@dataclass(frozen=True, slots=True)
class AppPaths:
    """The folders of one installation; they are made, for the user alone, when something is first written.

    Attributes:
        config: settings.
        state: logs.
        data: conversations.
    """

    config: Path
    state: Path
    data: Path

    @classmethod
    def default(cls) -> AppPaths:
        """The folders that the operating system has for this (on Linux the XDG base directories)."""
        import platformdirs  # noqa: PLC0415  (with --data-dir it is never needed)

        return cls(
            config=platformdirs.user_config_path(_APP, appauthor=False),
            state=platformdirs.user_state_path(_APP, appauthor=False),
            data=platformdirs.user_data_path(_APP, appauthor=False),
        )

    @classmethod
    def under(cls, folder: Path) -> AppPaths:
        """Everything below one folder, as ``--data-dir`` asks."""
        return cls(config=folder, state=folder, data=folder)

    @property
    def settings_file(self) -> Path:
        """What the user chose, as JSON. Never holds a key."""
        return self.config / "settings.json"

    @property
    def log_file(self) -> Path:
        """What the app did. Never holds prompts, answers or keys."""
        return self.state / "arvae-desktop.log"

    @property
    def store_file(self) -> Path:
        """The conversations."""
        return self.data / "conversations.db"

    @property
    def backups(self) -> Path:
        """The folder of the store's backups."""
        return self.data / "backups"

    def delete_everything(self) -> None:
        """Delete what the app keeps, and its folders where nothing else is in them; what can't go stays."""
        files = [self.settings_file, *self.state.glob(f"{self.log_file.name}*")]
        files += [self.store_file.with_name(self.store_file.name + end) for end in ("", "-wal", "-shm")]
        files.append(self.store_file.with_suffix(".lock"))
        for path in files:
            with contextlib.suppress(OSError):
                path.unlink()
        for folder in (self.backups, self.data, self.config, self.state):
            with contextlib.suppress(OSError):
                folder.rmdir()


def make_private_folder(folder: Path) -> None:
    """Make `folder` and what is missing above it; the folder itself is the user's alone (0700)."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
