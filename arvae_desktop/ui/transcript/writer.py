"""Writes messages into the one text document of the transcript, always at its end.

What is on the page is never set again: a delta costs the same in a long conversation as in a short
one. A text too large for one frame is written in slices, one a frame, in order.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)

from arvae_desktop.domain.messages import AnswerState, Message, Role, Segment, SegmentKind
from arvae_desktop.ui.transcript.formats import Formats, Property, bubble_margin
from arvae_desktop.ui.transcript.sentences import SHOW_ALL, Ending, ending_of, facts_line, seam_words

# Layout of a block costs by its length on every insertion (measured: 0.9 ms at 4,000 characters, 5.6 ms
# at 50,000, 18 s for one unbroken line of 400,000), so longer paragraphs become several blocks.
_SLICE = 2_000
_LONGEST_BLOCK = 4_000
_FRAME_BUDGET_S = 0.008
# Qt gives these its own meaning inside a document (frame borders, objects); carriage returns end blocks.
_FOREIGN = str.maketrans(
    {"\ufdd0": "\ufffd", "\ufdd1": "\ufffd", "\ufffc": "\ufffd", "\0": "\ufffd", "\r": None}
)
_MEASURED = 2_000
_QUIET = (SegmentKind.REASONING, SegmentKind.TOOL_CALL)
ACTION_SCHEME = "arvae-action:"
# A prompt beyond this shows its start alone until it is opened: a document of a megabyte makes each resize
# take a quarter of a second, and a screen reader seconds to follow.
_LONGEST_PROMPT = 20_000
_PROMPT_START = 4_000

_Step: TypeAlias = Callable[[], None]


class TranscriptWriter(QObject):
    """The only one that changes the document.

    Signals:
        settled: nothing is waiting to be written any more.
    """

    settled = Signal()

    def __init__(self, document: QTextDocument, formats: Formats, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._formats = formats
        self._column = 600.0
        self._steps: deque[_Step] = deque()
        self._starts: dict[str, int] = {}
        self._endings: dict[str, int] = {}
        self._opened: set[str] = set()
        self._bubbles: list[tuple[int, float]] = []
        self._kind: SegmentKind | None = None
        self._next_format = QTextBlockFormat()
        self._group = 0
        self._left_s = _FRAME_BUDGET_S
        self._frame = QTimer(self, singleShot=True, interval=0)
        self._frame.timeout.connect(self._begin_frame)
        document.setUndoRedoEnabled(False)

    @property
    def is_settled(self) -> bool:
        """Whether everything that was asked for is on the page."""
        return not self._steps

    def restart(self, formats: Formats, column: float) -> None:
        """Empty the page, drop what waits, and go on with other formats."""
        self._steps.clear()
        self._starts.clear()
        self._endings.clear()
        self._bubbles.clear()
        self._formats = formats
        self._column = column
        self._document.clear()

    def add_message(self, message: Message) -> None:
        """Write a message as far as it has come."""
        self._do(lambda: self._begin(message))
        for segment in message.segments:
            is_huge = message.role is Role.USER and len(segment.text) > _LONGEST_PROMPT
            if is_huge and message.id not in self._opened:
                self.append(Segment(segment.kind, segment.text[:_PROMPT_START]))
                self._do(partial(self._write_more, message.id, len(segment.text)))
            else:
                self.append(segment)
        if message.state is not AnswerState.RUNNING:
            self.end_message(message)

    def append(self, segment: Segment) -> None:
        """Write more of the last message."""
        if segment.kind is SegmentKind.SEAM:
            self._do(lambda: self._join(segment.text))
            return
        text = segment.text.translate(_FOREIGN)
        for start in range(0, len(text), _SLICE):
            self._do(partial(self._insert, segment.kind, text[start : start + _SLICE]))

    def end_message(self, message: Message) -> None:
        """Write what stands under a finished message."""
        if message.role is Role.ASSISTANT:
            self._do(lambda: self._conclude(message))

    def resume(self, message_id: str) -> None:
        """Take off the page what stands under the last answer: more of it comes."""
        self._do(lambda: self._cut(self._endings.pop(message_id)))

    def open(self, message_id: str) -> None:
        """Write this prompt whole, however long, from the next `restart` on."""
        self._opened.add(message_id)

    def remove_from(self, message_id: str) -> None:
        """Take the last messages off the page, from this one on."""
        self._do(lambda: self._truncate(message_id))

    def set_column(self, column: float) -> None:
        """Tell the column's new width; bubbles keep to its right edge."""
        if column == self._column:
            return
        for position, width in self._bubbles:
            before, after = bubble_margin(self._column, width), bubble_margin(column, width)
            if before != after:
                self._set_bubble_margin(position, after)
        self._column = column

    # --- steps ---

    def _do(self, step: _Step) -> None:
        """Do a step now, or after those that wait already once this frame's time is used up."""
        self._steps.append(step)
        self._work()

    def _work(self) -> None:
        if not self._steps:
            return
        if not self._frame.isActive():
            self._frame.start()
        while self._steps and self._left_s > 0:
            started = time.monotonic()
            self._steps.popleft()()
            self._left_s -= time.monotonic() - started
        if not self._steps:
            self.settled.emit()

    def _begin_frame(self) -> None:
        self._left_s = _FRAME_BUDGET_S
        self._work()

    def _begin(self, message: Message) -> None:
        self._kind = None
        self._starts[message.id] = self._end().position()
        if message.role is Role.USER:
            self._group += 1
            width = self._natural_width(message.text)
            margin = bubble_margin(self._column, width)
            first = self._formats.bubble(self._group, margin, first=True)
            self._next_format = self._formats.bubble(self._group, margin, first=False)
            position = self._new_block(first).position()
            self._bubbles.append((position, width))
            self._kind = SegmentKind.TEXT

    def _open(self, kind: SegmentKind) -> None:
        """Begin a run of one kind of an answer's text."""
        self._kind = kind
        if kind in _QUIET:
            self._group += 1
            first = self._formats.reasoning(self._group, first=True)
            self._next_format = self._formats.reasoning(self._group, first=False)
        else:
            first = self._formats.answer(first=True)
            self._next_format = self._formats.answer(first=False)
        self._new_block(first)

    def _join(self, repeated: str) -> None:
        """Mark the seam where the rest of an answer begins."""
        self._kind = None
        self._new_block(self._formats.note(first=True)).insertText(seam_words(repeated), self._formats.small)

    def _insert(self, kind: SegmentKind, piece: str) -> None:
        if kind is not self._kind:
            piece = piece.lstrip("\n")
            if not piece:
                return
            self._open(kind)
        characters = self._formats.muted if kind in _QUIET else self._formats.text
        cursor = self._end()
        line, newline, rest = piece.partition("\n")
        cursor.insertText(line, characters)
        if newline:
            # Only the first paragraph keeps its distance; the others have a format of their own.
            cursor.insertBlock(self._next_format)
            cursor.insertText(rest, characters)
        block = self._document.lastBlock()
        if block.length() > _LONGEST_BLOCK:
            self._split_at_last_line(block)

    def _split_at_last_line(self, block: QTextBlock) -> None:
        """Make a block of the last line as it is wrapped now, so that nothing moves on the page."""
        self._document.documentLayout().blockBoundingRect(block)  # lays it out if it is not yet
        layout = block.layout()
        if layout.lineCount() < 2:
            return
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + layout.lineAt(layout.lineCount() - 1).textStart())
        continuation = QTextBlockFormat(self._next_format)
        continuation.setProperty(Property.CONTINUES, True)
        cursor.insertBlock(continuation)

    def _conclude(self, message: Message) -> None:
        self._kind = None
        self._endings[message.id] = self._end().position()
        ending = ending_of(message)
        if ending.is_error:
            self._group += 1
            formats = [self._formats.error(self._group, first=first) for first in (True, False)]
        else:
            formats = [self._formats.note(first=first) for first in (True, False)]
        self._write_ending(message.id, ending, formats[0], formats[1])
        if message.facts is not None and message.segments:
            note = self._formats.note(first=not ending.title or ending.is_error)
            self._new_block(note).insertText(facts_line(message), self._formats.small)

    def _write_ending(
        self, message_id: str, ending: Ending, first: QTextBlockFormat, other: QTextBlockFormat
    ) -> None:
        if not ending.title:
            return
        title = self._formats.error_title if ending.is_error else self._formats.muted
        self._new_block(first).insertText(ending.title, title)
        if ending.hint:
            hint = self._formats.text if ending.is_error else self._formats.muted
            self._new_block(other).insertText(ending.hint, hint)
        if ending.actions:
            # A word alone, such as “Stopped.”, leaves room for them on its line.
            cursor = self._new_block(other) if ending.hint else self._end()
            for index, (name, words) in enumerate(ending.actions):
                if index or not ending.hint:
                    cursor.insertText("     ", self._formats.muted)
                cursor.insertText(words, self._action(name, message_id))

    def _write_more(self, message_id: str, length: int) -> None:
        """Say in the bubble that a huge prompt goes on; all of it was sent."""
        cursor = self._end()
        cursor.insertBlock(self._next_format)
        cursor.insertText("… ", self._formats.muted)
        cursor.insertText(f"Show all {length:,} characters", self._action(SHOW_ALL, message_id))

    def _action(self, name: str, message_id: str) -> QTextCharFormat:
        """The look of an action's words, and what they do to which message."""
        action = QTextCharFormat(self._formats.action)
        action.setAnchor(True)
        action.setAnchorHref(f"{ACTION_SCHEME}{name}/{message_id}")
        return action

    def _truncate(self, message_id: str) -> None:
        start = self._starts.pop(message_id, None)
        if start is None:
            return
        self._starts = {name: at for name, at in self._starts.items() if at < start}
        self._bubbles = [bubble for bubble in self._bubbles if bubble[0] < start]
        if start == 0:
            self._document.clear()
        else:
            self._cut(start)

    def _cut(self, start: int) -> None:
        """Take everything from a position on off the page."""
        cursor = QTextCursor(self._document)
        cursor.setPosition(start)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()

    # --- helpers ---

    def _end(self) -> QTextCursor:
        cursor = QTextCursor(self._document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        return cursor

    def _new_block(self, block: QTextBlockFormat) -> QTextCursor:
        cursor = self._end()
        if self._document.isEmpty():
            cursor.setBlockFormat(block)
        else:
            cursor.insertBlock(block)
        return cursor

    def _natural_width(self, text: str) -> float:
        """How wide a text is without wrapping, in pixels."""
        if len(text) > _MEASURED:
            return math.inf
        metrics = QFontMetricsF(self._document.defaultFont())
        return max(metrics.horizontalAdvance(line.expandtabs(8)) for line in text.split("\n")) + 1

    def _set_bubble_margin(self, position: int, margin: float) -> None:
        block = self._document.findBlock(position)
        group = block.blockFormat().property(Property.GROUP)
        change = QTextBlockFormat()
        change.setLeftMargin(margin)
        edit = QTextCursor(block)
        edit.beginEditBlock()
        while block.isValid() and block.blockFormat().property(Property.GROUP) == group:
            QTextCursor(block).mergeBlockFormat(change)
            block = block.next()
        edit.endEditBlock()
