"""Opening the file, and what an error of SQLite means. The only module that imports `sqlite3`.

Write-ahead logging with ``synchronous=normal``: a commit hands its pages to the operating system, so whatever
becomes of the process, what was committed is there. A power cut or a crash of the system can take the commits
since the last checkpoint, at most some seconds of a quiet store, with it, but never damages the file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from typing import TYPE_CHECKING

from arvae_desktop.storage.store import schema
from arvae_desktop.storage.store.reports import TroubleKind

if TYPE_CHECKING:
    from pathlib import Path

_LOCK_PATIENCE_S = 0.1
_CACHE_KB = 8_000
_TROUBLES = {
    sqlite3.SQLITE_FULL: TroubleKind.FULL,
    sqlite3.SQLITE_READONLY: TroubleKind.READ_ONLY,
    sqlite3.SQLITE_PERM: TroubleKind.READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: TroubleKind.READ_ONLY,
    sqlite3.SQLITE_BUSY: TroubleKind.LOCKED,
    sqlite3.SQLITE_LOCKED: TroubleKind.LOCKED,
    sqlite3.SQLITE_PROTOCOL: TroubleKind.LOCKED,
    sqlite3.SQLITE_IOERR: TroubleKind.BROKEN,
    sqlite3.SQLITE_NOMEM: TroubleKind.BROKEN,
}
_OS_TROUBLES = {
    errno.ENOSPC: TroubleKind.FULL,
    errno.EDQUOT: TroubleKind.FULL,
    errno.EACCES: TroubleKind.READ_ONLY,
    errno.EPERM: TroubleKind.READ_ONLY,
    errno.EROFS: TroubleKind.READ_ONLY,
}
# What Python raises for a text that is no UTF-8 has no code of SQLite's.
_UNREADABLE_TEXT = "Could not decode to UTF-8"


class ForeignFileError(Exception):
    """The file is a database, but none of ours."""


class StoreNotReadyError(OSError):
    """The file has no tables yet, or those of an older version."""


def open_for_writing(path: Path) -> sqlite3.Connection:
    """The one connection that writes. The file is made if it isn't there, for the user alone (0600).

    Its companions, ``-wal`` and ``-shm``, get the same mode from SQLite. Raises `sqlite3.Error`, `OSError`
    and `ForeignFileError`.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(
        path, timeout=_LOCK_PATIENCE_S, isolation_level=None, check_same_thread=False
    )
    try:
        # The first statement that reads the file; on a damaged or foreign one it fails here.
        has_tables = connection.execute("select count(*) from sqlite_schema").fetchone()[0] > 0
        (identity,) = connection.execute("pragma application_id").fetchone()
        if has_tables and identity != schema.APPLICATION_ID:
            raise ForeignFileError("another program's database")
        for pragma in (
            "journal_mode = wal",
            "synchronous = normal",
            f"cache_size = -{_CACHE_KB}",
            "temp_store = memory",
            "wal_autocheckpoint = 0",  # the writer does it when there is a pause
            "journal_size_limit = 4194304",
        ):
            connection.execute(f"pragma {pragma}").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def open_for_reading(path: Path, *, oldest: int = schema.VERSION) -> sqlite3.Connection:
    """A connection that sees what was committed and waits for no writer. Raises `sqlite3.Error`.

    Where nothing can be written, SQLite can't share the log's index; the file is then read as one that nobody
    changes. A file of a version before the oldest that is wanted: `StoreNotReadyError`.
    """
    try:
        return _open_read_only(path, "mode=ro", oldest)
    except sqlite3.OperationalError as error:
        if trouble_of(error) is not TroubleKind.READ_ONLY or not path.is_file():
            raise
    return _open_read_only(path, "immutable=1", oldest)


def _open_read_only(path: Path, how: str, oldest: int) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?{how}"
    connection = sqlite3.connect(
        address, uri=True, timeout=_LOCK_PATIENCE_S, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute(f"pragma cache_size = -{_CACHE_KB}")
        connection.execute("pragma temp_store = memory")
        (version,) = connection.execute("pragma user_version").fetchone()
        if version < oldest:
            raise StoreNotReadyError(f"version {version}")
    except BaseException:
        connection.close()
        raise
    return connection


def open_in_memory() -> sqlite3.Connection:
    """A store in memory, of the current schema."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    for step in schema.STEPS:
        step(connection)
    return connection


def trouble_of(error: BaseException) -> TroubleKind | None:
    """Why the disk takes nothing for now, or None if the error means something else."""
    if isinstance(error, sqlite3.Error):
        return _TROUBLES.get(_code(error))
    if isinstance(error, OSError):
        return _OS_TROUBLES.get(error.errno or 0, TroubleKind.BROKEN)
    return None


def is_damage(error: BaseException) -> bool:
    """Whether the error says that the file is no intact store."""
    if isinstance(error, ForeignFileError):
        return True
    if not isinstance(error, sqlite3.Error):
        return False
    is_unreadable = str(error).startswith(_UNREADABLE_TEXT)
    return is_unreadable or _code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_intact(path: Path) -> bool:
    """Whether SQLite finds nothing wrong. Reads the whole file: a second or two for each gigabyte.

    Raises `sqlite3.Error` if it can't be read at all.
    """
    try:
        # Not ``mode=ro``: with that SQLite knows no constraints, and they tell of a damaged role or state.
        address = f"{path.absolute().as_uri()}?mode=rw"
        with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
            connection.execute("pragma query_only = on")
            return bool(connection.execute("pragma quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return False
        raise


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; what comes from Python itself has none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
