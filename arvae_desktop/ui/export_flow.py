"""Writes a conversation to a file of the user's choice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from arvae_desktop.exchange.exporting import Format, export_file, file_name
from arvae_desktop.ui import dialogs
from arvae_desktop.ui.saving import Outcome

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from arvae_desktop.domain.conversations import ConversationTree

_KINDS = "Markdown (*.md);;Web page (*.html);;JSON with all branches (*.json);;Plain text (*.txt)"


async def export_conversation(parent: QWidget, tree: ConversationTree) -> Outcome:
    """Ask where, then write the conversation there, in the format that the file's name ends in.

    A file that was there is replaced only when the new one is whole. Cancelling closes the dialog.
    """
    chosen = await dialogs.choose_new_file(
        parent, "Export the conversation", f"{file_name(tree)}.{Format.MARKDOWN}", _KINDS
    )
    if chosen is None:
        return Outcome("")
    path = Path(chosen)
    try:
        form = Format(path.suffix.removeprefix(".").lower())
    except ValueError:
        return Outcome("Give the file a name that ends in .md, .html, .json or .txt.", is_error=True)
    try:
        await asyncio.get_running_loop().run_in_executor(None, _write, tree, path, form)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Outcome(f"“{path.name}” could not be written: {reason}. Choose another place.", is_error=True)
    return Outcome(f"Exported to “{path.name}”.")


def _write(tree: ConversationTree, path: Path, form: Format) -> None:
    for _progress in export_file([tree], path, form, 1):
        pass
