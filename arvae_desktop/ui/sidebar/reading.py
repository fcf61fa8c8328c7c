"""How far a shelf has been read, and what has happened to it while a page was on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arvae_desktop.domain.library import Entry, Page, Shelf


class Reading:
    """Reads a shelf page by page.

    Attributes:
        last: the last entry of the pages that came, as it was then.
        is_complete: whether the whole shelf has been read.
        token: that of the page on its way, or None.
    """

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.last: Entry | None = None
        self.is_complete = False
        self.token: int | None = None
        self._news: dict[str, Entry | None] = {}

    @property
    def can_go_on(self) -> bool:
        """Whether there is more, and none of it is on its way."""
        return not self.is_complete and self.token is None

    def covers(self, entry: Entry) -> bool:
        """Whether an entry of this shelf stands among what has been read, and not further down."""
        return self.is_complete or (self.last is not None and entry.place >= self.last.place)

    def note(self, conversation_id: str, entry: Entry | None) -> None:
        """A conversation has changed or gone; a page on its way may not know it yet."""
        if self.token is not None:
            self._news[conversation_id] = entry

    def take(self, page: Page) -> tuple[tuple[Entry, ...], list[Entry]]:
        """Take a page; gives what of it still holds, and what has changed since it was asked for."""
        self.token = None
        self.is_complete = page.is_last
        if page.entries:
            self.last = page.entries[-1]
        news, self._news = self._news, {}
        kept = tuple(entry for entry in page.entries if entry.id not in news)
        return kept, [entry for entry in news.values() if entry is not None]
