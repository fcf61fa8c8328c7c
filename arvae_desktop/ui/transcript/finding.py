"""Finds words in the conversation: on the page at once, in what is not on the page by and by."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QPoint, QRectF, QTimer, Signal
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextEdit

from arvae_desktop.markup.plain import plain_text
from arvae_desktop.markup.stream import parse
from arvae_desktop.ui.slices import Slices
from arvae_desktop.ui.transcript.formats import Property
from arvae_desktop.ui.transcript.lines import OBJECT, Look
from arvae_desktop.ui.transcript.places import bring_into_view, position_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PySide6.QtGui import QPainter, QTextLayout, QTextLine

    from arvae_desktop.domain.messages import Message
    from arvae_desktop.ui.theme import Colors, Theme
    from arvae_desktop.ui.transcript.cuts import Cut
    from arvae_desktop.ui.transcript.view import TranscriptView

MOST_HITS = 5_000
_LONG = 50_000
_AGAIN_MS = 200  # while an answer streams
_BEFORE = 500  # characters of a cut answer that are shown before what is found
_NOT_SAID = {Look.NOTE.value, Look.CODE_HEAD.value, Look.BRANCHES.value}


class _Hit(NamedTuple):
    start: int
    end: int


class _Hidden(NamedTuple):
    """How often the words stand in text that is cut out of a message on the page."""

    position: int
    times: int
    cut: Cut


class Finder(QObject):
    """Marks where words stand in the view, and walks from one place to the next.

    Signals:
        counted: the number of the place in front from 1 (0 for none), how many there are, and whether there
            may be more.
    """

    counted = Signal(int, int, bool)

    def __init__(self, view: TranscriptView, theme: Theme) -> None:
        super().__init__(view)
        self._view = view
        self._words = ""
        self._hits: list[_Hit] = []
        self._hidden: list[_Hidden] = []
        self._current: QTextCursor | None = None
        self._counts: dict[str, int] = {}  # by message: hits in what is read of it
        self._searching = Slices(self)
        self._counting = Slices(self)
        self._again = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._again.timeout.connect(self._search_again)
        # Where to go on as soon as it is on the page: a message and the direction, or a place in a cut.
        self._wanted: tuple[str, int] | None = None
        self._wanted_in: tuple[Cut, int] | None = None
        view.document().contentsChanged.connect(self._on_changed)
        view.overlays.append(self.paint)
        view.writer.settled.connect(self._on_settled)
        self._counting.finished.connect(self._tell)
        theme.changed.connect(self._use_colors)
        self._use_colors(theme.colors)

    def find(self, words: str) -> None:
        """Mark all places where the words stand, in either case, and go to the first one below the top."""
        if words != self._words:
            self._counts.clear()
        self._words, self._hits, self._hidden = words, [], []
        self._current = self._wanted = self._wanted_in = None
        self._counting.stop()
        if words and len(self._view.writer.window) < len(self._view.writer.messages):
            self._counting.start(self._count(words.casefold()))
        self._search(lambda: self.go(1))

    def go(self, step: int) -> None:
        """Go on to the next place (1) or back to the previous one (-1), around the conversation's ends."""
        if not self._words:
            return
        if self._go_from(*self._place, step):
            return
        if (message := self._next_elsewhere(step)) is not None:
            self._wanted = message.id, step
            self._view.writer.show_around(message.id)
            self._on_settled()
        else:
            self._go_from(-1 if step > 0 else self._view.document().characterCount(), False, step)

    def _go_from(self, at: int, is_hit: bool, step: int) -> bool:
        """Go to the next place behind or before a position; into a cut, if that comes first."""
        starts, cuts = [hit.start for hit in self._hits], [hidden.position for hidden in self._hidden]
        if step > 0:
            place = bisect_right(starts, at) if is_hit else bisect_left(starts, at)
            cut = bisect_left(cuts, at)
            is_cut = cut < len(cuts) and (place >= len(starts) or cuts[cut] < starts[place])
        else:
            place, cut = bisect_left(starts, at) - 1, bisect_left(cuts, at) - 1
            is_cut = cut >= 0 and (place < 0 or cuts[cut] > starts[place])
        if is_cut:
            self._enter(self._hidden[cut].cut, step)
        elif 0 <= place < len(starts):
            self._choose(place)
        else:
            return False
        return True

    def _enter(self, cut: Cut, step: int) -> None:
        """Show the next place of a cut."""
        offset = cut.find(self._words, is_last=step < 0)
        self._wanted_in = cut, offset
        self._view.stay()
        self._view.writer.show_at(cut.message_id, cut.part, max(0, offset - _BEFORE))
        self._on_settled()

    # --- on the page ---

    def _search(self, then: Callable[[], None] = lambda: None) -> None:
        """Find all places, then do something. A few are found at once, thousands in several turns."""
        self._again.stop()
        self._searching.start(self._gather(then))
        self._searching.run_one()

    def _gather(self, then: Callable[[], None]) -> Iterator[None]:
        hits: list[_Hit] = []
        if self._words:
            for hit in islice(merge(self._found(), self._found_in_formulas()), MOST_HITS):
                hits.append(hit)
                yield
        hidden: list[_Hidden] = []
        for cut in self._view.writer.cuts if self._words else ():
            times = 0
            for more in cut.occurrences(self._words):
                times += more
                yield
            if times:
                hidden.append(_Hidden(cut.position, times, cut))
        self._hits, self._hidden = hits, hidden
        self._mark()
        self._tell()
        then()

    def _search_again(self) -> None:
        if self._searching.is_running:  # begun anew each time, it might never come to its end
            self._again.start()
        else:
            self._search()

    def _found(self) -> Iterator[_Hit]:
        for cursor in self._places_of(self._words):
            if self._is_said(cursor):
                yield _Hit(cursor.selectionStart(), cursor.selectionEnd())

    def _found_in_formulas(self) -> Iterator[_Hit]:
        """The pictures of formulas whose TeX holds the words."""
        folded = self._words.casefold()
        for cursor in self._places_of(OBJECT):
            if folded in cursor.charFormat().stringProperty(Property.SOURCE).casefold():
                yield _Hit(cursor.selectionStart(), cursor.selectionEnd())

    def _places_of(self, words: str) -> Iterator[QTextCursor]:
        document = self._view.document()
        cursor = document.find(words, 0)
        while not cursor.isNull():
            yield cursor
            cursor = document.find(words, cursor, QTextDocument.FindFlag(0))

    @staticmethod
    def _is_said(cursor: QTextCursor) -> bool:
        if cursor.blockFormat().intProperty(Property.LOOK) in _NOT_SAID:
            return False
        return not cursor.charFormat().hasProperty(Property.IS_ACTION)

    @property
    def _place(self) -> tuple[int, bool]:
        """Where the search goes on: at the hit in front (then True) or at what is seen first."""
        if self._current is not None:
            return self._current.selectionStart(), True
        return position_at(self._view, QPoint(0, 0)), False

    def _choose(self, place: int) -> None:
        cursor = QTextCursor(self._view.document())
        cursor.setPosition(self._hits[place].start)
        cursor.setPosition(self._hits[place].end, QTextCursor.MoveMode.KeepAnchor)
        self._current = cursor
        shown = QTextCursor(cursor)
        shown.setPosition(cursor.selectionStart())
        bring_into_view(self._view, shown)
        self._mark()
        self._tell()

    @property
    def marked(self) -> list[_Hit]:
        """The places that are seen."""
        if not self._hits:
            return []
        top = position_at(self._view, QPoint(0, 0))
        bottom = position_at(self._view, QPoint(self._view.viewport().width(), self._view.height()))
        low = bisect_left(self._hits, _Hit(top, 0))
        return self._hits[max(0, low - 1) : bisect_right(self._hits, _Hit(bottom, bottom))]

    def paint(self, painter: QPainter) -> None:
        """Mark the places that are seen; the painter is in document coordinates, over the text.

        Not as selections of the view: of a letter there are hundreds on a page, and Qt draws their lines
        again for each.
        """
        layout, document = self._view.document().documentLayout(), self._view.document()
        chosen = -1 if self._current is None else self._current.selectionStart()
        for start, end in self.marked:
            if start == chosen:  # that has a colour of its own
                continue
            block = document.findBlock(start)
            corner = layout.blockBoundingRect(block).topLeft()
            for row in _rows(block.layout(), start - block.position(), end - block.position()):
                painter.fillRect(row.translated(corner), self._ink)

    def _mark(self) -> None:
        marks = []
        if self._current is not None:
            mark = QTextEdit.ExtraSelection()
            mark.cursor, mark.format = self._current, self._format
            marks.append(mark)
        if marks or self._view.extraSelections():
            self._view.setExtraSelections(marks)
        self._view.viewport().update()

    def _on_changed(self) -> None:
        if self._words and not self._again.isActive():
            self._again.start()

    # --- elsewhere ---

    def _elsewhere(self) -> tuple[Sequence[Message], Sequence[Message]]:
        """The messages before the page, and those behind it."""
        messages, window = self._view.writer.messages, self._view.writer.window
        return messages[: window.start], messages[window.stop :]

    def _count(self, folded: str) -> Iterator[None]:
        for message in reversed(tuple(self._view.writer.messages)):
            self._counts[message.id] = _said(message).casefold().count(folded)
            yield

    def _next_elsewhere(self, step: int) -> Message | None:
        """The next message with a hit that is not on the page; around the ends only if the page has none."""
        earlier, later = self._elsewhere()
        order = (*later, *earlier) if step > 0 else (*reversed(earlier), *reversed(later))
        return next((message for message in order if self._counts.get(message.id)), None)

    def _on_settled(self) -> None:
        if not self._view.writer.is_settled:
            return
        if self._wanted_in is not None:
            (cut, offset), self._wanted_in = self._wanted_in, None
            self._current = None
            self._search(lambda: self._choose_at(cut, offset))
        elif self._wanted is not None:
            (message_id, step), self._wanted = self._wanted, None
            self._current = None
            self._search(lambda: self._choose_in(message_id, step))

    def _choose_in(self, message_id: str, step: int) -> None:
        """Go to the first place in a message, or to the last one for who comes from behind."""
        span = self._view.writer.span_of(message_id)
        if span is not None:
            self._go_from(span.start if step > 0 else span.stop, False, step)

    def _choose_at(self, cut: Cut, offset: int) -> None:
        """Go to the place nearest to an offset in a part's text."""
        at = self._view.writer.place_of(cut.message_id, cut.part, offset)
        if at is not None and self._hits:
            near = range(len(self._hits))
            self._choose(min(near, key=lambda place: abs(self._hits[place].start - at)))

    # --- telling ---

    def _tell(self) -> None:
        earlier, later = self._elsewhere()
        before = sum(self._counts.get(message.id, 0) for message in earlier)
        behind = sum(self._counts.get(message.id, 0) for message in later)
        number = 0
        if self._current is not None:
            place = bisect_left(self._hits, _Hit(self._current.selectionStart(), 0))
            if place < len(self._hits) and self._hits[place].start == self._current.selectionStart():
                start = self._hits[place].start
                cut_out = sum(hidden.times for hidden in self._hidden if hidden.position < start)
                number = before + cut_out + place + 1
        inside = len(self._hits) + sum(hidden.times for hidden in self._hidden)
        is_more = self._counting.is_running or len(self._hits) >= MOST_HITS
        self.counted.emit(number, before + inside + behind, is_more)

    def _use_colors(self, colors: Colors) -> None:
        self._ink = QColor(colors.find)
        self._format = QTextCharFormat()
        self._format.setForeground(QColor(colors.onAccent))
        self._format.setBackground(QColor(colors.accent))
        self._mark()


def _said(message: Message) -> str:
    text = message.text
    # Reading Markdown takes its time: in a book of an answer, its source is near enough.
    return text if len(text) > _LONG else plain_text(parse(text))


def _rows(layout: QTextLayout, start: int, end: int) -> Iterator[QRectF]:
    """What characters of a block cover, row by row, from the block's corner."""
    while start < end:
        line = layout.lineForTextPosition(start)
        if not line.isValid():  # not laid out yet
            return
        stop = min(end, line.textStart() + line.textLength())
        left, right = (_x(line, at) for at in (start, stop))
        yield QRectF(min(left, right), line.y(), abs(right - left), line.height())
        start = max(stop, start + 1)


def _x(line: QTextLine, position: int) -> float:
    x = line.cursorToX(position)
    x = x[0] if isinstance(x, tuple) else x
    assert isinstance(x, float)  # noqa: S101 -- PySide's types say no more than `object`
    return x
