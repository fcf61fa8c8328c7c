"""Many conversations at once, in batches, so that what is said meanwhile is saved in between."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import CancelledError, Future
from functools import partial
from typing import TYPE_CHECKING

from arvae_desktop.storage.store.reports import ImportCount
from arvae_desktop.storage.store.transfer import Prepared, add_conversations, prepare

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from arvae_desktop.domain.conversations import Conversation, KeptMessage
    from arvae_desktop.storage.store.writer import Writer

    Found = Prepared | tuple[Conversation, Sequence[KeptMessage]]

_BATCH_MESSAGES = 5_000
_BATCH_BYTES = 5_000_000
_MOST_WAITING = 2


class Import:
    """An import that runs on a thread of its own.

    Attributes:
        done: what was added in all; what ended the iterator with an error is its error, and after `cancel` it
            is a `CancelledError`. What was added until then stays.
    """

    def __init__(
        self, writer: Writer, found: Iterable[Found], on_progress: Callable[[ImportCount], None]
    ) -> None:
        self.done: Future[ImportCount] = Future()
        self.done.set_running_or_notify_cancel()
        self._writer = writer
        self._on_progress = on_progress
        self._is_cancelled = threading.Event()
        threading.Thread(target=self._work, args=(found,), name="store import", daemon=True).start()

    def cancel(self) -> None:
        """Stop after the batch that is being written."""
        self._is_cancelled.set()

    def _work(self, found: Iterable[Found]) -> None:
        try:
            self.done.set_result(self._add(found))
        except BaseException as error:  # noqa: BLE001  (whoever waits gets it)
            self.done.set_exception(error)

    def _add(self, found: Iterable[Found]) -> ImportCount:
        total = ImportCount()
        waiting: deque[Future[ImportCount]] = deque()
        try:
            for batch in _batches(found):
                # While some batches are written the next are read.
                if len(waiting) >= _MOST_WAITING:
                    total = self._counted(total, waiting.popleft())
                if self._is_cancelled.is_set():
                    raise CancelledError
                waiting.append(self._writer.change(partial(_add_batch, batch), None))
        finally:  # also where the source breaks: what came before stays
            while waiting:
                total = self._counted(total, waiting.popleft())
        return total

    def _counted(self, total: ImportCount, written: Future[ImportCount]) -> ImportCount:
        total = total.plus(written.result())
        self._on_progress(total)
        return total


def _add_batch(batch: list[Prepared], connection: sqlite3.Connection) -> ImportCount:
    return add_conversations(connection, batch)


def _batches(found: Iterable[Found]) -> Iterator[list[Prepared]]:
    batch: list[Prepared] = []
    messages = size = 0
    for each in found:
        prepared = each if isinstance(each, Prepared) else prepare(*each)
        batch.append(prepared)
        messages += len(prepared.messages)
        size += sum(len(body) for *_, body, _ in prepared.messages)
        if messages >= _BATCH_MESSAGES or size >= _BATCH_BYTES:
            yield batch
            batch, messages, size = [], 0, 0
    if batch:
        yield batch
