"""One message on the page: its parts in order, what stands under it, and how it is folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor

from arvae_desktop.domain.messages import AnswerState, Message, Role, Segment, SegmentKind
from arvae_desktop.ui.transcript import bubbles, endings
from arvae_desktop.ui.transcript.origins import Origin, split_block_id
from arvae_desktop.ui.transcript.parts import Part, PartPlace, Refusal, ToolCalls
from arvae_desktop.ui.transcript.reasoning import Reasoning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from arvae_desktop.ui.transcript.branch_place import BranchPlace
    from arvae_desktop.ui.transcript.lines import Line, TextLine
    from arvae_desktop.ui.transcript.scope import Scope
    from arvae_desktop.ui.transcript.sheet import Sheet

MESSAGE_GAP = 32
PART_GAP = 16
_PARTS: dict[SegmentKind, type[Part]] = {
    SegmentKind.TEXT: Part,
    SegmentKind.REFUSAL: Refusal,
    SegmentKind.TOOL_CALL: ToolCalls,
}
_SLICE = 2_000
_LINE_COST = 40  # a line of the document costs as much as so many characters


class MessageWriter:
    """Writes one message before the block that begins where `end` says.

    It is driven in small steps, each some milliseconds long: `work` does one.

    Args:
        number: counts the messages of the page.
        branch: what is told under it, where there are several.
        folds: by a part's number, whether the reader wants to see its reasoning; it is kept up to date.
        scope: how much of it may be on the page.

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
        scope: Scope,
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
        self._prompt: Iterator[TextLine] | None = None  # the lines of the user's words that wait
        self._is_ending = False
        self._body_end: QTextCursor | None = None
        self._busy: list[Part] = []  # those that have something to write or to take off
        self._folds = folds
        self._scope = scope
        self._is_live = scope.is_live
        self._is_heard_whole = self._is_live and not message.segments
        self._last_kind = message.segments[-1].kind if message.segments else None
        for segment in message.segments:
            self.append(segment)
        if message.state is not AnswerState.RUNNING:
            self.end(message)

    @property
    def is_settled(self) -> bool:
        """Whether all of it is on the page, as far as it is known and is to be written."""
        return not (self._waiting or self._prompt or self._busy or self._is_ending)

    @property
    def is_waiting(self) -> bool:
        """Whether nothing can be written at the moment."""
        return bool(self._busy) and self._busy[0].reading.is_waiting

    @property
    def is_answer(self) -> bool:
        """Whether it has parts of Markdown, of which some may not be on the page."""
        return self.message.role is not Role.USER

    @property
    def parts(self) -> Sequence[Part]:
        """Its parts, as far as they have begun."""
        return self._parts

    @property
    def shifts(self) -> bool:
        """Whether the next step may move what stands below the place where it writes."""
        return any(part.window.shifts for part in self._parts)

    @property
    def has_begun(self) -> bool:
        """Whether anything of it is on the page."""
        return self.start.position() < self._end()

    def origin(self, number: int) -> Origin | None:
        """Where a line came from, by the number that it is marked with; None if it is no Markdown."""
        part, block = split_block_id(number)
        return self._parts[part].origin(block) if 0 <= part < len(self._parts) else None

    def toggle(self, part: int) -> None:
        """Open or close the reasoning that is this part of the message."""
        thoughts = self._parts[part]
        if not isinstance(thoughts, Reasoning) or not self.is_settled:
            return
        thoughts.toggle()
        self._stir(thoughts)
        self._folds[part] = thoughts.is_open

    def show_cut(self, number: int | None, *, is_earlier: bool) -> None:
        """Write more before or behind what is shown of a part; without a number, of the first that is cut."""
        cut = [part for part in self._parts if part.window.is_cut]
        part = self._parts[number] if number is not None else cut[0] if cut else None
        if part is not None:
            part.window.show_earlier() if is_earlier else part.window.show_more()
            self._stir(part)

    def show_end(self) -> None:
        """Write on what is running, where that was held back."""
        if self._parts:
            self._parts[-1].window.show_end()
            self._stir(self._parts[-1])

    def show_at(self, part: int, offset: int) -> None:
        """Show the place of a part's text in which an offset stands."""
        self._parts[part].window.show_at(offset)
        self._stir(self._parts[part])

    def _stir(self, part: Part) -> None:
        if part not in self._busy:
            self._busy.append(part)

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
        if self._busy:
            if not self._busy[0].work():
                del self._busy[0]
        elif self._prompt is not None:
            self._write_prompt(self._prompt)
        elif self._waiting:
            self._write_next()
        elif self._is_ending:
            self._is_ending = False
            self._conclude()

    def _write_next(self) -> None:
        kind, text = self._waiting[0]
        if self.message.role is Role.USER:
            self._waiting.clear()
            formats, is_whole = self._sheet.formats, self._scope.is_whole
            self._prompt = bubbles.lines(self.message, text, formats, self.number, is_whole=is_whole)
            return
        if kind is SegmentKind.SEAM:
            del self._waiting[0]
            if self._kind is SegmentKind.TEXT:  # Markdown goes on across it, an open code block too
                self._parts[-1].reading.mark_seam()
            return
        if kind is not self._kind:
            if self._close_part():
                return
            self._fold_thoughts()
            self._open_part(kind)
        del self._waiting[0]
        self._parts[-1].feed(text)
        self._stir(self._parts[-1])

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
        end = lambda: self._end_of_part(number)  # noqa: E731
        place = PartPlace(self.number, self.message.id, number, gap, end, self._scope)
        if kind is SegmentKind.REASONING:
            is_open = self._folds.get(number, self._is_live or kind is self._last_kind)
            seconds = self._thinking_s
            is_timed = self._is_heard_whole and seconds is None
            how = {"is_open": is_open, "is_timed": is_timed}
            self._parts.append(Reasoning(self._sheet, place, seconds=seconds, **how))
        else:
            self._parts.append(_PARTS[kind](self._sheet, place))

    def _end_of_part(self, number: int) -> int:
        if number + 1 < len(self._parts):
            return self._parts[number + 1].start
        return self._end() if self._body_end is None else self._body_end.position()

    def _close_part(self) -> bool:
        """Finish the part that is open. Returns whether that needs another step."""
        if self._kind is None:
            return False
        self._kind = None
        self._parts[-1].finish()
        self._stir(self._parts[-1])
        return True

    def _conclude(self) -> None:
        if self._close_part():
            self._is_ending = True
        elif self._body_end is None:
            self._body_end = self._write_ending()

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
