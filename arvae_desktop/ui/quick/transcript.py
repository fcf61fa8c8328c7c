"""The conversation under the field: the same transcript as in the main window, in less room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from arvae_desktop.domain.messages import AnswerState
from arvae_desktop.ui.announcer import Announcer
from arvae_desktop.ui.transcript.view import TranscriptView

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import SignalInstance
    from PySide6.QtWidgets import QWidget

    from arvae_desktop.domain.messages import Message
    from arvae_desktop.services.chat_session import ChatSession
    from arvae_desktop.services.formulas import Formulas
    from arvae_desktop.ui.theme import Colors, Theme


class _View(TranscriptView):
    room_below = 16
    room_beside = 12


class QuickTranscript(QObject):
    """Keeps a view in step with one session at a time.

    Attributes:
        view: the page.

    Signals:
        changed: an answer has begun, gone on or ended, or there is another session.
    """

    changed = Signal()

    def __init__(self, theme: Theme, formulas: Formulas | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._session: ChatSession | None = None
        self.view = _View(theme, parent, formulas=formulas)
        self.view.setObjectName("quickTranscript")
        self.view.setAccessibleName("Answer")
        self._announcer = Announcer(self.view, self)
        theme.changed.connect(self._restyle)

    def show_session(self, session: ChatSession) -> None:
        """Show a conversation from now on."""
        if self._session is not None:
            for signal, slot in self._wires(self._session):
                signal.disconnect(slot)
        self._session = session
        self.view.show_messages(session.messages)
        for signal, slot in self._wires(session):
            signal.connect(slot)
        self.view.set_waiting(waiting=session.is_running and not session.messages[-1].segments)
        self._announcer.watch(session)
        self.changed.emit()

    def say(self, sentence: str) -> None:
        """Have a screen reader say something, if there is one."""
        self._announcer.say(sentence)

    def _wires(self, session: ChatSession) -> list[tuple[SignalInstance, Callable[..., object]]]:
        return [
            (session.message_added, self._on_added),
            (session.text_appended, self.view.append_segment),
            (session.answer_resumed, self._on_resumed),
            (session.answer_ended, self._on_ended),
            (session.branch_changed, self._on_branch_changed),
            (session.message_removed, self._on_removed),
            (session.running_changed, self._tell),
        ]

    def _on_added(self, message: Message) -> None:
        self.view.follow()
        self.view.writer.add_message(message)
        self.view.set_waiting(waiting=message.state is AnswerState.RUNNING)
        self.changed.emit()

    def _on_resumed(self, message: Message) -> None:
        self.view.writer.rewrite(message)
        self.view.set_waiting(waiting=True)

    def _on_ended(self, message: Message) -> None:
        self.view.set_waiting(waiting=False)
        self.view.writer.end_message(message)
        self.changed.emit()

    def _on_branch_changed(self, index: int, messages: tuple[Message, ...]) -> None:
        self.view.writer.replace_from(index, messages)
        self.changed.emit()

    def _on_removed(self, message_id: str) -> None:
        self.view.writer.remove(message_id)
        self.changed.emit()

    def _tell(self, _is_running: bool) -> None:
        self.changed.emit()

    def _restyle(self, _colors: Colors) -> None:
        selection = self.view.selection
        self.view.restyle()
        self.view.select(selection)
