"""Where a conversation is kept while it is had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arvae_desktop.domain.conversations import ConversationSettings, KeptMessage
    from arvae_desktop.domain.messages import Message, Segment


class Journal(Protocol):
    """Takes what happens in one conversation, in its order. Every call returns at once.

    What is given as `then` is called on the UI thread, in the order of the calls, when what was said before
    is kept, or soon after where the disk is slow: so that what is shown is kept.
    """

    def add(self, kept: KeptMessage) -> None:
        """A message has come; it is the last of the branch that is shown."""

    def append(self, message_id: str, pieces: Sequence[Segment], then: Callable[[], None]) -> None:
        """More of an answer has come."""

    def end(self, message: Message, then: Callable[[], None]) -> None:
        """An answer has ended."""

    def resume(self, message_id: str) -> None:
        """An answer that had ended runs again."""

    def remove(self, message_id: str) -> None:
        """A message goes for good."""

    def mark_deleted(self, message_id: str, *, is_deleted: bool) -> None:
        """The user deleted a message, or brought it back."""

    def set_tip(self, message_id: str | None) -> None:
        """Another branch is shown, by its last message."""

    def set_title(self, title: str) -> None:
        """The conversation has another title, which is not the user's own."""

    def set_draft(self, draft: str) -> None:
        """The composer has other words."""

    def set_settings(self, settings: ConversationSettings) -> None:
        """The requests of the conversation say something else."""

    async def written(self) -> None:
        """Wait until all that was said so far is kept, or the disk is slow."""
