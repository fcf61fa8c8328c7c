"""Kept conversations as a list shows them: short entries on shelves, folders, and what a search finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arvae_desktop.domain.conversations import Conversation


class ShelfKind(Enum):
    """Where a conversation stands; each stands on one shelf alone, the first of these that fits."""

    BIN = auto()
    ARCHIVE = auto()
    PINNED = auto()
    FOLDER = auto()
    RECENT = auto()


@dataclass(frozen=True, slots=True)
class Shelf:
    """Conversations that are read page by page, the newest first; in the bin, the last deleted.

    Attributes:
        folder: the folder's name; None unless the kind is `FOLDER`.
    """

    kind: ShelfKind
    folder: str | None = None


BIN = Shelf(ShelfKind.BIN)
ARCHIVE = Shelf(ShelfKind.ARCHIVE)
PINNED = Shelf(ShelfKind.PINNED)
RECENT = Shelf(ShelfKind.RECENT)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a list knows of a conversation; the fields are those of `Conversation`.

    A `Conversation` brings its draft and its settings along, and a list may hold 100,000 of these.
    """

    id: str
    title: str
    updated_at: float
    folder: str | None = None
    is_pinned: bool = False
    is_archived: bool = False
    is_unread: bool = False
    deleted_at: float | None = None

    @classmethod
    def of(cls, conversation: Conversation) -> Entry:
        """The entry of a conversation."""
        return cls(
            conversation.id,
            conversation.title,
            conversation.updated_at,
            conversation.folder,
            conversation.is_pinned,
            conversation.is_archived,
            conversation.is_unread,
            conversation.deleted_at,
        )

    @property
    def shelf(self) -> Shelf:
        """Where it stands."""
        if self.deleted_at is not None:
            return BIN
        if self.is_archived:
            return ARCHIVE
        if self.is_pinned:
            return PINNED
        return RECENT if self.folder is None else Shelf(ShelfKind.FOLDER, self.folder)

    @property
    def moment(self) -> float:
        """What it is sorted and grouped by: UTC, in seconds since 1970."""
        return self.updated_at if self.deleted_at is None else self.deleted_at

    @property
    def place(self) -> tuple[float, str]:
        """Its place on its shelf: that of a later one is less."""
        return self.moment, self.id


@dataclass(frozen=True, slots=True)
class Page:
    """The answer to one request for entries of a shelf.

    Attributes:
        token: what the request returned.
        is_last: whether the shelf ends here.
    """

    token: int
    entries: tuple[Entry, ...]
    is_last: bool


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder, and how many conversations are on its shelf."""

    name: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Overview:
    """All folders in the order in which they are shown, and how much is out of sight."""

    folders: tuple[Folder, ...] = ()
    archived: int = 0
    binned: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a search found something.

    Attributes:
        message_id: None if it is the title that matches.
        snippet: the text around the match, in one line; empty for a title.
        ranges: where the matched words are in the snippet (or, without one, in the title), as start and end.
    """

    conversation: Entry
    message_id: str | None = None
    snippet: str = ""
    ranges: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A part of the answer to a search; parts come in the order in which they are shown.

    Attributes:
        token: what the search returned.
        is_last: whether nothing follows.
    """

    token: int
    hits: tuple[Hit, ...]
    is_last: bool
