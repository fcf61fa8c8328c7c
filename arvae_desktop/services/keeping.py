"""The store while the app runs: opened when it is first needed, its troubles told, closed in good order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from concurrent.futures import Future
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from arvae_desktop.domain.errors import StoreError
from arvae_desktop.domain.wording import counted
from arvae_desktop.services.answers import Answers
from arvae_desktop.services.store_library import StoreLibrary
from arvae_desktop.storage.paths import make_private_folder
from arvae_desktop.storage.store.locking import StoreLock

if TYPE_CHECKING:
    from arvae_desktop.services.notifier import Notifier
    from arvae_desktop.storage.store.conversation_store import ConversationStore
    from arvae_desktop.storage.store.place import StorePlace
    from arvae_desktop.storage.store.reports import OpenReport, SalvageReport, StoreTrouble

_log = logging.getLogger(__name__)

# Text whose saving takes longer is shown all the same.
SLOW_MS = 100
_TROUBLE = "store"
_CLOSE_LIMIT_S = 10.0
_REASONS = {
    "full": ("The disk is full.", "Make room on it."),
    "read_only": ("The data folder can’t be written to.", "Check the permissions of {folder}."),
    "locked": ("Another program holds the file of your conversations.", "Close that program."),
    "broken": ("The disk reports errors.", "Check {folder}."),
}


class Keeping(QObject):
    """Owns the store.

    Attributes:
        library: lists and finds what is kept.
        is_troubled: whether nothing can be saved for now; then what is said is kept in memory.

    Signals:
        opened: the `OpenReport`.
        trouble_changed: whether nothing can be saved.
    """

    opened = Signal(object)
    trouble_changed = Signal(bool)
    _trouble_came = Signal(object)
    _salvage_came = Signal(object)

    def __init__(self, place: StorePlace, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._notifier = notifier
        self._lock = StoreLock(place.lock_file)
        self._store: ConversationStore | None = None
        self._answers = Answers(self)
        self._late = 0
        self._is_closed = False
        self.is_troubled = False
        self.library = StoreLibrary(self.report, self)
        # Both are emitted on the store's threads.
        self._trouble_came.connect(self._on_trouble, Qt.ConnectionType.QueuedConnection)
        self._salvage_came.connect(self._on_salvage, Qt.ConnectionType.QueuedConnection)

    @property
    def folder(self) -> str:
        """Where it is kept."""
        return str(self._place.file.parent)

    def reserve(self) -> None:
        """Make sure that no other process has the store. Raises `StoreInUseError`.

        A folder that can't be written to is met again when the store is opened, and told then.
        """
        with contextlib.suppress(OSError):
            make_private_folder(self._place.file.parent)
            self._lock.take()

    @property
    def store(self) -> ConversationStore:
        """The store; opened now if it was not."""
        if self._store is None:
            # SQLite and all around it: not needed for the first frame.
            from arvae_desktop.storage.store.conversation_store import ConversationStore  # noqa: PLC0415

            self._store = ConversationStore(
                self._place.file,
                self._place.backups,
                on_trouble=self._trouble_came.emit,
                on_salvage=self._salvage_came.emit,
                lock=self._lock,
            )
            self._answers.bring(self._store.open(), self._on_opened)
            self.library.attach(self._store)
        return self._store

    def begin_to_close(self) -> Future[None]:
        """Write what waits and let go of the store; `StoreError` if something could not be saved."""
        self._is_closed = True
        return _done() if self._store is None else self._store.close()

    async def close(self) -> None:
        """The same, waited for, but not for ever. Raises `StoreError`."""
        try:
            await asyncio.wait_for(asyncio.wrap_future(self.begin_to_close()), _CLOSE_LIMIT_S)
        except TimeoutError:
            raise StoreError("The disk takes too long: the last changes may not be saved.") from None

    def report(self, error: BaseException) -> None:
        """Tell of something that could not be kept or read, unless it is because the app ends."""
        if not self._is_closed:
            self._notifier.report(error)

    def join(self) -> None:
        """Wait for the store's threads to end; for the very end, when there is no loop any more."""
        if self._store is not None:
            self._store.join()

    # --- what is late ---

    def mark_late(self, change: Future[None]) -> None:
        """What this change saves was shown before it was saved."""
        self._answers.bring(change, self._on_caught_up)
        self._late += 1
        if self._late == 1 and not self.is_troubled:
            self._notifier.warn(
                "The disk is slow: the last words are shown, but not saved yet.",
                "They are saved as soon as it answers.",
                kind=_TROUBLE,
            )

    def _on_caught_up(self, _change: Future[None]) -> None:
        self._late -= 1
        if self._late == 0 and not self.is_troubled:
            self._notifier.withdraw(_TROUBLE)

    # --- what the store tells ---

    def _on_opened(self, opening: Future[OpenReport]) -> None:
        if (error := opening.exception()) is not None:
            self._notifier.report(error)
            return
        report = opening.result()
        if report.salvage is not None:
            self._on_salvage(report.salvage)
        if report.is_read_only:
            self._notifier.warn(
                "A newer version of the app wrote your conversations.",
                "You can read them. What you say now is not saved: update the app.",
                kind="store_too_new",
            )
        if report.migrated_from is not None:
            _log.info("the store was brought up to date from version %s", report.migrated_from)
        if not self._is_closed:
            if not report.is_read_only:
                self.library.tidy_bin()
            self.opened.emit(report)

    def _on_trouble(self, trouble: StoreTrouble | None) -> None:
        was_troubled, self.is_troubled = self.is_troubled, trouble is not None
        if trouble is None:
            self._notifier.withdraw(_TROUBLE)
            self.library.reload()
        else:
            title, advice = _REASONS[trouble.kind]
            hint = f"{advice.format(folder=self.folder)} Until then it is kept in memory."
            if not was_troubled:
                _log.warning("nothing can be saved: %s", trouble.detail)
                self._notifier.warn(f"{title} Nothing can be saved.", hint, kind=_TROUBLE)
            self.library.show_unsaved()
        if was_troubled != self.is_troubled:
            self.trouble_changed.emit(self.is_troubled)

    def _on_salvage(self, report: SalvageReport) -> None:
        conversations = counted(report.conversations, "conversation")
        words = f"{conversations} with {counted(report.messages, 'message')} were saved from it."
        if not report.lost_pieces:
            words = f"Nothing was lost: {words}"
        elif report.backup is not None:
            words += f" What could not be read was taken from the backup {report.backup.name}."
        else:
            words += " Some of it could not be read."
        self._notifier.warn(
            "The file of your conversations was damaged.",
            f"{words} The damaged file was moved to {report.damaged}.",
            kind="salvage",
        )
        self.library.reload()


def _done() -> Future[None]:
    future: Future[None] = Future()
    future.set_result(None)
    return future
