"""Conversations as a list shows them, and folders, in the file.

Functions run within a transaction; ids that aren't there are passed over.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from arvae_desktop.domain.errors import FolderTakenError
from arvae_desktop.domain.library import Entry, Folder, Overview, Shelf, ShelfKind
from arvae_desktop.storage.store.codec import text_in, text_out

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

# What `read_entry` reads.
COLUMNS = (
    "conversations.id, conversations.title, conversations.updated_at,"
    " (select name from folders where folders.key = conversations.folder),"
    " conversations.is_pinned, conversations.is_archived, conversations.is_unread, conversations.deleted_at"
)
COLUMN_COUNT = 8
# Each is the condition of an index, which has the rows of a shelf in their order.
_CONDITIONS = {
    ShelfKind.BIN: "deleted_at is not null",
    ShelfKind.ARCHIVE: "deleted_at is null and is_archived = 1",
    ShelfKind.PINNED: "deleted_at is null and is_archived = 0 and is_pinned = 1",
    ShelfKind.FOLDER: "deleted_at is null and is_archived = 0 and is_pinned = 0 and folder = ?",
    ShelfKind.RECENT: "deleted_at is null and is_archived = 0 and is_pinned = 0 and folder is null",
}
_FILED = """
select folder, count(*) from conversations
where deleted_at is null and is_archived = 0 and is_pinned = 0 and folder is not null group by folder
"""


# --- reading ---


def page(connection: sqlite3.Connection, shelf: Shelf, after: Entry | None, limit: int) -> tuple[Entry, ...]:
    """The next entries of a shelf after this one as it was listed, newest first; in the bin, last deleted."""
    condition = _CONDITIONS[shelf.kind]
    values: tuple[Any, ...] = ()
    if shelf.kind is ShelfKind.FOLDER:
        values = (_key_of_folder(connection, shelf.folder or ""),)
    moment = "deleted_at" if shelf.kind is ShelfKind.BIN else "updated_at"
    if after is not None:
        condition += f" and ({moment}, id) < (?, ?)"
        values += (after.moment, text_out(after.id))
    query = f"select {COLUMNS} from conversations where {condition} order by {moment} desc, id desc limit ?"
    return tuple(map(read_entry, connection.execute(query, (*values, limit))))


def entries(connection: sqlite3.Connection, conversation_ids: Iterable[str]) -> tuple[Entry, ...]:
    """The entries of these conversations, in this order."""
    query = f"select {COLUMNS} from conversations where id = ?"
    found = (connection.execute(query, (text_out(each),)).fetchone() for each in conversation_ids)
    return tuple(read_entry(row) for row in found if row is not None)


def read_entry(row: Sequence[Any]) -> Entry:
    """The entry in a row of `COLUMNS`."""
    identity, title, updated_at, folder, is_pinned, is_archived, is_unread, deleted_at = row
    return Entry(
        text_in(identity),
        text_in(title),
        updated_at,
        None if folder is None else text_in(folder),
        bool(is_pinned),
        bool(is_archived),
        bool(is_unread),
        deleted_at,
    )


def overview(connection: sqlite3.Connection) -> Overview:
    """All folders, and how much is out of sight."""
    count = "select count(*) from conversations where"
    (archived,) = connection.execute(f"{count} {_CONDITIONS[ShelfKind.ARCHIVE]}").fetchone()
    (binned,) = connection.execute(f"{count} {_CONDITIONS[ShelfKind.BIN]}").fetchone()
    filed = dict(connection.execute(_FILED))
    names = connection.execute("select key, name from folders")
    return _overview({text_in(name): filed.get(key, 0) for key, name in names}, archived, binned)


def overview_of_both(above: Overview, below: Overview, hidden: Iterable[Entry]) -> Overview:
    """The overview of two stores together, without the entries of the one below that the other hides."""
    gone = Counter(entry.shelf for entry in hidden)
    counts = Counter({folder.name: folder.count for folder in above.folders})
    for folder in below.folders:
        counts[folder.name] += folder.count - gone[Shelf(ShelfKind.FOLDER, folder.name)]
    return _overview(
        counts,
        above.archived + below.archived - gone[Shelf(ShelfKind.ARCHIVE)],
        above.binned + below.binned - gone[Shelf(ShelfKind.BIN)],
    )


def _overview(counts: dict[str, int], archived: int, binned: int) -> Overview:
    names = sorted(counts, key=lambda name: (name.casefold(), name))
    return Overview(tuple(Folder(name, counts[name]) for name in names), archived, binned)


# --- writing ---


def change(connection: sqlite3.Connection, conversation_ids: Iterable[str], **columns: object) -> None:
    """Set columns of conversations."""
    assignments = ", ".join(f"{name} = ?" for name in columns)
    query = f"update conversations set {assignments} where id = ?"
    connection.executemany(query, ((*columns.values(), text_out(each)) for each in conversation_ids))


def move(connection: sqlite3.Connection, conversation_ids: Iterable[str], folder: str | None) -> None:
    """Put conversations into a folder, which is made if there is none of that name, or out of all.

    They are then neither pinned nor archived.
    """
    key = None if folder is None else folder_key(connection, folder)
    change(connection, conversation_ids, folder=key, is_pinned=False, is_archived=False)


def binned_ids(
    connection: sqlite3.Connection, conversation_ids: Iterable[str] | None = None, before: float | None = None
) -> tuple[str, ...]:
    """What is in the bin, in it before a moment, or what of these conversations is."""
    query = (
        "select id from conversations where deleted_at is not null"
        " and (:before is null or deleted_at < :before)"
    )
    found = [text_in(each) for (each,) in connection.execute(query, {"before": before})]
    if conversation_ids is None:
        return tuple(found)
    wanted = frozenset(conversation_ids)
    return tuple(each for each in found if each in wanted)


# --- folders ---


def folder_key(connection: sqlite3.Connection, name: str) -> int:
    """The key of a folder, which is made if there is none of that name."""
    connection.execute("insert or ignore into folders(name) values(?)", (text_out(name),))
    return int(connection.execute("select key from folders where name = ?", (text_out(name),)).fetchone()[0])


def rename_folder(
    connection: sqlite3.Connection, name: str, new_name: str, limit: int
) -> tuple[Entry, ...] | None:
    """Give a folder another name; what is in it then, or None if that is more than the limit.

    `FolderTakenError` if another has that name, in capitals or not.
    """
    key = _key_of_folder(connection, name)
    if key is None:
        return ()
    for other, kept in connection.execute("select key, name from folders"):
        if other != key and text_in(kept).casefold() == new_name.casefold():
            raise FolderTakenError("There is a folder of this name already.")
    connection.execute("update folders set name = ? where key = ?", (text_out(new_name), key))
    return _up_to(limit, connection, _filed(connection, key, limit))


def remove_folder(connection: sqlite3.Connection, name: str, limit: int) -> tuple[Entry, ...] | None:
    """Remove a folder; gives what was in it and is in none now, or None if that is more than the limit."""
    key = _key_of_folder(connection, name)
    if key is None:
        return ()
    ids = _filed(connection, key, limit)
    connection.execute("update conversations set folder = null where folder = ?", (key,))
    connection.execute("delete from folders where key = ?", (key,))
    return _up_to(limit, connection, ids)


def _filed(connection: sqlite3.Connection, folder: int, limit: int) -> list[str]:
    """The ids of what is in a folder, on whatever shelf it stands; at most one more than the limit."""
    rows = connection.execute("select id from conversations where folder = ? limit ?", (folder, limit + 1))
    return [text_in(each) for (each,) in rows]


def _up_to(limit: int, connection: sqlite3.Connection, ids: Sequence[str]) -> tuple[Entry, ...] | None:
    return entries(connection, ids) if len(ids) <= limit else None


def _key_of_folder(connection: sqlite3.Connection, name: str) -> int | None:
    row = connection.execute("select key from folders where name = ?", (text_out(name),)).fetchone()
    return None if row is None else int(row[0])
