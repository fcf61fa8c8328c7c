"""The conversations of the store as a library."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from arvae_desktop.domain.library import Found, Hit, Overview, Page
from arvae_desktop.services.answers import Answers
from arvae_desktop.services.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from concurrent.futures import Future

    from PySide6.QtCore import QObject

    from arvae_desktop.domain.conversations import Conversation
    from arvae_desktop.domain.library import Entry, Shelf
    from arvae_desktop.storage.store.conversation_store import ConversationStore
    from arvae_desktop.storage.store.reports import SearchResults

_BIN_S = 30 * 24 * 3600.0
# The first few come at once, and the rest of these when nobody has typed for a moment: reading them takes the
# search a while. Who finds more than that looks for another word.
_MOST_FOUND = 250
_MORE_AFTER_MS = 500


class StoreLibrary(Library):
    """Lists, finds and changes what is in a store, once it has one; until then it lists nothing.

    `report` is told of what can't be read or kept; the list then stays as it is.
    """

    def __init__(self, report: Callable[[BaseException], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._attached: ConversationStore | None = None
        self._report = report
        self._answers = Answers(self)
        self._tokens = itertools.count(1)
        self._searching = 0
        self._running: frozenset[str] = frozenset()
        self._overview = Overview()
        self._is_counting = False
        self._must_count_again = False
        # What was wished for and isn't kept yet, with the ids that it is about; and how much was kept.
        self._wishes: dict[Future[Any], tuple[str, ...]] = {}
        self._kept = 0

    def attach(self, store: ConversationStore) -> None:
        """Work with a store from now on, which may not be open yet."""
        self._attached = store
        self.reload()

    @property
    def _store(self) -> ConversationStore:
        if self._attached is None:
            raise RuntimeError("nothing is listed yet that could be changed")
        return self._attached

    # --- reading ---

    @property
    def overview(self) -> Overview:
        """Folders and counts, as far as they are known."""
        return self._overview

    @property
    def running(self) -> frozenset[str]:
        """The ids of conversations in which an answer runs."""
        return self._running

    def request_page(self, shelf: Shelf, after: Entry | None, limit: int) -> int:
        """Ask for the next entries of a shelf. What can't be read is reported, and has no page."""
        token = next(self._tokens)
        if self._attached is None:
            return token
        reading = self._store.list_conversations(shelf, after=after, limit=limit + 1)
        self._answers.bring(reading, self._take_page, token, limit)
        return token

    def search(self, query: str) -> int:
        """Ask for what matches; filters stand in the query. What was asked before is dropped."""
        token = self._searching = next(self._tokens)
        if self._attached is None:
            return token
        self._answers.bring(self._store.search(query), self._take_results, token, query)
        return token

    def cancel_search(self) -> None:
        """Nobody waits for the search any more."""
        self._searching = 0
        if self._attached is not None:
            self._attached.cancel_search()

    # --- being told ---

    def put(self, conversation: Conversation) -> None:
        """Keep a conversation, new or with all these values."""
        self._wish([conversation.id], self._store.put(conversation))

    def take_title(self, conversation_id: str, title: str) -> None:
        """Give a title that is not the user's own; one that is stays."""
        self._wish([conversation_id], self._store.rename(conversation_id, title, is_own=False))

    def note(self, *ids: str) -> None:
        """Something was asked of the store that changes these conversations: list them as they are then."""
        self._wish(ids, self._store.settled_entries(ids))

    def set_unread(self, ids: Collection[str], *, unread: bool) -> None:
        """Mark conversations as unread or read."""
        self._wish(ids, self._store.set_unread(ids, unread))

    def set_running(self, conversation_id: str, *, is_running: bool) -> None:
        """An answer has begun or ended."""
        one = frozenset([conversation_id])
        before, self._running = self._running, self._running | one if is_running else self._running - one
        if before != self._running:
            self.running_changed.emit(one)

    def reload(self) -> None:
        """The store was replaced or imported to: everything may be different."""
        self.reset.emit()
        self._count()

    def show_unsaved(self) -> None:
        """Nothing can be saved for now: list what was wished for as it is in memory."""
        if ids := tuple(dict.fromkeys(each for ids in self._wishes.values() for each in ids)):
            self._answers.bring(self._store.entries(ids), self._take_unsaved, self._kept)
            self._count()

    # --- wishes ---

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a title of the user's own."""
        self._wish([conversation_id], self._store.rename(conversation_id, title))
        self.renamed.emit(conversation_id, title)

    def set_pinned(self, ids: Collection[str], *, pinned: bool) -> None:
        """Pin or unpin."""
        self._wish(ids, self._store.set_pinned(ids, pinned))

    def set_archived(self, ids: Collection[str], *, archived: bool) -> None:
        """Archive, or bring back."""
        self._wish(ids, self._store.set_archived(ids, archived))

    def move(self, ids: Collection[str], folder: str | None) -> None:
        """Put in a folder, or in none."""
        self._wish(ids, self._store.move(ids, folder))

    def delete(self, ids: Collection[str]) -> None:
        """Put in the bin."""
        self._wish(ids, self._store.move_to_bin(ids))

    def restore(self, ids: Collection[str]) -> None:
        """Take out of the bin."""
        self._wish(ids, self._store.restore_from_bin(ids))

    def delete_for_good(self, ids: Collection[str]) -> None:
        """Delete what is in the bin."""
        self._answers.bring(self._store.purge(ids, only_binned=True), self._on_gone)

    def empty_bin(self) -> None:
        """Delete all that is in the bin."""
        self._answers.bring(self._store.purge_bin(), self._on_gone)

    def tidy_bin(self) -> None:
        """Delete what has been in the bin for thirty days."""
        self._answers.bring(self._store.purge_bin(before=time.time() - _BIN_S), self._on_tidied)

    def create_folder(self, name: str) -> None:
        """Make an empty folder."""
        self._answers.bring(self._store.add_folder(name), self._on_folder_made)

    def rename_folder(self, name: str, new_name: str) -> None:
        """Rename a folder. A name that another has is reported as a `FolderTakenError`."""
        self._answers.bring(self._store.rename_folder(name, new_name), self._on_kept)

    def delete_folder(self, name: str) -> None:
        """Delete a folder; what is in it stays."""
        self._answers.bring(self._store.remove_folder(name), self._on_kept)

    # --- what comes ---

    def _wish(self, ids: Collection[str], kept: Future[tuple[Entry, ...]]) -> None:
        self._wishes[kept] = tuple(ids)
        self._answers.bring(kept, self._on_kept)

    def _on_kept(self, kept: Future[tuple[Entry, ...]] | Future[tuple[Entry, ...] | None]) -> None:
        self._wishes.pop(kept, None)
        if self._has_failed(kept):
            return
        self._kept += 1
        entries = kept.result()
        if entries is None:  # very many
            self.reset.emit()
        elif entries:
            self.changed.emit(entries)
        self._count()

    def _on_tidied(self, gone: Future[tuple[str, ...]]) -> None:
        if gone.exception() is None:  # nobody asked for it; the next run tries again
            self._on_gone(gone)

    def _on_gone(self, gone: Future[tuple[str, ...]]) -> None:
        if not self._has_failed(gone) and gone.result():
            self._kept += 1
            self.removed.emit(gone.result())
            self._count()

    def _on_folder_made(self, made: Future[None]) -> None:
        if not self._has_failed(made):
            self._count()

    def _take_unsaved(self, reading: Future[tuple[Entry, ...]], kept: int) -> None:
        if self._has_failed(reading):
            return
        if kept != self._kept:  # what was read may be older than what is listed
            self.show_unsaved()
        elif reading.result():
            self.changed.emit(reading.result())

    def _take_page(self, reading: Future[tuple[Entry, ...]], token: int, limit: int) -> None:
        if not self._has_failed(reading):
            entries = reading.result()
            self.page_ready.emit(Page(token, entries[:limit], len(entries) <= limit))

    def _take_results(self, search: Future[SearchResults | None], token: int, query: str) -> None:
        if token != self._searching:
            return
        results = None if self._has_failed(search) else search.result()
        hits = () if results is None else _hits(results)
        has_more = results is not None and results.has_more
        self.found.emit(Found(token, hits, is_last=not has_more))
        if has_more:
            shown = frozenset(map(_place_of, hits))
            QTimer.singleShot(_MORE_AFTER_MS, self, lambda: self._search_more(token, query, shown))

    def _search_more(self, token: int, query: str, shown: frozenset[tuple[str, str | None]]) -> None:
        if token == self._searching:
            more = self._store.search(query, limit=_MOST_FOUND)
            self._answers.bring(more, self._take_more_results, token, shown)

    def _take_more_results(
        self, search: Future[SearchResults | None], token: int, shown: frozenset[tuple[str, str | None]]
    ) -> None:
        if token != self._searching:
            return
        results = None if self._has_failed(search) else search.result()
        hits = () if results is None else _hits(results)
        self.found.emit(Found(token, tuple(hit for hit in hits if _place_of(hit) not in shown), is_last=True))

    def _count(self) -> None:
        self._must_count_again = self._is_counting
        if not self._is_counting:
            self._is_counting = True
            self._answers.bring(self._store.overview(), self._take_overview)

    def _take_overview(self, counting: Future[Overview]) -> None:
        self._is_counting = False
        if not self._has_failed(counting) and counting.result() != self._overview:
            self._overview = counting.result()
            self.overview_changed.emit(self._overview)
        if self._must_count_again:
            self._count()

    def _has_failed(self, future: Future[Any]) -> bool:
        error = future.exception()
        if error is not None and not isinstance(error, LookupError):  # what isn't there is passed over
            self._report(error)
        return error is not None


def _place_of(hit: Hit) -> tuple[str, str | None]:
    return hit.conversation.id, hit.message_id


def _hits(results: SearchResults) -> tuple[Hit, ...]:
    titles = (Hit(hit.conversation, ranges=hit.ranges) for hit in results.titles)
    said = (Hit(hit.conversation, hit.message_id, hit.snippet, hit.ranges) for hit in results.messages)
    return (*titles, *said)
