"""Dialogs without a nested event loop: opened, and awaited by whoever asked."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QFileInfo, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QPushButton, QWidget


async def finished(dialog: QDialog) -> int:
    """Open a dialog over its window and wait for its result code. Cancelling closes it."""
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def tell(code: int) -> None:
        if not future.done():
            future.set_result(code)

    dialog.finished.connect(tell)
    dialog.open()
    try:
        return await future
    finally:
        dialog.close()
        dialog.deleteLater()


async def confirm(parent: QWidget, title: str, text: str, *, action: str) -> bool:
    """Ask before something that can't be undone. `action` is what the confirming button says."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, title, text, QMessageBox.StandardButton.NoButton, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    button, cancel = QPushButton(action), QPushButton("Cancel")
    # Named before the box takes them, so that the style sheet finds them; a box gives icons only to its own.
    button.setObjectName("primaryButton")
    cancel.setObjectName("secondaryButton")
    box.addButton(button, QMessageBox.ButtonRole.AcceptRole)
    box.addButton(cancel, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cancel)
    await finished(box)
    return box.clickedButton() is button


async def tell(parent: QWidget | None, title: str, text: str) -> None:
    """Say something that needs no answer."""
    words = f"{title}\n\n{text}"
    box = QMessageBox(QMessageBox.Icon.NoIcon, title, words, QMessageBox.StandardButton.NoButton, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    button = QPushButton("OK")
    button.setObjectName("primaryButton")
    box.addButton(button, QMessageBox.ButtonRole.AcceptRole)
    await finished(box)


async def choose_folder(parent: QWidget, title: str) -> str | None:
    """Let the user pick a folder; None if they pick none."""
    picker = QFileDialog(parent, title)
    picker.setFileMode(QFileDialog.FileMode.Directory)
    accepted = await finished(picker)
    return picker.selectedFiles()[0] if accepted else None


async def choose_file(parent: QWidget, title: str, kinds: str) -> str | None:
    """Let the user pick a file that exists; None if they pick none. `kinds` are filters as Qt writes them."""
    picker = QFileDialog(parent, title, "", kinds)
    picker.setFileMode(QFileDialog.FileMode.ExistingFile)
    accepted = await finished(picker)
    return picker.selectedFiles()[0] if accepted else None


async def choose_new_file(parent: QWidget, title: str, name: str, kinds: str) -> str | None:
    """Let the user say where a file is to be written; None if they say nothing.

    `name` is what the file is called unless they choose another; `kinds` are filters as Qt writes them.
    """
    while True:
        picker = QFileDialog(parent, title, "", kinds)
        picker.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        picker.setFileMode(QFileDialog.FileMode.AnyFile)
        # Qt's own question about it would run a nested event loop.
        picker.setOption(QFileDialog.Option.DontConfirmOverwrite)
        picker.selectFile(name)
        if not await finished(picker):
            return None
        path = picker.selectedFiles()[0]
        if not QFileInfo.exists(path):
            return path
        text = f"“{QFileInfo(path).fileName()}” is there already. What it holds is lost if you replace it."
        if await confirm(parent, "Replace the file?", text, action="Replace"):
            return path
