"""Keeps one conversation in the store while it is had, so that what is shown is saved."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from arvae_desktop.domain.conversations import Conversation, ConversationSettings
from arvae_desktop.domain.errors import StoreTooNewError
from arvae_desktop.services.answers import Answers
from arvae_desktop.services.keeping import SLOW_MS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from arvae_desktop.domain.conversations import KeptMessage
    from arvae_desktop.domain.messages import Message, Segment
    from arvae_desktop.services.keeping import Keeping

_log = logging.getLogger(__name__)


class _Waiting:
    """Something that is to be told when it is saved.

    Attributes:
        change: saves it.
        tell: tells it; None when it was told.
    """

    def __init__(self, change: Future[None], tell: Callable[[], None]) -> None:
        self.change = change
        self.tell: Callable[[], None] | None = tell


class StoreJournal(QObject):
    """A `Journal` in the store. The conversation is put there with its first message."""

    def __init__(
        self, keeping: Keeping, conversation_id: str, parent: QObject | None = None, *, is_kept: bool
    ) -> None:
        """`is_kept` says that the store has the conversation already."""
        super().__init__(parent)
        self._keeping = keeping
        self._id = conversation_id
        self._is_kept = is_kept
        self._title = ""
        self._settings = ConversationSettings()
        self._answers = Answers(self)
        self._last: Future[None] | None = None
        self._has_failed = False
        # In the order in which they are to be told.
        self._waiting: deque[_Waiting] = deque()
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._slow.timeout.connect(self._tell_all)
        keeping.trouble_changed.connect(self._on_trouble_changed)

    # --- the conversation ---

    def set_title(self, title: str) -> None:
        """See `Journal`."""
        self._title = title
        if self._is_kept:
            self._keeping.library.take_title(self._id, title)

    def set_draft(self, draft: str) -> None:
        """See `Journal`."""
        store = self._keeping.store
        self._watch(store.save_draft(self._id, draft) if self._is_kept else store.save_new_draft(draft))

    def set_settings(self, settings: ConversationSettings) -> None:
        """See `Journal`."""
        self._settings = settings
        if self._is_kept:
            self._watch(self._keeping.store.set_settings(self._id, settings))

    def set_tip(self, message_id: str | None) -> None:
        """See `Journal`."""
        if self._is_kept:
            self._watch(self._keeping.store.set_tip(self._id, message_id))

    # --- messages ---

    def add(self, kept: KeptMessage) -> None:
        """See `Journal`."""
        store = self._keeping.store
        if not self._is_kept:
            self._is_kept = True
            at = kept.created_at
            self._keeping.library.put(
                Conversation(self._id, self._title, created_at=at, updated_at=at, settings=self._settings)
            )
            self._watch(store.save_new_draft(""))
        self._watch(store.add_message(self._id, kept))
        self._keeping.library.note(self._id)

    def append(self, message_id: str, pieces: Sequence[Segment], then: Callable[[], None]) -> None:
        """See `Journal`."""
        self._tell_when(self._keeping.store.append(self._id, message_id, pieces), then)

    def end(self, message: Message, then: Callable[[], None]) -> None:
        """See `Journal`."""
        ending = self._keeping.store.end_message(self._id, message.id, message.state, message.facts)
        self._tell_when(ending, then)

    def resume(self, message_id: str) -> None:
        """See `Journal`."""
        self._watch(self._keeping.store.resume_message(self._id, message_id))

    def remove(self, message_id: str) -> None:
        """See `Journal`."""
        self._watch(self._keeping.store.remove_messages(self._id, [message_id]))

    def mark_deleted(self, message_id: str, *, is_deleted: bool) -> None:
        """See `Journal`."""
        self._watch(self._keeping.store.mark_message_deleted(self._id, message_id, is_deleted))

    async def written(self) -> None:
        """See `Journal`."""
        if self._last is not None and not self._keeping.is_troubled:
            kept = asyncio.wrap_future(self._last)
            kept.add_done_callback(_take_note)
            await asyncio.wait([kept], timeout=SLOW_MS / 1000)

    # --- what comes back ---

    def _watch(self, change: Future[None]) -> None:
        self._last = change
        self._answers.bring(change, self._on_done)

    def _tell_when(self, change: Future[None], then: Callable[[], None]) -> None:
        self._waiting.append(_Waiting(change, then))
        self._last = change
        self._answers.bring(change, self._on_saved)
        if self._keeping.is_troubled:
            self._tell_all()
        elif not self._slow.isActive():
            self._slow.start()

    def _on_saved(self, change: Future[None]) -> None:
        waiting = self._waiting.popleft()  # changes are made in their order
        self._slow.stop()
        if self._waiting and self._waiting[0].tell is not None:
            self._slow.start()
        if waiting.tell is not None:
            waiting.tell()
        self._on_done(change)

    def _on_done(self, change: Future[None]) -> None:
        error = change.exception()
        if error is None:
            return
        if isinstance(error, LookupError):  # it was deleted for good meanwhile
            _log.info("not saved: %s", error)
        elif not self._has_failed and not isinstance(error, StoreTooNewError):  # that was told at the start
            self._has_failed = True
            self._keeping.report(error)

    def _tell_all(self) -> None:
        """Tell what has waited too long."""
        for waiting in tuple(self._waiting):
            if (tell := waiting.tell) is not None:
                waiting.tell = None
                self._keeping.mark_late(waiting.change)
                tell()

    def _on_trouble_changed(self, is_troubled: bool) -> None:
        if is_troubled:
            self._tell_all()


def _take_note(kept: asyncio.Future[None]) -> None:
    """Whatever went wrong is told by whoever watches the change."""
    if not kept.cancelled():
        kept.exception()
