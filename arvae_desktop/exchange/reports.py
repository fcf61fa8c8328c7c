"""What an import tells besides conversations: how far it is, and what it could not read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from arvae_desktop.domain.conversations import ConversationTree


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import or an export is.

    Attributes:
        done: bytes read, or conversations written.
        total: of as many; None where nobody knows.
        conversations: how many there have been.
    """

    done: int
    total: int | None
    conversations: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read, or only in part; everything else is.

    Attributes:
        sentence: what and where, for people.
        offset: the place in the file, in bytes from its beginning, or None where there is no such place.
        conversation: which conversation of the file it is, counted from 1, or None if it is about none.
    """

    sentence: str
    offset: int | None = None
    conversation: int | None = None


Imported: TypeAlias = ConversationTree | Problem | Progress
