"""The conversations of a library as a Qt model, read page by page."""

from __future__ import annotations

import json
from datetime import date, datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QMimeData, Qt, Signal

from arvae_desktop.domain.library import ARCHIVE, BIN, PINNED, RECENT, Entry, Shelf, ShelfKind
from arvae_desktop.ui.sidebar.days import Days
from arvae_desktop.ui.sidebar.grouped_model import GroupedModel, Index
from arvae_desktop.ui.sidebar.reading import Reading
from arvae_desktop.ui.sidebar.rows import Group, Rows, folder_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from PySide6.QtCore import QModelIndex, QObject

    from arvae_desktop.domain.library import Overview, Page
    from arvae_desktop.services.library import Library

_Flag = Qt.ItemFlag
ROW_ROLE = Qt.ItemDataRole.UserRole
MIME_TYPE = "application/x-arvae-conversations"
PAGE = 200
UNTITLED = "Untitled"
_AHEAD = 60  # rows: a page is asked for before its first row can be seen


class Sight(Enum):
    """Which conversations are listed."""

    LISTED = auto()
    ARCHIVE = auto()
    BIN = auto()


_SHELVES = {Sight.LISTED: (PINNED, RECENT), Sight.ARCHIVE: (ARCHIVE,), Sight.BIN: (BIN,)}


class Row(NamedTuple):
    """All that is shown of a row.

    Attributes:
        entry: None for a heading.
        folder: the name of the folder, on its heading and on what is in it.
        total: on a folder's heading, how many it holds.
    """

    title: str
    entry: Entry | None
    folder: str | None = None
    is_open: bool = True
    total: int = 0
    is_running: bool = False
    is_in_front: bool = False

    @property
    def in_words(self) -> str:
        """All of it, for assistive technology."""
        if self.entry is None and self.folder is None:
            return f"{self.title}, heading"
        if self.entry is None:
            conversations = "1 conversation" if self.total == 1 else f"{self.total} conversations"
            return f"{self.title}, folder, {conversations}, {'expanded' if self.is_open else 'collapsed'}"
        marks = {
            "pinned": self.entry.is_pinned,
            "answering": self.is_running,
            "unread": self.entry.is_unread,
            "in front": self.is_in_front,
        }
        return ", ".join([self.title, *(mark for mark, is_set in marks.items() if is_set)])


class ConversationModel(GroupedModel):
    """Lists what is on the shelves of a library, as far as it has been read.

    Attributes:
        sight: which conversations are listed.

    Signals:
        loaded: the first page of what is listed has come.
        open_folders_changed: the names of the folders that are open, as a tuple.
    """

    loaded = Signal()
    open_folders_changed = Signal(object)

    def __init__(
        self,
        library: Library,
        today: Callable[[], date] = lambda: datetime.now().astimezone().date(),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(Days(today()), parent)
        self._library = library
        self._today = today
        self._readings: dict[Shelf, Reading] = {}
        self._open_folders: set[str] = set()
        self._in_front: str | None = None
        self.sight = Sight.LISTED
        library.page_ready.connect(self._take_page)
        library.changed.connect(self._on_changed)
        library.removed.connect(self._on_removed)
        library.overview_changed.connect(self._on_overview)
        library.running_changed.connect(self._refresh_ids)
        library.reset.connect(self.restart)
        self._begin()

    # --- what Qt asks ---

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Title, words for assistive technology, and the whole `Row`."""
        if not index.isValid() or index.row() >= self._rows.count:
            return None
        row = self.row(index.row())
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return row.title
            case Qt.ItemDataRole.ToolTipRole if row.entry is not None:
                return row.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return row.in_words
            case _ if role == ROW_ROLE:
                return row
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Wish for a new title of a conversation or a folder; it shows once it is kept."""
        # After a drag Qt offers to clear what was dragged away, with no text.
        if role != Qt.ItemDataRole.EditRole or not isinstance(value, str) or not index.isValid():
            return False
        row, title = self.row(index.row()), " ".join(value.split())
        if not title or title == row.title:
            return False
        if row.entry is not None:
            self._library.rename(row.entry.id, title)
        elif row.folder is not None:
            if row.is_open:
                self._open_folders.add(title)
            self._library.rename_folder(row.folder, title)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings can't be selected; those of folders can be renamed and opened."""
        if not index.isValid():
            return _Flag.NoItemFlags
        group, position = self._rows.spot(index.row())
        flags = _Flag.ItemNeverHasChildren
        if self.sight is Sight.LISTED:
            flags |= _Flag.ItemIsDropEnabled
        if position >= 0:
            flags |= _Flag.ItemIsEnabled | _Flag.ItemIsSelectable
            if self.sight is not Sight.BIN:
                flags |= _Flag.ItemIsEditable | _Flag.ItemIsDragEnabled
        elif group.folder is not None:
            flags |= _Flag.ItemIsEnabled | _Flag.ItemIsEditable
        return flags

    def canFetchMore(self, parent: Index) -> bool:
        """Whether there is more at the end."""
        return not parent.isValid() and self._last_reading.can_go_on

    def fetchMore(self, parent: Index) -> None:
        """Ask for the next page at the end."""
        if not parent.isValid():
            self._request(self._last_reading)

    # --- drag and drop ---

    def supportedDropActions(self) -> Qt.DropAction:
        """What is dragged is moved."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Ours alone: nothing leaves the list by dragging."""
        return [MIME_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The ids of what is dragged."""
        entries = (self.row(index.row()).entry for index in indexes)
        data = QMimeData()
        data.setData(MIME_TYPE, json.dumps([entry.id for entry in entries if entry is not None]).encode())
        return data

    def shelf_at(self, index: Index) -> Shelf | None:
        """Where something dropped on this row goes: into its folder, to what is pinned, or out of both."""
        if not index.isValid() or self.sight is not Sight.LISTED:
            return None
        group = self._rows.spot(index.row()).group
        if group.folder is not None:
            return Shelf(ShelfKind.FOLDER, group.folder)
        return PINNED if group.is_pinned else RECENT

    def canDropMimeData(
        self, data: QMimeData, _action: Qt.DropAction, _row: int, _column: int, parent: Index
    ) -> bool:
        """Whether what is dragged can go here."""
        return data.hasFormat(MIME_TYPE) and self.shelf_at(parent) is not None

    def dropMimeData(
        self, data: QMimeData, _action: Qt.DropAction, _row: int, _column: int, parent: Index
    ) -> bool:
        """Wish for what was dropped to stand here."""
        shelf = self.shelf_at(parent)
        if shelf is None or not data.hasFormat(MIME_TYPE):
            return False
        ids = json.loads(bytes(data.data(MIME_TYPE).data()))
        if shelf == PINNED:
            self._library.set_pinned(ids, pinned=True)
        else:
            self._library.move(ids, shelf.folder)
        return True

    # --- what is listed ---

    @property
    def is_complete(self) -> bool:
        """Whether everything has been read."""
        return all(reading.is_complete for reading in self._readings.values())

    def row(self, row: int) -> Row:
        """What a row shows."""
        group, _position = spot = self._rows.spot(row)
        if (entry := spot.entry) is None:
            return Row(group.title(self._rows.days), None, group.folder, group.is_open, group.total)
        return Row(
            entry.title or UNTITLED,
            entry,
            group.folder,
            is_running=entry.id in self._library.running,
            is_in_front=entry.id == self._in_front,
        )

    def entries(self, first: int, last: int) -> Iterable[Entry]:
        """The conversations in these rows."""
        return self._rows.entries(first, last)

    def show(self, sight: Sight) -> None:
        """List others."""
        if sight is not self.sight:
            self.sight = sight
            self.restart()

    def restart(self) -> None:
        """Read everything anew."""
        self.beginResetModel()
        self._rows = Rows(Days(self._today()))
        self._readings = {}
        self._begin()
        self.endResetModel()

    def check_day(self) -> None:
        """Group anew if another day has begun."""
        if (today := self._today()) != self._rows.days.today:
            self.beginResetModel()
            self._rows.regroup(Days(today))
            self.endResetModel()

    def mark_in_front(self, conversation_id: str | None) -> None:
        """Mark the conversation that is open in the window."""
        before, self._in_front = self._in_front, conversation_id
        self._refresh_ids(each for each in (before, conversation_id) if each is not None)

    def restore_open_folders(self, folders: Iterable[str]) -> None:
        """Open these folders, or as soon as they are listed."""
        self._open_folders.update(folders)
        for folder in self._open_folders:
            group = self._rows.group(folder_key(folder))
            if group is not None and not group.is_open:
                self._set_open(group, is_open=True)
                self._begin_folder(folder)

    def set_open(self, folder: str, *, is_open: bool) -> None:
        """Open or close a folder."""
        group = self._rows.group(folder_key(folder))
        if group is not None and group.is_open != is_open:
            (self._open_folders.add if is_open else self._open_folders.discard)(folder)
            self.open_folders_changed.emit(tuple(sorted(self._open_folders)))
            self._set_open(group, is_open=is_open)
            if is_open:
                self._begin_folder(folder)

    def will_show(self, first: int, last: int) -> None:
        """These rows can be seen: ask for what comes near them."""
        for reading in self._readings.values():
            if reading.can_go_on:
                end = self._end_of(reading.shelf)
                if end is not None and first - _AHEAD <= end <= last + _AHEAD:
                    self._request(reading)

    # --- reading ---

    @property
    def _last_reading(self) -> Reading:
        return self._readings[_SHELVES[self.sight][-1]]

    def _begin(self) -> None:
        for shelf in _SHELVES[self.sight]:
            self._readings[shelf] = Reading(shelf)
            self._request(self._readings[shelf])
        if self.sight is Sight.LISTED:
            for folder in self._library.overview.folders:
                is_open = folder.name in self._open_folders
                self._rows.add(Group(folder_key(folder.name), folder.name, is_open, folder.count))
                if is_open:
                    self._begin_folder(folder.name)

    def _begin_folder(self, folder: str) -> None:
        shelf = Shelf(ShelfKind.FOLDER, folder)
        if shelf not in self._readings:
            self._readings[shelf] = Reading(shelf)
            self._request(self._readings[shelf])

    def _request(self, reading: Reading) -> None:
        if reading.can_go_on:
            reading.token = self._library.request_page(reading.shelf, reading.last, PAGE)

    def _end_of(self, shelf: Shelf) -> int | None:
        """The row behind the last one of a shelf; None for a closed folder."""
        if shelf.kind is ShelfKind.FOLDER and shelf.folder is not None:
            group = self._rows.group(folder_key(shelf.folder))
            is_open = group is not None and group.is_open
            return self._rows.start(group.key) + group.height if group is not None and is_open else None
        if shelf.kind is ShelfKind.PINNED:
            return self._rows.groups[0].height if self._rows.groups else 0
        return self._rows.count

    def _take_page(self, page: Page) -> None:
        reading = next((each for each in self._readings.values() if each.token == page.token), None)
        if reading is None:
            return
        is_first = reading is self._last_reading and reading.last is None
        entries, news = reading.take(page)
        self._insert([entry for entry in entries if entry.id not in self._rows.by_id])
        for entry in news:
            self._put(entry)
        if is_first:
            self.loaded.emit()

    # --- changes ---

    def _on_changed(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            for reading in self._readings.values():
                reading.note(entry.id, entry)
            self._put(entry)

    def _put(self, entry: Entry) -> None:
        reading = self._readings.get(entry.shelf)
        is_wanted = reading is not None and reading.covers(entry)
        old = self._rows.by_id.get(entry.id)
        if old is None and is_wanted:
            self._insert([entry])
        elif old is not None and is_wanted:
            self._replace(old, entry)
        elif old is not None:
            self._remove(old)

    def _on_removed(self, ids: Iterable[str]) -> None:
        for conversation_id in ids:
            for reading in self._readings.values():
                reading.note(conversation_id, None)
            if (old := self._rows.by_id.get(conversation_id)) is not None:
                self._remove(old)

    def _on_overview(self, overview: Overview) -> None:
        if self.sight is not Sight.LISTED:
            return
        folders = {folder_key(folder.name): folder for folder in overview.folders}
        for gone in [each for each in self._rows.groups if each.folder and each.key not in folders]:
            self._readings.pop(Shelf(ShelfKind.FOLDER, gone.folder), None)
            self._drop_group(gone)
        for key, folder in folders.items():
            group = self._rows.group(key)
            if group is None:
                is_open = folder.name in self._open_folders
                self._add_group(Group(key, folder.name, is_open, folder.count))
                if is_open:
                    self._begin_folder(folder.name)
            elif group.total != folder.count:
                group.total = folder.count
                self._refresh_row(self._rows.start(key))
