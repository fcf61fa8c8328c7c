"""What a list of kept conversations asks of whoever keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Collection

    from arvae_desktop.domain.library import Entry, Overview, Shelf


class Library(QObject):
    """Kept conversations, read page by page, searched and put in order.

    Nothing here waits: requests are answered by signals, later, in any order, each with the token that the
    request returned. Wishes come back as `changed`, `removed` and `overview_changed` once they are kept; one
    that can't be kept changes nothing and is told by whoever failed. Unknown ids are passed over.

    Signals:
        page_ready: a `Page`.
        found: a `Found`.
        changed: a tuple of `Entry`s as they are now; new ones among them.
        removed: a tuple of ids that are gone for good.
        overview_changed: the `Overview` as it is now.
        renamed: a conversation's id, and the title that the user gave it.
        running_changed: the ids, as a frozenset, of conversations in which an answer has begun or ended.
        reset: everything may be different; whoever lists it starts anew.
    """

    page_ready = Signal(object)
    found = Signal(object)
    changed = Signal(object)
    removed = Signal(object)
    overview_changed = Signal(object)
    renamed = Signal(str, str)
    running_changed = Signal(object)
    reset = Signal()

    # --- reading ---

    @property
    def overview(self) -> Overview:
        """Folders and counts, as far as they are known; kept in memory."""
        raise NotImplementedError

    @property
    def running(self) -> frozenset[str]:
        """The ids of conversations in which an answer runs; kept in memory."""
        raise NotImplementedError

    def request_page(self, shelf: Shelf, after: Entry | None, limit: int) -> int:
        """Ask for the next entries, the newest first: at most `limit` that follow `after` as it was listed.

        Without `after`, for the first.
        """
        raise NotImplementedError

    def search(self, query: str) -> int:
        """Ask for what matches, best first; what was asked before need not be answered any more."""
        raise NotImplementedError

    def cancel_search(self) -> None:
        """Nobody waits for the search any more."""
        raise NotImplementedError

    # --- wishes ---

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation a title of the user's own."""
        raise NotImplementedError

    def set_pinned(self, ids: Collection[str], *, pinned: bool) -> None:
        """Pin conversations or unpin them. Pinning takes them out of the archive."""
        raise NotImplementedError

    def set_archived(self, ids: Collection[str], *, archived: bool) -> None:
        """Archive conversations or bring them back to where they were."""
        raise NotImplementedError

    def move(self, ids: Collection[str], folder: str | None) -> None:
        """Put conversations in a folder, or in none; they are then neither pinned nor archived."""
        raise NotImplementedError

    def delete(self, ids: Collection[str]) -> None:
        """Put conversations in the bin."""
        raise NotImplementedError

    def restore(self, ids: Collection[str]) -> None:
        """Take conversations out of the bin, back to where they were."""
        raise NotImplementedError

    def delete_for_good(self, ids: Collection[str]) -> None:
        """Delete conversations in the bin, with every word in them."""
        raise NotImplementedError

    def empty_bin(self) -> None:
        """Delete for good all that is in the bin."""
        raise NotImplementedError

    def create_folder(self, name: str) -> None:
        """Make an empty folder; nothing happens if there is one of this name."""
        raise NotImplementedError

    def rename_folder(self, name: str, new_name: str) -> None:
        """Give a folder a name that no other has."""
        raise NotImplementedError

    def delete_folder(self, name: str) -> None:
        """Delete a folder; the conversations in it stay, in none."""
        raise NotImplementedError
