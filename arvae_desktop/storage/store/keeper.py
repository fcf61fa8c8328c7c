"""What is looked after while nobody asks: whether the file is intact, and that there is a backup of today."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from arvae_desktop.domain.errors import StoreError
from arvae_desktop.storage.store.backups import back_up_daily, newest_daily_age_s
from arvae_desktop.storage.store.connections import is_damage, is_intact, open_for_reading, trouble_of
from arvae_desktop.storage.store.opening import meta, set_meta

if TYPE_CHECKING:
    from collections.abc import Callable

    from arvae_desktop.storage.store.place import StorePlace
    from arvae_desktop.storage.store.reports import Backup, OpenReport
    from arvae_desktop.storage.store.writer import Writer

_T = TypeVar("_T")
_log = logging.getLogger(__name__)

_DAY_S = 24 * 3600.0
_WEEK_S = 7 * _DAY_S
_LOOK_EVERY_S = 3600.0
# The first look waits until the app has settled.
_FIRST_LOOK_S = 20.0


class Keeper:
    """Checks the file after a crash and once a week, and backs it up once a day, on a thread of its own."""

    def __init__(self, place: StorePlace, writer: Writer) -> None:
        self._place = place
        self._writer = writer
        self._stopped = threading.Event()
        self._must_check = False
        self._backing_up = threading.Lock()

    def start(self, opening: Future[OpenReport]) -> None:
        """Start looking after a store that was opened, unless a newer version wrote it."""
        if opening.exception() is None and not opening.result().is_read_only:
            self._must_check = not opening.result().was_closed
            threading.Thread(target=self._work, name="store keeper", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()

    def do(self, work: Callable[[], _T]) -> Future[_T]:
        """Do something on a daemon thread of its own once the store is open."""
        future: Future[_T] = Future()
        future.set_running_or_notify_cancel()

        def run() -> None:
            self._writer.opened.wait()
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001  (whoever waits gets it)
                future.set_exception(error)

        threading.Thread(target=run, name="store keeping", daemon=True).start()
        return future

    def check(self) -> bool:
        """Whether the file is intact; if not, it has been replaced when this returns. Raises `StoreError`."""
        generation = self._writer.generation
        intact = is_intact(self._place.file)
        if intact:
            now = time.time()
            self._writer.change(lambda connection: set_meta(connection, "checked_at", now), None).result()
        else:
            self._writer.rescue(generation).result()
        return intact

    def back_up(self) -> Backup:
        """Make a backup of today. Raises `StoreError`, `OSError` and `sqlite3.Error`."""
        with self._backing_up, contextlib.closing(open_for_reading(self._place.file)) as connection:
            return back_up_daily(connection, self._place)

    def _work(self) -> None:
        wait_s = _FIRST_LOOK_S
        while not self._stopped.wait(wait_s):
            wait_s = _LOOK_EVERY_S
            try:
                self._look()
            except Exception as error:
                if trouble_of(error) is None and not is_damage(error) and not isinstance(error, StoreError):
                    raise
                _log.warning("looking after the store failed: %s", error)

    def _look(self) -> None:
        with contextlib.closing(open_for_reading(self._place.file)) as connection:
            is_due = time.time() - meta(connection, "checked_at") > _WEEK_S
            is_empty = connection.execute("select 1 from conversations").fetchone() is None
        if (self._must_check or is_due) and not is_empty:
            self.check()
            self._must_check = False
        if not is_empty and newest_daily_age_s(self._place) > _DAY_S:
            self.back_up()
