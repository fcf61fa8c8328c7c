"""What the user can do in a chat, put together from the services that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from arvae_desktop.services.connection import ConnectionState

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
        told: why something was not done, or not yet, in a sentence.
    """

    prompt_taken = Signal()
    prompt_wanted = Signal()
    draft_offered = Signal(str)
    told = Signal(str)

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
        if endpoint is None:
            self.told.emit("Looking for your key. The prompt goes out as soon as it is there.")
        elif not session.is_running and prompt.strip():
            session.send(prompt, endpoint, self._catalog.current)
            self.prompt_taken.emit()

    def retry(self, message_id: str) -> None:
        """Ask once more for an answer, if it is the last one."""
        endpoint = self._connection.endpoint
        if endpoint is not None and self._is_last(message_id):
            self._conversations.current.retry(endpoint, self._catalog.current)

    def go_on(self, message_id: str) -> None:
        """Ask for the rest of an answer that was cut off, if it is the last one."""
        endpoint = self._connection.endpoint
        if endpoint is not None and self._is_last(message_id):
            self._conversations.current.go_on(endpoint, self._catalog.current)

    def edit(self, message_id: str) -> None:
        """Offer the prompt of an answer for editing, if it is the last one."""
        if self._is_last(message_id):
            self.edit_last()

    def edit_last(self) -> None:
        """Offer the last prompt for editing."""
        prompt = self._conversations.current.edit()
        if prompt is not None:
            self.draft_offered.emit(prompt)

    def stop(self) -> None:
        """Abort the running answer of the conversation in front."""
        self._conversations.current.stop()

    def _is_last(self, message_id: str) -> bool:
        is_last = self._conversations.current.last_id == message_id
        if not is_last:
            self.told.emit("The conversation has gone on since. This works under the last answer.")
        return is_last

    def _on_connection_changed(self) -> None:
        if self._is_prompt_early and self._connection.state is not ConnectionState.LOADING:
            self._is_prompt_early = False
            if self._connection.endpoint is not None:
                self.prompt_wanted.emit()
