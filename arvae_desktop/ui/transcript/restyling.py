"""Another width of the column: what keeps to its right edge is moved, and nothing else is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QTextBlockFormat, QTextCursor, QTextOption, QTextTable

from arvae_desktop.ui.transcript import bubbles, tables
from arvae_desktop.ui.transcript.formats import Property
from arvae_desktop.ui.transcript.lines import Look

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QTextBlock

    from arvae_desktop.ui.transcript.sheet import Sheet


def set_column(sheet: Sheet, prompt_width: Callable[[int], float]) -> None:
    """Fit bubbles, heads of code and tables to the column of the sheet's formats.

    `prompt_width` gives how wide the prompt of a message is without wrapping, by the message's number.
    """
    margins: dict[int, float] = {}
    edit = QTextCursor(sheet.document)
    edit.beginEditBlock()
    block = sheet.document.begin()
    while block.isValid():
        look = block.blockFormat().intProperty(Property.LOOK)
        if look == Look.BUBBLE.value:
            number = block.blockFormat().intProperty(Property.MESSAGE)
            if number not in margins:
                margins[number] = bubbles.margin(sheet.formats.column, prompt_width(number))
            _set_start(block, margins[number])
        elif look == Look.CODE_HEAD.value:
            _set_tab(block, sheet.formats.column)
        block = block.next()
    edit.endEditBlock()
    fitted = set()
    for frame in reversed(sheet.document.rootFrame().childFrames()):
        group = frame.frameFormat().intProperty(Property.GROUP)
        if isinstance(frame, QTextTable) and group not in fitted:
            fitted.add(group)
            tables.fit_columns(frame, sheet.formats)


def _set_start(block: QTextBlock, margin: float) -> None:
    present = block.blockFormat()
    change = QTextBlockFormat()
    # A bubble stands at the right, however its words are written.
    if present.leftMargin() != margin:
        change.setLeftMargin(margin)
        change.setProperty(Property.LEFT, margin)
        QTextCursor(block).mergeBlockFormat(change)


def _set_tab(block: QTextBlock, column: float) -> None:
    present = block.blockFormat()
    end = column - present.leftMargin() - present.rightMargin()
    if [tab.position for tab in present.tabPositions()] != [end]:
        change = QTextBlockFormat()
        change.setTabPositions([QTextOption.Tab(end, QTextOption.TabType.RightTab)])
        QTextCursor(block).mergeBlockFormat(change)
