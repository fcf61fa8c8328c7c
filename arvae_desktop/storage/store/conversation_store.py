"""The way into the store: every call returns at once, with a future.

Futures of changes are done when the change is committed, those of questions when they are answered; their
callbacks run on the store's threads (`asyncio.wrap_future` brings them to a loop). A change can't be
cancelled. Changes are made in the order in which they were asked for; a question sees the changes whose
futures were done when it was asked. An id that isn't there is a `LookupError`, except where a method says
otherwise; what else fails is a `StoreError`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from arvae_desktop.domain.library import RECENT
from arvae_desktop.storage.store import backups as backup_files
from arvae_desktop.storage.store import conversations, messages, shelves
from arvae_desktop.storage.store.codec import text_out
from arvae_desktop.storage.store.imports import Import
from arvae_desktop.storage.store.keeper import Keeper
from arvae_desktop.storage.store.lanes import ReadLane
from arvae_desktop.storage.store.live_file import LiveFile
from arvae_desktop.storage.store.locking import StoreLock
from arvae_desktop.storage.store.place import StorePlace
from arvae_desktop.storage.store.query import parse
from arvae_desktop.storage.store.writer import Writer

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterable, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from arvae_desktop.domain.conversations import Conversation, ConversationSettings, KeptMessage
    from arvae_desktop.domain.library import Entry, Overview, Shelf
    from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Segment
    from arvae_desktop.storage.store.imports import Found
    from arvae_desktop.storage.store.reports import (
        Backup,
        BranchPage,
        ImportCount,
        OpenReport,
        OutlineEntry,
        SalvageReport,
        SearchResults,
        StoreTrouble,
    )

_T = TypeVar("_T")

# Of so many conversations a change of a folder tells what they are then.
_MOST_TOLD = 1_000


class ConversationStore:
    """Keeps conversations in a file, and finds them.

    `on_trouble` is told when nothing can be saved, again while that lasts, and with None when all is saved.
    `on_salvage` is told when a file that was open turned out to be damaged and was replaced. Both are called
    on the store's threads.
    """

    def __init__(
        self,
        file: Path,
        backups: Path,
        *,
        on_trouble: Callable[[StoreTrouble | None], None] = lambda _trouble: None,
        on_salvage: Callable[[SalvageReport], None] = lambda _report: None,
        lock: StoreLock | None = None,
    ) -> None:
        """`lock` is the store's own, for whoever wants to have it before anything else is done."""
        self._place = StorePlace(file, backups)
        self._live = LiveFile(self._place, on_salvage, lock or StoreLock(self._place.lock_file))
        self._writer = Writer(self._live, self._place, on_trouble)
        self._reader, self._searcher = (
            ReadLane(name, self._place, self._writer) for name in ("store reader", "store search")
        )
        self._live.lanes = (self._reader, self._searcher)
        self._keeper = Keeper(self._place, self._writer)
        self._latest_search = 0
        self._closing: Future[None] | None = None

    # --- the whole ---

    def open(self) -> Future[OpenReport]:
        """Open the store. `StoreInUseError` if another process has it.

        A disk that can't be written to is no error here: see `on_trouble`.
        """
        opening = self._writer.start()
        self._reader.start()
        self._searcher.start()
        opening.add_done_callback(self._keeper.start)
        return opening

    def close(self) -> Future[None]:
        """Write what waits, and let go of the file. Later calls fail. Closing twice is once.

        `StoreError` if changes could not be saved.
        """
        if self._closing is None:
            self._keeper.stop()
            self._reader.close()
            self._searcher.close()
            self._closing = self._writer.close()
        return self._closing

    def join(self, limit_s: float = 1.0) -> None:
        """Wait for the ends of the threads, each so long at most, after `close`.

        One that is still in a callback when the interpreter ends can take the process down: where that
        is in C++, Python’s way of ending a thread is no way out.
        """
        for each in (self._reader, self._searcher, self._writer):
            each.join(limit_s)

    def delete_everything(self) -> Future[None]:
        """Delete all conversations, the backups, and the damaged files that were moved aside."""
        return self._writer.do(self._delete_everything)

    def import_conversations(
        self,
        found: Iterable[Found],
        *,
        on_progress: Callable[[ImportCount], None] = lambda _count: None,
    ) -> Import:
        """Add conversations, with all their messages; what is there already, by its id, stays as it is.

        `found` is gone through on a thread of its own, and so is `on_progress` called. What comes prepared
        (see `transfer.prepare`) takes less of this process's time.
        """
        return Import(self._writer, found, on_progress)

    # --- conversations ---

    def put(self, conversation: Conversation) -> Future[tuple[Entry, ...]]:
        """Make a conversation (and its folder), or put all these values in place of what is there."""
        return self._arrange((conversation.id,), lambda at, _ids: conversations.put(at, conversation))

    def rename(self, conversation_id: str, title: str, *, is_own: bool = True) -> Future[tuple[Entry, ...]]:
        """Give a conversation a title; `is_own` says that the user did."""
        return self._arrange(
            (conversation_id,),
            lambda at, _ids: conversations.rename(at, conversation_id, title, is_own=is_own),
        )

    def set_tip(self, conversation_id: str, message_id: str | None) -> Future[None]:
        """Show the branch that ends with this message."""
        return self._set(conversation_id, tip=None if message_id is None else text_out(message_id))

    def save_draft(self, conversation_id: str, draft: str) -> Future[None]:
        """Keep what stands in the composer."""
        return self._set(conversation_id, draft=text_out(draft))

    def save_new_draft(self, draft: str) -> Future[None]:
        """Keep what stands in the composer of a conversation that has no message yet and isn't kept."""
        return self._writer.change(lambda at: conversations.save_new_draft(at, draft), ())

    def new_draft(self) -> Future[str]:
        """What `save_new_draft` kept; empty without any."""
        return self._reader.submit(lambda sources: sources.new_draft())

    def set_settings(self, conversation_id: str, settings: ConversationSettings) -> Future[None]:
        """Set what the requests of a conversation say."""
        return self._change(
            conversation_id, lambda at: conversations.set_settings(at, conversation_id, settings)
        )

    def conversation(self, conversation_id: str) -> Future[Conversation | None]:
        """A conversation without its messages, or None if there is none."""
        return self._ask(conversation_id, lambda at: conversations.load(at, conversation_id))

    def conversation_ids(self) -> Future[tuple[str, ...]]:
        """The ids of all conversations, also of those in the bin."""
        return self._reader.submit(lambda sources: sources.ids())

    # --- shelves; changes pass over ids that aren't there, and give what the others are then ---

    def list_conversations(
        self, shelf: Shelf = RECENT, *, after: Entry | None = None, limit: int = 100
    ) -> Future[tuple[Entry, ...]]:
        """The next conversations of a shelf after the one that was listed last, the newest first."""
        return self._reader.submit(lambda sources: sources.page(shelf, after, limit))

    def overview(self) -> Future[Overview]:
        """All folders, and how many conversations are where."""
        return self._reader.submit(lambda sources: sources.overview())

    def entries(self, ids: Collection[str]) -> Future[tuple[Entry, ...]]:
        """What a list knows of these conversations now; ids that aren't there are passed over."""
        found = tuple(ids)
        return self._reader.submit(lambda sources: sources.entries(found))

    def settled_entries(self, ids: Collection[str]) -> Future[tuple[Entry, ...]]:
        """The same once all that was asked for before is done."""
        return self._arrange(ids, lambda _at, _ids: None)

    def set_pinned(self, ids: Collection[str], is_pinned: bool) -> Future[tuple[Entry, ...]]:
        """Pin conversations, which takes them out of the archive, or let them go."""
        columns = {"is_pinned": True, "is_archived": False} if is_pinned else {"is_pinned": False}
        return self._arrange(ids, lambda at, found: shelves.change(at, found, **columns))

    def set_archived(self, ids: Collection[str], is_archived: bool) -> Future[tuple[Entry, ...]]:
        """Put conversations into the archive, or take them out."""
        return self._arrange(ids, lambda at, found: shelves.change(at, found, is_archived=is_archived))

    def set_unread(self, ids: Collection[str], is_unread: bool) -> Future[tuple[Entry, ...]]:
        """Mark conversations as unread, or as read."""
        return self._arrange(ids, lambda at, found: shelves.change(at, found, is_unread=is_unread))

    def move(self, ids: Collection[str], folder: str | None) -> Future[tuple[Entry, ...]]:
        """Put conversations into a folder, made if needed, or into none; not pinned and not archived."""
        return self._arrange(ids, lambda at, found: shelves.move(at, found, folder))

    def move_to_bin(self, ids: Collection[str], *, now: float | None = None) -> Future[tuple[Entry, ...]]:
        """Delete conversations so that they can be restored for thirty days."""
        moment = time.time() if now is None else now
        return self._arrange(ids, lambda at, found: shelves.change(at, found, deleted_at=moment))

    def restore_from_bin(self, ids: Collection[str]) -> Future[tuple[Entry, ...]]:
        """Take conversations out of the bin, to where they were."""
        return self._arrange(ids, lambda at, found: shelves.change(at, found, deleted_at=None))

    def purge(self, ids: Collection[str], *, only_binned: bool = False) -> Future[tuple[str, ...]]:
        """Delete conversations for good, or only those of them that are in the bin; which those were."""
        found = tuple(ids)

        def run(connection: sqlite3.Connection) -> tuple[str, ...]:
            gone = shelves.binned_ids(connection, found) if only_binned else found
            return conversations.purge(connection, gone)

        return self._writer.change(run, found)

    def purge_bin(self, *, before: float | None = None) -> Future[tuple[str, ...]]:
        """Delete for good all that is in the bin, or what came there before a moment; which conversations."""
        return self._writer.change(
            lambda at: conversations.purge(at, shelves.binned_ids(at, before=before)), None
        )

    def add_folder(self, name: str) -> Future[None]:
        """Make a folder, unless there is one of that name."""

        def run(connection: sqlite3.Connection) -> None:
            shelves.folder_key(connection, name)

        return self._writer.change(run, ())

    def rename_folder(self, name: str, new_name: str) -> Future[tuple[Entry, ...] | None]:
        """Give a folder another name; what is in it, or None if that is very much.

        `FolderTakenError` if another has that name. A folder that isn't there is passed over.
        """
        return self._writer.change(lambda at: shelves.rename_folder(at, name, new_name, _MOST_TOLD), None)

    def remove_folder(self, name: str) -> Future[tuple[Entry, ...] | None]:
        """Remove a folder; what was in it, and is in none now, or None if that is very much."""
        return self._writer.change(lambda at: shelves.remove_folder(at, name, _MOST_TOLD), None)

    # --- messages ---

    def add_message(
        self, conversation_id: str, kept: KeptMessage, *, becomes_tip: bool = True
    ) -> Future[None]:
        """Add a message to a conversation that is there, behind a parent that is there.

        The conversation's `updated_at` follows. A message whose id is taken: `ValueError`.
        """
        return self._change(
            conversation_id, lambda at: messages.add(at, conversation_id, kept, becomes_tip=becomes_tip)
        )

    def append(self, conversation_id: str, message_id: str, pieces: Sequence[Segment]) -> Future[None]:
        """Add pieces to an answer that is running; what it costs depends on the pieces alone.

        One that is interrupted runs again: it may have been in the middle when the file had to be replaced.
        """
        found = tuple(pieces)
        return self._change(
            conversation_id, lambda at: messages.append(at, conversation_id, message_id, found)
        )

    def end_message(
        self, conversation_id: str, message_id: str, state: AnswerState, facts: AnswerFacts | None
    ) -> Future[None]:
        """End an answer that is running."""
        return self._change(
            conversation_id, lambda at: messages.end(at, conversation_id, message_id, state, facts)
        )

    def resume_message(self, conversation_id: str, message_id: str) -> Future[None]:
        """Let an answer that has ended run again, so that a rest can be appended.

        One that runs already: `ValueError`.
        """
        return self._change(conversation_id, lambda at: messages.resume(at, conversation_id, message_id))

    def mark_message_deleted(self, conversation_id: str, message_id: str, is_deleted: bool) -> Future[None]:
        """Say that the user deleted a message, or brought it back."""
        return self._change(
            conversation_id,
            lambda at: messages.mark_deleted(at, conversation_id, message_id, is_deleted=is_deleted),
        )

    def remove_messages(self, conversation_id: str, message_ids: Sequence[str]) -> Future[None]:
        """Remove messages for good; what followed one then follows what that followed.

        Ids that aren't there are passed over.
        """
        found = tuple(message_ids)
        return self._change(conversation_id, lambda at: messages.remove(at, conversation_id, found))

    def load_messages(self, conversation_id: str) -> Future[tuple[KeptMessage, ...]]:
        """All messages of a conversation, in the order in which they came."""
        return self._ask(conversation_id, lambda at: messages.load_all(at, conversation_id))

    def load_some(self, conversation_id: str, message_ids: Sequence[str]) -> Future[tuple[KeptMessage, ...]]:
        """These messages, in this order; ids that aren't there are passed over."""
        found = tuple(message_ids)
        return self._ask(conversation_id, lambda at: messages.load_some(at, conversation_id, found))

    def load_outline(self, conversation_id: str) -> Future[tuple[OutlineEntry, ...]]:
        """All messages of a conversation without their texts, in the order in which they came."""
        return self._ask(conversation_id, lambda at: messages.outline(at, conversation_id))

    def load_newest(self, conversation_id: str, limit: int = 50) -> Future[BranchPage]:
        """The newest messages of the branch that is shown."""
        return self._ask(conversation_id, lambda at: messages.branch_page(at, conversation_id, None, limit))

    def load_earlier(self, conversation_id: str, before: str, limit: int = 50) -> Future[BranchPage]:
        """What stands before a message on its branch."""
        return self._ask(conversation_id, lambda at: messages.branch_page(at, conversation_id, before, limit))

    # --- search ---

    def search(self, text: str, *, limit: int = 50) -> Future[SearchResults | None]:
        """What a query finds (see `query`); None if a later search came before it had an answer."""
        self._latest_search = number = self._latest_search + 1
        return self._searcher.submit(
            lambda sources: sources.search(parse(text), limit),
            is_stale=lambda: number != self._latest_search,
        )

    def cancel_search(self) -> None:
        """Nobody waits for the search that was asked for last."""
        self._latest_search += 1

    # --- safety ---

    def check(self) -> Future[bool]:
        """Whether the file is intact; if not, it is replaced (`on_salvage`). A second or two a gigabyte."""
        return self._keeper.do(self._keeper.check)

    def back_up(self) -> Future[Backup]:
        """Make a backup now; the newest five are kept."""
        return self._keeper.do(self._keeper.back_up)

    def list_backups(self) -> Future[tuple[Backup, ...]]:
        """All backups, the newest first."""
        return self._keeper.do(lambda: backup_files.list_backups(self._place))

    def restore_backup(self, path: Path) -> Future[OpenReport]:
        """Put a backup in the place of all there is; the file so far is moved aside, and stays."""
        return self._writer.do(lambda: self._restore(path))

    # ---

    def _change(self, conversation_id: str, run: Callable[[sqlite3.Connection], _T]) -> Future[_T]:
        return self._writer.change(run, (conversation_id,))

    def _arrange(
        self, ids: Collection[str], run: Callable[[sqlite3.Connection, tuple[str, ...]], object]
    ) -> Future[tuple[Entry, ...]]:
        found = tuple(dict.fromkeys(ids))

        def change(connection: sqlite3.Connection) -> tuple[Entry, ...]:
            run(connection, found)
            return shelves.entries(connection, found)

        return self._writer.change(change, found)

    def _set(self, conversation_id: str, **columns: object) -> Future[None]:
        return self._change(conversation_id, lambda at: conversations.change(at, conversation_id, **columns))

    def _ask(self, conversation_id: str, read: Callable[[sqlite3.Connection], _T]) -> Future[_T]:
        return self._reader.submit(lambda sources: sources.of_conversation(conversation_id, read))

    def _delete_everything(self) -> None:
        self._writer.forget_unsaved()
        self._live.replace(self._place.delete_all)

    def _restore(self, path: Path) -> OpenReport:
        self._writer.forget_unsaved()
        _, report = self._live.replace(lambda: backup_files.restore(self._place, path))
        return report
