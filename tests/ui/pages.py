"""Reads the transcript's page, once everything that was asked for is written."""

import time

from PySide6.QtWidgets import QApplication

from arvae_desktop.ui.transcript.formats import Property

_WRITTEN_WITHIN_S = 20


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
