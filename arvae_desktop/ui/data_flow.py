"""Carries out what the user wants with all their data: files in, files out, backups, the end of it."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from arvae_desktop.domain.errors import ArvaeError, KeyringError
from arvae_desktop.domain.wording import counted
from arvae_desktop.exchange.exporting import Format, free_path
from arvae_desktop.services.transfers import Transfer, Transferred
from arvae_desktop.ui import dialogs
from arvae_desktop.ui.data_dialog import DataDialog
from arvae_desktop.ui.export_dialog import ExportDialog
from arvae_desktop.ui.progress_dialog import StoppedError, progress_over

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Sequence

    from PySide6.QtWidgets import QWidget

    from arvae_desktop.domain.conversations import ConversationTree
    from arvae_desktop.exchange.reports import Progress
    from arvae_desktop.services.connection import Connection
    from arvae_desktop.services.conversations import Conversations
    from arvae_desktop.services.keeping import Keeping
    from arvae_desktop.services.tasks import Tasks
    from arvae_desktop.services.transfers import Transfers
    from arvae_desktop.ui.progress_dialog import ProgressDialog
    from arvae_desktop.ui.saving import Outcome
    from arvae_desktop.ui.theme import Theme

    PdfWriter = Callable[[ConversationTree, Path, ProgressDialog], Awaitable[Outcome]]

_READABLE = "Conversations (*.json *.jsonl *.zip *.md *.arvae);;All files (*)"
_BACKUPS = "Backups of Arvae Desktop (*.arvae)"
_KINDS = {
    Format.MARKDOWN: "Markdown (*.md)",
    Format.HTML: "Web page (*.html)",
    Format.JSON: "JSON (*.json)",
    Format.TEXT: "Plain text (*.txt)",
}
_MOST_PROBLEMS = 12
_STOP = "Stop; what is done until then stays (Esc)"
_DELETE = (
    "All conversations and their backups, the settings, the log, and your keys in the system keyring are "
    "deleted, and the app closes. This can’t be undone."
)
_RESTORE_DAILY = "All conversations become as they were then. What you have now is moved aside."


class DataFlow:
    """Everything that the dialog about the user's data asks for."""

    def __init__(
        self,
        keeping: Keeping,
        transfers: Transfers,
        conversations: Conversations,
        connection: Connection,
        theme: Theme,
        tasks: Tasks,
        window: QWidget,
        write_pdf: PdfWriter,
        wipe: Callable[[], None],
    ) -> None:
        """`write_pdf` writes a conversation; `wipe` ends the app and deletes what it leaves on the disk."""
        self._keeping = keeping
        self._transfers = transfers
        self._conversations = conversations
        self._connection = connection
        self._theme = theme
        self._tasks = tasks
        self._window = window
        self._write_pdf = write_pdf
        self._wipe = wipe

    async def show(self) -> None:
        """Open the dialog and wait until it is closed."""
        dialog = DataDialog(self._keeping.folder, self._theme, self._window)
        for signal, act in (
            (dialog.import_requested, self._import),
            (dialog.export_requested, self.export),
            (dialog.back_up_requested, self._back_up),
            (dialog.restore_requested, self._restore),
            (dialog.delete_requested, self._delete_all),
        ):
            signal.connect(lambda act=act: self._spawn(act(over=dialog)))
        dialog.daily_chosen.connect(lambda path: self._spawn(self._restore_daily(path, over=dialog)))
        listing = self._tasks.spawn(self._list_backups(dialog), name="backups")
        try:
            await dialogs.finished(dialog)
        finally:
            listing.cancel()

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        self._tasks.spawn(work, name="data")

    async def _list_backups(self, dialog: DataDialog) -> None:
        backups = await asyncio.wrap_future(self._keeping.store.list_backups())
        dialog.show_backups(backups)

    # --- in ---

    async def _import(self, *, over: QWidget) -> None:
        path = await dialogs.choose_file(over, "Import conversations", _READABLE)
        if path is not None:
            await self._carry(over, "Importing", partial(self._transfers.import_file, Path(path)))

    async def _restore(self, *, over: QWidget) -> None:
        path = await dialogs.choose_file(over, "Restore a backup", f"{_BACKUPS};;All files (*)")
        if path is not None:
            await self._carry(over, "Restoring", partial(self._transfers.restore, Path(path)))

    async def _restore_daily(self, path: Path, *, over: QWidget) -> None:
        if not await dialogs.confirm(over, "Restore this backup?", _RESTORE_DAILY, action="Restore"):
            return
        self._conversations.leave_all()
        await asyncio.wrap_future(self._keeping.store.restore_backup(path))
        self._keeping.library.reload()
        await dialogs.tell(over, "Restored", "Your conversations are as they were when the backup was made.")

    # --- out ---

    async def export(self, ids: Sequence[str] | None = None, *, over: QWidget | None = None) -> None:
        """Ask how and where, and export conversations, or all of them."""
        over = over or self._window
        title = "Export everything" if ids is None else "Export the conversations"
        dialog = ExportDialog(title, self._theme, over)
        if not await dialogs.finished(dialog):
            return
        form, one_each = dialog.choice
        if one_each:
            chosen = await dialogs.choose_folder(over, "Export to a folder")
        else:
            name = f"Conversations.{form}"
            chosen = await dialogs.choose_new_file(over, title, name, _KINDS[form or Format.MARKDOWN])
        if chosen is None:
            return
        target = Path(chosen)
        if form is None:
            await self._export_pdfs(ids, target, over)
            return
        await self._carry(
            over,
            "Exporting",
            lambda transfer: self._transfers.export(ids, target, form, transfer, one_each=one_each),
        )

    async def _export_pdfs(self, ids: Sequence[str] | None, folder: Path, over: QWidget) -> None:
        if ids is None:
            names = await asyncio.wrap_future(self._keeping.store.conversation_ids())
            ids = names
        done, failure, is_stopped = 0, "", False
        with progress_over(over, "Exporting", _STOP) as progress:
            try:
                for number, conversation_id in enumerate(ids):
                    progress.tell(f"Conversation {number + 1:,} of {len(ids):,}", number, len(ids))
                    progress.go_on()
                    tree = await self._transfers.tree(conversation_id)
                    outcome = await self._write_pdf(tree, free_path(folder, tree, "pdf"), progress)
                    if outcome.is_error:
                        failure = outcome.sentence
                        break
                    done += 1
            except StoppedError:
                is_stopped = True
        if failure:
            await dialogs.tell(over, "This did not work.", failure)
        else:
            await self._tell(over, Transferred(done, is_cancelled=is_stopped))

    async def _back_up(self, *, over: QWidget) -> None:
        name = "Arvae Desktop backup.arvae"
        path = await dialogs.choose_new_file(over, "Back up everything", name, _BACKUPS)
        if path is not None:
            await self._carry(over, "Backing up", partial(self._transfers.back_up, Path(path)))

    # --- the end ---

    async def _delete_all(self, *, over: QWidget) -> None:
        if not await dialogs.confirm(over, "Delete all my data?", _DELETE, action="Delete everything"):
            return
        self._conversations.leave_all()
        await asyncio.wrap_future(self._keeping.store.delete_everything())
        try:
            await self._connection.forget_all_keys()
        except KeyringError as error:  # all else goes all the same; what is left is said
            await dialogs.tell(over, error.report.title, error.report.hint)
        self._wipe()

    # --- long work ---

    async def _carry(
        self, over: QWidget, title: str, work: Callable[[Transfer], Awaitable[Transferred]]
    ) -> None:
        """Do it with a progress dialog over another one, then tell how it went."""
        with progress_over(over, title, _STOP) as progress:

            def tell(step: Progress) -> None:
                words = f"{title}… {step.conversations:,} conversations"
                progress.tell(words, step.done, step.total)

            transfer = Transfer(tell)
            progress.stopped.connect(transfer.cancel)
            try:
                done = await work(transfer)
            except OSError as error:
                reason = error.strerror or type(error).__name__
                await dialogs.tell(over, "This did not work.", f"{reason}. Choose another file.")
                return
            except ArvaeError as error:
                await dialogs.tell(over, error.report.title, error.report.hint)
                return
        await self._tell(over, done)

    async def _tell(self, over: QWidget, done: Transferred) -> None:
        title = "Stopped" if done.is_cancelled else "Done, with problems" if done.problems else "Done"
        await dialogs.tell(over, title, words_for(done))


def words_for(done: Transferred) -> str:
    """How it went, for people."""
    added = f" with {counted(done.messages, 'message')} added" if done.messages else ""
    lines = [f"{counted(done.conversations, 'conversation')}{added}."]
    if done.skipped:
        verb = "was" if done.skipped == 1 else "were"
        lines.append(f"{counted(done.skipped, 'message')} {verb} here already.")
    if done.problems:
        lines += ["", *(problem.sentence for problem in done.problems[:_MOST_PROBLEMS])]
        if (more := len(done.problems) - _MOST_PROBLEMS) > 0:
            lines.append(f"… and {more:,} more.")
    return "\n".join(lines)
