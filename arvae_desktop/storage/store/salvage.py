"""A damaged file: moved aside, and what can be read of it put into a new one.

Nothing is deleted, and the damaged file is not even opened: a copy of it is. What can't be read there is
taken from the newest backup, which may bring back what was deleted since it was made.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from arvae_desktop.domain.messages import AnswerState, Role, SegmentKind
from arvae_desktop.storage.store import conversations, messages, schema
from arvae_desktop.storage.store.backups import list_backups
from arvae_desktop.storage.store.carving import Carver
from arvae_desktop.storage.store.codec import text_out
from arvae_desktop.storage.store.connections import StoreNotReadyError, is_damage, open_for_reading
from arvae_desktop.storage.store.place import COMPANIONS
from arvae_desktop.storage.store.reports import SalvageReport
from arvae_desktop.storage.store.transfer import copy_conversation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arvae_desktop.storage.store.place import StorePlace

_ORPHANED_TEXTS = "select key from bodies union select message from journal except select key from messages"
_ADOPT_TEXT = """
insert into messages(key, conversation, id, role, state, created_at, is_deleted)
values(?1, 0, cast('rescued-' || ?1 as blob), 'assistant', 'interrupted', 0.0, 0)
"""
_HOMELESS_MESSAGES = "select distinct conversation from messages except select key from conversations"
_ADOPT_MESSAGES = """
insert into conversations(key, id, title, has_own_title, created_at, updated_at,
    is_pinned, is_archived, is_unread, draft, tip)
select ?1, cast('rescued-' || lower(hex(randomblob(16))) as blob), cast('Rescued conversation' as blob), 0,
    max(created_at), max(created_at), 0, 0, 0,
    x'', (select id from messages where conversation = ?1 order by key desc limit 1)
from messages where conversation = ?1
"""
_STATES = set(AnswerState)
_ROLES = set(Role)
_KINDS = set(SegmentKind)


def rescue(place: StorePlace) -> SalvageReport:
    """Replace the damaged file, which nobody has open. Raises `OSError` and `sqlite3.Error`.

    The new file is whole before the damaged one is moved; `opening` ends what a crash between the two leaves.
    """
    with contextlib.closing(_new_file(place.unfinished)) as target:
        target.execute("begin")
        schema.STEPS[0](target)
        lost = _copy_tables(place, target)
        _mend(target)
        for number, step in enumerate(schema.STEPS[1:], 2):
            step(target)
            target.execute(f"pragma user_version = {number}")
        backup = _fill_gaps(place, target) if lost else None
        target.execute("commit")
        tables = ("conversations", "messages")
        counted = [target.execute(f"select count(*) from {table}").fetchone()[0] for table in tables]
    place.unfinished.replace(place.finished)
    damaged = place.put_aside("damaged")
    place.finished.rename(place.file)
    return SalvageReport(damaged, counted[0], counted[1], backup, lost)


def _new_file(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
    connection = sqlite3.connect(path, isolation_level=None)
    # Nothing in it counts before it is whole.
    connection.execute("pragma journal_mode = off").fetchall()
    return connection


def _copy_tables(place: StorePlace, target: sqlite3.Connection) -> int:
    """Copy what can be read; returns how many places could not be."""
    if not place.file.is_file():
        return 1
    with tempfile.TemporaryDirectory(prefix="salvage-", dir=place.file.parent) as folder:
        copy = Path(folder) / "store.db"
        for ending in ("", *COMPANIONS[:1]):
            source = place.file.with_name(place.file.name + ending)
            if source.exists():
                shutil.copyfile(source, copy.with_name(copy.name + ending))
        with Carver(copy) as carver:
            for table, columns in _TABLES.items():
                marks = ", ".join("?" * (len(columns) + 1))
                names = ", ".join(("key", *columns))
                insert = f"insert or ignore into {table}({names}) values({marks})".replace(
                    "journal(key", "journal(place"
                )
                rows = carver.rows(table, columns)
                target.executemany(insert, (_repaired(key, values, columns) for key, *values in rows))
            return carver.lost


# What each column must be, and what stands there instead if it isn't.


def _bytes(value: object) -> bytes:
    if isinstance(value, str):
        return text_out(value)
    return value if isinstance(value, bytes) else b""


def _optional_bytes(value: object) -> bytes | None:
    return None if value is None else _bytes(value)


def _flag(value: object) -> bool:
    return value == 1


def _time(value: object) -> float:
    return value if isinstance(value, float) else 0.0


def _optional_time(value: object) -> float | None:
    return value if isinstance(value, float) else None


def _key(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _sure_key(value: object) -> int:
    return value if isinstance(value, int) else 0


def _json(value: object) -> str | None:
    try:
        return value if isinstance(value, str) and json.loads(value) is not None else None
    except ValueError:
        return None


def _role(value: object) -> object:
    return value if value in _ROLES else Role.ASSISTANT


def _state(value: object) -> object:
    return value if value in _STATES else AnswerState.INTERRUPTED


def _kind(value: object) -> object:
    return value if value in _KINDS else SegmentKind.TEXT


_TABLES: dict[str, dict[str, Callable[[object], object]]] = {
    "folders": {"name": _bytes},
    "models": {"name": _bytes},
    "conversations": {
        "id": _bytes,
        "title": _bytes,
        "has_own_title": _flag,
        "created_at": _time,
        "updated_at": _time,
        "folder": _key,
        "is_pinned": _flag,
        "is_archived": _flag,
        "is_unread": _flag,
        "deleted_at": _optional_time,
        "draft": _bytes,
        "settings": _json,
        "tip": _optional_bytes,
    },
    "messages": {
        "conversation": _sure_key,
        "id": _bytes,
        "parent": _key,
        "role": _role,
        "state": _state,
        "model": _key,
        "facts": _json,
        "created_at": _time,
        "is_deleted": _flag,
    },
    "bodies": {"layout": _json, "text": _bytes},
    "journal": {"message": _sure_key, "kind": _kind, "text": _bytes},
}


def _repaired(
    key: int, values: Sequence[object], columns: dict[str, Callable[[object], object]]
) -> tuple[object, ...]:
    return (key, *(repair(value) for value, repair in zip(values, columns.values(), strict=True)))


def _mend(target: sqlite3.Connection) -> None:
    """Let every text have a message, every message a conversation and a text, and nothing run."""
    target.executemany(_ADOPT_TEXT, target.execute(_ORPHANED_TEXTS).fetchall())
    target.executemany(_ADOPT_MESSAGES, target.execute(_HOMELESS_MESSAGES).fetchall())
    running = "select key from messages where state = 'running' or key not in (select key from bodies)"
    for (key,) in target.execute(running).fetchall():
        messages.interrupt(target, key)
    target.execute("delete from journal")


def _fill_gaps(place: StorePlace, target: sqlite3.Connection) -> Path | None:
    """Add what the newest readable backup has and the new file hasn't; returns that backup."""
    for backup in list_backups(place):
        try:
            with contextlib.closing(open_for_reading(backup.path)) as source:
                for conversation_id in conversations.all_ids(source):
                    copy_conversation(source, target, conversation_id)
        except Exception as error:
            if not is_damage(error) and not isinstance(error, StoreNotReadyError):
                raise
        else:
            return backup.path
    return None
