"""One message on the page: its parts in order, what stands under it, and how it is folded."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor

from arvae_desktop.domain.messages import AnswerState, Message, Role, Segment, SegmentKind
from arvae_desktop.markup.blocks import Code
from arvae_desktop.ui.transcript import bubbles, endings
from arvae_desktop.ui.transcript.endings import BranchPlace
from arvae_desktop.ui.transcript.parts import Origin, Part, Refusal, ToolCalls, first_slice, split_block_id
from arvae_desktop.ui.transcript.reasoning import Reasoning
from arvae_desktop.ui.transcript.sheet import line_length

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from arvae_desktop.ui.transcript.lines import Line, TextLine
    from arvae_desktop.ui.transcript.sheet import Sheet

ALONE = BranchPlace()
MESSAGE_GAP = 32
PART_GAP = 16
_PARTS: dict[SegmentKind, type[Part]] = {
    SegmentKind.TEXT: Part,
    SegmentKind.REFUSAL: Refusal,
    SegmentKind.TOOL_CALL: ToolCalls,
}
_SLICE = 2_000
_LINE_COST = 40  # a line of the document costs as much as so many characters
# Of an answer that is over, and costs more than this, only the beginning is written, and as much again each
# time the reader asks: ten megabytes take minutes to lay out, and as long again at another width.
_LONGEST_ANSWER = 100_000
_MOST_CODE = 10  # times that


class MessageWriter:
    """Writes one message before the block that begins where `end` says.

    It is driven in small steps, each some milliseconds long: `work` does one.

    Args:
        number: counts the messages of the page.
        branch: what is told under it, where there are several.
        folds: by a part's number, whether the reader wants to see its reasoning; it is kept up to date.
        is_whole: whether it is shown whole, however long.

    Attributes:
        message: as far as it is known.
        branch: as it was given.
        start: where it begins on the page.
    """

    def __init__(
        self,
        sheet: Sheet,
        message: Message,
        number: int,
        end: Callable[[], int],
        *,
        branch: BranchPlace,
        folds: dict[int, bool],
        is_whole: bool,
    ) -> None:
        self.message = message
        self.branch = branch
        self.number = number
        self.start = QTextCursor(sheet.document)
        self.start.setPosition(end())
        self._sheet = sheet
        self._end = end
        self._parts: list[Part] = []
        self._kind: SegmentKind | None = None
        self._waiting: list[tuple[SegmentKind, str]] = []
        self._at = 0  # what stands before it in the first that waits is written
        self._written = 0
        self._prompt: Iterator[TextLine] | None = None  # the lines of the user's words that wait
        self._is_ending = False
        self._body_end: QTextCursor | None = None
        self._behind: Part | None = None
        self._is_whole = is_whole
        self._folds = folds
        self._is_live = message.state is AnswerState.RUNNING
        self._limit = sys.maxsize if is_whole or self._is_live else _LONGEST_ANSWER
        self._more: TextLine | None = None  # the line that offers the rest
        self._is_heard_whole = self._is_live and not message.segments
        self._last_kind = message.segments[-1].kind if message.segments else None
        for segment in message.segments:
            self.append(segment)
        if message.state is not AnswerState.RUNNING:
            self.end(message)

    @property
    def is_settled(self) -> bool:
        """Whether all of it is on the page, as far as it is known and is to be written."""
        return not (self._is_writing or self._prompt or self._behind or self._is_ending)

    @property
    def _is_writing(self) -> bool:
        if not self._waiting:
            return False
        if self._written < self._limit or self._waiting[0][0] is SegmentKind.REASONING:
            return True
        # Copy is to find a block of code whole: it is written to its end, unless that is very far.
        blocks = self._parts[-1].blocks if self._parts else []
        return bool(blocks) and isinstance(blocks[-1], Code) and self._written < _MOST_CODE * self._limit

    @property
    def is_cut(self) -> bool:
        """Whether only its beginning is on the page, and a line that offers more."""
        return self._more is not None

    @property
    def has_begun(self) -> bool:
        """Whether anything of it is on the page."""
        return self.start.position() < self._end()

    def origin(self, number: int) -> Origin | None:
        """Where a line came from, by the number that it is marked with; None if it is no Markdown."""
        part, block = split_block_id(number)
        if not 0 <= part < len(self._parts) or block >= len(self._parts[part].blocks):
            return None
        return Origin(self._parts[part], self._parts[part].construct(block))

    def toggle(self, part: int) -> None:
        """Open or close the reasoning that is this part of the message."""
        thoughts = self._parts[part]
        if not isinstance(thoughts, Reasoning) or not self.is_settled:
            return
        self._behind = thoughts if thoughts.toggle() else None
        self._folds[part] = thoughts.is_open

    def show_more(self) -> None:
        """Write as much again of an answer that is cut."""
        self._limit = 2 * self._written
        self._is_ending = True

    @property
    def seams(self) -> list[QTextCursor]:
        """Where rests of it begin that were fetched after it was cut off."""
        return [seam for part in self._parts for seam in part.seams]

    def append(self, segment: Segment) -> None:
        """More of the message has come."""
        kind, text = segment.kind, segment.text
        if self._waiting and self._waiting[-1][0] is kind is not SegmentKind.SEAM:
            text = self._waiting.pop()[1] + text
        self._waiting.append((kind, text))

    def end(self, message: Message) -> None:
        """The message is over."""
        self.message = message
        self._is_ending = True

    def work(self) -> None:
        """Write a little of what waits."""
        start = self.start.position()
        self._work()
        # What was written at the very start must not have moved it.
        self.start.setPosition(start)

    def _work(self) -> None:
        if self._behind is not None:
            if not self._behind.work():
                self._behind = None
        elif self._prompt is not None:
            self._write_prompt(self._prompt)
        elif self._is_writing:
            self._write_slice()
        elif self._is_ending:
            self._is_ending = False
            self._conclude()

    def _write_slice(self) -> None:
        kind, text = self._waiting[0]
        if self.message.role is Role.USER:
            self._waiting.clear()
            formats = self._sheet.formats
            self._prompt = bubbles.lines(self.message, text, formats, self.number, is_whole=self._is_whole)
            return
        if kind is SegmentKind.SEAM:
            del self._waiting[0]
            if self._kind is SegmentKind.TEXT:  # Markdown goes on across it, an open code block too
                self._parts[-1].mark_seam()
            return
        if kind is not self._kind:
            if self._close_part():
                return
            self._fold_thoughts()
            self._open_part(kind)
        piece = first_slice(text[self._at : self._at + _SLICE])
        if kind is not SegmentKind.REASONING:  # that is put away, and opened whole
            self._written += len(piece) + _LINE_COST * piece.count("\n")
        self._at += len(piece)
        if self._at == len(text):
            del self._waiting[0]
            self._at = 0
        part = self._parts[-1]
        self._behind = part if part.feed(piece) else None

    def _write_prompt(self, lines: Iterator[TextLine]) -> None:
        piece: list[Line] = []
        length = 0
        for line in lines:
            piece.append(self._sheet.harmless(line))
            length += len(line.text) + _LINE_COST
            if length > _SLICE:
                break
        else:
            self._prompt = None
        self._sheet.insert(self._end(), piece, self.number)

    def _fold_thoughts(self) -> None:
        """The answer begins: what was thought before it is put away."""
        part = self._parts[-1] if self._parts else None
        if isinstance(part, Reasoning) and part.is_open and not self._folds.get(len(self._parts) - 1):
            part.toggle()

    def _open_part(self, kind: SegmentKind) -> None:
        self._kind = kind
        number = len(self._parts)
        gap = PART_GAP if number else MESSAGE_GAP
        given = (self._sheet, self.number, self.message.id, number, gap, lambda: self._end_of_part(number))
        if kind is SegmentKind.REASONING:
            is_open = self._folds.get(number, self._is_live or kind is self._last_kind)
            seconds = self._thinking_s
            is_timed = self._is_heard_whole and seconds is None
            self._parts.append(Reasoning(*given, is_open=is_open, seconds=seconds, is_timed=is_timed))
        else:
            self._parts.append(_PARTS[kind](*given))

    def _end_of_part(self, number: int) -> int:
        if number + 1 < len(self._parts):
            return self._parts[number + 1].start
        return self._end() if self._body_end is None else self._body_end.position()

    def _close_part(self) -> bool:
        """Finish the part that is open. Returns whether that needs another step."""
        if self._kind is None:
            return False
        self._kind = None
        part = self._parts[-1]
        self._behind = part if part.finish() else None
        return self._behind is not None

    def _conclude(self) -> None:
        if not self._waiting and self._close_part():
            self._is_ending = True
            return
        if self._body_end is None:
            self._body_end = self._write_ending()
        self._offer_more(self._body_end)

    def _offer_more(self, body_end: QTextCursor) -> None:
        """Say before the ending how much is left to be written; nothing, where that is nothing."""
        position = body_end.position()
        left = sum(len(text) for _, text in self._waiting) - self._at
        old, self._more = self._more, endings.more(self.message.id, left) if left else None
        if old is not None:
            self._sheet.remove(position, position + line_length(old) + 1)
        if self._more is not None:
            self._sheet.insert(position, [self._more], self.number)
            body_end.setPosition(position)

    def _write_ending(self) -> QTextCursor:
        """Write what stands under the message. Returns where that begins."""
        for part in self._parts:
            if isinstance(part, Reasoning):
                part.know_seconds(self._thinking_s)
        body_end = self._end()
        lines = endings.lines(self.message, self.number, self.branch, is_first=not self._parts)
        self._sheet.insert(body_end, [self._sheet.harmless(line) for line in lines], self.number)
        cursor = QTextCursor(self._sheet.document)
        cursor.setPosition(body_end)
        return cursor

    @property
    def _thinking_s(self) -> float | None:
        return self.message.facts.thinking_s if self.message.facts else None
