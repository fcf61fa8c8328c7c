"""A part's Markdown: what has been read of it, block by block, and what waits to be read."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from arvae_desktop.markup.blocks import (
    Code,
    DisplayMath,
    Footnote,
    Heading,
    Paragraph,
    Plain,
    Rule,
    SpanKind,
    Table,
    Token,
)
from arvae_desktop.markup.cutting import is_dense
from arvae_desktop.markup.stream import MarkdownStream

if TYPE_CHECKING:
    from arvae_desktop.markup.blocks import Block

# What a block costs the page, in characters of plain text: measured as the time that another width takes.
_LINE_COST = 40
_ROW_COST = 20  # of one that is broken off within a paragraph
_TABLE_COST = 160
_CELL_COST = 100
_MOST_IN_CELLS = 20_000
_RUN_COST = 10  # of characters that look alike
_DENSE_FACTOR = 4
_STAND_INS = {SpanKind.BREAK: "\n", SpanKind.IMAGE: "Picture at an.example "}  # what is written for them
# Blocks come and go in chunks of so much. A paragraph longer than two of them begins a row anew.
_CHUNK = 10_000
_SLICE = 2_000
_SLICE_LINE_COST = 20


class Chunk(NamedTuple):
    """Some blocks in a row: the number of the first, and where its source begins in the part's."""

    block: int
    offset: int


class Reading:
    """Reads a part's text, in slices.

    Attributes:
        blocks: what has been read; the first `frozen` of them don't change any more.
        chunks: how the frozen ones are taken together: alike, however the text came.
        seams: where rests of an answer begin that were fetched after it was cut off, as offsets in the text.
        length: of the text that has come.
        is_over: whether no more comes.
    """

    def __init__(self) -> None:
        self.seams: list[int] = []
        self.length = 0
        self.is_over = False
        self._texts: list[str] = []
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget what was read."""
        self.blocks: list[Block] = []
        self.frozen = 0
        self.chunks = [Chunk(0, 0)]
        self._cost = 0  # of the last chunk
        self._end = 0  # of the frozen blocks' source
        self._fed = self._texts[:]
        self._slicing, self._at = "", 0
        self._unread = self.length
        self._stream = MarkdownStream(loads_lexers_aside=True)
        self._is_finished = False
        self._is_behind = False

    # --- text

    def feed(self, text: str) -> None:
        """More has come; nothing is read."""
        self._texts.append(text)
        self._fed.append(text)
        self.length += len(text)
        self._unread += len(text)

    @property
    def text(self) -> str:
        """All that has come."""
        self._texts = ["".join(self._texts)]
        return self._texts[0]

    @property
    def unread(self) -> int:
        """How many characters wait."""
        return self._unread

    def mark_seam(self) -> None:
        """What comes from here on is the rest of an answer that was cut off."""
        self.seams.append(self.length)

    # --- reading

    @property
    def is_done(self) -> bool:
        """Whether all that has come is read."""
        return not self._unread and not self._is_behind and self._is_finished >= self.is_over

    @property
    def is_waiting(self) -> bool:
        """Whether nothing can be read at the moment: a lexer is being loaded."""
        return self._is_behind and self._stream.is_waiting

    def read(self, longest: int = _SLICE) -> None:
        """Read a slice of what waits."""
        if not self._is_behind:
            self._feed_stream(longest)
        update = self._stream.take()
        self._is_behind = update.more
        del self.blocks[self.frozen :]
        for block in update.frozen:
            self._freeze(block)
        self.blocks += update.tail

    def _feed_stream(self, longest: int) -> None:
        if self._at == len(self._slicing):
            self._slicing, self._at = "".join(self._fed), 0
            self._fed.clear()
        piece = first_slice(self._slicing[self._at : self._at + longest], longest)
        self._at += len(piece)
        self._unread -= len(piece)
        self._stream.feed(piece)
        if not self._unread and self.is_over and not self._is_finished:
            self._stream.finish()
            self._is_finished = True

    def _freeze(self, block: Block) -> None:
        if _begins_chunk(self._cost, block):
            self.chunks.append(Chunk(self.frozen, self._end))
            self._cost = 0
        self.blocks.append(block)
        self.frozen += 1
        self._cost += cost_of(block)
        self._end += len(block.source)

    # --- places

    @property
    def end(self) -> int:
        """The offset up to which the text is read for good."""
        return self._end

    def chunk_at(self, offset: int) -> int:
        """The number of the chunk whose source holds an offset."""
        return bisect_right(self.chunks, offset, key=lambda chunk: chunk.offset) - 1

    def chunk_of(self, number: int) -> int:
        """The number of the chunk that a block is in."""
        return bisect_right(self.chunks, number, key=lambda chunk: chunk.block) - 1

    def begins_chunk(self, number: int) -> bool:
        """Whether a block is the first of a chunk, as far as can be told by those before it."""
        if number < self.frozen:
            return self.chunks[self.chunk_of(number)].block == number
        cost = self._cost
        for block in self.blocks[self.frozen : number]:
            cost = (0 if _begins_chunk(cost, block) else cost) + cost_of(block)
        return number == 0 or _begins_chunk(cost, self.blocks[number])

    def offset_of(self, number: int) -> int:
        """Where the source of a block begins."""
        first, offset = self.chunks[self.chunk_of(number)]
        return offset + sum(len(block.source) for block in self.blocks[first:number])

    def construct(self, number: int) -> range:
        """The block with this number and the other pieces of its construct, such as a long code block."""
        first, end = number, number + 1
        while first and self.blocks[first].continues:
            first -= 1
        while end < len(self.blocks) and self.blocks[end].continues:
            end += 1
        return range(first, end)


class CallReading(Reading):
    """Reads the calls that a model asked for. They come whole, a line each, and are shown as they stand."""

    def feed(self, text: str) -> None:
        """More calls have come."""
        super().feed(text)
        self._unread = 0
        for call in filter(None, text.split("\n")):
            self._freeze(_call(call, len(self.blocks)))

    @property
    def is_done(self) -> bool:
        """They are read as they come."""
        return True


def _call(call: str, number: int) -> Code:
    name, _, arguments = call.partition("(")
    return Code(
        language=f"Tool call · {name} · not run",
        lines=tuple((Token(line),) for line in arguments.removesuffix(")").split("\n")),
        source=call + "\n",
        group=number + 1,
    )


def cost_of(block: Block) -> int:
    """What a block costs the page: by what it shows, which may be little of a long source."""
    runs = 0
    match block:
        case Table():
            rows = len(block.rows) + bool(block.header)
            cells = rows * len(block.alignments)
            return _TABLE_COST + _CELL_COST * cells + min(len(block.source), _MOST_IN_CELLS)
        case Code():
            return _LINE_COST * (len(block.lines) + block.is_first) + len(block.text)
        case Paragraph() | Heading() | Footnote():
            text = "".join(_STAND_INS.get(span.kind, "") + span.text for span in block.spans)
            runs = _RUN_COST * len(block.spans)
        case Plain():
            text = block.text
        case DisplayMath():
            text = block.tex
        case Rule():
            text = ""
    rows = _LINE_COST + _ROW_COST * text.count("\n")
    return runs + rows + len(text) * (_DENSE_FACTOR if is_dense(text) else 1)


def _begins_chunk(cost: int, block: Block) -> bool:
    """Whether a block begins another chunk; the rest of a construct only where the present one is huge."""
    return cost >= (2 * _CHUNK if block.continues else _CHUNK)


def first_slice(text: str, longest: int = _SLICE) -> str:
    """As much of a text's beginning as is read in one step.

    A line or a cell costs the page as much as some dozens of characters.
    """
    piece = text[:longest]
    while len(piece) + _SLICE_LINE_COST * sum(map(piece.count, "\n\r|")) > 2 * longest:
        piece = piece[: len(piece) // 2]
    return piece
