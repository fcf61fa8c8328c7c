"""What is copied: the Markdown of whole blocks, the plain text of parts, without the words that only do something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData

from arvae_desktop.ui.transcript.formats import Property

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QTextBlock, QTextCursor

    from arvae_desktop.ui.transcript.writer import TranscriptWriter


def selection_data(cursor: QTextCursor, writer: TranscriptWriter) -> QMimeData:
    """The selection for the clipboard."""
    data = QMimeData()
    data.setText(markdown_of(cursor, writer))
    return data


def markdown_of(cursor: QTextCursor, writer: TranscriptWriter) -> str:
    """Blocks that are selected whole as their Markdown, others as the text that is seen."""
    start, end = cursor.selectionStart(), cursor.selectionEnd()
    parts: list[str] = []
    lines: list[QTextBlock] = []
    for line in _selected(cursor):
        if lines and _origin(line) != _origin(lines[0]):
            parts.append(_one(lines, start, end, writer))
            lines = []
        lines.append(line)
    if lines:
        parts.append(_one(lines, start, end, writer))
    return "\n".join(filter(None, parts))


def plain_text_of(cursor: QTextCursor) -> str:
    """The text that is seen."""
    return _seen(list(_selected(cursor)), cursor.selectionStart(), cursor.selectionEnd())


def _selected(cursor: QTextCursor) -> Iterator[QTextBlock]:
    end = cursor.selectionEnd()
    block = cursor.document().findBlock(cursor.selectionStart())
    while block.isValid() and block.position() < end:
        yield block
        block = block.next()


def _origin(line: QTextBlock) -> tuple[int, int]:
    block_format = line.blockFormat()
    return block_format.intProperty(Property.MESSAGE), block_format.intProperty(Property.BLOCK)


def _one(lines: list[QTextBlock], start: int, end: int, writer: TranscriptWriter) -> str:
    """What is copied of one Markdown block, which stands on these lines."""
    is_whole = start <= lines[0].position() and end >= lines[-1].position() + lines[-1].length() - 1
    is_whole = is_whole and _origin(lines[0].previous()) != _origin(lines[0])
    is_whole = is_whole and _origin(lines[-1].next()) != _origin(lines[-1])
    if is_whole and (found := writer.block_of(lines[0])) is not None and found[1] is not None:
        return found[1].source.rstrip("\n")
    return _seen(lines, start, end)


def _seen(lines: list[QTextBlock], start: int, end: int) -> str:
    parts: list[str] = []
    for line in lines:
        if parts and not line.blockFormat().hasProperty(Property.CONTINUES):
            parts.append("\n")
        parts.append(_said(line, start, end))
    return "".join(parts).replace("\u2028", "\n").replace("\u00a0", " ")


def _said(line: QTextBlock, start: int, end: int) -> str:
    """The characters of a line between two positions, those of actions left out."""
    parts = []
    iterator = line.begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        if not fragment.charFormat().hasProperty(Property.IS_ACTION):
            low, high = max(0, start - fragment.position()), end - fragment.position()
            # Qt counts in UTF-16; beyond the basic plane Python's characters are two of those.
            units = fragment.text().encode("utf-16-le")[2 * low : 2 * max(0, high)]
            parts.append(units.decode("utf-16-le", "replace"))
        iterator += 1
    return "".join(parts)
