"""Prints a document, or saves it as PDF, while the window lives on."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSaveFile, Qt, QTimer
from PySide6.QtGui import QPdfWriter
from PySide6.QtWidgets import QDialog, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from arvae_desktop.ui import dialogs
from arvae_desktop.ui.pages import Pages, a4
from arvae_desktop.ui.saving import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QTextDocument

    from arvae_desktop.ui.pages import UnderPainter

_PDF_DPI = 1200
_SHOW_AFTER_MS = 400
_PDF_KINDS = "PDF (*.pdf)"


async def save_pdf(
    parent: QWidget, document: QTextDocument, suggested_name: str, paint_under: UnderPainter | None = None
) -> Outcome:
    """Ask where and write the document there as PDF on A4, with page numbers.

    A file that is there already is replaced only when all is written: not when it fails, the user stops it or
    the task is cancelled. See `Pages` for `paint_under`.
    """
    chosen = await dialogs.choose_new_file(parent, "Save as PDF", f"{suggested_name}.pdf", _PDF_KINDS)
    if chosen is None:
        return Outcome("")
    name = Path(chosen).name
    # Writes beside the file, and is given up wherever it isn't committed.
    file = QSaveFile(chosen)
    if not file.open(QSaveFile.OpenModeFlag.WriteOnly):
        return _not_saved(name, file)
    writer = QPdfWriter(file)
    writer.setResolution(_PDF_DPI)
    writer.setPageLayout(a4())
    writer.setTitle(suggested_name)
    try:
        with _progress(parent, "Saving as PDF") as progress:
            pages = Pages(document, a4(), paint_under)
            count = await pages.lay_out(progress.go_on)
            await pages.paint(writer, 1, count, lambda page: progress.show_page(page, count))
    except _StoppedError:
        return Outcome("")
    except OSError:
        return _not_saved(name, file)
    return Outcome(f"Saved as “{name}”.") if file.commit() else _not_saved(name, file)


async def print_document(
    parent: QWidget, document: QTextDocument, paint_under: UnderPainter | None = None
) -> Outcome:
    """Let the user choose a printer and print the document on it. See `Pages` for `paint_under`."""
    # Loaded only now: it is seldom needed.
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # noqa: PLC0415

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageLayout(a4())
    dialog = QPrintDialog(printer, parent)
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange)
    if not await dialogs.finished(dialog):
        return Outcome("")
    try:
        with _progress(parent, "Printing") as progress:
            pages = Pages(document, printer.pageLayout(), paint_under)
            count = await pages.lay_out(progress.go_on)
            first = min(count, printer.fromPage() or 1)  # 0 for all
            last = min(count, printer.toPage() or count)
            await pages.paint(printer, first, last, lambda page: progress.show_page(page, count))
    except _StoppedError:
        printer.abort()
        return Outcome("")
    except asyncio.CancelledError:
        printer.abort()
        raise
    except OSError:
        return Outcome("The printer takes nothing. Check that it is on, or save as PDF.", is_error=True)
    return Outcome("Sent to the printer.")


class _StoppedError(Exception):
    """The user has stopped it."""


def _not_saved(name: str, file: QSaveFile) -> Outcome:
    reason = file.errorString().rstrip(".")
    return Outcome(f"“{name}” could not be saved: {reason}. Choose another place.", is_error=True)


@contextmanager
def _progress(parent: QWidget, title: str) -> Iterator[_Progress]:
    progress = _Progress(parent, title)
    try:
        yield progress
    finally:
        progress.end()


class _Progress(QDialog):
    """Says how far it has come, if it takes long, and lets the user stop it.

    QProgressDialog won't do: it processes events whenever it is given a value.
    """

    def __init__(self, parent: QWidget, title: str) -> None:
        super().__init__(parent)
        self.setObjectName("progressDialog")
        self.setWindowTitle(f"{title} – Arvae Desktop")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._was_stopped = False
        self._label = QLabel(f"{title}…", self)
        self._bar = QProgressBar(self)
        self._bar.setAccessibleName(title)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._stop = QPushButton("Stop", self)
        self._stop.setObjectName("secondaryButton")
        self._stop.setToolTip("Stop; nothing is kept (Esc)")
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
        """Raise `_StoppedError` if the user has stopped it."""
        if self._was_stopped:
            raise _StoppedError

    def show_page(self, page: int, count: int) -> None:
        """Tell which page of how many is on its way. Raises as `go_on` does."""
        self.go_on()
        self._label.setText(f"Page {page:,} of {count:,}")
        self._bar.setRange(0, count)
        self._bar.setValue(page - 1)

    def end(self) -> None:
        """Go away, for whatever reason."""
        self._patience.stop()
        self.blockSignals(True)
        self.close()
        self.deleteLater()

    def _on_stopped(self) -> None:
        self._was_stopped = True
