"""The conversations that are open, and which of them is in front."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from arvae_desktop.domain.conversations import Conversation, ConversationTree
from arvae_desktop.domain.errors import StoreError
from arvae_desktop.services.answers import Answers
from arvae_desktop.services.chat_session import ChatSession
from arvae_desktop.services.conversation_head import new_id
from arvae_desktop.services.store_journal import StoreJournal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from concurrent.futures import Future

    from arvae_desktop.domain.conversations import KeptMessage
    from arvae_desktop.domain.library import Entry
    from arvae_desktop.services.keeping import Keeping
    from arvae_desktop.services.streaming_client import StreamingClient
    from arvae_desktop.services.tasks import Tasks
    from arvae_desktop.storage.store.reports import BranchPage, OpenReport

# A first look at a conversation while the rest of it is read.
_PREVIEW = 40
# Beside those that are running, so many of those that were in front last stay open.
_MOST_OPEN = 4


class _Opening:
    """A conversation that is being read.

    Attributes:
        conversation: what is known of it so far.
        message_id: the message that is wanted in view, or None for where the reader left it.
    """

    def __init__(self, message_id: str | None) -> None:
        self.conversation = Conversation("")
        self.message_id = message_id


class Conversations(QObject):
    """Makes new sessions and opens kept ones. There is always a current one; with a message it is kept.

    Signals:
        current_changed: the `ChatSession` now in front.
        previewed: a `Conversation` that comes to the front as soon as all of it is read, and the tuple of its
            newest `Message`s.
        message_wanted: the id of a message of the current one that is to come into view.
        running_changed: an answer has begun or ended somewhere.
        answered: the `ChatSession` in which an answer has ended.
        aside_left: the one beside the current one was put in the bin, or is gone.
    """

    current_changed = Signal(object)
    previewed = Signal(object, object)
    message_wanted = Signal(str)
    running_changed = Signal()
    answered = Signal(object)
    aside_left = Signal()

    def __init__(
        self,
        client: StreamingClient,
        tasks: Tasks,
        keeping: Keeping,
        continues_once: Callable[[], bool] = lambda: False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._tasks = tasks
        self._keeping = keeping
        self._library = keeping.library
        self._continues_once = continues_once
        self._answers = Answers(self)
        self._opening: _Opening | None = None
        # With messages, by id; the one that was in front last stands last.
        self._sessions: dict[str, ChatSession] = {}
        self._unread: set[str] = set()
        self._binned: set[str] = set()
        self._aside: ChatSession | None = None
        self._current = self._blank = self._make(ConversationTree(Conversation(new_id())), is_kept=False)
        keeping.opened.connect(self._on_store_opened)
        self._library.changed.connect(self._on_entries_changed)
        self._library.removed.connect(self._on_entries_removed)
        self._library.renamed.connect(self._on_renamed)

    @property
    def current(self) -> ChatSession:
        """The one in front."""
        return self._current

    @property
    def running(self) -> list[ChatSession]:
        """Those in which an answer runs."""
        return [session for session in self._sessions.values() if session.is_running]

    @property
    def is_opening(self) -> bool:
        """Whether another one than the current one is about to come to the front."""
        return self._opening is not None

    def start_new(self) -> ChatSession:
        """Bring an empty conversation to the front: the one that was left empty, or a new one."""
        if self._blank.id in self._sessions:
            self._blank = self._make(ConversationTree(Conversation(new_id())), is_kept=False)
        self.show(self._blank)
        return self._current

    def start_aside(self) -> ChatSession:
        """An empty conversation beside the current one, for another window; it takes the last one's place."""
        self._aside = self._make(ConversationTree(Conversation(new_id())), is_kept=False)
        return self._aside

    def open(self, conversation_id: str, message_id: str | None = None) -> None:
        """Bring a conversation to the front, and a message of it into view, whatever branch that is on."""
        session = self._sessions.get(conversation_id)
        if session is not None:
            self.show(session)
            self._go_to(message_id)
            return
        self._opening = opening = _Opening(message_id)
        store = self._keeping.store
        self._answers.bring(store.conversation(conversation_id), self._take_conversation, opening)
        if message_id is None:
            self._answers.bring(store.load_newest(conversation_id, _PREVIEW), self._take_newest, opening)
        else:
            self._answers.bring(store.load_messages(conversation_id), self._take_messages, opening)

    def show(self, session: ChatSession) -> None:
        """Bring a session to the front."""
        was_opening, self._opening = self.is_opening, None
        if session.id in self._sessions:
            self._sessions[session.id] = self._sessions.pop(session.id)
        if session is not self._current or was_opening:
            self._current = session
            self.current_changed.emit(session)
            self._let_go_of_old()
        if session.id in self._unread:
            self._unread.discard(session.id)
            self._library.set_unread([session.id], unread=False)

    def suggest_title(self, conversation_id: str, title: str) -> None:
        """Give a conversation a title, unless the user gave it one; it need not be open any more."""
        if (session := self._sessions.get(conversation_id)) is not None:
            session.suggest_title(title)
        else:
            self._library.take_title(conversation_id, title)

    def leave_all(self) -> None:
        """Stop what runs and let go of every conversation: they are about to be others."""
        self.start_new()
        self.aside_left.emit()
        for session in tuple(self._sessions.values()):
            self._drop(session)

    def stop_all(self) -> None:
        """Abort every running answer."""
        for session in self.running:
            session.stop()

    # --- opening ---

    def _take_conversation(self, reading: Future[Conversation | None], opening: _Opening) -> None:
        if opening is self._opening and not self._has_failed(reading, opening):
            opening.conversation = reading.result() or opening.conversation

    def _take_newest(self, reading: Future[BranchPage], opening: _Opening) -> None:
        if opening is not self._opening or self._has_failed(reading, opening):
            return
        kept = reading.result().messages
        self.previewed.emit(opening.conversation, tuple(each.message for each in kept if not each.is_deleted))
        # When that is painted: to read the rest takes the processor, too.
        QTimer.singleShot(0, self, lambda: self._read_all(opening))

    def _read_all(self, opening: _Opening) -> None:
        if opening is self._opening:
            reading = self._keeping.store.load_messages(opening.conversation.id)
            self._answers.bring(reading, self._take_messages, opening)

    def _take_messages(self, reading: Future[tuple[KeptMessage, ...]], opening: _Opening) -> None:
        if opening is not self._opening or self._has_failed(reading, opening):
            return
        conversation = opening.conversation
        session = self._make(ConversationTree(conversation, reading.result()), is_kept=True)
        self._sessions[conversation.id] = session
        if conversation.is_unread:
            self._unread.add(conversation.id)
        if conversation.deleted_at is not None:
            self._binned.add(conversation.id)
        self.show(session)
        self._go_to(opening.message_id)

    def _has_failed(self, reading: Future[Any], opening: _Opening) -> bool:
        error = reading.exception()
        if error is None:
            return False
        if opening is self._opening:
            # What was shown before comes back.
            self.show(self._current)
        if isinstance(error, LookupError):
            error = StoreError(
                "This conversation is no longer there.", hint="It may have been deleted for good."
            )
        self._keeping.report(error)
        return True

    def _go_to(self, message_id: str | None) -> None:
        if message_id is not None:
            if self._current.index_of(message_id) is None:
                self._current.show_branch(message_id)
            self.message_wanted.emit(message_id)

    # --- sessions ---

    def _make(self, kept: ConversationTree, *, is_kept: bool) -> ChatSession:
        journal = StoreJournal(self._keeping, kept.conversation.id, is_kept=is_kept)
        session = ChatSession(
            self._client, self._tasks, self._continues_once, self, journal=journal, kept=kept
        )
        journal.setParent(session)
        session.message_added.connect(lambda _message: self._on_message_added(session))
        session.answer_ended.connect(lambda _message: self.answered.emit(session))
        session.running_changed.connect(lambda is_running: self._on_running_changed(session, is_running))
        return session

    def _on_message_added(self, session: ChatSession) -> None:
        self._sessions.setdefault(session.id, session)
        if session.id in self._binned:
            self._library.restore([session.id])

    def _on_running_changed(self, session: ChatSession, is_running: bool) -> None:
        self._library.set_running(session.id, is_running=is_running)
        is_in_front = session in (self._current, self._aside)
        if not is_running and not is_in_front and session.id in self._sessions:
            self._unread.add(session.id)
            self._library.set_unread([session.id], unread=True)
        self.running_changed.emit()

    def _let_go_of_old(self) -> None:
        in_front = (self._current, self._aside)
        idle = [each for each in self._sessions.values() if each not in in_front and not each.is_running]
        for session in idle[:-_MOST_OPEN]:
            self._drop(session)

    def _drop(self, session: ChatSession) -> None:
        del self._sessions[session.id]
        if session.is_running:
            session.answer_ended.connect(session.deleteLater)
            session.stop()
        elif session is not self._blank:
            session.deleteLater()

    # --- what the store and the list tell ---

    def _on_store_opened(self, report: OpenReport) -> None:
        self._answers.bring(self._keeping.store.new_draft(), self._take_new_draft)
        if report.interrupted and self._current is self._blank and not self._blank.draft:
            conversation_id, _message_id = report.interrupted[-1]
            self.open(conversation_id)

    def _take_new_draft(self, reading: Future[str]) -> None:
        if reading.exception() is None:
            self._blank.restore_draft(reading.result())

    def _on_entries_changed(self, entries: Collection[Entry]) -> None:
        for entry in entries:
            session = self._sessions.get(entry.id)
            if entry.deleted_at is None:
                self._binned.discard(entry.id)
            elif session is not None and entry.id not in self._binned:
                self._binned.add(entry.id)
                session.stop()
                self._leave(session)

    def _on_entries_removed(self, ids: Collection[str]) -> None:
        for conversation_id in ids:
            session = self._sessions.get(conversation_id)
            if session is not None:
                self._leave(session)
                self._drop(session)

    def _leave(self, session: ChatSession) -> None:
        if session is self._current:
            self.start_new()
        if session is self._aside:
            self.aside_left.emit()

    def _on_renamed(self, conversation_id: str, title: str) -> None:
        if (session := self._sessions.get(conversation_id)) is not None:
            session.take_title(title, is_own=True)
