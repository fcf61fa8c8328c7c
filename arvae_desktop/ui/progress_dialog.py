"""Says how far long work has come, and lets the user stop it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHOW_AFTER_MS = 400
_STEPS = 1_000


class StoppedError(Exception):
    """The user has stopped it."""


@contextmanager
def progress_over(
    parent: QWidget, title: str, tip: str = "Stop; nothing is kept (Esc)"
) -> Iterator[ProgressDialog]:
    """A dialog over a window while something is done, if that takes long; `tip` says what Stop does."""
    progress = ProgressDialog(parent, title, tip)
    try:
        yield progress
    finally:
        progress.end()


class ProgressDialog(QDialog):
    """Appears only if the work takes long.

    QProgressDialog won't do: it processes events whenever it is given a value.

    Signals:
        stopped: the user wants it to stop.
    """

    stopped = Signal()

    def __init__(self, parent: QWidget, title: str, tip: str) -> None:
        super().__init__(parent)
        self.setObjectName("progressDialog")
        self.setWindowTitle(f"{title} – Arvae Desktop")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._was_stopped = False
        self._label = QLabel(f"{title}…", self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._bar = QProgressBar(self)
        self._bar.setAccessibleName(title)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._stop = QPushButton("Stop", self)
        self._stop.setObjectName("secondaryButton")
        self._stop.setToolTip(tip)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(self._label)
        column.addWidget(self._bar)
        column.addWidget(self._stop, 0, Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(360)
        self._stop.clicked.connect(self.reject)
        self.rejected.connect(self._on_stopped)
        self._patience = QTimer(self, singleShot=True, interval=_SHOW_AFTER_MS)
        self._patience.timeout.connect(self.show)
        self._patience.start()

    def go_on(self) -> None:
        """Raise `StoppedError` if the user has stopped it."""
        if self._was_stopped:
            raise StoppedError

    def tell(self, words: str, done: float, total: float | None) -> None:
        """Tell what it is at, and how much of how much is done; None where nobody knows."""
        self._label.setText(words)
        if total:
            self._bar.setRange(0, _STEPS)
            self._bar.setValue(int(_STEPS * min(1.0, done / total)))
        else:
            self._bar.setRange(0, 0)

    def end(self) -> None:
        """Go away, for whatever reason."""
        self._patience.stop()
        self.blockSignals(True)
        self.close()
        self.deleteLater()

    def _on_stopped(self) -> None:
        self._was_stopped = True
        self.stopped.emit()
