"""What a conversation is called, what stands in its composer, and what its requests say."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from arvae_desktop.domain.conversations import Conversation, ConversationSettings
    from arvae_desktop.services.journal import Journal


class ConversationHead(QObject):
    """A conversation without its messages, told to a journal as it changes.

    Signals:
        title_changed: the new title.
        draft_restored: what stood in the composer when the app ran last.
        settings_changed: the new `ConversationSettings`.
    """

    title_changed = Signal(str)
    draft_restored = Signal(str)
    settings_changed = Signal(object)

    def __init__(self, conversation: Conversation, journal: Journal, parent: QObject | None) -> None:
        super().__init__(parent)
        self._conversation = conversation
        self._journal = journal

    @property
    def id(self) -> str:
        """The conversation's id."""
        return self._conversation.id

    @property
    def title(self) -> str:
        """At first the first prompt's first line, shortened; empty before the first prompt."""
        return self._conversation.title

    @property
    def has_own_title(self) -> bool:
        """Whether the user gave the title."""
        return self._conversation.has_own_title

    @property
    def draft(self) -> str:
        """What stands in the composer, as far as it was told."""
        return self._conversation.draft

    @property
    def settings(self) -> ConversationSettings:
        """What its requests say beside its messages."""
        return self._conversation.settings

    def set_draft(self, draft: str) -> None:
        """Keep what stands in the composer."""
        if draft != self.draft:
            self._conversation = replace(self._conversation, draft=draft)
            self._journal.set_draft(draft)

    def restore_draft(self, draft: str) -> None:
        """Offer what is kept as the draft, unless something else has been written since."""
        if draft and not self.draft:
            self._conversation = replace(self._conversation, draft=draft)
            self.draft_restored.emit(draft)

    def set_settings(self, settings: ConversationSettings) -> None:
        """Let requests say this from now on."""
        if settings != self.settings:
            self._conversation = replace(self._conversation, settings=settings)
            self._journal.set_settings(settings)
            self.settings_changed.emit(settings)

    def suggest_title(self, title: str) -> None:
        """Give it a title, unless the user gave one."""
        if title != self.title and not self.has_own_title:
            self.take_title(title, is_own=False)
            self._journal.set_title(title)

    def take_title(self, title: str, *, is_own: bool) -> None:
        """It is kept under this title already; `is_own` says that the user gave it."""
        is_new = title != self.title
        self._conversation = replace(self._conversation, title=title, has_own_title=is_own)
        if is_new:
            self.title_changed.emit(title)


def new_id() -> str:
    """An id that no other machine makes."""
    return os.urandom(16).hex()
