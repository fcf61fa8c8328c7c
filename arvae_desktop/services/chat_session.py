"""One conversation: it sends prompts, gathers the answer, and tells once a frame what is new."""

from __future__ import annotations

import itertools
import logging
import time
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from arvae_desktop.domain.errors import ErrorReport
from arvae_desktop.domain.events import End, Retry
from arvae_desktop.domain.messages import AnswerState, Message, Role, Segment, SegmentKind, Turn
from arvae_desktop.domain.requests import ChatRequest
from arvae_desktop.services.answer import Answer
from arvae_desktop.services.frames import Frames

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from arvae_desktop.domain.requests import Endpoint
    from arvae_desktop.services.streaming_client import StreamingClient
    from arvae_desktop.services.tasks import Tasks

_log = logging.getLogger(__name__)

_QUIET_MS = 20_000
_TITLE_LENGTH = 60
_ids = itertools.count(1)
_OUR_FAULT = ErrorReport(
    kind="internal",
    title="Something went wrong inside the app.",
    hint="Your prompt is kept: try again. The log has the details for a report.",
    retryable=True,
)


@dataclass(frozen=True, slots=True)
class Countdown:
    """A failed try that is about to be repeated.

    Attributes:
        due: when, on the clock of `time.monotonic`.
    """

    attempt: int
    due: float
    reason: str


class ChatSession(QObject):
    """A conversation and the one answer that may be running in it.

    Attributes:
        countdown: the `Countdown` that is on, or None.
        is_quiet: whether an answer is running and nothing has come for 20 s.

    Signals:
        message_added: a `Message`, the last one of the conversation.
        text_appended: message id, `Segment`; at most once a frame and kind.
        answer_resumed: a `Message` that had ended, as it runs again: more will be appended to it.
        answer_ended: the answer's final `Message`.
        messages_removed: the first of the messages that were taken back, by id; all after it went too.
        running_changed: whether an answer is running.
        countdown_changed: a `Countdown` while a retry is waited for, else None.
        quiet_changed: whether the server has had nothing to say for 20 s, though it may keep the connection.
        title_changed: the new title.
    """

    message_added = Signal(object)
    text_appended = Signal(str, object)
    answer_resumed = Signal(object)
    answer_ended = Signal(object)
    messages_removed = Signal(str)
    running_changed = Signal(bool)
    countdown_changed = Signal(object)
    quiet_changed = Signal(bool)
    title_changed = Signal(str)

    def __init__(
        self,
        client: StreamingClient,
        tasks: Tasks,
        continues_once: Callable[[], bool] = lambda: False,
        parent: QObject | None = None,
    ) -> None:
        """`continues_once` says whether an answer whose connection breaks goes on once by itself."""
        super().__init__(parent)
        self._client = client
        self._tasks = tasks
        self._continues_once = continues_once
        self._continued: set[str] = set()
        self._messages: list[Message] = []
        self._superseded: set[str] = set()
        self._edited: str | None = None
        self._answer: Answer | None = None
        self._task: asyncio.Task[None] | None = None
        self._title = ""
        self.countdown: Countdown | None = None
        self._frames = Frames(self)
        self._frames.due.connect(self._flush)
        self.is_quiet = False
        self._quiet = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._quiet.timeout.connect(lambda: self._set_quiet(quiet=True))

    # --- what it holds ---

    @property
    def title(self) -> str:
        """The first prompt's first line, shortened; empty before the first prompt."""
        return self._title

    @property
    def is_empty(self) -> bool:
        """Whether there is no message."""
        return not self._messages

    @property
    def is_running(self) -> bool:
        """Whether an answer is on its way."""
        return self._answer is not None

    @property
    def messages(self) -> list[Message]:
        """All messages, oldest first; a running answer as far as it has been told by `text_appended`."""
        if self._answer is None:
            return list(self._messages)
        self._flush()
        return [*self._messages, self._answer.message()]

    @property
    def last_id(self) -> str | None:
        """The id of the newest message, or None without any."""
        if self._answer is not None:
            return self._answer.message_id
        return self._messages[-1].id if self._messages else None

    def contains(self, words: str) -> bool:
        """Whether title or messages contain `words`, whatever their case."""
        folded = words.casefold()
        return any(folded in message.text.casefold() for message in self._messages)

    # --- what the user asks for ---

    def send(self, text: str, endpoint: Endpoint, model: str) -> None:
        """Add the user's message and ask for an answer to the whole conversation."""
        if self.is_running:
            raise RuntimeError("an answer is running")
        if self._edited is not None:
            self._remove_from(self._edited)
        segments = (Segment(SegmentKind.TEXT, text),)
        message = Message(id=f"m{next(_ids)}", role=Role.USER, segments=segments)
        self._messages.append(message)
        if len(self._messages) == 1:
            self._title = _title_of(text)
            self.title_changed.emit(self._title)
        self.message_added.emit(message)
        self._ask(endpoint, model)

    def retry(self, endpoint: Endpoint, model: str) -> None:
        """Ask again for the last answer. One that has text stays to be read, but is sent no more."""
        if self.is_running or not self._messages:
            return
        last = self._messages[-1]
        if last.role is Role.ASSISTANT:
            if last.segments:
                self._superseded.add(last.id)
            else:
                self._remove_from(last.id)
        self._ask(endpoint, model)

    def go_on(self, endpoint: Endpoint, model: str) -> None:
        """Ask for the rest of the last answer, if it was cut off; the rest is appended to it."""
        if self.is_running or not self._messages or not self._messages[-1].can_go_on:
            return
        turns = self._turns()
        cut_off = self._messages.pop()
        answer = Answer(cut_off.id, model, cut_off)
        self.answer_resumed.emit(answer.message())
        self._run(answer, ChatRequest(endpoint, model, turns))

    def edit(self) -> str | None:
        """Give the last prompt for editing; the next one that is sent takes its place if it got no answer.

        Returns None where there is no prompt or an answer is running.
        """
        prompts = [message for message in self._messages if message.role is Role.USER]
        if self.is_running or not prompts:
            return None
        prompt = prompts[-1]
        after = self._messages[self._messages.index(prompt) + 1 :]
        self._edited = None if any(message.segments for message in after) else prompt.id
        return prompt.text

    def stop(self) -> None:
        """Abort the running answer, in whatever phase it is. Its text so far stays.

        The answer ends within the event loop's next turns, when its socket is closed.
        """
        if self._answer is not None and self._task is not None and self._answer.state is AnswerState.RUNNING:
            self._answer.stop()
            self._task.cancel()

    # --- the stream ---

    def _ask(self, endpoint: Endpoint, model: str) -> None:
        answer = Answer(f"m{next(_ids)}", model)
        self.message_added.emit(answer.message())
        self._run(answer, ChatRequest(endpoint, model, self._turns()))

    def _turns(self) -> tuple[Turn, ...]:
        return tuple(
            Turn(message.role, message.text)
            for message in self._messages
            if message.text and message.id not in self._superseded
        )

    def _run(self, answer: Answer, request: ChatRequest) -> None:
        self._answer = answer
        self.running_changed.emit(True)
        self._quiet.start()
        self._task = self._tasks.spawn(self._stream(request, answer), name=f"answer {answer.message_id}")
        self._task.add_done_callback(lambda task: self._end(answer, request, task))

    async def _stream(self, request: ChatRequest, answer: Answer) -> None:
        """Feed the answer until its end. Cancelled by `stop` and by the app's shutdown."""
        async with aclosing(self._client.stream(request, on_rest=answer.feed)) as events:
            async for event in events:
                if isinstance(event, Retry):
                    due = time.monotonic() + event.delay_s
                    self._set_countdown(Countdown(event.attempt, due, event.reason))
                    continue
                self._set_countdown(None)
                if answer.feed(event):
                    self._frames.ask()
                    self._set_quiet(quiet=False)
                if isinstance(event, End):
                    return

    def _set_countdown(self, countdown: Countdown | None) -> None:
        if countdown != self.countdown:
            self.countdown = countdown
            self.countdown_changed.emit(countdown)

    def _set_quiet(self, *, quiet: bool) -> None:
        """Note whether the server is silent; a sign of life starts the clock anew."""
        if self._answer is not None and not quiet:
            self._quiet.start()
        if quiet != self.is_quiet:
            self.is_quiet = quiet
            self.quiet_changed.emit(quiet)

    def _flush(self) -> None:
        self._frames.shown()
        if self._answer is None:
            return
        for segment in self._answer.take_pending():
            self.text_appended.emit(self._answer.message_id, segment)

    def _end(self, answer: Answer, request: ChatRequest, task: asyncio.Task[None]) -> None:
        """Keep what has come, however the task ended, and also if it was cancelled before its first step."""
        if answer.state is AnswerState.RUNNING:
            if task.cancelled():  # the whole app shuts down
                answer.stop()
            else:  # the engine broke its promise of an `End`
                answer.feed(End(AnswerState.FAILED, error=_OUR_FAULT))
        self._flush()
        message = answer.message()
        self._answer = self._task = None
        self._messages.append(message)
        _log.info("answer %s ended: %s", message.id, message.state)
        self._quiet.stop()
        self._set_quiet(quiet=False)
        self._set_countdown(None)
        self.answer_ended.emit(message)
        self.running_changed.emit(False)
        if self._goes_on_by_itself(message):
            self._continued.add(message.id)
            # When everybody has heard of the end.
            QTimer.singleShot(0, self, lambda: self.go_on(request.endpoint, request.model))

    def _goes_on_by_itself(self, message: Message) -> bool:
        is_broken_off = message.state is AnswerState.INTERRUPTED and message.can_go_on
        return is_broken_off and message.id not in self._continued and self._continues_once()

    def _remove_from(self, message_id: str) -> None:
        index = next(i for i, message in enumerate(self._messages) if message.id == message_id)
        del self._messages[index:]
        self._edited = None
        self.messages_removed.emit(message_id)


def _title_of(prompt: str) -> str:
    line = " ".join(prompt[: _TITLE_LENGTH * 4].split())
    return line if len(line) <= _TITLE_LENGTH else line[: _TITLE_LENGTH - 1].rstrip() + "…"
