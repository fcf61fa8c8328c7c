"""Entries under headings as a Qt model: tells of each change by rows, without looking through all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex

from arvae_desktop.ui.sidebar.rows import Group, GroupKey, Rows, folder_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtCore import QObject

    from arvae_desktop.domain.library import Entry
    from arvae_desktop.ui.sidebar.days import Days

Index = QModelIndex | QPersistentModelIndex


class GroupedModel(QAbstractListModel):
    """Keeps the rows; what they show is up to those who build on it.

    A heading comes with the first entry under it and goes with the last; those of folders stay.
    """

    def __init__(self, days: Days, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = Rows(days)

    def rowCount(self, parent: Index | None = None) -> int:
        """How many rows there are so far, headings among them."""
        return 0 if parent is not None and parent.isValid() else self._rows.count

    def index_of(self, conversation_id: str) -> QModelIndex:
        """Where a conversation stands; invalid if it doesn't."""
        row = self._rows.row_of(conversation_id)
        return QModelIndex() if row is None else self.index(row)

    def folder_index(self, name: str) -> QModelIndex:
        """The heading of a folder; invalid if there is none."""
        key = folder_key(name)
        return QModelIndex() if self._rows.group(key) is None else self.index(self._rows.start(key))

    def _insert(self, entries: Sequence[Entry]) -> None:
        """Insert entries of one shelf, the newest first."""
        for key, part in self._rows.split(entries):
            group = self._rows.group(key) or self._new_group(key)
            first, last = (group.position(entry.place) for entry in (part[0], part[-1]))
            # Those of a page stand together, unless others have come between them meanwhile.
            for run in [part] if first == last else [[entry] for entry in part]:
                self._insert_run(group, run)

    def _insert_run(self, group: Group, entries: Sequence[Entry]) -> None:
        """Insert entries that stand together."""
        at = group.position(entries[0].place)
        if group.is_open:
            row = self._rows.start(group.key) + 1 + at
            self.beginInsertRows(QModelIndex(), row, row + len(entries) - 1)
        group.entries[at:at] = entries
        self._rows.by_id.update((entry.id, entry) for entry in entries)
        self._rows.recount()
        if group.is_open:
            self.endInsertRows()

    def _remove(self, entry: Entry) -> None:
        """Remove an entry that is here."""
        group, at = self._find(entry)
        if group.is_open:
            row = self._rows.start(group.key) + 1 + at
            self.beginRemoveRows(QModelIndex(), row, row)
        del group.entries[at], self._rows.by_id[entry.id]
        self._rows.recount()
        if group.is_open:
            self.endRemoveRows()
        self._drop_if_empty(group)

    def _replace(self, old: Entry, new: Entry) -> None:
        """Show another state of an entry, where it belongs now; its row stays the same, selected or not."""
        source, at = self._find(old)
        key = self._rows.key_of(new)
        target = self._rows.group(key) or self._new_group(key)
        to = target.position(new.place)
        if source is target and to in (at, at + 1):
            source.entries[at] = self._rows.by_id[new.id] = new
        elif source.is_open and target.is_open:
            row = self._rows.start(source.key) + 1 + at
            self.beginMoveRows(QModelIndex(), row, row, QModelIndex(), self._rows.start(target.key) + 1 + to)
            del source.entries[at]
            target.entries.insert(to - 1 if source is target and to > at else to, new)
            self._rows.by_id[new.id] = new
            self._rows.recount()
            self.endMoveRows()
        else:
            self._remove(old)
            self._insert([new])
            return
        self._refresh_ids([new.id])
        self._drop_if_empty(source)

    def _set_open(self, group: Group, *, is_open: bool) -> None:
        """Show what is in a folder, or only its heading."""
        start, rows = self._rows.start(group.key), len(group.entries)
        if rows and is_open:
            self.beginInsertRows(QModelIndex(), start + 1, start + rows)
        elif rows:
            self.beginRemoveRows(QModelIndex(), start + 1, start + rows)
        group.is_open = is_open
        self._rows.recount()
        if rows and is_open:
            self.endInsertRows()
        elif rows:
            self.endRemoveRows()
        self._refresh_row(start)

    def _add_group(self, group: Group) -> None:
        start = self._rows.start(group.key)
        self.beginInsertRows(QModelIndex(), start, start + group.height - 1)
        self._rows.add(group)
        self.endInsertRows()

    def _drop_group(self, group: Group) -> None:
        """Remove a group with all that is in it."""
        start = self._rows.start(group.key)
        self.beginRemoveRows(QModelIndex(), start, start + group.height - 1)
        for entry in group.entries:
            del self._rows.by_id[entry.id]
        self._rows.drop(group)
        self.endRemoveRows()

    def _refresh_ids(self, ids: Iterable[str]) -> None:
        """What is shown of these conversations has changed."""
        for conversation_id in ids:
            if (row := self._rows.row_of(conversation_id)) is not None:
                self._refresh_row(row)

    def _refresh_row(self, row: int) -> None:
        index = self.index(row)
        self.dataChanged.emit(index, index)

    def _new_group(self, key: GroupKey) -> Group:
        group = Group(key)
        self._add_group(group)
        return group

    def _drop_if_empty(self, group: Group) -> None:
        if not group.entries and group.folder is None:
            self._drop_group(group)

    def _find(self, entry: Entry) -> tuple[Group, int]:
        group = self._rows.group(self._rows.key_of(entry))
        if group is None:
            raise LookupError(f"no group of {entry.id!r}")
        return group, group.position(entry.place)
