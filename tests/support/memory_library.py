"""A library that keeps its conversations in memory alone, for as long as the app runs."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from arvae_desktop.domain.library import Entry, Folder, Found, Hit, Overview, Page, Shelf
from arvae_desktop.services.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from PySide6.QtCore import QObject

# The id of a message, and what it says.
Said = tuple[str, str]
_BEFORE_MATCH, _SNIPPET = 40, 160


class MemoryLibrary(Library):
    """Answers from memory, but later, like any other.

    Attributes:
        said: gives the messages of a conversation, for the search.
    """

    def __init__(
        self, said: Callable[[str], Iterable[Said]] = lambda _id: (), parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._said = said
        self._entries: dict[str, Entry] = {}
        self._folders: list[str] = []
        self._running: frozenset[str] = frozenset()
        self._tokens = itertools.count(1)
        self._searching = 0
        self._sorted: dict[Shelf, list[Entry]] = {}
        self._overview = Overview()

    # --- reading ---

    @property
    def overview(self) -> Overview:
        """Folders and counts."""
        return self._overview

    @property
    def running(self) -> frozenset[str]:
        """The ids of conversations in which an answer runs."""
        return self._running

    def request_page(self, shelf: Shelf, after: Entry | None, limit: int) -> int:
        """Answered in the next turn of the event loop."""
        token = next(self._tokens)
        QTimer.singleShot(0, self, lambda: self.page_ready.emit(self._page(token, shelf, after, limit)))
        return token

    def search(self, query: str) -> int:
        """Answered in the next turn of the event loop: conversations that have all of the words."""
        token = self._searching = next(self._tokens)
        QTimer.singleShot(0, self, lambda: self._find(token, query))
        return token

    def cancel_search(self) -> None:
        """Forget what was asked."""
        self._searching = 0

    # --- being told ---

    def put(self, *entries: Entry) -> None:
        """Keep these conversations, as they are now."""
        self._entries.update((entry.id, entry) for entry in entries)
        self._settle(entries)

    def set_running(self, conversation_id: str, *, is_running: bool) -> None:
        """An answer has begun or ended."""
        one = frozenset([conversation_id])
        self._running = self._running | one if is_running else self._running - one
        self.running_changed.emit(one)

    # --- wishes ---

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a title."""
        self._change([conversation_id], title=title)

    def set_pinned(self, ids: Collection[str], *, pinned: bool) -> None:
        """Pin or unpin."""
        self._change(ids, is_pinned=pinned, **({"is_archived": False} if pinned else {}))

    def set_archived(self, ids: Collection[str], *, archived: bool) -> None:
        """Archive, or bring back."""
        self._change(ids, is_archived=archived)

    def move(self, ids: Collection[str], folder: str | None) -> None:
        """Put in a folder, or in none."""
        self._change(ids, folder=folder, is_pinned=False, is_archived=False)

    def delete(self, ids: Collection[str]) -> None:
        """Put in the bin."""
        self._change(ids, deleted_at=time.time())

    def restore(self, ids: Collection[str]) -> None:
        """Take out of the bin."""
        self._change(ids, deleted_at=None)

    def delete_for_good(self, ids: Collection[str]) -> None:
        """Forget what is in the bin."""
        gone = [each for each in ids if each in self._entries and self._entries[each].deleted_at is not None]
        for conversation_id in gone:
            del self._entries[conversation_id]
        self.removed.emit(tuple(gone))
        self._settle(())

    def empty_bin(self) -> None:
        """Forget all that is in the bin."""
        self.delete_for_good([entry.id for entry in self._entries.values() if entry.deleted_at is not None])

    def create_folder(self, name: str) -> None:
        """Make a folder."""
        if name not in self._folders:
            self._folders.append(name)
            self._settle(())

    def rename_folder(self, name: str, new_name: str) -> None:
        """Rename a folder."""
        if name in self._folders and new_name not in self._folders:
            self._folders[self._folders.index(name)] = new_name
            self._refile(name, new_name)

    def delete_folder(self, name: str) -> None:
        """Delete a folder."""
        if name in self._folders:
            self._folders.remove(name)
            self._refile(name, None)

    def _refile(self, name: str, new_name: str | None) -> None:
        moved = [replace(entry, folder=new_name) for entry in self._entries.values() if entry.folder == name]
        self._entries.update((entry.id, entry) for entry in moved)
        self._settle(moved)

    def _change(self, ids: Collection[str], **values: Any) -> None:
        changed = [replace(self._entries[each], **values) for each in ids if each in self._entries]
        self._entries.update((entry.id, entry) for entry in changed)
        self._settle(changed)

    def _settle(self, changed: Iterable[Entry]) -> None:
        self._sorted.clear()
        counts = dict.fromkeys(self._folders, 0)
        archived = binned = 0
        for entry in self._entries.values():
            if entry.deleted_at is not None:
                binned += 1
            elif entry.is_archived:
                archived += 1
            elif entry.folder in counts and not entry.is_pinned:
                counts[entry.folder] += 1
        self._overview = Overview(
            tuple(Folder(name, counts[name]) for name in sorted(counts, key=str.casefold)), archived, binned
        )
        self.overview_changed.emit(self._overview)
        if changed := tuple(changed):
            self.changed.emit(changed)

    def _page(self, token: int, shelf: Shelf, after: Entry | None, limit: int) -> Page:
        entries = self._shelf(shelf)
        start = 0
        if after is not None:
            start = next((at for at, entry in enumerate(entries) if entry.place < after.place), len(entries))
        return Page(token, tuple(entries[start : start + limit]), start + limit >= len(entries))

    def _shelf(self, shelf: Shelf) -> list[Entry]:
        if shelf not in self._sorted:
            entries = [entry for entry in self._entries.values() if entry.shelf == shelf]
            self._sorted[shelf] = sorted(entries, key=lambda entry: entry.place, reverse=True)
        return self._sorted[shelf]

    # --- searching ---

    def _find(self, token: int, query: str) -> None:
        if token == self._searching:
            self.found.emit(Found(token, tuple(self._hits(query.casefold().split())), is_last=True))

    def _hits(self, words: list[str]) -> Iterator[Hit]:
        newest_first = sorted(self._entries.values(), key=lambda entry: entry.updated_at, reverse=True)
        for entry in newest_first:
            if ranges := _matches(entry.title, words):
                yield Hit(entry, ranges=ranges)
            for message_id, text in self._said(entry.id):
                line = " ".join(text.split())
                if ranges := _matches(line, words):
                    yield _hit(entry, message_id, line, ranges)


def _hit(entry: Entry, message_id: str, line: str, ranges: tuple[tuple[int, int], ...]) -> Hit:
    start = max(0, ranges[0][0] - _BEFORE_MATCH)
    snippet = line[start : start + _SNIPPET]
    inside = tuple((first - start, last - start) for first, last in ranges if last - start <= len(snippet))
    return Hit(entry, message_id, snippet, inside)


def _matches(text: str, words: list[str]) -> tuple[tuple[int, int], ...]:
    """Where the words are, if all of them are there."""
    # A letter may fold into several: ß is ss.
    places = [place for place, letter in enumerate(text) for _ in letter.casefold()]
    folded = text.casefold()
    ranges = []
    for word in words:
        at = folded.find(word)
        if at < 0:
            return ()
        ranges.append((places[at], places[at + len(word) - 1] + 1))
    return tuple(sorted(ranges))
