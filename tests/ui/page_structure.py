"""What stands on a page, in the terms of `expected_page`: read back from the document's formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QTextCursor

from arvae_desktop.ui.transcript.block_lines import CODE_HANG, CODE_PADDING
from arvae_desktop.ui.transcript.formats import Property
from arvae_desktop.ui.transcript.lines import Look
from tests.ui.expected_page import BREAK, Line, Run, joined
from tests.ui.pages import blocks, fragments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QTextBlock, QTextCharFormat

    from arvae_desktop.ui.transcript.view import TranscriptView

_SHOWN = {look.value: look for look in Look}


def page_structure(view: TranscriptView) -> list[Line]:
    """The answer on a page on which nothing else stands but the line under it."""
    lines: list[Line] = []
    shift = 0  # of the rows of a table of several pieces
    last_table = None
    for block in _blocks_with_empty_cells(view):
        table = QTextCursor(block).currentTable()
        if table is None:
            _add_line(lines, block)
            continue
        if last_table is None or table.firstPosition() != last_table:
            shift = lines[-1][1] + 1 if lines and lines[-1][0] == "cell" and _goes_on(table) else 0
        last_table = table.firstPosition()
        cell = table.cellAt(QTextCursor(block))
        lines.append(("cell", cell.row() + shift, cell.column(), _alignment(block), _runs(block)))
    return lines


def _blocks_with_empty_cells(view: TranscriptView) -> Iterator[QTextBlock]:
    said = {block.blockNumber() for block in blocks(view)}
    under = max(said)
    block = view.document().begin()
    while block.blockNumber() < under:
        if block.blockNumber() in said or QTextCursor(block).currentTable() is not None:
            yield block
        block = block.next()


def _goes_on(table) -> bool:
    """Whether a table is a further piece of another: only the first one has a distance above."""
    return table.format().topMargin() == 0


def _add_line(lines: list[Line], block: QTextBlock) -> None:
    made = block.blockFormat()
    bars = tuple(float(bar) for bar in made.property(Property.BARS) or ())
    look = _SHOWN[made.intProperty(Property.LOOK)]
    if made.hasProperty(Property.CONTINUES):
        *before, last = lines.pop()
        rest = (*last[:-1], last[-1] + block.text()) if look is Look.CODE else joined(last + _runs(block))
        lines.append((*before, rest))
    elif look is Look.CODE_HEAD:
        lines.append(("code", made.leftMargin() - CODE_PADDING, bars, block.text().split("\t")[0], ()))
    elif look is Look.CODE:
        assert made.leftMargin() - CODE_PADDING - CODE_HANG == lines[-1][1]
        text = block.text() if block.text().strip(" ") else ""
        lines[-1] = (*lines[-1][:-1], (*lines[-1][-1], text))
    elif look is Look.RULE:
        lines.append(("rule", made.leftMargin(), bars))
    else:
        assert look is (Look.HEADING if made.headingLevel() else Look.TEXT)
        lines.append(("text", made.headingLevel(), made.leftMargin(), bars, _runs(block)))


def _alignment(block: QTextBlock) -> str:
    format_ = block.blockFormat()
    if not format_.hasProperty(format_.Property.BlockAlignment.value):
        return ""
    if format_.alignment() & Qt.AlignmentFlag.AlignHCenter:
        return "centre"
    return "right" if format_.alignment() & Qt.AlignmentFlag.AlignRight else "left"


def _runs(block: QTextBlock) -> tuple[Run, ...]:
    return joined(
        Run(part, frozenset() if part == BREAK else _styles(look), "" if part == BREAK else look.anchorHref())
        for fragment in fragments(block)
        for look in [fragment.charFormat()]
        for part in _parts(fragment.text())
    )


def _parts(text: str) -> list[str]:
    """Breaks apart from words: they have no look that could be seen."""
    parts = []
    for number, row in enumerate(text.split(BREAK)):
        parts += [BREAK, row] if number else [row]
    return parts


def _styles(look: QTextCharFormat) -> frozenset[str]:
    styles = {
        "bold": look.fontWeight() > QFont.Weight.Medium,
        "italic": look.fontItalic(),
        "struck": look.fontStrikeOut(),
        "code": look.fontFixedPitch(),
    }
    return frozenset(name for name, has in styles.items() if has)
