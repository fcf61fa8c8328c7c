"""An answer while it arrives, as those who listen hear it: whole sentences without Markdown’s marks."""

from __future__ import annotations

from collections import deque
from enum import Enum, auto
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import QTextBoundaryFinder

from arvae_desktop.domain.messages import SegmentKind
from arvae_desktop.markup.blocks import (
    Code,
    DisplayMath,
    Footnote,
    Heading,
    Item,
    Paragraph,
    Plain,
    Rule,
    SpanKind,
    Table,
)
from arvae_desktop.markup.plain import span_text
from arvae_desktop.markup.stream import MarkdownStream

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arvae_desktop.domain.messages import Message, Segment
    from arvae_desktop.markup.blocks import Block, Span

_DONE = {True: "Done:", False: "To do:", None: ""}


class _Mark(Enum):
    """What comes between the segments of an answer."""

    HEARD = auto()  # all before it is known
    END = auto()


class SpokenAnswer:
    """Gives each sentence of an answer once, as soon as it is whole.

    Args:
        message: the answer; what it has already is taken for known.

    Attributes:
        is_finished: everything of it has been given.
    """

    def __init__(self, message: Message) -> None:
        self.message_id = message.id
        self.is_finished = False
        self._inputs: deque[Segment | _Mark] = deque([*message.segments, _Mark.HEARD])
        self._kind: SegmentKind | None = None
        self._run: _Run | None = None
        self._sentences: list[str] = []
        self._ending = ""

    def feed(self, segment: Segment) -> None:
        """More has come; nothing is read before `work`."""
        self._inputs.append(segment)

    def finish(self, ending: str) -> None:
        """No more comes; `ending` is said last."""
        self._inputs.append(_Mark.END)
        self._ending = ending

    def work(self) -> bool:
        """Read what has come, for some milliseconds at most. Returns whether there is more to be read."""
        while True:
            self._feed_run()
            if self._run is not None and self._read(self._run):
                return True
            if not self._inputs:
                return False
            self._take(self._inputs.popleft())

    def take(self) -> list[str]:
        """The sentences that became whole since the last call."""
        taken, self._sentences = self._sentences, []
        return taken

    def _feed_run(self) -> None:
        """Give all that has come of the open run at once: reading takes its time however little is new."""
        while self._run is not None and self._inputs:
            segment = self._inputs[0]
            if isinstance(segment, _Mark) or segment.kind not in (self._kind, SegmentKind.SEAM):
                return
            del self._inputs[0]
            if segment.kind is self._kind:  # the text goes on across a seam
                self._run.feed(segment.text)

    def _read(self, run: _Run) -> bool:
        is_more = run.work()
        self._sentences += run.take()
        return is_more

    def _take(self, given: Segment | _Mark) -> None:
        if given is _Mark.HEARD:
            self._sentences.clear()
        elif given is _Mark.END:
            self._close_run()
            self.is_finished = True
            self._sentences.append(self._ending)
        elif given.kind is not SegmentKind.SEAM:
            self._take_segment(given)

    def _take_segment(self, segment: Segment) -> None:
        kind = segment.kind
        if kind is not self._kind:
            self._close_run()
            self._kind = kind
            if kind is SegmentKind.REASONING:
                self._sentences.append("Thinking.")
        if kind is SegmentKind.TOOL_CALL:
            calls = filter(None, segment.text.split("\n"))
            self._sentences += [f"The model asks for the tool {call.partition('(')[0]}." for call in calls]
        elif kind is not SegmentKind.REASONING:
            self._run = _Run()
            self._run.feed(segment.text)

    def _close_run(self) -> None:
        """Say the rest of what is open."""
        run, self._run, self._kind = self._run, None, None
        if run is not None:
            run.finish()
            while self._read(run):
                pass  # what was fed has been read: only its open end is left


class _Run:
    """Text of one kind.

    The open end of it is only guessed, and may come to be read otherwise. Guessing hides and shows marks but
    no letters: so what was said of it is remembered by the number of its letters.
    """

    def __init__(self) -> None:
        self._stream = MarkdownStream()
        self._said = 0  # letters of what is not frozen
        self._sentences: list[str] = []

    def feed(self, text: str) -> None:
        self._stream.feed(text)

    def finish(self) -> None:
        self._stream.finish()

    def work(self) -> bool:
        """Read for some milliseconds at most. Returns whether there is more."""
        update = self._stream.take()
        for block in update.frozen:
            self._freeze(block)
        if not update.more:
            self._guess(update.tail)
        return update.more

    def take(self) -> list[str]:
        taken, self._sentences = self._sentences, []
        return taken

    def _freeze(self, block: Block) -> None:
        text = _words(block)
        rest = _behind(text, self._said)
        self._said = max(0, self._said - _letters(text))
        if rest:
            self._sentences.append(_ended(rest))

    def _guess(self, tail: tuple[Block, ...]) -> None:
        """Say the sentences of the open end that are whole already."""
        known = 0
        for number, block in enumerate(tail):
            is_last = number + 1 == len(tail)
            if is_last and isinstance(block, Code | Table | DisplayMath):
                return
            text, is_open = _settled_words(block)
            rest = _behind(text, self._said - known)
            known += _letters(text)
            is_whole = not is_open and not is_last
            said = (rest if is_whole else rest[: _last_boundary(rest)]).strip()
            if not is_whole and _marks(block).startswith(said):
                return  # the number of an item is no sentence: it is said with what follows
            if said:
                self._sentences.append(_ended(said) if is_whole else said)
                self._said = known - _letters(rest[len(said) :])
            if not is_whole:
                return


def _words(block: Block) -> str:
    """What is said of a block, on one line."""
    return " ".join(_raw_words(block).split())


def _settled_words(block: Block) -> tuple[str, bool]:
    """What is said of a block up to a link that is still arriving, and whether there is such a link."""
    if isinstance(block, Paragraph | Heading):
        before: list[Span] = []
        for span in block.spans:
            if span.href == "":
                return f"{_marks(block)} {_span_words(before)}".strip(), True
            before.append(span)
    return _words(block), False


def _raw_words(block: Block) -> str:
    marks = _marks(block)
    match block:
        case Paragraph(spans=spans) | Heading(spans=spans):
            return f"{marks} {_span_words(spans)}"
        case Footnote(label=label, spans=spans):
            return f"Footnote {label}: {_span_words(spans)}"
        case Table(header=header, rows=rows):
            return " ".join(_row_words(row) for row in ((header,) if header else ()) + rows)
        case DisplayMath(tex=tex):
            return f"Formula: {tex}"
        case Plain(text=text):
            return f"{marks} {text}"
        case Code(is_last=True):
            count = block.first_line - 1 + len(block.lines)
            return f"Code block, {count:,} {'line' if count == 1 else 'lines'}."
        case Code() | Rule():
            return ""


def _span_words(spans: Iterable[Span]) -> str:
    words = []
    for kind, run in groupby(spans, key=lambda span: span.kind):
        text = span_text(run)
        words.append(f"Picture: {text}" if kind is SpanKind.IMAGE else text)
    return " ".join("".join(words).split())


def _row_words(row: Iterable[Iterable[Span]]) -> str:
    return _ended(", ".join(filter(None, map(_span_words, row))))


def _marks(block: Block) -> str:
    """Numbers of items and what is done; bullets are silent."""
    marks = []
    for level in block.levels:
        if isinstance(level, Item) and block.is_first:
            marks += ["" if level.marker == "•" else level.marker, _DONE[level.task]]
    return " ".join(filter(None, marks))


def _ended(text: str) -> str:
    """With a stop, where nothing else tells a voice to pause before what follows."""
    return f"{text}." if text and text[-1].isalnum() else text


def _last_boundary(text: str) -> int:
    """Where the last sentence that is surely over ends: something must have come behind it."""
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Sentence, text)
    finder.toEnd()
    at = finder.toPreviousBoundary()
    # Qt counts UTF-16 units.
    return len(text.encode("utf-16-le")[: 2 * at].decode("utf-16-le")) if at > 0 else 0


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _behind(text: str, letters: int) -> str:
    """What stands behind so many letters, and behind the marks that follow those."""
    if letters <= 0:
        return text
    for at, character in enumerate(text):
        if letters <= 0 and (character.isalnum() or character.isspace()):
            return text[at:].strip()
        letters -= character.isalnum()
    return ""
