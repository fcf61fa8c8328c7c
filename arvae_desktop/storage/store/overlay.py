"""What can't be saved for now: a store in memory that lies over the one on the disk.

A conversation that is changed is copied into memory, if the disk can be read, and from then on it is read
there.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from arvae_desktop.domain.errors import StoreError
from arvae_desktop.storage.store import conversations, searching, shelves
from arvae_desktop.storage.store.connections import is_damage, open_for_reading, open_in_memory, trouble_of
from arvae_desktop.storage.store.transfer import copy_conversation

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from arvae_desktop.domain.library import Entry, Overview, Shelf
    from arvae_desktop.storage.store.query import Query
    from arvae_desktop.storage.store.reports import SearchResults

_T = TypeVar("_T")


class Overlay:
    """The conversations that were changed since nothing could be saved.

    Attributes:
        connection: the store in memory; use it within `lock`.
        held: the ids of the conversations that are read here, also where they were deleted here.
    """

    def __init__(self, disk: Path) -> None:
        self.lock = threading.RLock()
        self.connection = open_in_memory()
        self.held: set[str] = set()
        self._disk = disk

    def apply(self, run: Callable[[sqlite3.Connection], object], touches: Iterable[str]) -> None:
        """Change conversations here. Raises what `run` raises, and then nothing is changed."""
        with self.lock:
            for conversation_id in touches:
                self._hold(conversation_id)
            self.connection.execute("begin")
            try:
                run(self.connection)
            except BaseException:
                self.connection.execute("rollback")
                raise
            self.connection.execute("commit")

    def close(self) -> None:
        """Let the memory go."""
        with self.lock:
            self.connection.close()

    def _hold(self, conversation_id: str) -> None:
        if conversation_id in self.held:
            return
        self.held.add(conversation_id)
        try:
            with contextlib.closing(open_for_reading(self._disk)) as disk:
                copy_conversation(disk, self.connection, conversation_id)
        except Exception as error:
            # The disk can't be read either, or has no store: then only what is said from now on is here.
            if trouble_of(error) is None and not is_damage(error):
                raise


class Sources(NamedTuple):
    """Where things are read: the disk, unless it can't be read, and what lies over it."""

    disk: sqlite3.Connection | None
    overlay: Overlay | None = None

    def of_conversation(self, conversation_id: str, read: Callable[[sqlite3.Connection], _T]) -> _T:
        """What `read` reads where the conversation is."""
        overlay = self.overlay
        if overlay is not None and (self.disk is None or conversation_id in overlay.held):
            with overlay.lock:
                return read(overlay.connection)
        return read(self._must_have_disk())

    def page(self, shelf: Shelf, after: Entry | None, limit: int) -> tuple[Entry, ...]:
        """See `shelves.page`."""
        if self.overlay is None:
            return shelves.page(self._must_have_disk(), shelf, after, limit)
        with self.overlay.lock:
            found = list(shelves.page(self.overlay.connection, shelf, after, limit))
            held = frozenset(self.overlay.held)
        if self.disk is not None:
            below = shelves.page(self.disk, shelf, after, limit + len(held))
            found += [entry for entry in below if entry.id not in held]
        found.sort(key=lambda entry: entry.place, reverse=True)
        return tuple(found[:limit])

    def overview(self) -> Overview:
        """See `shelves.overview`."""
        if self.overlay is None:
            return shelves.overview(self._must_have_disk())
        with self.overlay.lock:
            above = shelves.overview(self.overlay.connection)
            held = frozenset(self.overlay.held)
        if self.disk is None:
            return above
        return shelves.overview_of_both(above, shelves.overview(self.disk), shelves.entries(self.disk, held))

    def entries(self, conversation_ids: Iterable[str]) -> tuple[Entry, ...]:
        """See `shelves.entries`."""
        found = (
            self.of_conversation(each, lambda at, each=each: shelves.entries(at, [each]))  # type: ignore[misc]
            for each in conversation_ids
        )
        return tuple(entry for entries in found for entry in entries)

    def ids(self) -> tuple[str, ...]:
        """See `conversations.all_ids`."""
        if self.overlay is None:
            return conversations.all_ids(self._must_have_disk())
        with self.overlay.lock:
            above = conversations.all_ids(self.overlay.connection)
            held = frozenset(self.overlay.held)
        below = () if self.disk is None else conversations.all_ids(self.disk)
        return (*(each for each in below if each not in held), *above)

    def new_draft(self) -> str:
        """See `conversations.new_draft`; what was noted while the disk takes nothing is no part of it."""
        return "" if self.disk is None else conversations.new_draft(self.disk)

    def search(self, query: Query, limit: int) -> SearchResults:
        """See `searching.search`."""
        if self.overlay is None:
            return searching.search(self._must_have_disk(), query, limit)
        with self.overlay.lock:
            above = searching.search(self.overlay.connection, query, limit)
            held = frozenset(self.overlay.held)
        if self.disk is None:
            return above
        return above.merged_with(searching.search(self.disk, query, limit).without(held), limit)

    def _must_have_disk(self) -> sqlite3.Connection:
        if self.disk is None:  # the overlay went between two looks
            raise StoreError("The conversations can’t be read.")
        return self.disk
