"""What is kept on this computer, and what can be done with all of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from arvae_desktop.ui.combo_box import ComboBox

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtCore import SignalInstance

    from arvae_desktop.storage.store.reports import Backup
    from arvae_desktop.ui.theme import Theme

_WIDTH = 560
_IMPORT = (
    "From ChatGPT (archive or conversations.json), Claude, message lists, Markdown, or files of this app."
)
_EXPORT = "As Markdown, a web page, JSON, plain text or PDF."
_BACK_UP = "Conversations and settings in one file. No key is in it."
_RESTORE = "Adds what is in such a file and isn’t here."
_DAILY = "The app makes a backup every day and keeps five."
_DELETE = "Conversations, backups, settings, log and keys; the app then closes."


class DataDialog(QDialog):
    """Asks for what the user wants with their data; it does nothing itself.

    Signals:
        import_requested, export_requested, back_up_requested, restore_requested, delete_requested: in words
            as on the buttons.
        daily_chosen: the path of the daily backup that is to be restored.
    """

    import_requested = Signal()
    export_requested = Signal()
    back_up_requested = Signal()
    restore_requested = Signal()
    delete_requested = Signal()
    daily_chosen = Signal(object)

    def __init__(self, folder: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("dataDialog")
        self.setWindowTitle("Your data – Arvae Desktop")
        self.setMinimumWidth(_WIDTH)
        self._backups: list[Path] = []
        self._place = _note(f"Everything is kept on this computer, in {folder}.")
        self._place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._daily = ComboBox(theme, self)
        self._daily.setObjectName("dataBackups")
        self._daily.setAccessibleName("Daily backups")
        self._restore_daily = self._button("Restore…")
        self._restore_daily.clicked.connect(
            lambda: self.daily_chosen.emit(self._backups[self._daily.currentIndex()])
        )
        self._close = self._button("Close")
        self._close.clicked.connect(self.accept)
        self._build()
        self.show_backups([])

    def show_backups(self, backups: Sequence[Backup]) -> None:
        """List the daily backups, the newest first."""
        self._backups = [backup.path for backup in backups]
        self._daily.clear()
        for backup in backups:
            moment = time.strftime("%x, %H:%M", time.localtime(backup.made_at))
            self._daily.addItem(f"{moment}  ·  {_size(backup.size)}")
        if not backups:
            self._daily.addItem("None yet")
        self._daily.setEnabled(bool(backups))
        self._restore_daily.setEnabled(bool(backups))

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(1, 1)
        rows: list[tuple[str, str, SignalInstance]] = [
            ("Import…", _IMPORT, self.import_requested),
            ("Export everything…", _EXPORT, self.export_requested),
            ("Back up everything…", _BACK_UP, self.back_up_requested),
            ("Restore a backup…", _RESTORE, self.restore_requested),
        ]
        for row, (words, note, signal) in enumerate(rows):
            button = self._button(words)
            button.clicked.connect(signal)
            grid.addWidget(button, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_note(note), row, 1)
        daily = QHBoxLayout()
        daily.setSpacing(8)
        daily.addWidget(self._daily, 1)
        daily.addWidget(self._restore_daily)
        delete = self._button("Delete all my data…", "dangerButton")
        delete.setToolTip(_DELETE)
        delete.clicked.connect(self.delete_requested)
        end = QHBoxLayout()
        end.addWidget(delete)
        end.addStretch(1)
        end.addWidget(self._close)
        label = QLabel("&Daily backups")
        label.setBuddy(self._daily)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addWidget(self._place)
        column.addSpacing(8)
        column.addLayout(grid)
        column.addSpacing(8)
        column.addWidget(label)
        column.addLayout(daily)
        column.addWidget(_note(_DAILY))
        column.addSpacing(8)
        column.addLayout(end)

    def _button(self, words: str, kind: str = "secondaryButton") -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(kind)  # by which the style sheet knows it
        return button


def _note(words: str) -> QLabel:
    label = QLabel(words)
    label.setObjectName("muted")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _size(count: float) -> str:
    """A number of bytes in words."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1_000:
            return f"{count:.0f} {unit}"
        count /= 1_000
    return f"{count:.1f} GB"
