"""Sessions without a store: what they keep is looked at elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arvae_desktop.domain.conversations import Conversation, ConversationTree
from arvae_desktop.services.chat_session import ChatSession
from arvae_desktop.services.conversation_head import new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arvae_desktop.domain.conversations import ConversationSettings, KeptMessage
    from arvae_desktop.domain.messages import Message, Segment


def unkept(client, tasks, continues_once=lambda: False) -> ChatSession:
    """A new session that is kept nowhere."""
    tree = ConversationTree(Conversation(new_id()))
    return ChatSession(client, tasks, continues_once, journal=NoJournal(), kept=tree)


class NoJournal:
    """Keeps nothing and tells at once."""

    def add(self, kept: KeptMessage) -> None:
        """See `Journal`."""

    def append(self, message_id: str, pieces: Sequence[Segment], then: Callable[[], None]) -> None:  # noqa: ARG002
        """See `Journal`."""
        then()

    def end(self, message: Message, then: Callable[[], None]) -> None:  # noqa: ARG002
        """See `Journal`."""
        then()

    def resume(self, message_id: str) -> None:
        """See `Journal`."""

    def remove(self, message_id: str) -> None:
        """See `Journal`."""

    def mark_deleted(self, message_id: str, *, is_deleted: bool) -> None:
        """See `Journal`."""

    def set_tip(self, message_id: str | None) -> None:
        """See `Journal`."""

    def set_title(self, title: str) -> None:
        """See `Journal`."""

    def set_draft(self, draft: str) -> None:
        """See `Journal`."""

    def set_settings(self, settings: ConversationSettings) -> None:
        """See `Journal`."""

    async def written(self) -> None:
        """See `Journal`."""
