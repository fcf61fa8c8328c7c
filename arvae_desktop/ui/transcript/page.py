"""The page as it is read: which message, block or code stands where. `TranscriptWriter` fills it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from arvae_desktop.ui.transcript.cuts import Cut
from arvae_desktop.ui.transcript.formats import Property

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QTextBlock, QTextCursor

    from arvae_desktop.domain.messages import Message
    from arvae_desktop.ui.transcript.message_writer import MessageWriter
    from arvae_desktop.ui.transcript.origins import CodeText, Origin
    from arvae_desktop.ui.transcript.sheet import Sheet


class Page(QObject):
    """The messages of a conversation that stand in a document, from above."""

    def __init__(self, sheet: Sheet, parent: QObject) -> None:
        super().__init__(parent)
        self._sheet = sheet
        self._messages: list[Message] = []
        self._page: list[MessageWriter] = []
        self._first = 0  # the index of the first message on the page

    @property
    def has_earlier(self) -> bool:
        """Whether messages before the page's first are left out."""
        return self._first > 0

    @property
    def has_later(self) -> bool:
        """Whether messages behind the page's last are left out."""
        return self._first + len(self._page) < len(self._messages)

    @property
    def messages(self) -> Sequence[Message]:
        """The whole conversation; not to be changed."""
        return self._messages

    @property
    def window(self) -> range:
        """Which of the messages are on the page, by their indexes."""
        return range(self._first, self._first + len(self._page))

    def origin_of(self, line: QTextBlock) -> Origin | None:
        """Where a line of the document came from, or None if it is no Markdown."""
        block_format = line.blockFormat()
        number = block_format.intProperty(Property.MESSAGE)
        writer = next((writer for writer in self._page if writer.number == number), None)
        return None if writer is None else writer.origin(block_format.intProperty(Property.BLOCK))

    @staticmethod
    def block_of(line: QTextBlock) -> int | None:
        """The number by which `code` knows what a line shows; None for a line that belongs to no message."""
        if not line.blockFormat().hasProperty(Property.BLOCK):
            return None
        return line.blockFormat().intProperty(Property.BLOCK)

    def code(self, message_id: str, block: int) -> CodeText | None:
        """The code block that a line marked with `block` shows, whole; None if there is none."""
        writer = self._writer(message_id)
        origin = None if writer is None else writer.origin(block)
        return None if origin is None else origin.code

    @property
    def seams(self) -> list[QTextCursor]:
        """Where, on the page, the rests of answers begin that were cut off."""
        return [seam for writer in self._page for seam in writer.seams]

    @property
    def cuts(self) -> list[Cut]:
        """What is left out of messages that are on the page, from above."""
        return [
            Cut(writer.message.id, number, part.reading, start, stop, position)
            for writer in self._page
            for number, part in enumerate(writer.parts)
            for position, start, stop in part.window.left_out
        ]

    def place_of(self, message_id: str, part: int, offset: int) -> int | None:
        """Where on the page an offset in a part's text stands; None if it is not on the page."""
        writer = self._writer(message_id)
        mark = None if writer is None else writer.parts[part].place_of(offset)
        return None if mark is None else mark.position()

    @property
    def shown(self) -> list[str]:
        """The ids of the messages on the page, from above."""
        return [writer.message.id for writer in self._page]

    def message_of(self, line: QTextBlock) -> str | None:
        """The id of the message that a line belongs to, or None for one that belongs to none."""
        number = line.blockFormat().intProperty(Property.MESSAGE)
        return next((writer.message.id for writer in self._page if writer.number == number), None)

    def span_of(self, message_id: str) -> range | None:
        """The positions that a message takes up in the document, or None if it is not on the page."""
        for place, writer in enumerate(self._page):
            if writer.message.id == message_id:
                return range(writer.start.position(), self._end_of(place))
        return None

    def _end_of(self, place: int) -> int:
        """Where the message at a place of the page ends: where the next one begins."""
        return self._page[place + 1].start.position() if place + 1 < len(self._page) else self._sheet.end

    def _writer(self, message_id: str) -> MessageWriter | None:
        # From the end: it is mostly the last one.
        return next((w for w in reversed(self._page) if w.message.id == message_id), None)

    def _index_of(self, message_id: str) -> int | None:
        indexes = range(len(self._messages) - 1, -1, -1)
        return next((index for index in indexes if self._messages[index].id == message_id), None)
