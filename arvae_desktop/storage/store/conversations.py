"""Conversations in the file.

Functions run within a transaction; an id that isn't there is a `LookupError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arvae_desktop.domain.conversations import Conversation
from arvae_desktop.storage.store import indexing
from arvae_desktop.storage.store.codec import settings_in, settings_out, text_in, text_out
from arvae_desktop.storage.store.shelves import folder_key

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from arvae_desktop.domain.conversations import ConversationSettings

_COLUMNS = (
    "id, title, has_own_title, created_at, updated_at,"
    " (select name from folders where folders.key = folder) as folder_name,"
    " is_pinned, is_archived, is_unread, deleted_at, draft, settings, tip"
)
INSERT = """
insert into conversations(key, folder, id, title, has_own_title, created_at, updated_at, is_pinned,
is_archived, is_unread, deleted_at, draft, settings, tip)
"""
_UPSERT = """
insert into conversations(folder, id, title, has_own_title, created_at, updated_at, is_pinned, is_archived,
is_unread, deleted_at, draft, settings, tip) values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict(id) do
update set title = excluded.title, has_own_title = excluded.has_own_title, created_at = excluded.created_at,
updated_at = excluded.updated_at, folder = excluded.folder, is_pinned = excluded.is_pinned, is_archived =
excluded.is_archived, is_unread = excluded.is_unread, deleted_at = excluded.deleted_at, draft =
excluded.draft, settings = excluded.settings, tip = excluded.tip returning key
"""


# --- reading ---


def key_of(connection: sqlite3.Connection, conversation_id: str) -> int:
    """The key of a conversation."""
    query = "select key from conversations where id = ?"
    row = connection.execute(query, (text_out(conversation_id),)).fetchone()
    if row is None:
        raise LookupError(f"no conversation {conversation_id!r}")
    return int(row[0])


def load(connection: sqlite3.Connection, conversation_id: str) -> Conversation | None:
    """A conversation without its messages, or None if there is none."""
    query = f"select {_COLUMNS} from conversations where id = ?"
    row = connection.execute(query, (text_out(conversation_id),)).fetchone()
    return None if row is None else _read(row)


def all_ids(connection: sqlite3.Connection) -> tuple[str, ...]:
    """The ids of all conversations, also of those in the bin, oldest first."""
    rows = connection.execute("select id from conversations order by key")
    return tuple(text_in(conversation_id) for (conversation_id,) in rows)


def new_draft(connection: sqlite3.Connection) -> str:
    """What `save_new_draft` kept; empty without any."""
    row = connection.execute("select value from meta where name = 'new_draft'").fetchone()
    return text_in(row[0]) if row else ""


def _read(row: tuple[Any, ...]) -> Conversation:
    (
        identity,
        title,
        own,
        created,
        updated,
        folder,
        pinned,
        archived,
        unread,
        deleted,
        draft,
        settings,
        tip,
    ) = row
    return Conversation(
        id=text_in(identity),
        title=text_in(title),
        has_own_title=bool(own),
        created_at=created,
        updated_at=updated,
        folder=None if folder is None else text_in(folder),
        is_pinned=bool(pinned),
        is_archived=bool(archived),
        is_unread=bool(unread),
        deleted_at=deleted,
        draft=text_in(draft),
        settings=settings_in(settings),
        tip=None if tip is None else text_in(tip),
    )


# --- writing ---


def put(connection: sqlite3.Connection, conversation: Conversation) -> int:
    """Make a conversation, or put all these values in place of what is there; returns its key."""
    before = load(connection, conversation.id)
    key = write(connection, conversation)
    if before is None or before.title != conversation.title:
        if before is not None:
            indexing.remove_title(connection, key, before.title)
        indexing.add_titles(connection, [indexing.title_entry(key, conversation.title)])
    return key


def write(connection: sqlite3.Connection, conversation: Conversation) -> int:
    """The same, but nothing goes into the index."""
    folder = key_of_folder(connection, conversation.folder)
    return int(connection.execute(_UPSERT, (folder, *row(conversation))).fetchone()[0])


def key_of_folder(connection: sqlite3.Connection, name: str | None) -> int | None:
    """The key of a conversation's folder, which is made if it isn't there."""
    return None if name is None else folder_key(connection, name)


def row(conversation: Conversation) -> tuple[Any, ...]:
    """The values for `INSERT` that don't depend on the file: all behind the keys."""
    return (
        text_out(conversation.id),
        text_out(conversation.title),
        conversation.has_own_title,
        conversation.created_at,
        conversation.updated_at,
        conversation.is_pinned,
        conversation.is_archived,
        conversation.is_unread,
        conversation.deleted_at,
        text_out(conversation.draft),
        settings_out(conversation.settings),
        None if conversation.tip is None else text_out(conversation.tip),
    )


def rename(connection: sqlite3.Connection, conversation_id: str, title: str, *, is_own: bool) -> None:
    """Give a conversation a title; `is_own` says that the user did, and then only they change it."""
    key = key_of(connection, conversation_id)
    query = "select title, has_own_title from conversations where key = ?"
    before, had_own = connection.execute(query, (key,)).fetchone()
    if had_own and not is_own:
        return
    indexing.remove_title(connection, key, text_in(before))
    change(connection, conversation_id, title=text_out(title), has_own_title=is_own)
    indexing.add_titles(connection, [indexing.title_entry(key, title)])


def change(connection: sqlite3.Connection, conversation_id: str, **columns: object) -> None:
    """Set columns of a conversation."""
    assignments = ", ".join(f"{name} = ?" for name in columns)
    query = f"update conversations set {assignments} where id = ?"
    if not connection.execute(query, (*columns.values(), text_out(conversation_id))).rowcount:
        raise LookupError(f"no conversation {conversation_id!r}")


def set_settings(
    connection: sqlite3.Connection, conversation_id: str, settings: ConversationSettings
) -> None:
    """Set what the requests of a conversation say."""
    change(connection, conversation_id, settings=settings_out(settings))


def save_new_draft(connection: sqlite3.Connection, draft: str) -> None:
    """Keep what stands in the composer of a conversation that isn't kept yet."""
    connection.execute("insert or replace into meta(name, value) values('new_draft', ?)", (text_out(draft),))


def purge(connection: sqlite3.Connection, conversation_ids: Iterable[str]) -> tuple[str, ...]:
    """Delete conversations for good; ids that aren't there are passed over. Which ones that were."""
    gone = []
    for conversation_id in conversation_ids:
        row = connection.execute(
            "select key, title from conversations where id = ?", (text_out(conversation_id),)
        ).fetchone()
        if row is None:
            continue
        key, title = row
        for (message,) in connection.execute(
            "select key from messages where conversation = ?", (key,)
        ).fetchall():
            forget_message(connection, message)
        indexing.remove_title(connection, key, text_in(title))
        connection.execute("delete from conversations where key = ?", (key,))
        gone.append(conversation_id)
    return tuple(gone)


def forget_message(connection: sqlite3.Connection, key: int) -> None:
    """Take a message out of every table."""
    if connection.execute("select 1 from bodies where key = ?", (key,)).fetchone():
        indexing.remove_message(connection, key)
    connection.execute("delete from bodies where key = ?", (key,))
    connection.execute("delete from journal where message = ?", (key,))
    connection.execute("delete from messages where key = ?", (key,))
