"""A conversation as it is kept: what it is called, where it stands in the list, and its tree of messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arvae_desktop.domain.messages import Message


@dataclass(frozen=True, slots=True)
class ConversationSettings:
    """What the requests of one conversation say beside its messages; None leaves it to the app or the server.

    Attributes:
        model: the model's id.
        system: the system prompt; empty for none.
        temperature, top_p: as the protocol has them.
        max_tokens: the most that an answer may have.
    """

    model: str | None = None
    system: str = ""
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything about a conversation but its messages.

    Attributes:
        id: unique for good, on any machine.
        title: what the list shows.
        has_own_title: whether the user gave it; then nothing else changes it.
        created_at, updated_at: UTC, in seconds since 1970; `updated_at` is that of the newest message.
        folder: the name of the folder that it is in, or None.
        is_unread: whether an answer ended in it that was not in front.
        deleted_at: when it went to the bin, UTC in seconds since 1970, or None.
        draft: what stood in the composer.
        tip: the id of the last message on the branch that is shown, or None without messages.
    """

    id: str
    title: str = ""
    has_own_title: bool = False
    created_at: float = 0.0
    updated_at: float = 0.0
    folder: str | None = None
    is_pinned: bool = False
    is_archived: bool = False
    is_unread: bool = False
    deleted_at: float | None = None
    draft: str = ""
    settings: ConversationSettings = field(default_factory=ConversationSettings)
    tip: str | None = None


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message in the tree of its conversation.

    Attributes:
        parent: the id of the message that it follows, or None at a beginning. Messages with one parent are
            branches: another wording of a prompt, or another answer to it.
        created_at: UTC, in seconds since 1970.
        is_deleted: whether the user deleted it; it keeps its place, so that what follows it has a parent.
    """

    message: Message
    parent: str | None
    created_at: float
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class ConversationTree:
    """A conversation with all its messages.

    Attributes:
        messages: in the order in which they came: a parent stands before what follows it.
    """

    conversation: Conversation
    messages: tuple[KeptMessage, ...] = ()

    @property
    def branch(self) -> tuple[KeptMessage, ...]:
        """What is shown: from the beginning to the conversation's tip, without what was deleted."""
        by_id = {kept.message.id: kept for kept in self.messages}
        branch = []
        # Each message is taken out when it is met, so that even parents in a ring come to an end.
        kept = by_id.pop(self.conversation.tip or "", None)
        while kept is not None:
            if not kept.is_deleted:
                branch.append(kept)
            kept = by_id.pop(kept.parent or "", None)
        return tuple(reversed(branch))
