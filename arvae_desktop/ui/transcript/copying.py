"""What is copied: the Markdown of whole blocks, the plain text of parts, no words that only do something."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QMimeData

from arvae_desktop.ui.transcript.formats import Property
from arvae_desktop.ui.transcript.lines import OBJECT, Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QTextBlock, QTextCursor

    from arvae_desktop.ui.transcript.origins import Origin
    from arvae_desktop.ui.transcript.writer import TranscriptWriter


class _Chunk(NamedTuple):
    """Selected lines that show one construct of Markdown, or what is none, such as a prompt."""

    lines: list[QTextBlock]
    origin: Origin | None


def selection_data(cursor: QTextCursor, writer: TranscriptWriter) -> QMimeData:
    """The selection for the clipboard."""
    data = QMimeData()
    data.setText(markdown_of(cursor, writer))
    return data


def markdown_of(cursor: QTextCursor, writer: TranscriptWriter) -> str:
    """Blocks that are selected whole as their Markdown, others as the text that is seen."""
    start, end = cursor.selectionStart(), cursor.selectionEnd()
    made, before = "", None
    for lines, origin in _chunks(cursor, writer):
        whole = origin if _is_whole(lines, origin, cursor, writer) else None
        if whole is None:
            text = _seen(lines, start, end)
        elif before is not None and (more := whole.source_since(before)) is not None:
            made, before = made + more, whole
            continue
        else:
            text = whole.source
        if before is not None:
            made = made.rstrip("\n")
        made += "\n" + text if made and text else text
        before = whole
    return made if before is None else made.rstrip("\n")


def _chunks(cursor: QTextCursor, writer: TranscriptWriter) -> Iterator[_Chunk]:
    chunk: _Chunk | None = None
    for _mark, group in groupby(_selected(cursor), _mark_of):
        lines = list(group)
        origin = writer.origin_of(lines[0])
        if chunk is not None and origin is not None and origin == chunk.origin:
            chunk.lines.extend(lines)
            continue
        if chunk is not None:
            yield chunk
        chunk = _Chunk(lines, origin)
    if chunk is not None:
        yield chunk


def _selected(cursor: QTextCursor) -> Iterator[QTextBlock]:
    end = cursor.selectionEnd()
    block = cursor.document().findBlock(cursor.selectionStart())
    while block.isValid() and block.position() < end:
        yield block
        block = block.next()


def _mark_of(line: QTextBlock) -> tuple[int, int]:
    """What a line is marked with: its message and its Markdown block."""
    block_format = line.blockFormat()
    return block_format.intProperty(Property.MESSAGE), block_format.intProperty(Property.BLOCK)


def _is_whole(
    lines: list[QTextBlock], origin: Origin | None, cursor: QTextCursor, writer: TranscriptWriter
) -> bool:
    """Whether a selection covers all that is seen of a construct, of which `lines` are the selected ones."""
    first, last = lines[0], lines[-1]
    begin = first.position() + (0 if first.text() else 1)  # nobody sees the empty block before a table
    if cursor.selectionStart() > begin or cursor.selectionEnd() < last.position() + last.length() - 1:
        return False
    around = first.previous(), last.next()
    return origin is not None and all(writer.origin_of(line) != origin for line in around)


def _seen(lines: list[QTextBlock], start: int, end: int) -> str:
    parts: list[str] = []
    for line in lines:
        if line.blockFormat().intProperty(Property.LOOK) == Look.CODE_HEAD.value:
            continue
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
            text = units.decode("utf-16-le", "replace")
            source = fragment.charFormat().stringProperty(Property.SOURCE)
            parts.append(_written(text, fragment.text(), source) if source else text)
        iterator += 1
    return "".join(parts)


def _written(text: str, whole: str, source: str) -> str:
    """What is copied for a part of a formula, or of several that are the same: its source, if it is whole."""
    if OBJECT in text:
        return source * len(text)
    return source if text == whole else text.replace("\u2060", "")
