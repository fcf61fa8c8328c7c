"""Dialogs without a nested event loop: opened, and awaited by whoever asked."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QMessageBox, QWidget


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
    box = QMessageBox(QMessageBox.Icon.NoIcon, title, text, QMessageBox.StandardButton.Cancel, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    button = box.addButton(action, QMessageBox.ButtonRole.AcceptRole)
    cancel = box.button(QMessageBox.StandardButton.Cancel)
    for each, name in ((button, "primaryButton"), (cancel, "secondaryButton")):
        each.setObjectName(name)
        each.setIcon(QIcon())
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    await finished(box)
    return box.clickedButton() is button
