"""Stores as older versions of the app left them."""

from __future__ import annotations

import contextlib
import sqlite3

from arvae_desktop.storage.store import schema


def make_store(path, version, messages=10, user_version=None):
    """Make a store of a version, with one conversation and so many messages, each with a word of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("pragma journal_mode = wal").fetchall()
        connection.execute("begin")
        for step in schema.STEPS[:version]:
            step(connection)
        connection.execute(
            "insert into conversations(key, id, title, has_own_title, created_at, updated_at, is_pinned,"
            " is_archived, is_unread, draft, tip) values(1, cast('c' as blob), cast('A title' as blob), 0,"
            " 1.0, 1.0, 0, 0, 0, x'', cast(? as blob))",
            (f"m{messages - 1}",),
        )
        connection.executemany(
            "insert into messages values(?, 1, cast(? as blob), ?, 'user', 'complete', null, null, 1.0, 0)",
            ((number + 1, f"m{number}", number or None) for number in range(messages)),
        )
        connection.executemany(
            "insert into bodies values(?, null, cast(? as blob))",
            ((number + 1, f"{'common words ' * 20} word{number}") for number in range(messages)),
        )
        connection.execute(f"pragma user_version = {version if user_version is None else user_version}")
        connection.execute("commit")
