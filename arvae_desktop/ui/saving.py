"""Saving something as a file of the user's choice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from arvae_desktop.ui import dialogs

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class Outcome(NamedTuple):
    """How it went, as a sentence for the user; "" if they changed their mind."""

    sentence: str
    is_error: bool = False


async def save_as(parent: QWidget, title: str, name: str, kinds: str, data: bytes) -> Outcome:
    """Ask where, then write `data` there, off the UI thread. Cancelling closes the dialog.

    `name` is what the file is called unless they choose another; `kinds` are filters as Qt writes them.
    """
    chosen = await dialogs.choose_new_file(parent, title, name, kinds)
    if chosen is None:
        return Outcome("")
    path = Path(chosen)
    try:
        await asyncio.get_running_loop().run_in_executor(None, path.write_bytes, data)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Outcome(f"“{path.name}” could not be saved: {reason}. Choose another place.", is_error=True)
    return Outcome(f"Saved as “{path.name}”.")
