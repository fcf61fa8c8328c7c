"""What can be done with conversations and folders: words, keys, and when each makes sense."""

from __future__ import annotations

from enum import Enum, auto
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from arvae_desktop.ui.sidebar.model import Sight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from arvae_desktop.domain.library import Entry
    from arvae_desktop.ui.sidebar.model import Row


class Command(Enum):
    """A wish."""

    OPEN = auto()
    RENAME = auto()
    PIN = auto()
    UNPIN = auto()
    MOVE = auto()
    NEW_FOLDER = auto()
    EXPORT = auto()
    ARCHIVE = auto()
    UNARCHIVE = auto()
    DELETE = auto()
    RESTORE = auto()
    DELETE_FOR_GOOD = auto()
    DELETE_FOLDER = auto()


# Where the list has the focus. Those that share keys are never offered together.
KEYS: Mapping[Command, str] = MappingProxyType(
    {
        Command.OPEN: "Return",
        Command.RENAME: "F2",
        Command.PIN: "Ctrl+Shift+I",
        Command.UNPIN: "Ctrl+Shift+I",
        Command.MOVE: "Ctrl+Shift+M",
        Command.NEW_FOLDER: "Ctrl+Shift+N",
        Command.EXPORT: "Ctrl+Shift+E",
        Command.ARCHIVE: "Ctrl+Shift+A",
        Command.UNARCHIVE: "Ctrl+Shift+A",
        Command.DELETE: "Del",
        Command.RESTORE: "Ctrl+Shift+R",
        Command.DELETE_FOR_GOOD: "Del",
        Command.DELETE_FOLDER: "Del",
    }
)


class Choice(NamedTuple):
    """An entry of a menu; None stands for a line between groups of them."""

    command: Command
    words: str


def choices_for(entries: Sequence[Entry], sight: Sight) -> list[Choice | None]:
    """What can be done with these conversations."""
    if not entries:
        return []
    if sight is Sight.BIN:
        return [
            Choice(Command.OPEN, "Open"),
            Choice(Command.RESTORE, "Restore"),
            None,
            Choice(Command.DELETE_FOR_GOOD, "Delete for good…"),
        ]
    all_pinned = all(entry.is_pinned for entry in entries)
    choices: list[Choice | None] = []
    if len(entries) == 1:
        choices += [Choice(Command.OPEN, "Open"), Choice(Command.RENAME, "Rename"), None]
    if sight is Sight.ARCHIVE:
        choices.append(Choice(Command.UNARCHIVE, "Bring back from the archive"))
    else:
        choices.append(Choice(Command.UNPIN, "Unpin") if all_pinned else Choice(Command.PIN, "Pin"))
        choices += [Choice(Command.MOVE, "Move to folder"), Choice(Command.ARCHIVE, "Archive")]
    return [*choices, Choice(Command.EXPORT, "Export…"), None, Choice(Command.DELETE, "Delete")]


def choices_for_row(row: Row) -> list[Choice | None]:
    """What can be done with a folder."""
    if row.entry is not None or row.folder is None:
        return []
    return [
        Choice(Command.OPEN, "Close" if row.is_open else "Open"),
        Choice(Command.RENAME, "Rename"),
        Choice(Command.NEW_FOLDER, "New folder"),
        None,
        Choice(Command.DELETE_FOLDER, "Delete the folder"),
    ]
