"""Reading on a thread of its own, with a connection of its own, which waits for no writer."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from arvae_desktop.domain.errors import StoreError
from arvae_desktop.storage.store.connections import is_damage, open_for_reading, trouble_of
from arvae_desktop.storage.store.overlay import Overlay, Sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from arvae_desktop.storage.store.place import StorePlace
    from arvae_desktop.storage.store.writer import Writer

_T = TypeVar("_T")


# Steps of SQLite's machine between two looks at whether a reading is stale; a millisecond or so.
_LOOK_EVERY_STEPS = 4_000


def _is_never_stale() -> bool:
    return False


class _Reading(Generic[_T]):
    """Something to read, and who waits for it."""

    def __init__(self, read: Callable[[Sources], _T], is_stale: Callable[[], bool]) -> None:
        self.future: Future[_T | None] = Future()
        self._read = read
        self._is_stale = is_stale

    def run(self, lane: ReadLane) -> None:
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            result = None if self._is_stale() else lane.read(self._read, self._is_stale)
        except BaseException as error:  # noqa: BLE001  (whoever waits gets it)
            self.future.set_exception(error)
        else:
            self.future.set_result(result)


class ReadLane:
    """Reads one thing after the other. It opens the file when something is read first."""

    def __init__(self, name: str, place: StorePlace, writer: Writer) -> None:
        self._place = place
        self._writer = writer
        self._queue: SimpleQueue[_Reading[Any] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._queue_lock = threading.Lock()  # nothing gets into the queue once it is closed
        self._is_closed = False
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._overlay: Overlay | None = None  # what lay over the file when it was opened

    def start(self) -> None:
        """Start the thread; it ends with `close` or with the process."""
        self._thread.start()

    @overload
    def submit(self, read: Callable[[Sources], _T]) -> Future[_T]: ...

    @overload
    def submit(self, read: Callable[[Sources], _T], is_stale: Callable[[], bool]) -> Future[_T | None]: ...

    def submit(
        self, read: Callable[[Sources], _T], is_stale: Callable[[], bool] = _is_never_stale
    ) -> Future[_T] | Future[_T | None]:
        """Read something when the store is open and everything before it has been read.

        Once `is_stale` says that nobody wants the result, it is None.
        """
        reading = _Reading(read, is_stale)
        with self._queue_lock:
            if self._is_closed:
                reading.future.set_exception(StoreError("The conversations are closed."))
            else:
                self._queue.put(reading)
        return reading.future

    def close(self) -> None:
        """End the thread after what waits; whatever comes later fails with `StoreError`."""
        with self._queue_lock:
            self._is_closed = True
            self._queue.put(None)

    def join(self, limit_s: float) -> None:
        """Wait for the thread's end, which `close` has asked for."""
        if self._thread.ident is not None:
            self._thread.join(limit_s)

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Have the file closed, and nothing read, while it is replaced."""
        with self._lock:
            self._disconnect()
            yield

    def read(self, read: Callable[[Sources], _T], is_stale: Callable[[], bool]) -> _T | None:
        """Read something on the lane's own thread. Raises what `read` raises, and `StoreError`."""
        generation, overlay = self._writer.generation, self._writer.overlay
        try:
            return self._read(read, is_stale)
        except sqlite3.DatabaseError as error:
            if is_damage(error):
                self._writer.rescue(generation).result()
            elif overlay is self._writer.overlay:
                raise
            # else what was kept in memory went to the disk in the middle of it
        return self._read(read, is_stale)

    def _read(self, read: Callable[[Sources], _T], is_stale: Callable[[], bool]) -> _T | None:
        with self._lock:
            disk = self._disk()
            if disk is not None:
                disk.set_progress_handler(is_stale, _LOOK_EVERY_STEPS)
            try:
                return read(Sources(disk, self._overlay))
            except sqlite3.OperationalError:
                if not is_stale():
                    raise
                return None
            finally:
                if disk is not None:
                    disk.set_progress_handler(None, 0)

    def _disk(self) -> sqlite3.Connection | None:
        """The connection, or None if the disk can't be read while changes are kept in memory."""
        if self._writer.refusal is not None:
            raise self._writer.refusal
        if self._overlay is not self._writer.overlay:
            # What could only be read as it was may be written to from now on.
            self._disconnect()
            self._overlay = self._writer.overlay
        if self._connection is None:
            try:
                self._connection = open_for_reading(self._place.file)
            except Exception as error:
                if trouble_of(error) is None:
                    raise
                if self._overlay is None:
                    raise StoreError("The conversations can’t be read.") from error
        return self._connection

    def _work(self) -> None:
        self._writer.opened.wait()
        while (reading := self._queue.get()) is not None:
            reading.run(self)
        with self._lock:
            self._disconnect()

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
