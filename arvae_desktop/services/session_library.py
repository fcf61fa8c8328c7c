"""The conversations of this run as a library."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from arvae_desktop.domain.library import Entry
from arvae_desktop.services.memory_library import MemoryLibrary, Said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QObject

    from arvae_desktop.services.chat_session import ChatSession
    from arvae_desktop.services.conversations import Conversations


class SessionLibrary(MemoryLibrary):
    """Lists sessions as soon as they have a message."""

    def __init__(self, conversations: Conversations, parent: QObject | None = None) -> None:
        super().__init__(self._texts, parent)
        self._sessions: dict[str, ChatSession] = {}
        conversations.listed.connect(self._add)

    def session(self, conversation_id: str) -> ChatSession | None:
        """The session of a conversation."""
        return self._sessions.get(conversation_id)

    def id_of(self, session: ChatSession) -> str | None:
        """The id of a session; None while it is not listed."""
        return next((each for each, known in self._sessions.items() if known is session), None)

    def _add(self, session: ChatSession) -> None:
        conversation_id = str(len(self._sessions) + 1)
        self._sessions[conversation_id] = session
        self.put(Entry(conversation_id, session.title, time.time()))
        # Methods of ours, so that Qt lets go of them when we go: an answer may end after its window.
        session.running_changed.connect(self._on_running_changed)
        session.title_changed.connect(self._on_title_changed)
        if session.is_running:
            self.set_running(conversation_id, is_running=True)

    def _on_running_changed(self, is_running: bool) -> None:
        if (conversation_id := self._sender_id()) is not None:
            self.set_running(conversation_id, is_running=is_running)

    def _on_title_changed(self, title: str) -> None:
        if (conversation_id := self._sender_id()) is not None:
            self.put(replace(self._entries[conversation_id], title=title, updated_at=time.time()))

    def _sender_id(self) -> str | None:
        sender = self.sender()
        return next((each for each, known in self._sessions.items() if known is sender), None)

    def _texts(self, conversation_id: str) -> Iterator[Said]:
        session = self._sessions.get(conversation_id)
        for message in session.messages if session is not None else ():
            yield message.id, message.text
