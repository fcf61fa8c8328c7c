"""What the user can do in a chat, put together from the services that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from arvae_desktop.services.connection import Connection
    from arvae_desktop.services.conversations import Conversations
    from arvae_desktop.services.model_catalog import ModelCatalog


class ChatActions(QObject):
    """Acts on the conversation in front, with the endpoint and model in use.

    Signals:
        prompt_taken: a prompt was sent, the composer may be emptied.
        prompt_wanted: a prompt that came before the server was known can be sent now.
        draft_offered: a prompt that the user wants to edit.
    """

    prompt_taken = Signal()
    prompt_wanted = Signal()
    draft_offered = Signal(str)

    def __init__(
        self,
        conversations: Conversations,
        connection: Connection,
        catalog: ModelCatalog,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._connection = connection
        self._catalog = catalog
        self._is_prompt_early = False
        connection.changed.connect(self._on_connection_changed)

    def submit(self, prompt: str) -> None:
        """Send a prompt. It stays in the composer where it can't be sent."""
        endpoint, session = self._connection.endpoint, self._conversations.current
        self._is_prompt_early = endpoint is None
        if endpoint is None or session.is_running or not prompt.strip():
            return
        session.send(prompt, endpoint, self._catalog.current)
        self.prompt_taken.emit()

    def retry(self) -> None:
        """Ask once more for the last answer."""
        endpoint = self._connection.endpoint
        if endpoint is not None:
            self._conversations.current.retry(endpoint, self._catalog.current)

    def edit(self) -> None:
        """Offer the last prompt for editing."""
        prompt = self._conversations.current.take_back()
        if prompt is not None:
            self.draft_offered.emit(prompt)

    def stop(self) -> None:
        """Abort the running answer of the conversation in front."""
        self._conversations.current.stop()

    def _on_connection_changed(self) -> None:
        if self._connection.endpoint is not None and self._is_prompt_early:
            self._is_prompt_early = False
            self.prompt_wanted.emit()
