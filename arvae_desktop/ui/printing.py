"""Prints a document, or saves it as PDF, while the window lives on."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSaveFile
from PySide6.QtGui import QPdfWriter

from arvae_desktop.ui import dialogs
from arvae_desktop.ui.pages import Pages, a4
from arvae_desktop.ui.progress_dialog import StoppedError, progress_over
from arvae_desktop.ui.saving import Outcome

if TYPE_CHECKING:
    from PySide6.QtGui import QTextDocument
    from PySide6.QtWidgets import QWidget

    from arvae_desktop.ui.pages import UnderPainter
    from arvae_desktop.ui.progress_dialog import ProgressDialog

_PDF_DPI = 1200
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
    with progress_over(parent, "Saving as PDF") as progress:
        return await write_pdf(document, Path(chosen), suggested_name, progress, paint_under)


async def write_pdf(
    document: QTextDocument,
    path: Path,
    title: str,
    progress: ProgressDialog,
    paint_under: UnderPainter | None = None,
) -> Outcome:
    """Write a document to a file; see `save_pdf`."""
    # Writes beside the file, and is given up wherever it isn't committed.
    file = QSaveFile(str(path))
    if not file.open(QSaveFile.OpenModeFlag.WriteOnly):
        return _not_saved(path.name, file)
    writer = QPdfWriter(file)
    writer.setResolution(_PDF_DPI)
    writer.setPageLayout(a4())
    writer.setTitle(title)
    try:
        pages = Pages(document, a4(), paint_under)
        count = await pages.lay_out(progress.go_on)
        await pages.paint(writer, 1, count, lambda page: _tell(progress, page, count))
    except StoppedError:
        return Outcome("")
    except OSError:
        return _not_saved(path.name, file)
    return Outcome(f"Saved as “{path.name}”.") if file.commit() else _not_saved(path.name, file)


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
        with progress_over(parent, "Printing") as progress:
            pages = Pages(document, printer.pageLayout(), paint_under)
            count = await pages.lay_out(progress.go_on)
            first = min(count, printer.fromPage() or 1)  # 0 for all
            last = min(count, printer.toPage() or count)
            await pages.paint(printer, first, last, lambda page: _tell(progress, page, count))
    except StoppedError:
        printer.abort()
        return Outcome("")
    except asyncio.CancelledError:
        printer.abort()
        raise
    except OSError:
        return Outcome("The printer takes nothing. Check that it is on, or save as PDF.", is_error=True)
    return Outcome("Sent to the printer.")


def _not_saved(name: str, file: QSaveFile) -> Outcome:
    reason = file.errorString().rstrip(".")
    return Outcome(f"“{name}” could not be saved: {reason}. Choose another place.", is_error=True)


def _tell(progress: ProgressDialog, page: int, count: int) -> None:
    progress.go_on()
    progress.tell(f"Page {page:,} of {count:,}", page - 1, count)
