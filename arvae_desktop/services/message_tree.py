"""The messages of a conversation: a tree, of which one branch is the conversation as it stands.

A prompt that is asked another way, or an answer that is given anew, begins a branch beside the old one. A
message that was deleted keeps its place, so that what followed it still follows something.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from arvae_desktop.domain.conversations import KeptMessage
from arvae_desktop.domain.messages import Message, Role, Turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_DELETED = 50


class Restored(NamedTuple):
    """A message that is back, and from which index on the branch is another than before."""

    message: Message
    first: int


class MessageTree:
    """All messages, and the branch that is shown; iterating gives that branch, oldest first.

    Finding a message of the branch goes through the branch from its end.
    """

    def __init__(self, kept: Iterable[KeptMessage] = (), tip: str | None = None) -> None:
        """Make a tree of messages that stand behind their parents, with the branch that ends with `tip`."""
        self._kept: dict[str, KeptMessage] = {}
        self._order: dict[str, int] = {}
        self._children: dict[str | None, list[str]] = {}
        self._deleted: list[str] = []  # the one that went last stands last
        self._tip: str | None = None
        self._branch: list[str] = []
        for each in kept:
            self._keep(each)
        self._show(tip)

    def __len__(self) -> int:
        return len(self._branch)

    def __iter__(self) -> Iterator[Message]:
        return (self._kept[name].message for name in self._branch)

    @property
    def last(self) -> Message | None:
        """The newest message of the branch, or None without any."""
        return self._kept[self._branch[-1]].message if self._branch else None

    @property
    def tip(self) -> str | None:
        """The id of what the next message will follow: the last of the branch, deleted or not."""
        return self._tip

    def index_of(self, message_id: str) -> int | None:
        """The place of a message on the branch, or None if it is not there."""
        for index in range(len(self._branch) - 1, -1, -1):
            if self._branch[index] == message_id:
                return index
        return None

    def get(self, message_id: str) -> Message | None:
        """A message of the branch, or None if it is not there."""
        return None if self.index_of(message_id) is None else self._kept[message_id].message

    def __contains__(self, message_id: object) -> bool:
        """Whether there is such a message, on whatever branch, deleted or not."""
        return message_id in self._kept

    def kept(self, message_id: str) -> KeptMessage:
        """A message of whatever branch, deleted or not, with its place in the tree. Raises `KeyError`."""
        return self._kept[message_id]

    def all(self) -> tuple[KeptMessage, ...]:
        """Every message of every branch, in the order in which they came; also those that were deleted."""
        return tuple(self._kept.values())

    def prompt_of(self, message_id: str) -> Message | None:
        """The prompt that a message answers, or the message itself if it is one; None if that is gone."""
        message = self.get(message_id)
        if message is None or message.role is Role.USER:
            return message
        parent = self._kept[message_id].parent
        return None if parent is None else self.get(parent)

    def last_prompt(self) -> Message | None:
        """The last prompt of the branch."""
        messages = (self._kept[name].message for name in reversed(self._branch))
        return next((message for message in messages if message.role is Role.USER), None)

    def turns(self) -> tuple[Turn, ...]:
        """What a server is told: all that was said on the branch."""
        return tuple(Turn(message.role, text) for message in self if (text := message.text))

    def branches(self, message_id: str) -> tuple[str, ...]:
        """The ids of the messages that could stand in this one's place, itself among them, oldest first."""
        found = self._standing_under(self._standing_parent(message_id))
        return tuple(sorted(found, key=self._order.__getitem__))

    def is_end(self, message_id: str, behind: str) -> bool:
        """Whether a message follows that one, and nothing follows it, not even what was deleted."""
        return self._kept[message_id].parent == behind and not self._children.get(message_id)

    # --- changes ---

    def append(self, message: Message) -> None:
        """Add a message that follows the branch."""
        self._keep(KeptMessage(message, self._tip, time.time()))
        self._tip = message.id
        self._branch.append(message.id)

    def replace(self, message: Message) -> None:
        """Put a message in place of the one with its id, which must be there."""
        self._kept[message.id] = replace(self._kept[message.id], message=message)

    def go_back_to(self, message_id: str | None) -> None:
        """Let the branch end with this message, or be empty; what is appended follows it."""
        self._tip = message_id
        self._branch = self._way_to(message_id)

    def show(self, message_id: str) -> int:
        """Show the branch that this message is on, down to its newest end.

        Returns the index from which on the branch is another than before.
        """
        before = self._branch
        self._show(message_id)
        pairs = zip(before, self._branch, strict=False)
        return next((at for at, (old, new) in enumerate(pairs) if old != new), min(len(before), len(self)))

    def drop(self, message_id: str) -> None:
        """Take the branch's last message away for good; it must be an end."""
        kept = self._kept.pop(message_id)
        self._children[kept.parent].remove(message_id)
        self.go_back_to(kept.parent)

    def delete(self, message_id: str) -> int:
        """Take one message of the branch away; the last fifty that were deleted can be restored.

        Where nothing is left in its place but another branch, that is shown. Returns the index from which
        on the branch is another than before.
        """
        index = self._branch.index(message_id)
        self._mark(message_id, is_deleted=True)
        self._deleted.append(message_id)
        del self._deleted[:-_MOST_DELETED]
        del self._branch[index]
        if index == len(self._branch) and (others := self._standing_under(self._standing_parent(message_id))):
            self._show(self._newest(others))
        return index

    @property
    def deleted(self) -> str | None:
        """The id of the message that `restore` would bring back, or None."""
        return self._deleted[-1] if self._deleted else None

    def leads_over(self, message_id: str, end: str | None) -> bool:
        """Whether the way to `end` leads over a message, deleted or not."""
        while end is not None and end != message_id:
            end = self._kept[end].parent
        return end is not None

    def restore(self) -> Restored | None:
        """Bring the message back that was deleted last, and show the branch that it is on."""
        if not self._deleted:
            return None
        name = self._deleted.pop()
        self._mark(name, is_deleted=False)
        if self.leads_over(name, self._tip):
            before, self._branch = self._branch, self._way_to(self._tip)
            index = next((at for at, old in enumerate(before) if old != self._branch[at]), len(before))
        else:
            index = self.show(name)
        return Restored(self._kept[name].message, index)

    # --- the tree ---

    def _keep(self, kept: KeptMessage) -> None:
        name = kept.message.id
        self._kept[name] = kept
        self._order[name] = len(self._order)
        self._children.setdefault(kept.parent, []).append(name)

    def _mark(self, message_id: str, *, is_deleted: bool) -> None:
        self._kept[message_id] = replace(self._kept[message_id], is_deleted=is_deleted)

    def _way_to(self, message_id: str | None) -> list[str]:
        """The messages that lead to this one and it, without those that were deleted."""
        way = []
        while message_id is not None:
            kept = self._kept[message_id]
            if not kept.is_deleted:
                way.append(message_id)
            message_id = kept.parent
        way.reverse()
        return way

    def _show(self, message_id: str | None) -> None:
        while message_id is not None and (following := self._standing_under(message_id)):
            message_id = self._newest(following)
        self.go_back_to(message_id)

    def _newest(self, names: list[str]) -> str:
        return max(names, key=self._order.__getitem__)

    def _standing_parent(self, message_id: str) -> str | None:
        """What a message follows that was not deleted."""
        parent = self._kept[message_id].parent
        while parent is not None and self._kept[parent].is_deleted:
            parent = self._kept[parent].parent
        return parent

    def _standing_under(self, message_id: str | None) -> list[str]:
        """The messages that follow this one directly, or over others that were deleted."""
        found = []
        waiting = list(self._children.get(message_id, ()))
        while waiting:
            name = waiting.pop()
            if self._kept[name].is_deleted:
                waiting.extend(self._children.get(name, ()))
            else:
                found.append(name)
        return found
