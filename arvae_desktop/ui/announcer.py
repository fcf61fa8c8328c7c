"""Tells screen readers what happens, at the pace of speech: answers by sentences, ends, hints, notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleTextSelectionEvent

from arvae_desktop.domain.messages import AnswerState
from arvae_desktop.ui.announcing import announce
from arvae_desktop.ui.spoken import SpokenAnswer
from arvae_desktop.ui.transcript.links import spoken_link
from arvae_desktop.ui.transcript.sentences import ending_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import SignalInstance

    from arvae_desktop.domain.messages import Message, Segment
    from arvae_desktop.services.chat_session import ChatSession
    from arvae_desktop.ui.transcript.links import Link
    from arvae_desktop.ui.transcript.view import TranscriptView

_PAUSE_MS = 1000


class Announcer(QObject):
    """Sends at most one announcement a second, with all that has to be said by then.

    Where nobody listens it does nothing.

    Args:
        voice: the transcript, which announcements come from.
    """

    def __init__(self, voice: TranscriptView, parent: QObject) -> None:
        super().__init__(parent)
        self._voice = voice
        self._session: ChatSession | None = None
        self._answers: list[SpokenAnswer] = []  # the last one may be running
        self._words: list[str] = []
        self._is_urgent = False
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.setTimerType(Qt.TimerType.PreciseTimer)  # another kind may be early by a twentieth
        self._pause.timeout.connect(self._speak)
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._speak)
        voice.link_reached.connect(self._on_link)

    def watch(self, session: ChatSession) -> None:
        """Tell of this conversation from now on, and no more of the one before."""
        if self._session is not None:
            for signal, slot in self._wires(self._session):
                signal.disconnect(slot)
        self._session = session
        for signal, slot in self._wires(session):
            signal.connect(slot)
        self._answers.clear()
        if session.is_running:
            self._begin(session.messages[-1])

    def say(self, sentence: str) -> None:
        """Say something when there is room for it."""
        self._say(sentence, is_urgent=False)

    def warn(self, sentence: str) -> None:
        """Say something that matters more than what the listener hears now."""
        self._say(sentence, is_urgent=True)

    def _say(self, sentence: str, *, is_urgent: bool) -> None:
        if sentence and QAccessible.isActive():
            self._words.append(sentence)
            self._is_urgent |= is_urgent
            if not self._pause.isActive():
                self._speak()

    # --- the session's signals ---

    def _wires(self, session: ChatSession) -> list[tuple[SignalInstance, Callable[..., None]]]:
        return [
            (session.message_added, self._begin),
            (session.answer_resumed, self._begin),
            (session.text_appended, self._on_text),
            (session.answer_ended, self._on_ended),
        ]

    def _begin(self, message: Message) -> None:
        if message.state is AnswerState.RUNNING and QAccessible.isActive():
            self._answers.append(SpokenAnswer(message))

    def _on_text(self, message_id: str, segment: Segment) -> None:
        if (answer := self._answer(message_id)) is not None:
            answer.feed(segment)
            if not self._pause.isActive():
                self._pause.start()

    def _on_ended(self, message: Message) -> None:
        ending = ending_of(message)
        words = f"{ending.title} {ending.hint}".strip()
        if not words:
            words = "Answer complete." if message.segments else "The answer is empty."
        if (answer := self._answer(message.id)) is None:
            self._say(words, is_urgent=ending.is_error)
            return
        answer.finish(words)
        self._is_urgent |= ending.is_error
        if not self._pause.isActive():
            self._speak()

    def _answer(self, message_id: str) -> SpokenAnswer | None:
        answer = self._answers[-1] if self._answers else None
        return answer if answer is not None and answer.message_id == message_id else None

    def _on_link(self, link: Link) -> None:
        """Tell of a link in focus: as Qt shows a text to screen readers, it has no links."""
        if QAccessible.isActive():
            cursor = self._voice.textCursor()
            start, end = cursor.selectionStart(), cursor.selectionEnd()
            QAccessible.updateAccessibility(QAccessibleTextSelectionEvent(self._voice, start, end))
            self.say(spoken_link(link))

    # --- speaking ---

    def _speak(self) -> None:
        """Say what there is, if no announcement was made for a second and all that has come is read."""
        if self._pause.isActive():
            return
        sentences: list[str] = []
        for answer in self._answers:
            if answer.work():
                self._more.start()
                return
        for answer in self._answers:
            sentences += answer.take()
        self._answers = [answer for answer in self._answers if not answer.is_finished]
        if words := "\n".join(self._words + sentences):
            announce(self._voice, words, is_urgent=self._is_urgent)
            self._words.clear()
            self._is_urgent = False
            self._pause.start()
