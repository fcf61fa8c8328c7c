"""The one thread that writes.

Everything that waits is written in one transaction, and each change's future is done after its commit. What
the disk won't take is kept in its order, stands in an overlay in memory until then, and is tried again every
second.
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from arvae_desktop.domain.errors import StoreError, StoreTooNewError
from arvae_desktop.storage.store.connections import is_damage, trouble_of
from arvae_desktop.storage.store.overlay import Overlay
from arvae_desktop.storage.store.reports import OpenReport, StoreTrouble, TroubleKind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from arvae_desktop.storage.store.live_file import LiveFile
    from arvae_desktop.storage.store.place import StorePlace

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

_RETRY_S = 1.0
_PAUSE_S = 0.25
# Between two steps of what is done in a pause: until an import's parts of the index are merged, search is
# slower.
_STEP_PAUSE_S = 0.02


@dataclass(slots=True)
class _Change:
    """Something to write, and who waits for it.

    Attributes:
        run: does it within a transaction; what it returns is the future's result.
        touches: the ids of the conversations that it changes; None for a change of so many that it can't wait
            in memory and fails while nothing can be saved.
    """

    run: Callable[[sqlite3.Connection], Any]
    touches: tuple[str, ...] | None
    future: Future[Any] = field(default_factory=Future)


@dataclass(slots=True)
class _Task:
    """Something that the writer's thread does between transactions, and who waits for it."""

    run: Callable[[], Any]
    future: Future[Any] = field(default_factory=Future)


class Writer:
    """Opens the store and writes to it.

    Attributes:
        opened: set when the store is open, or can't be opened.
        overlay: what is kept in memory because it can't be saved, or None if everything is saved.
        refusal: why the store can't be used at all, or None.
    """

    def __init__(
        self, file: LiveFile, place: StorePlace, on_trouble: Callable[[StoreTrouble | None], None]
    ) -> None:
        self.opened = threading.Event()
        self.overlay: Overlay | None = None
        self.refusal: Exception | None = None
        self._file = file
        self._place = place
        self._on_trouble = on_trouble
        self._lock = threading.Lock()  # nothing gets into the queue once there is a refusal
        self._queue: SimpleQueue[_Change | _Task] = SimpleQueue()
        self._unsaved: list[_Change] = []
        self._retry_at = 0.0
        self._pause_s = _PAUSE_S
        self._thread: threading.Thread | None = None

    # --- from any thread ---

    def start(self) -> Future[OpenReport]:
        """Start the thread, which opens the store first."""
        opening: Future[OpenReport] = Future()
        opening.set_running_or_notify_cancel()
        self._thread = threading.Thread(target=self._work, args=(opening,), name="store writer", daemon=True)
        self._thread.start()
        return opening

    def join(self, limit_s: float) -> None:
        """Wait for the thread's end, which `close` has asked for."""
        if self._thread is not None:
            self._thread.join(limit_s)

    def change(self, run: Callable[[sqlite3.Connection], _T], touches: tuple[str, ...] | None) -> Future[_T]:
        """Write something; see `_Change`. Once asked for it can't be cancelled."""
        return self._put(_Change(run, touches))

    def do(self, run: Callable[[], _T]) -> Future[_T]:
        """Do something on the writer's thread, between transactions."""
        return self._put(_Task(run))

    @property
    def generation(self) -> int:
        """Another number whenever another file is the store."""
        return self._file.generation

    def rescue(self, generation: int) -> Future[None]:
        """Replace the file, which is damaged, by what can be read of it, unless that has been done."""

        def rescue() -> None:
            if generation == self.generation:
                self._file.replace_damaged()

        return self.do(rescue)

    def close(self) -> Future[None]:
        """Write what waits and let go of the store; whatever comes later fails with `StoreError`."""
        return self.do(self._close)

    def forget_unsaved(self) -> None:
        """Drop what could not be saved; on the writer's thread only."""
        self._fail(self._unsaved, StoreError("All conversations were deleted."))
        self._leave_trouble()

    def _put(self, work: _Change | _Task) -> Future[Any]:
        work.future.set_running_or_notify_cancel()
        with self._lock:
            if self.refusal is None:
                self._queue.put(work)
                return work.future
        work.future.set_exception(self.refusal)
        return work.future

    # --- on the writer's thread ---

    def _work(self, opening: Future[OpenReport]) -> None:
        try:
            report = self._file.open()
        except Exception as error:  # noqa: BLE001  (whoever opens it gets it)
            kind = trouble_of(error)
            if kind is None:
                self._refuse(error)
                opening.set_exception(error)
            else:
                self._meet_trouble(kind, error, [])
                opening.set_result(OpenReport())
        else:
            opening.set_result(report)
        self.opened.set()
        while self.refusal is None:
            changes, task = self._next()
            self._save(changes)
            if task is not None:
                self._do(task)

    def _next(self) -> tuple[list[_Change], _Task | None]:
        """All changes that wait, up to the next task; nothing if it is time to do something unasked."""
        changes: list[_Change] = []
        timeout = _RETRY_S if self.overlay is not None else self._pause_s if self._file.is_untidy else None
        try:
            found = self._queue.get(timeout=timeout)
            while isinstance(found, _Change):
                changes.append(found)
                found = self._queue.get_nowait()
        except Empty:
            return changes, None
        return changes, found

    def _save(self, changes: list[_Change]) -> None:
        if self._file.is_read_only:
            self._fail(changes, StoreTooNewError("A newer version of the app wrote these conversations."))
        elif self.overlay is not None:
            self._keep(self.overlay, changes)
            if time.monotonic() >= self._retry_at:
                self._write(self._unsaved)
        elif changes:
            self._pause_s = _PAUSE_S
            self._write(changes)
        elif self._file.is_untidy and self._queue.empty():
            self._pause_s = _STEP_PAUSE_S
            self._upkeep(self._file.tidy)

    def _write(self, changes: list[_Change], *, may_rescue: bool = True) -> None:
        try:
            outcomes = self._file.commit([change.run for change in changes])
        except Exception as error:  # noqa: BLE001  (each kind is dealt with)
            kind = trouble_of(error)
            if kind is not None:
                self._meet_trouble(kind, error, changes)
            elif is_damage(error) and may_rescue:
                self._rescue_and_write(changes)
            else:
                self._fail(changes, error)
            return
        if self.overlay is not None:
            self._leave_trouble()
        for change, outcome in zip(changes, outcomes, strict=True):
            if outcome.error is None:
                change.future.set_result(outcome.result)
            else:
                change.future.set_exception(outcome.error)
        if self._file.has_long_log:
            self._upkeep(self._file.checkpoint)

    def _upkeep(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            if is_damage(error):
                self._rescue_and_write([])
            elif trouble_of(error) is None:
                raise
            else:
                # Nothing is lost: it stays in the log. If it lasts, the next commit meets it.
                _log.info("the store can't be tidied: %s", error)

    def _rescue_and_write(self, changes: list[_Change]) -> None:
        try:
            self._file.replace_damaged()
        except Exception as error:  # noqa: BLE001  (each kind is dealt with)
            kind = trouble_of(error)
            if kind is None:
                self._fail(changes, error)
            else:
                self._meet_trouble(kind, error, changes)
        else:
            self._write(changes, may_rescue=False)

    def _do(self, task: _Task) -> None:
        try:
            result = task.run()
        except Exception as error:  # noqa: BLE001  (whoever waits gets it)
            task.future.set_exception(error)
        else:
            task.future.set_result(result)

    def _close(self) -> None:
        lost = StoreError("The last changes could not be saved.")
        if self.overlay is not None:
            self._write(self._unsaved)
        has_lost = bool(self._unsaved)
        self._fail(self._unsaved, lost)
        try:
            self._file.close()
        except Exception as error:
            if trouble_of(error) is None and not is_damage(error):
                raise
            # All is in the log; the next run takes this one for a crash, and looks.
            _log.info("the store could not be closed well: %s", error)
        finally:
            self._refuse(StoreError("The conversations are closed."))
        if has_lost:
            raise lost

    def _refuse(self, error: Exception) -> None:
        """Take nothing from now on, and fail what waits; the thread ends."""
        with self._lock:
            self.refusal = error
        while not self._queue.empty():
            self._queue.get().future.set_exception(error)

    # --- trouble ---

    def _meet_trouble(self, kind: TroubleKind, error: Exception, changes: list[_Change]) -> None:
        """Keep in memory what the disk didn't take."""
        self._retry_at = time.monotonic() + _RETRY_S
        if self.overlay is None:
            self.overlay = Overlay(self._place.file)
            self._keep(self.overlay, changes)
        self._tell(StoreTrouble(kind, len(self._unsaved), str(error)))

    def _leave_trouble(self) -> None:
        overlay, self.overlay, self._unsaved = self.overlay, None, []
        if overlay is not None:
            overlay.close()
            self._tell(None)

    def _keep(self, overlay: Overlay, changes: Sequence[_Change]) -> None:
        for change in changes:
            if change.touches is None:
                change.future.set_exception(StoreError("This can’t be done while nothing can be saved."))
                continue
            self._unsaved.append(change)
            try:
                overlay.apply(change.run, change.touches)
            except Exception as error:  # noqa: BLE001  (the future gets it from the disk, when that is back)
                _log.debug("a change fails in memory: %r", error)

    def _tell(self, trouble: StoreTrouble | None) -> None:
        try:
            self._on_trouble(trouble)
        except Exception:  # noqa: BLE001  (the thread must go on, whoever is told)
            _log.exception("telling about trouble with the store failed")

    def _fail(self, changes: Sequence[_Change], error: Exception) -> None:
        for change in changes:
            change.future.set_exception(error)
        self._unsaved = [change for change in self._unsaved if not change.future.done()]
