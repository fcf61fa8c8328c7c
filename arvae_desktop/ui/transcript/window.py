"""What of a part stands on the page: never more than a frame can lay out, however long the part is.

Qt's layout of a document costs by all that is in it. So a huge part is on the page in a window, which its
chunks enter at one end and leave at the other. The lines at its ends say what is left out.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor

from arvae_desktop.markup.blocks import Code
from arvae_desktop.ui.transcript.reading import Reading, cost_of
from arvae_desktop.ui.transcript.sheet import line_length
from arvae_desktop.ui.transcript.tail import Tail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arvae_desktop.ui.transcript.lines import Line, TextLine
    from arvae_desktop.ui.transcript.scope import Scope
    from arvae_desktop.ui.transcript.sheet import Sheet

# By `cost_of`: what is written at first and with each request for more, and what a page may hold of one part.
_KEPT = 75_000
_MOST = 120_000
_AT_ONCE = 6_000
# So much text that waits of a running answer is not written to be taken off again: its end is.
_FAR = 150_000
_SKIPPED_AT_ONCE = 20_000
_MOST_CODE = 1_000_000  # characters in which the end of a block of code is looked for
_EARLIER_CHUNKS = 4


@dataclass
class _Shown:
    """A chunk on the page: its number, where it begins, and what it costs.

    The first one needs no mark. Hundreds of messages have but one chunk, and each edit visits all cursors.
    """

    number: int
    mark: QTextCursor | None = None
    cost: int = 0


class Window:
    """Writes the blocks of a reading, and takes them off.

    Args:
        message: the message's number on the page; `number` the part's.
        reading: what is written.
        lines: gives the lines of a block.
        cuts: give, for a count of characters, the lines that offer what is before and what follows.
        end: gives where the part ends on the page.
    """

    def __init__(
        self,
        sheet: Sheet,
        message: int,
        number: int,
        reading: Reading,
        lines: Callable[[int], list[Line]],
        cuts: tuple[Callable[[int], TextLine], Callable[[int], TextLine]],
        end: Callable[[], int],
        scope: Scope,
    ) -> None:
        self._sheet = sheet
        self._message = message
        self._number = number
        self._reading = reading
        self._made = lines
        self._cuts = cuts
        self._part_end = end
        self._scope = scope
        self._start = self._cursor(end())
        self._shown: list[_Shown] = []
        self._first = self._last = 0  # the blocks on the page, but for those that may still change
        self._has_tail = False
        self._earlier: TextLine | None = None
        self._more: TextLine | None = None
        self._more_at: QTextCursor | None = None
        self._tail = Tail(sheet, message, self._content_end)
        self._is_held = False  # nothing more is written until somebody asks
        self._leaves_at_end = False
        self._wanted_chunk = sys.maxsize  # those from it on are wanted on the page
        self._filling: int | None = None  # the next block of the chunk that is put before the others
        offset, self._left = scope.kept.get(number, (0, _KEPT))  # how much more is to be written
        self._target: int | None = offset or None  # the offset in the text that is wanted on the page

    # --- what is asked for

    @property
    def start(self) -> int:
        """Where it begins on the page."""
        return self._start.block().position()

    @property
    def blocks(self) -> range:
        """The numbers of the blocks on the page."""
        return range(self._first, len(self._reading.blocks) if self._has_tail else self._last)

    @property
    def final(self) -> int:
        """The number of the first block that is not on the page for good."""
        return self._last

    @property
    def is_cut(self) -> bool:
        """Whether a line at its end offers more."""
        return self._more is not None

    @property
    def left_out(self) -> list[tuple[int, int, int]]:
        """Where lines stand for text that is not on the page, and from where to where in the part it goes."""
        reading, found = self._reading, []
        if self._earlier is not None:
            found.append((self.start, 0, reading.offset_of(self._first)))
        if self._more is not None:
            found.append((self._content_end(), reading.offset_of(self._last), reading.length))
        return found

    @property
    def shifts(self) -> bool:
        """Whether the next step may move what stands below the place where it writes."""
        return self._more is not None or self._earlier is not None or self._cost > _MOST

    def show_more(self) -> None:
        """Write as much again behind what is shown."""
        self._leaves_at_end = self._is_held = False
        self._left = _KEPT

    def show_earlier(self) -> None:
        """Write more before what is shown; what is far behind leaves."""
        self._leaves_at_end = True
        first = self._shown[0].number if self._shown else self._reading.chunk_at(self._reading.end)
        self._wanted_chunk = max(0, first - _EARLIER_CHUNKS)
        self._left = 0
        self._is_held = True

    def show_end(self) -> None:
        """Write on what is running, where that was held back."""
        if not self._is_held or not self._scope.is_live:
            return
        self._leaves_at_end = self._is_held = False
        if self._reading.length - self._reading.offset_of(self._last) > _FAR:
            self._target = self._reading.length - _KEPT // 2

    def show_at(self, offset: int) -> None:
        """Show the part of the text in which an offset stands."""
        self._target = offset
        self._left = _KEPT
        self._is_held = self._scope.is_live

    # --- steps

    def work(self) -> bool:
        """Do a step. Returns whether there is more to do."""
        if self._target is not None:
            if self._target > self._reading.length and not self._reading.is_over:
                return False  # it is where we were in a text that comes again
            self._jump(self._target)
        elif self._filling is not None or (self._shown and self._wanted_chunk < self._shown[0].number):
            self._prepend()
        elif self._is_too_much and self._drop():
            pass
        elif self._is_wanted:
            self._write()
        elif self._has_tail and not self._is_complete:
            self._take_tail_off()  # text goes on behind it
        elif self._is_code_open:
            self._reading.read()
        else:
            self._wanted_chunk = sys.maxsize
            self._offer()
            return False
        return True

    @property
    def _cost(self) -> int:
        return sum(shown.cost for shown in self._shown)

    @property
    def _is_too_much(self) -> bool:
        return not self._scope.is_whole and self._cost > _MOST and len(self._shown) > 1

    @property
    def _is_complete(self) -> bool:
        """Whether all that has come is on the page, from its beginning on."""
        reading = self._reading
        is_tail_shown = self._has_tail or len(reading.blocks) == reading.frozen
        return self._last == reading.frozen and reading.is_done and is_tail_shown

    @property
    def _is_wanted(self) -> bool:
        if self._is_complete:
            return False
        return self._left > 0 or self._is_boundless

    @property
    def _is_boundless(self) -> bool:
        return self._scope.is_whole or (self._scope.is_live and not self._is_held)

    @property
    def _is_code_open(self) -> bool:
        """Copy is to find a block of code whole: it is read to its end, unless that is very far."""
        reading = self._reading
        if reading.is_done or not reading.blocks or self._scope.is_live:
            return False
        return isinstance(reading.blocks[-1], Code) and reading.end < _MOST_CODE

    def _write(self) -> None:
        reading, scope = self._reading, self._scope
        if scope.is_live and reading.unread > _FAR and not scope.is_read(self.start, self._part_end()):
            self._target = reading.length - _KEPT // 2
            return
        if self._last == reading.frozen:
            reading.read()
        end, cost = self._last, 0
        most = _AT_ONCE if self._is_boundless else min(_AT_ONCE, self._left)
        while end < reading.frozen and cost < most:
            cost += cost_of(reading.blocks[end])
            end += 1
        self._left -= cost
        self._show(end)

    def _show(self, end: int) -> None:
        """Write the blocks up to `end` for good and, where no others come first, those that may change."""
        reading = self._reading
        lines: list[Line] = []
        begun: list[tuple[int, int]] = []  # of each chunk: which line is its first, and its number
        for number in range(self._last, end):
            if reading.begins_chunk(number):
                begun.append((len(lines), number))
            lines += self._lines(number)
        self._has_tail = end == reading.frozen
        tail: list[Line] = []
        for number in range(end, len(reading.blocks) if self._has_tail else end):
            tail += self._lines(number)
        start = self.start
        starts = self._tail.update(lines, tail)
        self._start.setPosition(start)  # what is written at the very start must not move it
        begins = {
            number: starts[line] if line < len(starts) else self._content_end() for line, number in begun
        }
        for number in range(self._last, end):
            if number in begins:
                mark = self._pin(begins[number]) if self._shown else None
                self._shown.append(_Shown(reading.chunk_of(number), mark))
            self._shown[-1].cost += cost_of(reading.blocks[number])
        self._last = end

    def _lines(self, number: int) -> list[Line]:
        """The lines of a block. The first of a chunk begins a row, since a chunk comes and goes."""
        lines = self._made(number)
        if lines and lines[0].place.joins and self._reading.begins_chunk(number):
            place = lines[0].place._replace(joins=False, continues=True, above=0)
            lines[0] = lines[0]._replace(place=place)
        return lines

    def _prepend(self) -> None:
        """Write some blocks before those on the page."""
        reading, shown = self._reading, self._shown
        self._set_earlier(None)  # so that the first line is what was read, and stays where it is
        if self._filling is None:
            number = shown[0].number - 1
            self._filling = reading.chunks[number].block
            shown[0].mark = self._pin(self._begin(0))
            shown.insert(0, _Shown(number))
        lines: list[Line] = []
        cost, end = 0, self._filling
        while end < self._first and cost < _AT_ONCE:
            cost += cost_of(reading.blocks[end])
            lines += self._lines(end)
            end += 1
        self._insert(self._begin(1), lines)
        shown[0].cost += cost
        self._filling = end
        if end == self._first:
            self._filling = None
            self._first = reading.chunks[shown[0].number].block

    def _drop(self) -> bool:
        """Take a chunk off. Returns False where that can't be, since it is read."""
        leaving = -self._leaves_at_end
        end = self._content_end() if leaving else self._begin(1)
        if not self._scope.is_read(self._begin(leaving), end):
            self._take_off(leaving)
            return True
        self._is_held, self._left = True, 0
        return False

    def _take_off(self, leaving: int) -> None:
        shown, reading = self._shown, self._reading
        if leaving:
            self._take_tail_off()
            self._sheet.remove(self._begin(-1), self._content_end())
            self._last = reading.chunks[shown[-1].number].block
        else:
            self._sheet.remove(self._begin(0), self._begin(1))
            self._first = reading.chunks[shown[1].number].block
            shown[1].mark = None
        del shown[leaving]

    def _take_tail_off(self) -> None:
        self._tail.update(())
        self._has_tail = False

    def _jump(self, target: int) -> None:
        """Empty the page, read on to the place that is wanted, and begin there."""
        reading = self._reading
        if self._has_tail:
            self._take_tail_off()
        if self._shown:
            self._take_off(-1)
        elif reading.end <= target and not reading.is_done:
            reading.read(_SKIPPED_AT_ONCE)
        else:
            self._first = self._last = reading.chunks[reading.chunk_at(target)].block
            self._target = None

    # --- what is left out

    def _offer(self) -> None:
        """Say at both ends how much is left out, and keep in mind what is shown."""
        reading = self._reading
        before = reading.offset_of(self._first)
        behind = reading.length - reading.offset_of(self._last)
        self._set_earlier(self._cuts[0](before) if before else None)
        self._set_more(None if self._is_complete else self._cuts[1](behind))
        if before or self._cost > _KEPT:
            self._scope.kept[self._number] = before, self._cost
        else:
            self._scope.kept.pop(self._number, None)

    def _set_earlier(self, line: TextLine | None) -> None:
        if line == self._earlier:
            return
        start = self.start
        if self._earlier is not None:
            self._sheet.remove(start, start + line_length(self._earlier) + 1)
            self._earlier = None
        if line is not None:
            self._insert(start, [line])
            self._earlier = line

    def _set_more(self, line: TextLine | None) -> None:
        if line == self._more:
            return
        position = self._content_end()
        if self._more is not None:
            self._sheet.remove(position, position + line_length(self._more) + 1)
        self._more, self._more_at = line, None
        if line is not None:
            start = self.start
            self._sheet.insert(position, [line], self._message)
            self._more_at = self._cursor(position)
            self._start.setPosition(start)

    def _begin(self, index: int) -> int:
        """Where one of the chunks on the page begins.

        Marks stay where they are, also when something is written before the part: so it is never before that.
        """
        first = self.start + (0 if self._earlier is None else line_length(self._earlier) + 1)
        mark = self._shown[index].mark
        return first if mark is None else max(mark.position(), first)

    def _content_end(self) -> int:
        return self._part_end() if self._more_at is None else self._more_at.position()

    def _insert(self, position: int, lines: Sequence[Line]) -> None:
        """Put lines before the chunk at a position."""
        behind, start = self._cursor(position), self.start
        moved = [shown for at, shown in enumerate(self._shown) if self._begin(at) == position]
        self._sheet.insert(position, [self._sheet.harmless(line) for line in lines], self._message)
        for shown in moved:
            if shown.mark is not None:
                shown.mark.setPosition(behind.position())
        if start == position:
            self._start.setPosition(start)

    def _pin(self, position: int) -> QTextCursor:
        """A cursor that stays before what is inserted at it."""
        mark = self._cursor(position)
        mark.setKeepPositionOnInsert(True)
        return mark

    def _cursor(self, position: int) -> QTextCursor:
        cursor = QTextCursor(self._sheet.document)
        cursor.setPosition(position)
        return cursor
