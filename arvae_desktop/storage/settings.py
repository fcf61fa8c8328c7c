"""The settings file: what the user chose, declared once, written whole or not at all."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import os
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from arvae_desktop.domain.requests import Network
from arvae_desktop.storage.paths import make_private_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_log = logging.getLogger(__name__)

FOLLOW_UP_MINUTES = (0, 1, 5, 15, 60)
ZOOM_STEPS = (50, 67, 75, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose. A field's name is its name in the file.

    Attributes:
        base_url: the server, or None before the first connection.
        uses_key: False where the user connected without a key (a local server).
        model: the model used last, or None.
        appearance: ``system``, ``light`` or ``dark``.
        window_size: width and height in device-independent pixels, or None before the first run.
        sidebar_width: in device-independent pixels, or None.
        proxy: the address of a proxy that holds for all servers, or None for what the environment says.
        ca_file: a file of certificate authorities to trust besides the system's, or None.
        continues_once: whether an answer whose connection broke is continued once without being asked.
        zoom: the size of the transcript's text in percent.
        names_conversations: whether the model is asked for a conversation's title after its first answer.
        open_folders: the folders that are open in the sidebar, by name.
        checks_updates: whether the app may ask once a day if there is a newer version.
        updates_checked_on: the day (UTC, as YYYY-MM-DD) when it last did, or None.
        known_origins: the servers whose keys were put into the keyring, so that they can be found again.
        uses_shortcut: whether a key from anywhere brings up the quick prompt; nothing is taken before that
            was wanted.
        shortcut: which key, as `desktop/shortcut/combination` writes it.
        knows_shortcut: whether the user was offered it and has decided.
        follow_up_minutes: for how long a question to the quick prompt belongs to the one before.
        closes_to_tray: whether closing the window leaves the app in the tray, where there is one.
        knows_tray: whether the user was told so.
    """

    base_url: str | None = None
    uses_key: bool = True
    model: str | None = None
    appearance: str = "system"
    window_size: tuple[int, int] | None = None
    sidebar_width: int | None = None
    proxy: str | None = None
    ca_file: str | None = None
    continues_once: bool = False
    zoom: int = 100
    names_conversations: bool = False
    open_folders: tuple[str, ...] = ()
    known_origins: tuple[str, ...] = ()
    checks_updates: bool = False
    updates_checked_on: str | None = None
    uses_shortcut: bool = False
    shortcut: str = "Ctrl+Alt+Space"
    knows_shortcut: bool = False
    follow_up_minutes: int = 5
    closes_to_tray: bool = True
    knows_tray: bool = False

    @property
    def network(self) -> Network:
        """How servers are reached."""
        return Network(self.proxy, self.ca_file)


class SettingsFile:
    """Reads and writes `Settings` as a JSON object.

    Fields that this version does not know stay in the file, so that an older version run in between
    loses nothing; a value of the wrong type is read as the default.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unknown: dict[str, Any] = {}
        self._unread: OSError | None = None

    def load(self) -> Settings:
        """Read the file. None there: the defaults. Broken: moved aside, and the defaults.

        A file that the disk won't give is left where it is, and `save` does not replace it.
        """
        self._unread = None
        try:
            raw = json.loads(self._path.read_text("utf-8"))
            if not isinstance(raw, dict):
                raise ValueError("not a JSON object")  # noqa: TRY004  (handled as any other broken file)
        except FileNotFoundError:
            return Settings()
        except OSError as error:
            _log.warning("settings can't be read (%s); starting with defaults", type(error).__name__)
            self._unread = error
            return Settings()
        except ValueError as error:
            _log.warning("settings can't be read (%s); starting with defaults", type(error).__name__)
            with contextlib.suppress(OSError):
                self._path.replace(self._path.with_suffix(".broken.json"))
            return Settings()
        self._unknown = {name: value for name, value in raw.items() if name not in _READERS}
        return settings_of(raw)

    def save(self, settings: Settings) -> None:
        """Write the file whole, readable by the user alone (0600). Raises `OSError` if the disk won't."""
        if self._unread is not None:
            raise self._unread
        make_private_folder(self._path.parent)
        text = json.dumps({**self._unknown, **dataclasses.asdict(settings)}, indent=2) + "\n"
        # mkstemp makes the file with mode 0600.
        handle, name = tempfile.mkstemp(prefix=".settings-", dir=self._path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(name, self._path)  # noqa: PTH105  (`name` is a string from mkstemp)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(name)  # noqa: PTH108
            raise


def settings_of(values: Mapping[str, object]) -> Settings:
    """Settings by their names in the file; what is missing or has a wrong type is as it is by default."""
    known: dict[str, Any] = {name: read(values[name]) for name, read in _READERS.items() if name in values}
    return Settings(**{name: value for name, value in known.items() if value is not None})


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _pixels(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 15 else None


def _size(value: object) -> tuple[int, int] | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    width, height = (_pixels(side) for side in value)
    return (width, height) if width and height else None


def _percent(value: object) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and value in ZOOM_STEPS else None


def _texts(value: object) -> tuple[str, ...] | None:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else None


def _minutes(value: object) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and value in FOLLOW_UP_MINUTES else None


def _appearance(value: object) -> str | None:
    return value if isinstance(value, str) and value in ("system", "light", "dark") else None


_READERS = {
    "base_url": _text,
    "uses_key": _flag,
    "model": _text,
    "appearance": _appearance,
    "window_size": _size,
    "sidebar_width": _pixels,
    "proxy": _text,
    "ca_file": _text,
    "continues_once": _flag,
    "zoom": _percent,
    "names_conversations": _flag,
    "open_folders": _texts,
    "known_origins": _texts,
    "checks_updates": _flag,
    "updates_checked_on": _text,
    "uses_shortcut": _flag,
    "shortcut": _text,
    "knows_shortcut": _flag,
    "follow_up_minutes": _minutes,
    "closes_to_tray": _flag,
    "knows_tray": _flag,
}
