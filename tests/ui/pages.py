"""Reads the transcript's page, once everything that was asked for is written."""

import time

from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QApplication

from arvae_desktop.ui.transcript.formats import Property
from arvae_desktop.ui.transcript.origins import first_group

_WRITTEN_WITHIN_S = 60  # of a megabyte on a busy machine


def settle(view):
    """Wait until a transcript has written all that waits."""
    deadline = time.monotonic() + _WRITTEN_WITHIN_S
    while not view.writer.is_settled:
        assert time.monotonic() < deadline
        QApplication.processEvents()
    view.document().documentLayout().documentSize()


def fill(view, messages):
    view.show_messages(messages)
    settle(view)


def blocks(view):
    """The document's blocks but for those that are only there because Qt wants them."""
    block = view.document().begin()
    while block.isValid():
        is_said = block.blockFormat().hasProperty(Property.LOOK) or block.text()
        if is_said:
            yield block
        block = block.next()


def fragments(block):
    iterator = block.begin()
    while not iterator.atEnd():
        yield iterator.fragment()
        iterator += 1


def page_text(view):
    """The page's text with paragraphs as they were written, however they are cut into blocks."""
    settle(view)
    pieces = []
    for block in blocks(view):
        if pieces and not block.blockFormat().hasProperty(Property.CONTINUES):
            pieces.append("\n")
        pieces.append(block.text())
    return "".join(pieces).replace("\u2028", "\n")


def links(view):
    """The words and addresses of all links, in order."""
    settle(view)
    return [
        (fragment.text(), fragment.charFormat().anchorHref())
        for block in blocks(view)
        for fragment in fragments(block)
        if fragment.charFormat().isAnchor()
    ]


def looks(view):
    """All that can be seen: the text and formats of the page, without the numbers that count messages."""
    settle(view)
    made = []
    for block in blocks(view):
        runs = _runs(block)
        if block.blockFormat().hasProperty(Property.CONTINUES):
            made[-1] = (*made[-1][:-1], _joined(made[-1][-1] + runs))
        else:
            made.append((_block_format(block), *_table(block), runs))
    return made


def _runs(block):
    return _joined([(fragment.text(), fragment.charFormat()) for fragment in fragments(block)])


def _joined(runs):
    made = []
    for text, char_format in runs:
        if made and made[-1][1] == char_format:
            made[-1] = made[-1][0] + text, char_format
        else:
            made.append((text, char_format))
    return made


def _block_format(block):
    made = QTextBlockFormat(block.blockFormat())
    number = made.intProperty(Property.MESSAGE)
    made.clearProperty(Property.MESSAGE)
    if made.hasProperty(Property.GROUP):
        made.setProperty(Property.GROUP, max(0, made.intProperty(Property.GROUP) - first_group(number)))
    return made


def _table(block):
    """Where a cell's paragraph stands in its table, how the cell looks, and how wide the columns are."""
    table = QTextCursor(block).currentTable()
    if table is None:
        return ()
    cell = table.cellAt(QTextCursor(block))
    widths = [(width.type(), width.rawValue()) for width in table.format().columnWidthConstraints()]
    look = QTextCharFormat(cell.format())
    look.clearProperty(QTextFormat.Property.ObjectIndex.value)  # counts the document's tables
    margins = table.format().topMargin(), table.format().bottomMargin()
    return cell.row(), cell.column(), look, widths, margins
