"""Asks the model for a title, where the user lets it: one small request after the first answer."""

from __future__ import annotations

import logging
from contextlib import aclosing
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from arvae_desktop.domain.messages import AnswerState, Role, Turn
from arvae_desktop.domain.requests import ChatRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from arvae_desktop.domain.requests import Endpoint
    from arvae_desktop.services.chat_session import ChatSession
    from arvae_desktop.services.connection import Connection
    from arvae_desktop.services.conversations import Conversations
    from arvae_desktop.services.streaming_client import StreamingClient
    from arvae_desktop.services.tasks import Tasks

_log = logging.getLogger(__name__)

_ASK = (
    "Give the conversation below a title of two to six words, in its own language. "
    "Answer with the title alone, without quotation marks and without a full stop.\n\n"
)
_MOST_QUOTED = 1_000
_MOST_TOKENS = 60  # a model that thinks first needs a few
_LONGEST = 80
_AROUND = " \t#*_.\"'“”„«»"


class Titles(QObject):
    """Names conversations whose first answer has ended well.

    `is_on` says whether the user wants it.
    """

    def __init__(
        self,
        client: StreamingClient,
        conversations: Conversations,
        connection: Connection,
        tasks: Tasks,
        is_on: Callable[[], bool],
    ) -> None:
        super().__init__(conversations)
        self._client = client
        self._conversations = conversations
        self._connection = connection
        self._tasks = tasks
        self._is_on = is_on
        conversations.answered.connect(self._on_answered)

    def _on_answered(self, session: ChatSession) -> None:
        endpoint, messages = self._connection.endpoint, session.messages
        is_first = len(messages) == 2 and messages[1].state is AnswerState.COMPLETE
        if endpoint is None or self._connection.is_demo or not is_first or session.has_own_title:
            return
        if self._is_on():
            self._tasks.spawn(self._name(session, endpoint), name="title")

    async def _name(self, session: ChatSession, endpoint: Endpoint) -> None:
        from arvae_desktop.domain.events import End, TextDelta  # noqa: PLC0415  (after the first frame)

        conversation_id = session.id  # it may be closed by then
        prompt, answer = session.messages[:2]
        facts = answer.facts
        said = f"User: {prompt.text[:_MOST_QUOTED]}\n\nAnswer: {answer.text[:_MOST_QUOTED]}"
        turn = Turn(Role.USER, f"{_ASK}{said}")
        model = session.settings.model or ("" if facts is None else facts.model)
        request = ChatRequest(endpoint, model, (turn,), max_retries=0, max_tokens=_MOST_TOKENS)
        said, state = "", AnswerState.FAILED
        async with aclosing(self._client.stream(request, on_rest=lambda _event: None)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    said += event.text
                elif isinstance(event, End):
                    state = event.state
                    break
        title = clean_title(said)
        if state is AnswerState.COMPLETE and title:
            self._conversations.suggest_title(conversation_id, title)
        else:  # the first prompt does as a title
            _log.info("no title: %s", state)


def clean_title(said: str) -> str:
    """What a model gave as a title, without what it was asked to leave out; empty if it is no title."""
    line = next((line for line in said.splitlines() if line.strip()), "")
    line = " ".join(line.strip(_AROUND).split()).removeprefix("Title:").strip(_AROUND)
    return line if len(line) <= _LONGEST else ""
