"""What the quick prompt does: one conversation for a set time, asked, stopped, and handed over."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from arvae_desktop.domain.messages import Role
from arvae_desktop.services.connection import ConnectionState
from arvae_desktop.services.prompt_history import PromptHistory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arvae_desktop.domain.messages import Message
    from arvae_desktop.services.chat_session import ChatSession
    from arvae_desktop.services.connection import Connection
    from arvae_desktop.services.context import ContextPiece
    from arvae_desktop.services.model_catalog import ModelCatalog

FOLDER = "Quick"


class QuickChat(QObject):
    """Acts on the conversation of the quick prompt.

    Attributes:
        history: what was asked in this run.

    Signals:
        session_changed: the `ChatSession` that is talked in now.
        kept: the id of a conversation that has just got its first message.
        prompt_taken: a prompt was sent, the input may be emptied.
        prompt_wanted: a prompt that came before the server was known can be sent now.
        handed_over: the `ChatSession` that belongs to the main window now; None if nothing was said yet.
        told: why something was not done, or not yet, in a sentence.
        server_needed: there is no server to ask; the main window offers one.
        model_changed: the model that the next prompt goes to.
    """

    session_changed = Signal(object)
    kept = Signal(str)
    prompt_taken = Signal()
    prompt_wanted = Signal()
    handed_over = Signal(object)
    told = Signal(str)
    server_needed = Signal()
    model_changed = Signal(str)

    def __init__(
        self,
        start_session: Callable[[], ChatSession],
        connection: Connection,
        catalog: ModelCatalog,
        follow_up_s: Callable[[], float],
        *,
        clock: Callable[[], float] = time.time,
        parent: QObject | None = None,
    ) -> None:
        """`follow_up_s` says for how many seconds after the last word a question still belongs to it."""
        super().__init__(parent)
        self._start_session = start_session
        self._connection = connection
        self._catalog = catalog
        self._follow_up_s = follow_up_s
        self._clock = clock
        self._last_word_at = clock()
        self._is_prompt_early = False
        self.history = PromptHistory()
        self._session = self._make()
        connection.changed.connect(self._on_connection_changed)
        catalog.current_changed.connect(self._tell_model)

    @property
    def session(self) -> ChatSession:
        """The conversation that is talked in."""
        return self._session

    @property
    def model(self) -> str:
        """The model that the next prompt goes to."""
        return self._session.settings.model or self._catalog.current

    @property
    def answer(self) -> str:
        """The last answer, as far as it has come; empty without one."""
        return "" if (message := self._last_answer()) is None else message.text

    def come(self) -> None:
        """The prompt comes up: after the set time it begins a new conversation."""
        session = self._session
        is_over = self._clock() - self._last_word_at > self._follow_up_s()
        if is_over and not session.is_running and not session.is_empty:
            self.start_new()

    def start_new(self) -> None:
        """Begin a new conversation; the one before is kept, and a running answer in it goes on."""
        if not self._session.is_empty:
            self._let_go()

    def submit(self, prompt: str, context: Sequence[ContextPiece] = ()) -> None:
        """Send a prompt with what was put beside it. It stays in the input where it can't be sent."""
        state, endpoint = self._connection.state, self._connection.endpoint
        self._is_prompt_early = endpoint is None and state is ConnectionState.LOADING
        if self._session.is_running:
            self.told.emit("An answer is running. Press Esc twice to stop it.")
        elif not prompt.strip() and not context:
            self.told.emit("There is nothing to send yet: write a question first.")
        elif self._is_prompt_early:
            self.told.emit("Looking for your key. The question goes out as soon as it is there.")
        elif endpoint is None:
            self.server_needed.emit()
        else:
            self.history.add(prompt)
            self._touch()
            text = "\n\n".join(
                [*([prompt] if prompt.strip() else []), *(piece.as_text() for piece in context)]
            )
            self._session.send(text, endpoint, self._use_model())
            self.prompt_taken.emit()

    def stop(self) -> None:
        """Abort the running answer; its text so far stays."""
        self._session.stop()

    def regenerate(self) -> None:
        """Ask for another answer in place of the last one."""
        message, endpoint = self._last_answer(), self._connection.endpoint
        if message is None or endpoint is None or self._session.is_running:
            self.told.emit("There is no answer yet that could be asked for again.")
        else:
            self._session.regenerate(message.id, endpoint, self._use_model())

    def go_on(self) -> None:
        """Ask for the rest of an answer that was cut off."""
        if (endpoint := self._connection.endpoint) is not None:
            self._session.go_on(endpoint, self._use_model())

    def hand_over(self) -> None:
        """Give the conversation to the main window, a running answer with it, and begin a new one."""
        session = self._session
        if session.is_empty:
            self.handed_over.emit(None)
        else:
            self._let_go()
            self.handed_over.emit(session)

    def choose_model(self, model: str) -> None:
        """Let the next prompts go to a model."""
        if model := model.strip():
            self._catalog.choose(model)
            if not self._session.is_empty:
                self._session.set_settings(replace(self._session.settings, model=model))
            self._tell_model()

    def _last_answer(self) -> Message | None:
        messages = self._session.messages
        return messages[-1] if messages and messages[-1].role is Role.ASSISTANT else None

    def _use_model(self) -> str:
        session, model = self._session, self.model
        if session.settings.model is None:
            session.set_settings(replace(session.settings, model=model))
        return model

    def _make(self) -> ChatSession:
        session = self._start_session()
        session.message_added.connect(self._on_message_added)
        session.answer_ended.connect(self._touch)
        return session

    def _let_go(self) -> None:
        session = self._session
        session.message_added.disconnect(self._on_message_added)
        session.answer_ended.disconnect(self._touch)
        self._session = self._make()
        self.session_changed.emit(self._session)
        self._tell_model()

    def _touch(self, _what: object = None) -> None:
        self._last_word_at = self._clock()

    def _on_message_added(self, message: Message) -> None:
        if len(self._session.messages) == 1 and message.role is Role.USER:
            self.kept.emit(self._session.id)

    def _on_connection_changed(self) -> None:
        if self._is_prompt_early and self._connection.state is not ConnectionState.LOADING:
            self._is_prompt_early = False
            self.prompt_wanted.emit()

    def _tell_model(self, _model: str = "") -> None:
        self.model_changed.emit(self.model)
