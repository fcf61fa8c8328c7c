"""One answer on its way: it is streamed, told once a frame, stopped, and kept however it ends."""

from __future__ import annotations

import logging
import time
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from arvae_desktop.domain.errors import ErrorReport
from arvae_desktop.domain.events import End, Retry
from arvae_desktop.domain.messages import AnswerState, Message, Segment
from arvae_desktop.services.answer import Answer
from arvae_desktop.services.frames import Frames

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

    from arvae_desktop.domain.requests import ChatRequest
    from arvae_desktop.services.journal import Journal
    from arvae_desktop.services.streaming_client import StreamingClient
    from arvae_desktop.services.tasks import Tasks

_log = logging.getLogger(__name__)

_QUIET_MS = 20_000
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


class RunningAnswer(QObject):
    """Streams the answer to one request.

    Attributes:
        request: what it answers.
        countdown: the `Countdown` that is on, or None.
        is_quiet: whether nothing has come for 20 s.

    Signals:
        appended: a `Segment` that came; at most once a frame and kind.
        countdown_changed: a `Countdown` while a retry is waited for, else None.
        quiet_changed: whether the server has had nothing to say for 20 s, though it may keep the connection.
        ended: the final `Message`, once; nothing comes after it.
    """

    appended = Signal(object)
    countdown_changed = Signal(object)
    quiet_changed = Signal(bool)
    ended = Signal(object)

    def __init__(
        self,
        message_id: str,
        request: ChatRequest,
        journal: Journal,
        parent: QObject,
        before: Message | None = None,
    ) -> None:
        """`before` is the answer that was cut off and whose rest is asked for."""
        super().__init__(parent)
        self._journal = journal
        self.request = request
        self.countdown: Countdown | None = None
        self.is_quiet = False
        self._answer = Answer(message_id, request.model, before)
        self._task: asyncio.Task[None] | None = None
        self._frames = Frames(self)
        self._frames.due.connect(self.flush)
        self._quiet = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._quiet.timeout.connect(lambda: self._set_quiet(quiet=True))

    @property
    def message_id(self) -> str:
        """The id of the message that it is."""
        return self._answer.message_id

    def message(self) -> Message:
        """The answer as far as it has been told."""
        return self._answer.message()

    def start(self, client: StreamingClient, tasks: Tasks) -> None:
        """Begin to stream."""
        self._quiet.start()
        self._task = tasks.spawn(self._stream(client), name=f"answer {self.message_id}")
        self._task.add_done_callback(self._end)

    def stop(self) -> None:
        """Abort it, in whatever phase it is: it ends, its socket closed, within the loop’s next turns."""
        if self._task is not None and self._answer.state is AnswerState.RUNNING:
            self._answer.stop()
            self._task.cancel()

    def flush(self) -> None:
        """Keep now what came since the last frame; it is told when it is kept."""
        self._frames.shown()
        if pieces := self._answer.take_pending():
            self._journal.append(self.message_id, pieces, lambda: self._tell(pieces))

    def _tell(self, pieces: Sequence[Segment]) -> None:
        self._answer.tell(pieces)
        for piece in pieces:
            self.appended.emit(piece)

    async def _stream(self, client: StreamingClient) -> None:
        """Feed the answer until its end. Cancelled by `stop` and by the app's shutdown.

        Nothing goes out before the prompt is kept.
        """
        await self._journal.written()
        async with aclosing(client.stream(self.request, on_rest=self._answer.feed)) as events:
            async for event in events:
                if isinstance(event, Retry):
                    due = time.monotonic() + event.delay_s
                    self._set_countdown(Countdown(event.attempt, due, event.reason))
                    continue
                self._set_countdown(None)
                if self._answer.feed(event):
                    self._frames.ask()
                    self._quiet.start()
                    self._set_quiet(quiet=False)
                if isinstance(event, End):
                    return

    def _end(self, task: asyncio.Task[None]) -> None:
        """Keep what has come, however the task ended, and also if it was cancelled before its first step."""
        if self._answer.state is AnswerState.RUNNING:
            if task.cancelled():  # the whole app shuts down
                self._answer.stop()
            else:  # the engine broke its promise of an `End`
                self._answer.feed(End(AnswerState.FAILED, error=_OUR_FAULT))
        self.flush()
        # As it will be told by then: what was flushed is kept first.
        self._journal.end(self._answer.message(), self._finish)

    def _finish(self) -> None:
        self._quiet.stop()
        self._set_quiet(quiet=False)
        self._set_countdown(None)
        _log.info("answer %s ended: %s", self.message_id, self._answer.state)
        self.ended.emit(self._answer.message())

    def _set_countdown(self, countdown: Countdown | None) -> None:
        if countdown != self.countdown:
            self.countdown = countdown
            self.countdown_changed.emit(countdown)

    def _set_quiet(self, *, quiet: bool) -> None:
        if quiet != self.is_quiet:
            self.is_quiet = quiet
            self.quiet_changed.emit(quiet)
