"""Which messages stand on the page, and in which order they are written: never more than a frame can bear.

Of a long conversation the page holds a window: as the reader comes near one end, more is written there and,
far away at the other end, some is taken off.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from arvae_desktop.domain.messages import AnswerState, Message, Role, Segment
from arvae_desktop.ui.transcript import bubbles
from arvae_desktop.ui.transcript.branch_place import ALONE
from arvae_desktop.ui.transcript.cuts import EARLIER
from arvae_desktop.ui.transcript.message_writer import MessageWriter
from arvae_desktop.ui.transcript.page import Page
from arvae_desktop.ui.transcript.restyling import set_column
from arvae_desktop.ui.transcript.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arvae_desktop.ui.transcript.branch_place import BranchPlace
    from arvae_desktop.ui.transcript.formats import Formats
    from arvae_desktop.ui.transcript.sheet import Sheet

_FRAME_BUDGET_S = 0.006
# The window: so many messages and, where a conversation is opened, no more blocks of Qt's document than a
# resize lays out in a frame or two.
WINDOW = 200
_MOST_BLOCKS = 1_200
# Later it holds no more than this, but for what is read and what runs: all of it costs each change some time.
_MOST_LATER = 12_000
_AT_ONCE = 20
_PAUSE_MS = 8


class TranscriptWriter(Page):
    """The only one that changes the document.

    Attributes:
        is_read: whether somebody reads between two positions, so that nothing there may leave the page.

    Signals:
        settled: nothing is waiting to be written any more.
        about_to_shift, shifted: before and after something above the page's end changes its height.
    """

    settled = Signal()
    about_to_shift = Signal()
    shifted = Signal()

    def __init__(self, sheet: Sheet, parent: QObject, *, is_whole: bool = False) -> None:
        """`is_whole` writes everything, whatever its length: for paper, which nobody scrolls or resizes."""
        super().__init__(sheet, parent)
        self.is_read: Callable[[int, int], bool] = lambda _start, _end: False
        self._is_whole, self._window = is_whole, sys.maxsize if is_whole else WINDOW
        self._branch_of: Callable[[str], BranchPlace] = lambda _message_id: ALONE
        self._numbers = 0
        self._arrived: dict[str, list[Segment]] = {}  # by message: what came since it was told
        self._opened: set[str] = set()
        self._folds: dict[str, dict[int, bool]] = {}  # by message and part: whether the reader opened it
        self._windows: dict[str, dict[int, tuple[int, int]]] = {}  # likewise: what of it is shown
        self._stirred: set[MessageWriter] = set()  # all others are settled: there may be hundreds
        self._wants_earlier = 0
        self._is_opening = True  # nobody has scrolled up yet
        self._left_s = _FRAME_BUDGET_S
        self._is_waiting = self._is_stepping = False
        self._frame = QTimer(self, singleShot=True, interval=0)
        self._frame.timeout.connect(self._begin_frame)

    # --- what is on the page ---

    @property
    def is_settled(self) -> bool:
        """Whether everything that was asked for is on the page."""
        if self._wants_earlier:
            return False
        for writer in tuple(self._stirred):
            if not writer.is_settled and writer in self._page:
                return False
            self._stirred.discard(writer)
        return True

    # --- what to show ---

    def show(
        self, messages: Sequence[Message], branch_of: Callable[[str], BranchPlace] = lambda _id: ALONE
    ) -> None:
        """Show a conversation, its end first; what waits of another one is dropped.

        `branch_of` gives, by a message's id, which of those that could stand in its place it is.
        """
        self._messages = list(messages)
        self._branch_of = branch_of
        self._arrived.clear()
        self._folds.clear()
        self._windows.clear()
        self._show_from(len(messages) - self._window, len(messages))
        self._work()

    def complete(
        self, messages: Sequence[Message], branch_of: Callable[[str], BranchPlace] = lambda _id: ALONE
    ) -> None:
        """Show a whole conversation of which the end is shown already: what is on the page stays there."""
        known = len(self._messages)
        if [each.id for each in messages[-known:]] != [each.id for each in self._messages]:
            self.show(messages, branch_of)
            return
        self._messages = list(messages)
        self._branch_of = branch_of
        self._first += len(messages) - known
        self.update_branches()
        self._work()

    def show_end(self) -> None:
        """Show the end of the conversation again."""
        if self.has_later:
            self._show_from(len(self._messages) - self._window, len(self._messages))
            self._work()
        elif self._page and self._page[-1].message.state is AnswerState.RUNNING:
            self._page[-1].show_end()
            self._stir(self._page[-1])

    def set_formats(self, formats: Formats) -> None:
        """Write what is on the page anew, in other formats."""
        self._sheet.formats = formats
        self._show_from(self._first, self._first + len(self._page))
        self._work()

    def add_message(self, message: Message) -> None:
        """Write a message at the end, as far as it has come."""
        self._messages.append(message)
        if self._first + len(self._page) == len(self._messages) - 1:
            self._page.append(self._make(message, len(self._page)))
            self._trim_start()
            self._work()

    def append(self, message_id: str, segment: Segment) -> None:
        """Write more of a message that is running."""
        self._arrived.setdefault(message_id, []).append(segment)
        if (writer := self._writer(message_id)) is not None:
            writer.append(segment)
            self._stir(writer)

    def end_message(self, message: Message) -> None:
        """A message has ended."""
        self._replace(message)
        if (writer := self._writer(message.id)) is not None:
            writer.end(message)
            self._stir(writer)

    def rewrite(self, message: Message) -> None:
        """Write a message anew: more comes, or it looks different now."""
        self._replace(message)
        for place, writer in enumerate(self._page):
            if writer.message.id == message.id:
                self.about_to_shift.emit()
                self._sheet.remove(writer.start.position(), self._end_of(place))
                self._page[place] = self._make(message, place)
                self._work()
                self.shifted.emit()

    def replace_from(self, index: int, messages: Sequence[Message]) -> None:
        """Put other messages in place of the conversation's last ones, from an index on."""
        self._messages[index:] = messages
        place = max(0, index - self._first)
        if place < len(self._page):
            self._sheet.remove(self._page[place].start.position(), self._sheet.end)
            del self._page[place:]
        if index < self._first:
            self._show_from(len(self._messages) - self._window, len(self._messages))
        elif index <= self._first + len(self._page):
            for message in messages[: self._window]:
                self._page.append(self._make(message, len(self._page)))
            self._trim_start()
        self._work()

    def remove(self, message_id: str) -> None:
        """Take one message away, if it is one of the conversation's."""
        index = self._index_of(message_id)
        if index is None:
            return
        del self._messages[index]
        if index < self._first:
            self._first -= 1
        elif (place := index - self._first) < len(self._page):
            self.about_to_shift.emit()
            self._sheet.remove(self._page[place].start.position(), self._end_of(place))
            del self._page[place]
            self.shifted.emit()
            self._work()

    def update_branches(self) -> None:
        """Write those messages anew under which it would be told wrongly how many others there are."""
        for writer in list(self._page):
            if writer.branch != self._branch_of(writer.message.id) and writer.is_settled:
                self.rewrite(writer.message)

    def open(self, target: str) -> None:
        """Write this prompt whole, however long, or more of this answer, which is cut.

        `target` is a message's id; of an answer, behind slashes, a part's number and `EARLIER` or `MORE`.
        """
        message_id, *which = target.split("/")
        writer = self._writer(message_id)
        if writer is not None and writer.is_answer:
            writer.show_cut(int(which[0]) if which else None, is_earlier=which[1:] == [EARLIER])
            self._stir(writer)
            return
        self._opened.add(message_id)
        if writer is not None:
            self.rewrite(writer.message)

    def show_at(self, message_id: str, part: int, offset: int) -> None:
        """Show the place of a part's text in which an offset stands, of a message that is on the page."""
        if (writer := self._writer(message_id)) is not None:
            writer.show_at(part, offset)
            self._stir(writer)

    def toggle(self, message_id: str, part: int) -> None:
        """Open or close reasoning."""
        if (writer := self._writer(message_id)) is not None:
            self.about_to_shift.emit()
            writer.toggle(part)
            self._stirred.add(writer)
            self._work()
            self.shifted.emit()

    def set_column(self, column: float) -> None:
        """Tell the column's new width; bubbles, tables and heads of code keep to its right edge."""
        if column != self._sheet.formats.column:
            self._sheet.formats.column = column
            set_column(self._sheet, self._prompt_width)

    def show_around(self, message_id: str) -> None:
        """Show the part of the conversation that a message stands in, if it is not on the page."""
        index = self._index_of(message_id)
        if index is not None and not 0 <= index - self._first < len(self._page):
            self._show_from(index - _AT_ONCE, index + _AT_ONCE)
            self._work()

    def want_earlier(self) -> None:
        """The reader comes near the page's first message."""
        if self.has_earlier and not self._wants_earlier:
            self._wants_earlier = _AT_ONCE
            self._is_opening = False
            self._work()

    def want_later(self) -> None:
        """The reader comes near the page's last message."""
        if self.has_later:
            index = self._first + len(self._page)
            for message in self._messages[index : index + _AT_ONCE]:
                self._page.append(self._make(message, len(self._page)))
            self._trim_start()
            self._work()

    # --- steps ---

    def _stir(self, writer: MessageWriter) -> None:
        self._stirred.add(writer)
        self._work()

    def _work(self) -> None:
        if not self.is_settled:
            if not self._frame.isActive():
                self._frame.start(_PAUSE_MS if self._is_waiting else 0)
            if not self._is_stepping:  # a step makes the view scroll, which then asks for more of the page
                self._use_frame()

    def _use_frame(self) -> None:
        while not self.is_settled:
            if self._left_s <= 0:
                return
            started = time.monotonic()
            self._is_stepping = True
            try:
                self._step()
            finally:
                self._is_stepping = False
            self._left_s -= time.monotonic() - started
            if self._is_waiting:
                return
        self.settled.emit()

    def _begin_frame(self) -> None:
        self._left_s = _FRAME_BUDGET_S
        self._work()

    def _step(self) -> None:
        """Write a little: what stands lower first, since that is what is looked at.

        But a message waits until the one before it has begun: both begin in the same place until then.
        """
        for place in range(len(self._page) - 1, -1, -1):
            writer = self._page[place]
            if not writer.is_settled and (place == 0 or self._page[place - 1].has_begun):
                self._write(writer, place)
                return
        is_full = self._is_opening and not self._is_whole and self._sheet.document.blockCount() > _MOST_BLOCKS
        if not self.has_earlier or is_full:
            self._wants_earlier = 0
            return
        self._wants_earlier -= 1
        self._first -= 1
        self._page.insert(0, self._make(self._messages[self._first], 0))
        self._trim_end()

    def _write(self, writer: MessageWriter, place: int) -> None:
        # Of a cut message something comes or goes above what is read.
        shifts = writer.shifts or place < len(self._page) - 1
        if shifts:
            self.about_to_shift.emit()
        writer.work()
        if shifts:
            self.shifted.emit()
        self._is_waiting = writer.is_waiting

    # --- the window ---

    def _show_from(self, first: int, last: int) -> None:
        """Show messages by their indexes, from the last one on upwards."""
        # While the page is emptied the view scrolls, and wants more of it.
        messages, self._messages, self._page, self._first = self._messages, [], [], 0
        self._sheet.clear()
        self._messages = messages
        self._is_opening = True
        self._first = max(0, last - 1)
        self._wants_earlier = max(0, self._first - max(0, first))
        for message in self._messages[self._first : last]:
            self._page.append(self._make(message, len(self._page)))

    def _make(self, message: Message, place: int) -> MessageWriter:
        """A writer for the message that stands at `place` of the page; the page's later ones move with it."""
        self._numbers += 1
        holder: list[MessageWriter] = []

        def end() -> int:
            return self._end_of(self._page.index(holder[0])) if holder else start

        start = self._page[place].start.position() if place < len(self._page) else self._sheet.end
        scope = Scope(
            is_whole=self._is_whole or (message.role is Role.USER and message.id in self._opened),
            is_live=message.state is AnswerState.RUNNING,
            is_read=lambda start, end: self.is_read(start, end),  # noqa: PLW0108  (it is set later)
            kept=self._windows.setdefault(message.id, {}),
        )
        if (arrived := self._arrived.get(message.id)) is not None:
            message = replace(message, segments=(*message.segments, *arrived))
        branch = self._branch_of(message.id)
        folds = self._folds.setdefault(message.id, {})
        writer = MessageWriter(
            self._sheet, message, self._numbers, end, branch=branch, folds=folds, scope=scope
        )
        holder.append(writer)
        self._stirred.add(writer)
        return writer

    @property
    def _is_full(self) -> bool:
        if self._is_whole:
            return False
        return len(self._page) > self._window + _AT_ONCE or self._sheet.document.blockCount() > _MOST_LATER

    def _trim_start(self) -> None:
        """Take off the first messages where there are too many."""
        while self._is_full and len(self._page) > 1 and self._page[0].is_settled:
            if self.is_read(self._page[0].start.position(), self._end_of(0)):
                return
            self.about_to_shift.emit()
            self._sheet.remove(self._page[0].start.position(), self._end_of(0))
            del self._page[0]
            self._first += 1
            self.shifted.emit()

    def _trim_end(self) -> None:
        """Take off the last messages where there are too many, but for one that is running."""
        while self._is_full and len(self._page) > 1:
            last = self._page[-1]
            is_read = self.is_read(last.start.position(), self._sheet.end)
            if not last.is_settled or last.message.state is AnswerState.RUNNING or is_read:
                return
            self._sheet.remove(last.start.position(), self._sheet.end)
            del self._page[-1]

    def _replace(self, message: Message) -> None:
        self._arrived.pop(message.id, None)
        if (index := self._index_of(message.id)) is not None:
            self._messages[index] = message

    def _prompt_width(self, number: int) -> float:
        """How wide the prompt with this number is without wrapping."""
        text = next(writer.message.text for writer in self._page if writer.number == number)
        return bubbles.natural_width(text, self._sheet.formats)
