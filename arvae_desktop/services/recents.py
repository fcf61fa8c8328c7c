"""The conversations that were talked in last, wherever they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from arvae_desktop.domain.library import PINNED, RECENT, Shelf, ShelfKind

if TYPE_CHECKING:
    from arvae_desktop.domain.library import Entry, Page
    from arvae_desktop.services.library import Library

_REFRESH_MS = 300


class Recents(QObject):
    """Keeps the newest few up to date as the library tells of changes; else it does nothing.

    Signals:
        changed: the `Entry`s, the newest first.
    """

    changed = Signal(object)

    def __init__(self, library: Library, count: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._count = count
        self._pages: dict[int, tuple[Entry, ...] | None] = {}
        self._refresh = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._refresh.timeout.connect(self._ask)
        library.page_ready.connect(self._on_page)
        for signal in (library.changed, library.removed, library.overview_changed, library.reset):
            signal.connect(self._note_change)
        self.entries: tuple[Entry, ...] = ()

    def _note_change(self, _what: object = None) -> None:
        self._refresh.start()

    def _ask(self) -> None:
        folders = [Shelf(ShelfKind.FOLDER, folder.name) for folder in self._library.overview.folders]
        shelves = (RECENT, PINNED, *folders)
        self._pages = {self._library.request_page(each, None, self._count): None for each in shelves}

    def _on_page(self, page: Page) -> None:
        if page.token not in self._pages:
            return
        self._pages[page.token] = tuple(page.entries)
        if all(entries is not None for entries in self._pages.values()):
            found = [entry for entries in self._pages.values() for entry in entries or ()]
            newest = sorted(found, key=lambda entry: entry.moment, reverse=True)[: self._count]
            self._pages = {}
            if tuple(newest) != self.entries:
                self.entries = tuple(newest)
                self.changed.emit(self.entries)
