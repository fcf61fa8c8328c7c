"""The rows of the list: entries under headings, found by row and by id without looking through them all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from arvae_desktop.domain.library import Entry, ShelfKind
from arvae_desktop.ui.sidebar.days import DayGroup

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from arvae_desktop.ui.sidebar.days import Days

GroupKey = tuple[Any, ...]
_PINNED, _FOLDERS, _DAYS = range(3)


@dataclass(slots=True)
class Group:
    """A heading and what stands under it.

    Attributes:
        key: sorts groups as they are shown, and tells them apart.
        folder: the name, if it is a folder; only folders can be closed, and stay when they are empty.
        total: how many a folder holds, loaded or not.
        entries: the newest first.
    """

    key: GroupKey
    folder: str | None = None
    is_open: bool = True
    total: int = 0
    entries: list[Entry] = field(default_factory=list)

    @property
    def height(self) -> int:
        """How many rows it takes."""
        return 1 + (len(self.entries) if self.is_open else 0)

    @property
    def is_pinned(self) -> bool:
        """Whether it is the group of pinned conversations."""
        return self.key == (_PINNED,)

    def position(self, place: tuple[float, str]) -> int:
        """Where an entry of this place stands or would stand."""
        low, high = 0, len(self.entries)
        while low < high:
            middle = (low + high) // 2
            if self.entries[middle].place > place:
                low = middle + 1
            else:
                high = middle
        return low

    def title(self, days: Days) -> str:
        """What its heading says."""
        if self.folder is not None:
            return self.folder
        return "Pinned" if self.is_pinned else DayGroup(*self.key[1:]).title(days.today)


class Spot(NamedTuple):
    """What a row shows: a group's heading, at position -1, or one of its entries."""

    group: Group
    position: int

    @property
    def entry(self) -> Entry | None:
        """The entry; None for a heading."""
        return None if self.position < 0 else self.group.entries[self.position]


class Rows:
    """All groups in the order in which they are shown.

    Whoever changes a group says so by `recount`, and keeps `by_id` in step.

    Attributes:
        days: what the undated are grouped by.
        by_id: every entry that is here.
    """

    def __init__(self, days: Days) -> None:
        self.days = days
        self.by_id: dict[str, Entry] = {}
        self._groups: list[Group] = []
        self._starts: list[int] = []
        self.count = 0

    @property
    def groups(self) -> Sequence[Group]:
        """As they are shown."""
        return self._groups

    def key_of(self, entry: Entry) -> GroupKey:
        """The key of the group in which an entry belongs."""
        kind = entry.shelf.kind
        if kind is ShelfKind.PINNED:
            return (_PINNED,)
        if kind is ShelfKind.FOLDER and entry.folder is not None:
            return folder_key(entry.folder)
        return (_DAYS, *self.days.group(entry.moment))

    def group(self, key: GroupKey) -> Group | None:
        """The group of this key."""
        at = bisect_left(self._groups, key, key=_key)
        return self._groups[at] if at < len(self._groups) and self._groups[at].key == key else None

    def start(self, key: GroupKey) -> int:
        """The row of the group's heading, or where it would be."""
        at = bisect_left(self._groups, key, key=_key)
        return self._starts[at] if at < len(self._starts) else self.count

    def add(self, group: Group) -> None:
        """Put a group in its place."""
        self._groups.insert(bisect_left(self._groups, group.key, key=_key), group)
        self.recount()

    def drop(self, group: Group) -> None:
        """Take a group out."""
        self._groups.remove(group)
        self.recount()

    def recount(self) -> None:
        """Groups have grown or shrunk."""
        self._starts, row = [], 0
        for group in self._groups:
            self._starts.append(row)
            row += group.height
        self.count = row

    def spot(self, row: int) -> Spot:
        """What a row shows."""
        at = bisect_right(self._starts, row) - 1
        return Spot(self._groups[at], row - self._starts[at] - 1)

    def entries(self, first: int, last: int) -> Iterator[Entry]:
        """The entries in these rows."""
        while first <= last:
            group, position = self.spot(first)
            heading = first - position - 1
            end = min(last, heading + group.height - 1)
            yield from group.entries[max(position, 0) : end - heading]
            first = end + 1

    def row_of(self, conversation_id: str) -> int | None:
        """The row of a conversation; None if it is not here, or in a closed folder."""
        entry = self.by_id.get(conversation_id)
        if entry is None:
            return None
        group = self.group(self.key_of(entry))
        if group is None or not group.is_open:
            return None
        return self.start(group.key) + 1 + group.position(entry.place)

    def split(self, entries: Sequence[Entry]) -> Iterator[tuple[GroupKey, Sequence[Entry]]]:
        """Entries of one shelf, the newest first, by the groups in which they belong."""
        at = 0
        while at < len(entries):
            key = self.key_of(entries[at])
            end = bisect_right(entries, key, lo=at, key=self.key_of)
            yield key, entries[at:end]
            at = end

    def regroup(self, days: Days) -> None:
        """Another day has begun."""
        dated = [group for group in self._groups if group.key[0] == _DAYS]
        entries = [entry for group in dated for entry in group.entries]
        self._groups = [group for group in self._groups if group.key[0] != _DAYS]
        self.days = days
        self._groups += [Group(key, entries=list(part)) for key, part in self.split(entries)]
        self.recount()


def folder_key(name: str) -> GroupKey:
    """The key of a folder's group."""
    return (_FOLDERS, name.casefold(), name)


def _key(group: Group) -> GroupKey:
    return group.key
