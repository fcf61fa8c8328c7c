"""Backups: whole copies of the store that were read through before they count."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from typing import TYPE_CHECKING

from arvae_desktop.domain.errors import StoreError
from arvae_desktop.storage.paths import make_private_folder
from arvae_desktop.storage.store.connections import is_intact, open_for_reading
from arvae_desktop.storage.store.reports import Backup

if TYPE_CHECKING:
    from pathlib import Path

    from arvae_desktop.storage.store.place import StorePlace

_DAILY = "daily"
_KEPT_DAILY = 5
_KEPT_BEFORE_MIGRATIONS = 2
_ENDING = ".db"


def list_backups(place: StorePlace) -> tuple[Backup, ...]:
    """All backups, the newest first."""
    if not place.backups.is_dir():
        return ()
    found = [(path, path.stat()) for path in place.backups.glob(f"*{_ENDING}") if path.is_file()]
    backups = (Backup(path, stat.st_mtime, stat.st_size) for path, stat in found)
    return tuple(sorted(backups, key=lambda backup: (backup.made_at, backup.path.name), reverse=True))


def newest_daily_age_s(place: StorePlace) -> float:
    """How old the newest daily backup is, in seconds; infinite without any."""
    daily = (backup for backup in list_backups(place) if backup.path.name.startswith(_DAILY))
    return next((time.time() - backup.made_at for backup in daily), float("inf"))


def back_up_daily(connection: sqlite3.Connection, place: StorePlace) -> Backup:
    """Make a daily backup, and delete those beyond the newest five.

    Raises `StoreError`, `OSError` and `sqlite3.Error`.

    It is made in one go and not in steps: with steps, each commit that comes in between begins it anew. In
    write-ahead logging nobody waits for it.
    """
    return _back_up(connection, place, _DAILY, _KEPT_DAILY)


def back_up_before_migration(connection: sqlite3.Connection, place: StorePlace, version: int) -> Backup:
    """Make a backup of a file of this version. Raises `StoreError`, `OSError` and `sqlite3.Error`."""
    return _back_up(connection, place, f"version{version}", _KEPT_BEFORE_MIGRATIONS)


def copy_store(source: sqlite3.Connection, target: Path) -> None:
    """Copy a store into a new file, all of it on the disk, for the user alone (0600)."""
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
    with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as copy:
        source.backup(copy)
        # A backup is one file: nothing of it is in a log beside it.
        copy.execute("pragma journal_mode = delete").fetchall()


def restore(place: StorePlace, backup: Path) -> None:
    """Put a backup in the place of the store, which is moved aside.

    Raises `StoreError`, `OSError` and `sqlite3.Error`.
    """
    if not is_intact(backup):
        raise StoreError("The backup is damaged.", "Choose another one.")
    with contextlib.closing(open_for_reading(backup, oldest=1)) as source:
        copy_store(source, place.unfinished)
    place.unfinished.rename(place.finished)
    place.put_aside("replaced")
    place.finished.rename(place.file)


def _back_up(connection: sqlite3.Connection, place: StorePlace, kind: str, kept: int) -> Backup:
    make_private_folder(place.backups)
    unfinished = place.backups / "backup.part"
    target = _free_name(place, kind)
    try:
        copy_store(connection, unfinished)
        if not is_intact(unfinished):
            raise StoreError("The backup of the conversations is not intact.")
        unfinished.rename(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    of_kind = [backup for backup in list_backups(place) if backup.path.name.startswith(f"{kind}-")]
    for backup in of_kind[kept:]:
        backup.path.unlink(missing_ok=True)
    stat = target.stat()
    return Backup(target, stat.st_mtime, stat.st_size)


def _free_name(place: StorePlace, kind: str) -> Path:
    moment, count = time.strftime("%Y%m%d-%H%M%S"), 0
    while (path := place.backups / f"{kind}-{moment}-{count}{_ENDING}").exists():
        count += 1
    return path
