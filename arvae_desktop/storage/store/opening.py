"""Opening a store: the lock, the schema's version, what a crash left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from arvae_desktop.storage.paths import make_private_folder
from arvae_desktop.storage.store import messages, schema
from arvae_desktop.storage.store.backups import back_up_before_migration
from arvae_desktop.storage.store.connections import is_damage, open_for_reading, open_for_writing
from arvae_desktop.storage.store.reports import OpenReport
from arvae_desktop.storage.store.salvage import rescue

if TYPE_CHECKING:
    import sqlite3

    from arvae_desktop.storage.store.locking import StoreLock
    from arvae_desktop.storage.store.place import StorePlace
    from arvae_desktop.storage.store.reports import SalvageReport


class OpenStore(NamedTuple):
    """A store that is open: its connection, and what was found."""

    connection: sqlite3.Connection
    report: OpenReport


def open_store(place: StorePlace, lock: StoreLock) -> OpenStore:
    """Open the store, whatever state it is in.

    Raises `StoreInUseError`, and `OSError` or `sqlite3.Error` if the disk won't have it.
    """
    make_private_folder(place.file.parent)
    lock.take()
    _finish_replacing(place)
    salvage = _rescue_what_is_no_file(place)
    try:
        return _open(place, salvage)
    except Exception as error:
        if not is_damage(error):
            raise
    return _open(place, rescue(place))


def mark_closed(connection: sqlite3.Connection) -> None:
    """Say that the run ended well; the last thing that is written."""
    set_meta(connection, "is_open", 0)


def set_meta(connection: sqlite3.Connection, name: str, value: float) -> None:
    """Note a number about the store itself."""
    connection.execute("insert or replace into meta(name, value) values(?, ?)", (name, value))


def meta(connection: sqlite3.Connection, name: str) -> float:
    """A number about the store itself; 0 if it was never noted."""
    row = connection.execute("select value from meta where name = ?", (name,)).fetchone()
    return float(row[0]) if row else 0.0


def migrate(connection: sqlite3.Connection, place: StorePlace) -> int | None:
    """Bring the schema up to date; returns the version before, or None if it was current or the file is new.

    Each step is one transaction together with its number, so that wherever the process ends, the file is at
    one version or at the next.
    """
    (version,) = connection.execute("pragma user_version").fetchone()
    if version == schema.VERSION:
        return None
    if version:
        back_up_before_migration(connection, place, version)
    for number in range(version, schema.VERSION):
        connection.execute("begin immediate")
        schema.STEPS[number](connection)
        connection.execute(f"pragma user_version = {number + 1}")
        connection.execute("commit")
    return version or None


def _open(place: StorePlace, salvage: SalvageReport | None) -> OpenStore:
    connection = open_for_writing(place.file)
    try:
        (version,) = connection.execute("pragma user_version").fetchone()
        if version > schema.VERSION:
            connection.close()
            return OpenStore(open_for_reading(place.file), OpenReport(is_read_only=True))
        migrated_from = migrate(connection, place)
        connection.execute("begin immediate")
        was_closed = not meta(connection, "is_open")
        interrupted = messages.interrupt_running(connection)
        set_meta(connection, "is_open", 1)
        connection.execute("commit")
    except BaseException:
        connection.close()
        raise
    return OpenStore(connection, OpenReport(interrupted, was_closed, False, migrated_from, salvage))


def _finish_replacing(place: StorePlace) -> None:
    """End what a crash cut off when one file was about to take the place of another."""
    place.unfinished.unlink(missing_ok=True)
    if place.finished.exists() and not place.file.exists():
        place.finished.rename(place.file)
    place.finished.unlink(missing_ok=True)


def _rescue_what_is_no_file(place: StorePlace) -> SalvageReport | None:
    """Move a folder, or an empty file where there must have been a full one, out of the way."""
    if not place.file.exists() or (
        place.file.is_file() and (place.file.stat().st_size or not has_traces(place))
    ):
        return None
    return rescue(place)


def has_traces(place: StorePlace) -> bool:
    """Whether there once was something in the store."""
    wal = place.file.with_name(f"{place.file.name}-wal")
    return (wal.exists() and wal.stat().st_size > 0) or (
        place.backups.is_dir() and any(place.backups.iterdir())
    )
