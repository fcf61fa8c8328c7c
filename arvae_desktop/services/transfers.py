"""Whole files in and out: imports, exports and backups, on threads of their own, told as they go."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from arvae_desktop.domain.conversations import ConversationTree
from arvae_desktop.domain.errors import StoreError
from arvae_desktop.exchange import backup
from arvae_desktop.exchange.exporting import export_file, export_folder
from arvae_desktop.exchange.reports import Problem, Progress
from arvae_desktop.services.file_reading import IMPORT, RESTORE, FileReading
from arvae_desktop.storage.settings import settings_of
from arvae_desktop.storage.store.transfer import Prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from pathlib import Path

    from arvae_desktop.exchange.exporting import Format
    from arvae_desktop.services.keeping import Keeping
    from arvae_desktop.services.preferences import Preferences
    from arvae_desktop.storage.settings import Settings
    from arvae_desktop.storage.store.conversation_store import ConversationStore

    Steps = Generator[Progress, None, None]

# What belongs to a screen or to a keyring, and not to the user's choices.
_NOT_RESTORED = {"window_size", "sidebar_width", "known_origins"}
_TELL_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Transferred:
    """How a transfer went.

    Attributes:
        conversations: how many were written or added.
        messages: how many were added.
        skipped: messages that were there already.
        problems: what could not be read, and where; everything else was.
        is_cancelled: whether it was cancelled; what was added until then stays.
    """

    conversations: int
    messages: int = 0
    skipped: int = 0
    problems: tuple[Problem, ...] = ()
    is_cancelled: bool = False


class Transfer:
    """One piece of work, as whoever watches it knows it.

    Args:
        on_progress: called with a `Progress` on the loop's thread, some twenty times a second.
    """

    def __init__(self, on_progress: Callable[[Progress], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_progress = on_progress
        self._cancelled = threading.Event()
        self._told_at = 0.0

    @property
    def is_cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """End it at the next step."""
        self._cancelled.set()

    def tell(self, progress: Progress) -> None:
        """Tell how far it is; from any thread."""
        now = time.monotonic()
        if now - self._told_at >= _TELL_EVERY_S:
            self._told_at = now
            self._loop.call_soon_threadsafe(self._on_progress, progress)


class Transfers:
    """Carries files in and out of the store. All methods raise `OSError` and `StoreError`."""

    def __init__(self, keeping: Keeping, preferences: Preferences) -> None:
        self._keeping = keeping
        self._preferences = preferences

    async def import_file(self, path: Path, transfer: Transfer) -> Transferred:
        """Add the conversations of a file; see `importing.import_file`. Importing twice makes no doubles."""
        return await self._add(FileReading(IMPORT, path), transfer)

    async def restore(self, path: Path, transfer: Transfer) -> Transferred:
        """Add what is in a backup and isn't there, and take its settings. A damaged one changes nothing."""
        return await self._add(FileReading(RESTORE, path), transfer)

    async def export(
        self,
        ids: Sequence[str] | None,
        target: Path,
        form: Format,
        transfer: Transfer,
        *,
        one_each: bool = False,
    ) -> Transferred:
        """Write conversations, or all of them, to a file, or to one each in a folder."""
        export = export_folder if one_each else export_file
        return await self._write(ids, lambda trees, total: export(trees, target, form, total), transfer)

    async def tree(self, conversation_id: str) -> ConversationTree:
        """A conversation with all its messages. Raises `StoreError` if it isn't there."""
        store = self._keeping.store
        reading = (store.conversation(conversation_id), store.load_messages(conversation_id))
        conversation, messages = await asyncio.gather(*(asyncio.wrap_future(each) for each in reading))
        if conversation is None:
            raise StoreError("A conversation was deleted meanwhile.")
        return ConversationTree(conversation, messages)

    async def back_up(self, path: Path, transfer: Transfer) -> Transferred:
        """Write everything to one file, but no key."""
        values = dataclasses.asdict(self._preferences.settings)
        return await self._write(
            None, lambda trees, total: backup.back_up(trees, values, path, total), transfer
        )

    async def _add(self, reading: FileReading, transfer: Transfer) -> Transferred:
        problems: list[Problem] = []
        settings: list[Settings] = []

        def found() -> Iterator[Prepared]:
            for item in reading:
                if transfer.is_cancelled:
                    return
                match item:
                    case Prepared():
                        yield item
                    case Problem():
                        problems.append(item)
                    case Progress():
                        transfer.tell(item)
                    case backup.BackedUpSettings(values):
                        settings.append(settings_of(values))

        is_cancelled = False
        try:
            count = await asyncio.wrap_future(self._keeping.store.import_conversations(found()).done)
            is_cancelled = transfer.is_cancelled
        finally:
            transfer.cancel()  # whoever waited may have been cancelled
            reading.close()
            self._keeping.library.reload()
        for each in settings:
            chosen = dataclasses.asdict(each)
            self._preferences.change(**{name: chosen[name] for name in chosen.keys() - _NOT_RESTORED})
        return Transferred(count.conversations, count.messages, count.skipped, tuple(problems), is_cancelled)

    async def _write(
        self,
        ids: Sequence[str] | None,
        export: Callable[[Iterable[ConversationTree], int], Steps],
        transfer: Transfer,
    ) -> Transferred:
        def work() -> int:
            names = self._keeping.store.conversation_ids().result() if ids is None else ids
            steps, done = export(_trees(self._keeping.store, names), len(names)), 0
            for step in steps:
                done = step.conversations
                transfer.tell(step)
                if transfer.is_cancelled:
                    steps.close()
                    break
            return done

        try:
            done = await asyncio.get_running_loop().run_in_executor(None, work)
        except asyncio.CancelledError:
            transfer.cancel()
            raise
        return Transferred(done, is_cancelled=transfer.is_cancelled)


def _trees(store: ConversationStore, ids: Sequence[str]) -> Iterator[ConversationTree]:
    for conversation_id in ids:
        conversation = store.conversation(conversation_id).result()
        if conversation is not None:  # it may have been deleted meanwhile
            yield ConversationTree(conversation, store.load_messages(conversation_id).result())
