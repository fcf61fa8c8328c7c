"""What the store tells: its values beside conversations and messages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from arvae_desktop.domain.conversations import KeptMessage
    from arvae_desktop.domain.library import Entry
    from arvae_desktop.domain.messages import AnswerState, Role


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A message without its text; the fields are those of `Message` and `KeptMessage`."""

    id: str
    parent: str | None
    role: Role
    state: AnswerState
    created_at: float
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class BranchPage:
    """Messages of a branch, oldest first, also those that are marked as deleted.

    Attributes:
        has_earlier: whether any stand before the first one.
    """

    messages: tuple[KeptMessage, ...]
    has_earlier: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """Where something was found.

    Attributes:
        message_id: None if the title has the words.
        role: whose message it is; None for a title.
        at: when it was said; for a title, when the conversation was last added to.
        snippet: what is around the first match, in one line; a whole title.
        ranges: where the matches are in the snippet, as start and end, in characters.
    """

    conversation: Entry
    message_id: str | None
    role: Role | None
    at: float
    snippet: str
    ranges: tuple[tuple[int, int], ...]

    @property
    def conversation_id(self) -> str:
        """The conversation's id."""
        return self.conversation.id


@dataclass(frozen=True, slots=True)
class SearchResults:
    """What a search found, newest first.

    Attributes:
        has_more: whether there is more than was asked for.
    """

    titles: tuple[Hit, ...] = ()
    messages: tuple[Hit, ...] = ()
    has_more: bool = False

    def merged_with(self, other: SearchResults, limit: int) -> SearchResults:
        """What was found in two stores together, the newest of it."""
        titles, found = (
            sorted((*mine, *theirs), key=lambda hit: hit.at, reverse=True)
            for mine, theirs in ((self.titles, other.titles), (self.messages, other.messages))
        )
        has_more = self.has_more or other.has_more or len(found) > limit
        return SearchResults(tuple(titles[:limit]), tuple(found[:limit]), has_more)

    def without(self, conversation_ids: frozenset[str]) -> SearchResults:
        """The same without what was found in these conversations."""
        titles, found = (
            tuple(hit for hit in hits if hit.conversation_id not in conversation_ids)
            for hits in (self.titles, self.messages)
        )
        return SearchResults(titles, found, self.has_more)


class TroubleKind(StrEnum):
    """Why the disk takes nothing."""

    FULL = "full"
    READ_ONLY = "read_only"
    LOCKED = "locked"
    BROKEN = "broken"  # the disk reports errors, or is gone


@dataclass(frozen=True, slots=True)
class StoreTrouble:
    """Nothing can be saved for now: it is kept in memory, in its order, and written when it can be.

    Attributes:
        waiting: how many changes are unsaved.
        detail: what the system said.
    """

    kind: TroubleKind
    waiting: int
    detail: str


@dataclass(frozen=True, slots=True)
class SalvageReport:
    """A damaged file was moved aside, and what could be read is in a new one.

    Attributes:
        damaged: where the damaged file is now.
        conversations, messages: how many were rescued, those from a backup among them.
        backup: the backup that filled the gaps, or None.
        lost_pieces: how many places in the file could not be read; 0 if only what is made anew was damaged.
    """

    damaged: Path
    conversations: int
    messages: int
    backup: Path | None
    lost_pieces: int


@dataclass(frozen=True, slots=True)
class OpenReport:
    """What was found when the store was opened.

    Attributes:
        interrupted: the answers that a crash cut off, as ids of conversation and message; they are
            `interrupted` now.
        was_closed: whether the last run closed the store; if not, the file is being checked.
        is_read_only: a newer version wrote the file: everything can be read, and every change fails with
            `StoreTooNewError`.
        migrated_from: the schema's version before, if an older one was brought up to date.
        salvage: what was rescued, if the file was damaged.
    """

    interrupted: tuple[tuple[str, str], ...] = ()
    was_closed: bool = True
    is_read_only: bool = False
    migrated_from: int | None = None
    salvage: SalvageReport | None = None


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup: where it is, when it was made (seconds since 1970) and its size in bytes."""

    path: Path
    made_at: float
    size: int


@dataclass(frozen=True, slots=True)
class ImportCount:
    """What an import has added, and how many messages it skipped since they were there already."""

    conversations: int = 0
    messages: int = 0
    skipped: int = 0

    def plus(self, other: ImportCount) -> ImportCount:
        """Both together."""
        return ImportCount(
            self.conversations + other.conversations,
            self.messages + other.messages,
            self.skipped + other.skipped,
        )
