"""What the file looks like, version by version.

Keys (`key`) are numbers of this file alone; an `id` is the domain's. Text is UTF-8 in BLOBs (see `codec`),
times are seconds since 1970.

A message is two rows: `messages` has what a tree is drawn from, `bodies` the text, so that going through many
messages doesn't read their texts. While an answer runs it has no body: its pieces are in `journal`, and each
frame adds some, whatever the length of what is there. When it ends they become a body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from arvae_desktop.storage.store import indexing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

APPLICATION_ID = 0x41525645  # "ARVE"

_TABLES = """
create table meta(name text primary key, value) without rowid;
create table folders(key integer primary key, name blob not null unique);
create table models(key integer primary key, name blob not null unique);
create table conversations(
    key integer primary key,
    id blob not null unique,
    title blob not null,
    has_own_title integer not null,
    created_at real not null,
    updated_at real not null,
    folder integer,
    is_pinned integer not null,
    is_archived integer not null,
    is_unread integer not null,
    deleted_at real,
    draft blob not null,
    settings text,
    tip blob
);
create table messages(
    key integer primary key,
    conversation integer not null,
    id blob not null,
    parent integer,
    role text not null check(role in ('system', 'user', 'assistant')),
    state text not null check(state in ('running', 'complete', 'length', 'content_filter', 'tool_calls',
        'stopped', 'interrupted', 'failed')),
    model integer,
    facts text,
    created_at real not null,
    is_deleted integer not null
);
create table bodies(key integer primary key, layout text, text blob not null);
create table journal(
    place integer primary key,
    message integer not null,
    kind text not null,
    text blob not null
);
create index binned on conversations(deleted_at, id) where deleted_at is not null;
create index archived on conversations(updated_at, id) where deleted_at is null and is_archived = 1;
create index pinned on conversations(updated_at, id)
    where deleted_at is null and is_archived = 0 and is_pinned = 1;
create index filed on conversations(folder, updated_at, id)
    where deleted_at is null and is_archived = 0 and is_pinned = 0;
create unique index messages_of on messages(conversation, id);
create index running on messages(conversation) where state = 'running';
create index journal_of on journal(message);
"""


def _make_tables(connection: sqlite3.Connection) -> None:
    connection.execute(f"pragma application_id = {APPLICATION_ID}")
    for statement in _TABLES.split(";"):
        connection.execute(statement)


# Step n makes version n out of version n - 1. A step that was released never changes.
STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (_make_tables, indexing.make_index)
VERSION = len(STEPS)
