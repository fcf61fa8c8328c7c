"""The messages of a conversation: in which order they stand, and which of them a server is told.

A prompt that is asked another way, or an answer that is given anew, begins a branch where the old one began.
All branches stay on the page in the order in which they came; only the newest is part of the conversation.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from arvae_desktop.domain.messages import Message, Role, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_DELETED = 50


class _Node(NamedTuple):
    """Where a message belongs. It outlives the message: what follows one that was deleted hangs on it."""

    order: int
    parent: str | None


class MessageTree:
    """Messages by the order in which they came, and the branch that the conversation is on.

    Finding one costs the logarithm of their number; `turns` and going to another branch go through all.
    """

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._nodes: dict[str, _Node] = {}
        self._tip: str | None = None
        self._branch: set[str] = set()
        self._deleted: list[Message] = []  # the one that went last stands last

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[Message]:
        return iter(self._messages)

    @property
    def last(self) -> Message | None:
        """The newest message, or None without any."""
        return self._messages[-1] if self._messages else None

    @property
    def has_context(self) -> bool:
        """Whether the conversation has a message that the next one would follow."""
        return any(message.id in self._branch for message in self._messages)

    def index_of(self, message_id: str) -> int | None:
        """The place of a message, or None if there is no such message, or none any more."""
        node = self._nodes.get(message_id)
        if node is None:
            return None
        index = self._place(node.order)
        is_here = index < len(self._messages) and self._messages[index].id == message_id
        return index if is_here else None

    def get(self, message_id: str) -> Message | None:
        """A message, or None if there is no such message, or none any more."""
        index = self.index_of(message_id)
        return None if index is None else self._messages[index]

    def is_superseded(self, message_id: str) -> bool:
        """Whether the conversation has taken another way than over this message."""
        return message_id in self._nodes and message_id not in self._branch

    def parent_of(self, message_id: str) -> str | None:
        """The id of what this message followed, which may have been deleted; None for a beginning."""
        return self._nodes[message_id].parent

    def prompt_of(self, message_id: str) -> Message | None:
        """The prompt that a message answers, or the message itself if it is one; None if that is gone."""
        message = self.get(message_id)
        if message is None or message.role is Role.USER:
            return message
        parent = self.parent_of(message_id)
        return None if parent is None else self.get(parent)

    def last_prompt(self) -> Message | None:
        """The last prompt of the branch that the conversation is on."""
        prompts = (message for message in reversed(self._messages) if message.role is Role.USER)
        return next((prompt for prompt in prompts if prompt.id in self._branch), None)

    def has_words_after(self, message_id: str) -> bool:
        """Whether anything was said after this message, deleted or not."""
        order = self._nodes[message_id].order
        later = [message for message in self._deleted if self._nodes[message.id].order > order]
        return any(message.segments for message in (*self._messages[self._place(order + 1) :], *later))

    def turns(self) -> tuple[Turn, ...]:
        """What a server is told: all that was said on the branch."""
        return tuple(
            Turn(message.role, text)
            for message in self._messages
            if message.id in self._branch and (text := message.text)
        )

    # --- changes ---

    def append(self, message: Message) -> None:
        """Add a message that follows the newest one of the branch."""
        self._nodes[message.id] = _Node(len(self._nodes), self._tip)
        self._messages.append(message)
        self._branch.add(message.id)
        self._tip = message.id

    def replace(self, message: Message) -> None:
        """Put a message in place of the one with its id, which must be there."""
        self._messages[self._place(self._nodes[message.id].order)] = message

    def go_back_to(self, message_id: str | None) -> frozenset[str]:
        """Let the conversation end with this message, or be at its beginning; what is appended follows it.

        Returns the ids of the messages for which `is_superseded` is another than before.
        """
        before, self._branch, self._tip = self._branch, self._way_to(message_id), message_id
        changed = before ^ self._branch
        return frozenset(message.id for message in self._messages if message.id in changed)

    def remove_from(self, message_id: str) -> None:
        """Take a message and all after it away for good, with what was deleted there."""
        order = self._nodes[message_id].order
        del self._messages[self._place(order) :]
        self._deleted = [message for message in self._deleted if self._nodes[message.id].order < order]

    def delete(self, message_id: str) -> None:
        """Take one message away, which must be there. The last fifty that were deleted can be restored."""
        self._deleted.append(self._messages.pop(self._place(self._nodes[message_id].order)))
        del self._deleted[:-_MOST_DELETED]

    @property
    def place_of_deleted(self) -> int | None:
        """The index at which `restore` would put a message, or None if there is none to restore."""
        return self._place(self._nodes[self._deleted[-1].id].order) if self._deleted else None

    def restore(self) -> tuple[Message, int] | None:
        """Put the message that was deleted last back in its place; returns it and its index."""
        index = self.place_of_deleted
        if index is None:
            return None
        message = self._deleted.pop()
        self._messages.insert(index, message)
        return message, index

    def _place(self, order: int) -> int:
        return bisect_left(self._messages, order, key=lambda message: self._nodes[message.id].order)

    def _way_to(self, message_id: str | None) -> set[str]:
        way = set()
        while message_id is not None:
            way.add(message_id)
            message_id = self._nodes[message_id].parent
        return way
