"""The page beside the sidebar: welcome or conversation, the composer under it, notices between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from arvae_desktop.domain.messages import AnswerState, Role
from arvae_desktop.services.connection import ConnectionState
from arvae_desktop.ui.banner import Banner
from arvae_desktop.ui.composer import Composer
from arvae_desktop.ui.empty_chat import EmptyChat
from arvae_desktop.ui.layouts import COLUMN_WIDTH, centred
from arvae_desktop.ui.page_header import PageHeader
from arvae_desktop.ui.status_line import StatusLine
from arvae_desktop.ui.transcript.branch_place import BranchPlace
from arvae_desktop.ui.undo_button import UndoButton
from arvae_desktop.ui.welcome import WelcomePage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import SignalInstance
    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from arvae_desktop.domain.conversations import Conversation
    from arvae_desktop.domain.messages import Message, Segment
    from arvae_desktop.services.chat_session import ChatSession
    from arvae_desktop.services.connection import Connection
    from arvae_desktop.services.formulas import Formulas
    from arvae_desktop.ui.conversation_reader import ConversationReader
    from arvae_desktop.ui.reading_tools import ReadingTools
    from arvae_desktop.ui.theme import Theme
    from arvae_desktop.ui.transcript.view import TranscriptView

_COMPOSER_WIDTH = COLUMN_WIDTH + 32
_DRAFT_MS = 250
_EDITING = "You are editing an earlier prompt. Sending it begins a branch; emptying the field leaves it."
_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class ChatPage(QWidget):
    """Shows one session at a time and what the connection allows.

    Attributes:
        header, welcome, empty_chat, banner, composer, status, undo: its parts; whoever builds the window
            connects their signals.

    Signals:
        reader_made: `reader` is there, and with it `transcript` and `tools`.
    """

    reader_made = Signal()

    def __init__(
        self,
        connection: Connection,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        formulas: Formulas | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._connection = connection
        self._theme = theme
        self._formulas = formulas
        self._session: ChatSession | None = None
        self._reader: ConversationReader | None = None
        self._previewed: str | None = None
        self._positions: dict[str, int] = {}  # by conversation: where the reader left it
        self._draft_due = QTimer(self, singleShot=True, interval=_DRAFT_MS)
        self._draft_due.timeout.connect(self.keep_draft)
        self.header = PageHeader(theme, self)
        self.welcome = WelcomePage(self)
        self.empty_chat = EmptyChat(self)
        self.banner = Banner(theme, self)
        self.composer = Composer(theme, self)
        self.status = StatusLine(self)
        self._find_row = QHBoxLayout()
        self.undo = UndoButton(self)
        self.composer.changed.connect(self._on_draft_changed)
        self._stack = QStackedWidget(self)
        self._build()
        self.status.said.connect(self._say)
        self.banner.told.connect(self._warn)
        connection.changed.connect(self._on_connection_changed)
        self._on_connection_changed()

    @property
    def reader(self) -> ConversationReader:
        """What conversations are read with; made when it is first asked for."""
        if self._reader is None:
            self._reader = self._make_reader()
            self.reader_made.emit()
        return self._reader

    @property
    def transcript(self) -> TranscriptView:
        """The page of a conversation."""
        return self.reader.transcript

    @property
    def tools(self) -> ReadingTools:
        """What can be done with the messages."""
        return self.reader.tools

    def show_session(self, session: ChatSession) -> None:
        """Show a conversation where the reader left it."""
        if self._session is not None:
            self._leave(self._session)
        self._session = session
        self._enter(session)
        if self._reader is not None:
            self._reader.announcer.watch(session)

    def preview(self, conversation: Conversation, messages: Sequence[Message]) -> None:
        """Show the end of a conversation whose session is about to come."""
        if self._session is not None:
            self._leave(self._session)
            self._session = None
        self._previewed = conversation.id
        self.header.set_title(conversation.title)
        self.transcript.show_messages(messages)
        self.composer.set_draft(conversation.draft)
        self.composer.set_running(False)
        self.status.show_activity("")
        self.tools.leave()
        self._stack.setCurrentWidget(self.reader)

    def go_to(self, message_id: str) -> None:
        """Bring a message into view, and mark it."""
        self.transcript.stay()
        self.tools.go_to(message_id)

    def keep_draft(self) -> None:
        """Let the session keep what stands in the composer."""
        self._draft_due.stop()
        if self._session is not None:
            self._session.set_draft(self.composer.draft)

    def show_whole(self, message_id: str) -> None:
        """Open a huge message that shows only its start; what is read stays where it is."""
        if self._session is not None:
            self.transcript.stay()
            self.transcript.writer.open(message_id)

    # --- the session's signals ---

    def _enter(self, session: ChatSession) -> None:
        is_previewed, self._previewed = self._previewed == session.id, None
        if not session.is_empty or self._reader is not None:
            self._read(session, is_previewed=is_previewed)
        if is_previewed:
            self._on_draft_changed()  # something may have been written meanwhile
        else:
            self.composer.set_draft(session.draft)
        self.header.set_title(session.title)
        for signal, slot in self._wires(session):
            signal.connect(slot)
        self.status.show_countdown(session.countdown)
        self._on_activity_changed()
        self._choose_page()

    def _read(self, session: ChatSession, *, is_previewed: bool) -> None:
        """Put a conversation's messages on the page, where the reader left them."""
        transcript = self.transcript
        self.tools.set_session(session)
        if is_previewed:
            transcript.writer.complete(session.messages, self._branch_of)
        else:
            transcript.show_messages(session.messages, self._branch_of)
        transcript.set_waiting(waiting=session.is_running and not session.messages[-1].segments)
        if (position := self._positions.pop(session.id, None)) is not None and not is_previewed:
            transcript.return_to(position)

    def _leave(self, session: ChatSession) -> None:
        if self._reader is not None and not self.transcript.is_following:
            self._positions[session.id] = self.transcript.verticalScrollBar().value()
        self.keep_draft()
        for signal, slot in self._wires(session):
            signal.disconnect(slot)
        self.status.show_countdown(None)

    def _wires(self, session: ChatSession) -> list[tuple[SignalInstance, Callable[..., object]]]:
        """What is connected while a session is in front."""
        return [
            (session.title_changed, self.header.set_title),
            (session.draft_restored, self.composer.set_draft),
            (session.message_added, self._on_message_added),
            (session.text_appended, self._on_text_appended),
            (session.answer_resumed, self._on_answer_resumed),
            (session.answer_ended, self._on_answer_ended),
            (session.branch_changed, self._on_branch_changed),
            (session.message_removed, self._on_message_removed),
            (session.edited_changed, self._on_activity_changed),
            (session.running_changed, self._on_activity_changed),
            (session.quiet_changed, self._on_activity_changed),
            (session.countdown_changed, self.status.show_countdown),
        ]

    def _on_draft_changed(self) -> None:
        """Keep the first letter at once, and what follows a few times a second."""
        if not self._draft_due.isActive():
            self.keep_draft()
            self._draft_due.start()

    def _on_message_added(self, message: Message) -> None:
        if message.role is Role.USER:
            self.transcript.follow()
        self.tools.leave()
        self.transcript.writer.add_message(message)
        self.transcript.set_waiting(waiting=message.state is AnswerState.RUNNING)
        self._choose_page()

    def _on_text_appended(self, message_id: str, segment: Segment) -> None:
        self.transcript.append_segment(message_id, segment)

    def _on_answer_resumed(self, message: Message) -> None:
        self.transcript.writer.rewrite(message)
        self.transcript.set_waiting(waiting=True)

    def _on_answer_ended(self, message: Message) -> None:
        self.transcript.set_waiting(waiting=False)
        self.transcript.writer.end_message(message)

    def _on_branch_changed(self, index: int, messages: tuple[Message, ...]) -> None:
        self.transcript.writer.replace_from(index, messages)
        if messages:
            self.reader.reveal(messages[0].id)
        self._on_messages_changed()

    def _on_message_removed(self, message_id: str) -> None:
        self.transcript.writer.remove(message_id)
        self.status.show_hint("Message deleted.")
        self.undo.offer("Delete the message")
        self._on_messages_changed()

    def _on_messages_changed(self) -> None:
        self.transcript.writer.update_branches()
        self.tools.refresh()
        self._choose_page()

    def _branch_of(self, message_id: str) -> BranchPlace:
        """Which of the messages that could stand in its place one is."""
        branches = () if self._session is None else self._session.branches(message_id)
        return BranchPlace(branches.index(message_id) + 1, len(branches)) if branches else BranchPlace()

    def _on_activity_changed(self, _change: object = None) -> None:
        session = self._session
        is_running = session is not None and session.is_running
        self.composer.set_running(is_running)
        if session is not None and session.is_quiet:
            self.status.show_activity("No word for 20 seconds, still waiting. Esc stops.")
        elif session is not None and session.edited_id is not None and not is_running:
            self.status.show_activity(_EDITING)
        else:
            self.status.show_activity("Answering. Esc stops." if is_running else "")
        if self._reader is not None:
            self._reader.tools.refresh()

    def _say(self, words: str) -> None:
        self.reader.announcer.say(words)

    def _warn(self, words: str) -> None:
        self.reader.announcer.warn(words)

    # --- pages ---

    def _on_connection_changed(self) -> None:
        connection = self._connection
        self.header.set_demo(connection.is_demo)
        self.empty_chat.set_demo(connection.is_demo)
        self.composer.set_sendable(connection.state is not ConnectionState.NEEDED)
        if connection.state is ConnectionState.NEEDED:
            self.welcome.offer(connection.suggested_base_url)
        self._choose_page()

    def _choose_page(self) -> None:
        state = self._connection.state
        has_messages = self._session is not None and not self._session.is_empty
        needed = state is ConnectionState.NEEDED and not has_messages
        page: QWidget = self.empty_chat
        if needed:
            page = self.welcome
        elif has_messages:
            page = self.reader
        was_welcome = self._stack.currentWidget() is self.welcome
        self._stack.setCurrentWidget(page)
        self.composer.setVisible(not needed)
        if was_welcome and not needed:
            self.composer.setFocus()

    def _return_to_end(self) -> None:
        self.transcript.follow()
        self.composer.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape stop wherever the focus is on the page, and typing go to the composer."""
        text = event.text()
        if event.key() == Qt.Key.Key_Escape:
            if self._reader is not None and self._reader.tools.leave():
                self.composer.setFocus()
            else:
                self.composer.request_stop()
        elif text.isprintable() and text and not event.modifiers() & _COMMANDS and self.composer.isVisible():
            self.composer.edit.setFocus()
            self.composer.edit.insertPlainText(text)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the composer take its share of the window's new height."""
        super().resizeEvent(event)
        self.composer.edit.fit()

    # --- building ---

    def _build(self) -> None:
        for page in (self.empty_chat, self.welcome):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(0)
        column.addWidget(self.header)
        self._find_row.setContentsMargins(16, 0, 16, 0)
        self._find_row.addStretch(1)
        column.addLayout(self._find_row)
        column.addWidget(self._stack, 1)
        column.addLayout(centred(self.banner, _COMPOSER_WIDTH, bottom=8))
        column.addLayout(centred(self.composer, _COMPOSER_WIDTH))
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 4, 16, 0)
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.status)
        foot.addWidget(self.undo)
        foot.addStretch(1)
        column.addLayout(foot)
        self.status.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.status.setMinimumHeight(self.status.fontMetrics().lineSpacing() + 4)

    def _make_reader(self) -> ConversationReader:
        from arvae_desktop.ui.conversation_reader import ConversationReader  # noqa: PLC0415  (see there)

        reader = ConversationReader(self._theme, self, self._find_row, self._formulas)
        self._stack.addWidget(reader)
        reader.tools.told.connect(self.status.show_hint)
        reader.to_end.clicked.connect(self._return_to_end)
        if self._session is not None:  # an empty one: it would have been made for any other
            reader.transcript.show_messages((), self._branch_of)
            reader.tools.set_session(self._session)
            reader.announcer.watch(self._session)
        return reader
