"""A conversation for paper: whole, in light colours, in a document of its own."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QTextCursor, QTextDocument

from arvae_desktop.ui import printing
from arvae_desktop.ui.layouts import COLUMN_WIDTH
from arvae_desktop.ui.theme import LIGHT
from arvae_desktop.ui.transcript.cards import paint_cards
from arvae_desktop.ui.transcript.formats import Formats, Property
from arvae_desktop.ui.transcript.sheet import Sheet
from arvae_desktop.ui.transcript.writer import TranscriptWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtGui import QFont, QPainter, QTextBlock
    from PySide6.QtWidgets import QWidget

    from arvae_desktop.domain.messages import Message
    from arvae_desktop.services.formulas import Formulas
    from arvae_desktop.ui.progress_dialog import ProgressDialog
    from arvae_desktop.ui.saving import Outcome

# A4 between its margins, in the units that pages are laid out in.
_PAPER_COLUMN = min(642, COLUMN_WIDTH)
_FORMULAS_LIMIT_S = 20


async def save_pdf(
    parent: QWidget, messages: Sequence[Message], name: str, font: QFont, formulas: Formulas | None = None
) -> Outcome:
    """Ask where, then write a conversation there as PDF. Cancelling leaves what was there before."""
    paper = _Paper(messages, font, formulas)
    try:
        await paper.written()
        return await printing.save_pdf(parent, paper.document, name, paint_under)
    finally:
        paper.deleteLater()


async def write_pdf(
    messages: Sequence[Message],
    path: Path,
    title: str,
    progress: ProgressDialog,
    font: QFont,
    formulas: Formulas | None = None,
) -> Outcome:
    """Write a conversation to a file as PDF."""
    paper = _Paper(messages, font, formulas)
    try:
        await paper.written()
        return await printing.write_pdf(paper.document, path, title, progress, paint_under)
    finally:
        paper.deleteLater()


async def print_messages(
    parent: QWidget, messages: Sequence[Message], font: QFont, formulas: Formulas | None = None
) -> Outcome:
    """Let the user choose a printer and print a conversation on it."""
    paper = _Paper(messages, font, formulas)
    try:
        await paper.written()
        return await printing.print_document(parent, paper.document, paint_under)
    finally:
        paper.deleteLater()


def paint_under(painter: QPainter, document: QTextDocument, top: float, bottom: float) -> None:
    """Paint bubbles and cards as the page on screen has them, in light colours."""
    paint_cards(painter, document, LIGHT, top, bottom)


class _Paper(QObject):
    """Writes all messages, in the slices that the page on screen is written in."""

    def __init__(self, messages: Sequence[Message], font: QFont, formulas: Formulas | None) -> None:
        super().__init__()
        self.document = QTextDocument(self)
        self.document.setUndoRedoEnabled(False)
        self.document.setDocumentMargin(0)
        self.document.setDefaultFont(font)
        self.document.setTextWidth(_PAPER_COLUMN)
        sheet = Sheet(self.document, Formats(LIGHT, font, float(_PAPER_COLUMN)), formulas)
        sheet.clear()
        self._pictures = sheet.pictures
        self._writer = TranscriptWriter(sheet, self, is_whole=True)
        self._writer.show(messages)

    async def written(self) -> None:
        """Wait until everything is there but the words that only do something on a screen."""
        if not self._writer.is_settled:
            settled = asyncio.Event()
            self._writer.settled.connect(settled.set, Qt.ConnectionType.SingleShotConnection)
            await settled.wait()
        if not self._pictures.is_settled:
            drawn = asyncio.Event()
            self._pictures.settled.connect(drawn.set, Qt.ConnectionType.SingleShotConnection)
            with contextlib.suppress(TimeoutError):  # what is not drawn by then stays TeX
                await asyncio.wait_for(drawn.wait(), _FORMULAS_LIMIT_S)
        block = self.document.begin()
        while block.isValid():
            for start, end in reversed(_actions(block)):
                cursor = QTextCursor(self.document)
                cursor.setPosition(start)
                cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
                cursor.removeSelectedText()
            block = block.next()


def _actions(block: QTextBlock) -> list[tuple[int, int]]:
    found = []
    iterator = block.begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        characters = fragment.charFormat()
        if characters.hasProperty(Property.IS_ACTION) and characters.anchorHref():
            found.append((fragment.position(), fragment.position() + fragment.length()))
        iterator += 1
    return found
