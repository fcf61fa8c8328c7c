"""The file as the writer's thread has it: open, written to, replaced, closed."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from arvae_desktop.storage.store import indexing
from arvae_desktop.storage.store.connections import is_damage, trouble_of
from arvae_desktop.storage.store.opening import OpenStore, mark_closed, open_store
from arvae_desktop.storage.store.salvage import rescue

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator

    from arvae_desktop.storage.store.lanes import ReadLane
    from arvae_desktop.storage.store.locking import StoreLock
    from arvae_desktop.storage.store.place import StorePlace
    from arvae_desktop.storage.store.reports import OpenReport, SalvageReport

_T = TypeVar("_T")

# A log of this size is brought into the file even if there is no pause.
_MOST_LOG_BYTES = 64 << 20


class Outcome(NamedTuple):
    """What one change came to, once all of its transaction is committed: a result, or its own error."""

    result: Any = None
    error: Exception | None = None


class LiveFile:
    """The file of a store, and the lock on it.

    Attributes:
        lanes: the readers that let go of the file while it is replaced.
        is_read_only: whether a newer version wrote it.
        is_untidy: whether something is left for a pause.
        generation: another number whenever another file is the store.
    """

    def __init__(
        self, place: StorePlace, on_salvage: Callable[[SalvageReport], None], lock: StoreLock
    ) -> None:
        self.lanes: tuple[ReadLane, ...] = ()
        self.is_read_only = False
        self.generation = 0
        self._place = place
        self._on_salvage = on_salvage
        self._lock = lock
        self._connection: sqlite3.Connection | None = None
        self.is_untidy = False

    def open(self) -> OpenReport:
        """Open the file. Raises as `open_store` does."""
        return self._open()[1]

    def commit(self, changes: Iterable[Callable[[sqlite3.Connection], Any]]) -> list[Outcome]:
        """Do the changes in one transaction. One that fails by itself is undone alone.

        Raises what the disk or a damaged file raises; then nothing is changed.
        """
        connection = self._connection if self._connection is not None else self._open_late()
        connection.execute("begin immediate")
        try:
            outcomes = [_outcome(connection, change) for change in changes]
            connection.execute("commit")
        except BaseException:
            if connection.in_transaction:
                connection.execute("rollback")
            raise
        self.is_untidy = True
        return outcomes

    def tidy(self) -> None:
        """Do a step of what is left for a pause, until there is nothing. Raises `sqlite3.Error`."""
        if self._connection is None or not indexing.merge(self._connection):
            self.checkpoint()
            self.is_untidy = False

    def checkpoint(self) -> None:
        """Bring what is in the log into the file, as far as nobody reads it. Raises `sqlite3.Error`."""
        if self._connection is not None:
            self._connection.execute("pragma wal_checkpoint(passive)").fetchall()

    @property
    def has_long_log(self) -> bool:
        """Whether so much is in the log that it can't wait for a pause."""
        log = self._place.file.with_name(f"{self._place.file.name}-wal")
        return log.exists() and log.stat().st_size > _MOST_LOG_BYTES

    def replace(self, replace: Callable[[], _T]) -> tuple[_T, OpenReport]:
        """Close the file everywhere, let `replace` put another one in its place, and open that.

        Raises what `replace` and `open_store` raise.
        """
        with self._all_readers_suspended():
            self._disconnect()
            self.generation += 1
            result = replace()
            return result, self.open()

    def replace_damaged(self) -> None:
        """Put what can be read of a damaged file in its place, and tell. Raises as `replace` does."""
        report, _ = self.replace(lambda: rescue(self._place))
        self._on_salvage(report)

    def close(self) -> None:
        """Say that the run ended well, and let go of the file, also where the disk raises something."""
        try:
            if self._connection is not None and not self.is_read_only:
                mark_closed(self._connection)
                self._connection.execute("pragma wal_checkpoint(truncate)").fetchall()
        finally:
            self._disconnect()
            self._lock.let_go()

    @contextmanager
    def _all_readers_suspended(self) -> Iterator[None]:
        with ExitStack() as stack:
            for lane in self.lanes:
                stack.enter_context(lane.suspended())
            yield

    def _open(self) -> OpenStore:
        opened = open_store(self._place, self._lock)
        self._connection = opened.connection
        self.is_read_only = opened.report.is_read_only
        return opened

    def _open_late(self) -> sqlite3.Connection:
        # Readers that came while nothing could be written have the log's index read-only, and SQLite shares
        # it within a process: as long as they have it, no connection can write.
        with self._all_readers_suspended():
            connection, report = self._open()
        if report.salvage is not None:
            self._on_salvage(report.salvage)
        return connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _outcome(connection: sqlite3.Connection, change: Callable[[sqlite3.Connection], Any]) -> Outcome:
    connection.execute("savepoint change")
    try:
        result = change(connection)
    except Exception as error:
        if trouble_of(error) is not None or is_damage(error):
            raise
        connection.execute("rollback to change")
        connection.execute("release change")
        return Outcome(error=error)
    connection.execute("release change")
    return Outcome(result)
