"""The page beside the sidebar: welcome or conversation, the composer under it, notices between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from arvae_desktop.domain.messages import AnswerState, Role
from arvae_desktop.services.connection import ConnectionState
from arvae_desktop.ui.announcer import Announcer
from arvae_desktop.ui.banner import Banner
from arvae_desktop.ui.composer import Composer
from arvae_desktop.ui.empty_chat import EmptyChat
from arvae_desktop.ui.icons import line_icon
from arvae_desktop.ui.layouts import centred
from arvae_desktop.ui.page_header import PageHeader
from arvae_desktop.ui.reading_tools import ReadingTools
from arvae_desktop.ui.status_line import StatusLine
from arvae_desktop.ui.transcript.endings import BranchPlace
from arvae_desktop.ui.transcript.formats import COLUMN_WIDTH
from arvae_desktop.ui.transcript.places import reveal
from arvae_desktop.ui.transcript.view import TranscriptView
from arvae_desktop.ui.undo_button import UndoButton
from arvae_desktop.ui.welcome import WelcomePage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QObject, SignalInstance
    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from arvae_desktop.domain.conversations import Conversation
    from arvae_desktop.domain.messages import Message
    from arvae_desktop.services.chat_session import ChatSession
    from arvae_desktop.services.connection import Connection
    from arvae_desktop.services.formulas import Formulas
    from arvae_desktop.ui.theme import Colors, Theme

_COMPOSER_WIDTH = COLUMN_WIDTH + 32
_TO_END_ABOVE = 12
_DRAFT_MS = 250
_EDITING = "You are editing an earlier prompt. Sending it begins a branch; emptying the field leaves it."
_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class ChatPage(QWidget):
    """Shows one session at a time and what the connection allows.

    Attributes:
        header, transcript, tools, welcome, empty_chat, banner, composer, status, undo: its parts; whoever
            builds the window connects their signals.
    """

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
        self._session: ChatSession | None = None
        self._previewed: str | None = None
        self._positions: dict[str, int] = {}  # by conversation: where the reader left it
        self._draft_due = QTimer(self, singleShot=True, interval=_DRAFT_MS)
        self._draft_due.timeout.connect(self.keep_draft)
        self.header = PageHeader(theme, self)
        self.transcript = TranscriptView(theme, self, formulas=formulas)
        self.welcome = WelcomePage(self)
        self.empty_chat = EmptyChat(self)
        self.banner = Banner(theme, self)
        self.composer = Composer(theme, self)
        self.status = StatusLine(self)
        self._find_row = QHBoxLayout()
        self.tools = ReadingTools(self.transcript, theme, self, self._find_row)
        self.undo = UndoButton(self)
        self.composer.changed.connect(self._on_draft_changed)
        self._announcer = Announcer(self.transcript, self)
        self._stack = QStackedWidget(self)
        self._to_end = QPushButton("More below", self.transcript)
        self._build()
        self.transcript.following_changed.connect(self._update_to_end)
        self.transcript.verticalScrollBar().rangeChanged.connect(self._update_to_end)
        self.tools.told.connect(self.status.show_hint)
        self.status.said.connect(self._announcer.say)
        self.banner.told.connect(self._announcer.warn)
        self.transcript.installEventFilter(self)
        self._to_end.clicked.connect(self._return_to_end)
        connection.changed.connect(self._on_connection_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed(theme.colors)
        self._on_connection_changed()

    def show_session(self, session: ChatSession) -> None:
        """Show a conversation where the reader left it."""
        if self._session is not None:
            self._leave(self._session)
        self._session = session
        self._enter(session)
        self._announcer.watch(session)

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
        self._stack.setCurrentWidget(self.transcript)

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
        self.tools.set_session(session)
        is_previewed, self._previewed = self._previewed == session.id, None
        if is_previewed:
            self.transcript.writer.complete(session.messages, self._branch_of)
            self._on_draft_changed()  # something may have been written meanwhile
        else:
            self.transcript.show_messages(session.messages, self._branch_of)
            self.composer.set_draft(session.draft)
        self.header.set_title(session.title)
        for signal, slot in self._wires(session):
            signal.connect(slot)
        self.status.show_countdown(session.countdown)
        self.transcript.set_waiting(waiting=session.is_running and not session.messages[-1].segments)
        self._on_activity_changed()
        if (position := self._positions.pop(session.id, None)) is not None and not is_previewed:
            self.transcript.return_to(position)
        self._choose_page()

    def _leave(self, session: ChatSession) -> None:
        if not self.transcript.is_following:
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
            (session.text_appended, self.transcript.append_segment),
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

    def _on_answer_resumed(self, message: Message) -> None:
        self.transcript.writer.rewrite(message)
        self.transcript.set_waiting(waiting=True)

    def _on_answer_ended(self, message: Message) -> None:
        self.transcript.set_waiting(waiting=False)
        self.transcript.writer.end_message(message)

    def _on_branch_changed(self, index: int, messages: tuple[Message, ...]) -> None:
        self.transcript.writer.replace_from(index, messages)
        if messages:
            reveal(self.transcript, messages[0].id)
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
        self.tools.refresh()

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
        page: QWidget = self.transcript if has_messages else self.empty_chat
        if needed:
            page = self.welcome
        was_welcome = self._stack.currentWidget() is self.welcome
        self._stack.setCurrentWidget(page)
        self.composer.setVisible(not needed)
        if was_welcome and not needed:
            self.composer.setFocus()

    def _update_to_end(self) -> None:
        has_more = self.transcript.verticalScrollBar().maximum() > 0
        self._to_end.setVisible(has_more and not self.transcript.is_following)

    def _return_to_end(self) -> None:
        self.transcript.follow()
        self.composer.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the button that leads to the end over the transcript's lower edge."""
        if watched is self.transcript and event.type() is QEvent.Type.Resize:
            size = self._to_end.sizeHint()
            left = (self.transcript.width() - size.width()) // 2
            self._to_end.resize(size)
            self._to_end.move(QPoint(left, self.transcript.height() - size.height() - _TO_END_ABOVE))
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape stop wherever the focus is on the page, and typing go to the composer."""
        text = event.text()
        if event.key() == Qt.Key.Key_Escape:
            if self.tools.leave():
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

    def _on_theme_changed(self, colors: Colors) -> None:
        self._to_end.setIcon(line_icon("arrow-down", colors.text))
        selection, value = self.transcript.selection, self.transcript.verticalScrollBar().value()
        is_following = self.transcript.is_following
        self.transcript.restyle()
        self.transcript.select(selection)
        if not is_following:
            self.transcript.return_to(value)

    # --- building ---

    def _build(self) -> None:
        self._to_end.setObjectName("toEndButton")
        self._to_end.setToolTip("Go to the end and follow the answer (End)")
        self._to_end.hide()
        for page in (self.empty_chat, self.welcome, self.transcript):
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
