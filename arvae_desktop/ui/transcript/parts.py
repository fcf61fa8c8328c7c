"""The parts of a message on the page: runs of one kind of text, each written as it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from arvae_desktop.ui.transcript import cuts
from arvae_desktop.ui.transcript.block_lines import CARD_GAP, BlockLines
from arvae_desktop.ui.transcript.lines import Ink, Look
from arvae_desktop.ui.transcript.origins import (
    EARLIER_BLOCKS,
    LATER_BLOCKS,
    Origin,
    block_id,
    first_group,
    origin_of,
)
from arvae_desktop.ui.transcript.reading import CallReading, Reading
from arvae_desktop.ui.transcript.seams import Seams
from arvae_desktop.ui.transcript.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QTextCursor

    from arvae_desktop.ui.transcript.lines import Line, TextLine
    from arvae_desktop.ui.transcript.scope import Scope
    from arvae_desktop.ui.transcript.sheet import Sheet

_QUIET_LEFT = 14


class PartPlace(NamedTuple):
    """Where a part belongs.

    Attributes:
        message: the message's number on the page; `name` its id.
        number: the part's own, among those of its message.
        gap: the distance to what stands above.
        end: gives where the part ends now: where the next one begins, or what stands under the message.
        scope: how much of the message may be on the page.
    """

    message: int
    name: str
    number: int
    gap: float
    end: Callable[[], int]
    scope: Scope


class Part:
    """One run of a message's text.

    Attributes:
        reading: its text.
        window: what of it is on the page.
    """

    look = Look.TEXT
    ink = Ink.TEXT

    def __init__(self, sheet: Sheet, place: PartPlace) -> None:
        self.reading = self._new_reading()
        self._sheet = sheet
        self._place = place
        self._begin()

    @staticmethod
    def _new_reading() -> Reading:
        return Reading()

    def _begin(self) -> None:
        """Begin to write, at the present end."""
        place, reading = self._place, self.reading
        first = block_id(place.number, 0)
        self._lines = BlockLines(place.name, first_group(place.message), first, reading.blocks, self.ink)
        ends = self._earlier_line, self._more_line
        self.window = Window(
            self._sheet, place.message, place.number, reading, self._made, ends, place.end, place.scope
        )
        shown = lambda: (self.window.blocks, self.window.final)  # noqa: E731
        self._seams = Seams(self._sheet.document, reading, first, shown, place.end)

    @property
    def start(self) -> int:
        """Where it begins on the page."""
        return self.window.start

    @property
    def seams(self) -> list[QTextCursor]:
        """Where, on the page, the rests of an answer that was cut off begin."""
        return self._seams.marks

    def place_of(self, offset: int) -> QTextCursor | None:
        """Where on the page an offset in its text stands; None if it is not there."""
        return self._seams.mark_at(offset)

    def feed(self, text: str) -> None:
        """More has come; `work` writes it."""
        self.reading.feed(text)

    def work(self) -> bool:
        """Write a little of what waits. Returns whether there is more to be done."""
        return self.window.work()

    def finish(self) -> None:
        """No more comes; `work` writes how it ends."""
        self.reading.is_over = True

    def origin(self, number: int) -> Origin | None:
        """Where a line came from, by its block's number; of those that offer more, what they offer."""
        reading, shown = self.reading, self.window.blocks
        if number == EARLIER_BLOCKS:
            end = reading.construct(shown.start).start if shown else shown.start
            return Origin(reading, 0, reading.offset_of(end), 0, end)
        if number == LATER_BLOCKS:
            first = reading.construct(shown.stop - 1).stop if shown else shown.stop
            return Origin(reading, reading.offset_of(first), reading.length, first, len(reading.blocks))
        return origin_of(reading, number)

    def _made(self, number: int) -> list[Line]:
        """The lines of a block, as they look in this part."""
        lines, place = self._lines.lines(number), self._place
        if lines and number == 0:
            own = lines[0].place
            lines[0] = lines[0]._replace(place=own._replace(above=max(place.gap, own.above)))
        block = block_id(place.number, number)
        return [self._dressed(line._replace(block=block)) for line in lines]

    def _earlier_line(self, count: int) -> TextLine:
        place = self._place
        block = block_id(place.number, EARLIER_BLOCKS)
        return cuts.earlier(place.name, place.number, count, place.gap, block)

    def _more_line(self, count: int) -> TextLine:
        place = self._place
        return cuts.more(place.name, place.number, count, block_id(place.number, LATER_BLOCKS))

    def _dressed(self, line: Line) -> Line:
        return line


class Refusal(Part):
    """The sentence with which the model refuses."""

    look = Look.REFUSAL

    def _dressed(self, line: Line) -> Line:
        place = line.place._replace(
            look=self.look,
            left=line.place.left + _QUIET_LEFT,
            right=_QUIET_LEFT,
            group=first_group(self._place.message),
            below=CARD_GAP,
        )
        return line._replace(place=place)


class ToolCalls(Part):
    """The calls that the model asked for."""

    @staticmethod
    def _new_reading() -> Reading:
        return CallReading()
