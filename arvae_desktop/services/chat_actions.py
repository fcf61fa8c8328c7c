"""What the user can do in a chat, put together from the services that it needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from arvae_desktop.services.connection import ConnectionState

if TYPE_CHECKING:
    from arvae_desktop.domain.address import BaseUrl
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
        model_changed: the model that the next prompt goes to.
    """

    prompt_taken = Signal()
    prompt_wanted = Signal()
    draft_offered = Signal(str)
    told = Signal(str)
    model_changed = Signal(str)

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
        self._server: BaseUrl | None = None
        connection.changed.connect(self._on_connection_changed)
        conversations.current_changed.connect(self._on_current_changed)
        catalog.current_changed.connect(self._tell_model)

    @property
    def model(self) -> str:
        """The model that the next prompt goes to: the conversation's, or else the one chosen last."""
        return self._conversations.current.settings.model or self._catalog.current

    def choose_model(self, model: str) -> None:
        """Let the next prompts go to a model, here and in new conversations."""
        if model := model.strip():
            self._catalog.choose(model)
            session = self._conversations.current
            if not session.is_empty:
                session.set_settings(replace(session.settings, model=model))
            self._tell_model()

    def submit(self, prompt: str) -> None:
        """Send a prompt. It stays in the composer where it can't be sent."""
        endpoint, session = self._connection.endpoint, self._conversations.current
        self._is_prompt_early = endpoint is None or self._conversations.is_opening
        if endpoint is None:
            self.told.emit("Looking for your key. The prompt goes out as soon as it is there.")
        elif not self._is_prompt_early and not session.is_running and prompt.strip():
            session.send(prompt, endpoint, self._use_model())
            self.prompt_taken.emit()

    def regenerate(self, message_id: str) -> None:
        """Ask for another answer in place of this one, or of those to this prompt."""
        endpoint, session = self._connection.endpoint, self._conversations.current
        if not self._is_there(message_id) or self._has_to_wait():
            return
        if not session.can_regenerate(message_id):
            self.told.emit("The prompt of this answer was deleted. Undo that first.")
        elif endpoint is None:
            self.told.emit(self._missing_server())
        else:
            session.regenerate(message_id, endpoint, self._use_model())

    def go_on(self, message_id: str) -> None:
        """Ask for the rest of an answer that was cut off, if it is the last one."""
        endpoint, session = self._connection.endpoint, self._conversations.current
        message = session.message(message_id)
        if not self._is_there(message_id) or self._has_to_wait():
            return
        if session.last_id != message_id:
            self.told.emit("The conversation has gone on since. This works under the last answer.")
        elif message is None or not message.can_go_on:
            self.told.emit("There is no rest to ask for: only an answer that was cut off goes on.")
        elif endpoint is None:
            self.told.emit(self._missing_server())
        else:
            session.go_on(endpoint, self._use_model())

    def edit(self, message_id: str) -> None:
        """Offer a prompt, or the prompt of an answer, for editing: the next one is asked instead of it."""
        session = self._conversations.current
        if not self._is_there(message_id) or self._has_to_wait():
            return
        prompt = session.edit(message_id)
        if prompt is None:
            self.told.emit("The prompt of this answer was deleted. Undo that first.")
        else:
            self.draft_offered.emit(prompt)

    def edit_last(self) -> None:
        """Offer the last prompt for editing, if there is one."""
        if self._has_to_wait():
            return
        prompt = self._conversations.current.edit()
        if prompt is not None:
            self.draft_offered.emit(prompt)

    def cancel_edit(self) -> None:
        """Let what is written next be a new prompt: the one that was offered is no longer wanted."""
        if not self._conversations.is_opening:  # else it is another composer's text that went
            self._conversations.current.cancel_edit()

    def walk_branches(self, message_id: str, step: int) -> None:
        """Show the branch that stands `step` places behind the one of this message; both ends are walls."""
        session = self._conversations.current
        if not self._is_there(message_id) or self._has_to_wait():
            return
        branches = session.branches(message_id)
        place = branches.index(message_id) + step
        if 0 <= place < len(branches):
            session.show_branch(branches[place])

    def delete(self, message_id: str) -> None:
        """Take a message away, unless it is the answer that is running."""
        session = self._conversations.current
        if not self._is_there(message_id):
            return
        if session.is_running and session.last_id == message_id:
            self.told.emit("This answer is running. Stop it, then it can be deleted.")
        else:
            session.delete(message_id)

    def undo_delete(self) -> None:
        """Bring the message back that was deleted last."""
        session = self._conversations.current
        if not session.can_undo_delete:
            self.told.emit("There is nothing to bring back.")
        elif not session.undo_delete():
            self.told.emit("It stood behind the answer that is running. Bring it back when that has ended.")

    def stop(self) -> None:
        """Abort the running answer of the conversation in front."""
        self._conversations.current.stop()

    def _use_model(self) -> str:
        """The model for the next answer; the conversation stays with it."""
        session, model = self._conversations.current, self.model
        if session.settings.model is None:
            session.set_settings(replace(session.settings, model=model))
        return model

    def _is_there(self, message_id: str) -> bool:
        """Whether the conversation in front has this message; else that is told."""
        is_there = self._conversations.current.index_of(message_id) is not None
        if not is_there:
            self.told.emit("This message is no longer part of the conversation.")
        return is_there

    def _has_to_wait(self) -> bool:
        """Whether an answer is running; that is told."""
        is_running = self._conversations.current.is_running
        if is_running:
            self.told.emit("An answer is running. Stop it first, or wait for its end.")
        return is_running

    def _missing_server(self) -> str:
        if self._connection.state is ConnectionState.LOADING:
            return "Looking for your key. Try again in a moment."
        return "Choose a server first, or try the demo."

    def _tell_model(self) -> None:
        self.model_changed.emit(self.model)

    def _on_current_changed(self) -> None:
        self._tell_model()
        self._send_what_was_early()

    def _on_connection_changed(self) -> None:
        endpoint = self._connection.endpoint
        if endpoint is not None and endpoint.base_url != self._server:
            if self._server is not None:  # another one need not have the model
                session = self._conversations.current
                session.set_settings(replace(session.settings, model=None))
                self._tell_model()
            self._server = endpoint.base_url
        if self._connection.state is not ConnectionState.LOADING:
            self._send_what_was_early()

    def _send_what_was_early(self) -> None:
        if self._is_prompt_early:
            self._is_prompt_early = False
            if self._connection.endpoint is not None:
                self.prompt_wanted.emit()
