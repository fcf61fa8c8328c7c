"""Where lines of the page came from: constructs of a message's Markdown, told by the numbers of blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from arvae_desktop.markup.blocks import Code

if TYPE_CHECKING:
    from arvae_desktop.markup.blocks import Block, Token
    from arvae_desktop.ui.transcript.reading import Reading

_BLOCKS = 1_000_000
# The numbers of lines that stand for blocks which are not on the page: those before it and those behind it.
EARLIER_BLOCKS, LATER_BLOCKS = _BLOCKS - 2, _BLOCKS - 1


class CodeText(NamedTuple):
    """A code block, whole: its language as the model wrote it, its coloured lines, and its text."""

    language: str
    lines: tuple[tuple[Token, ...], ...]
    text: str


class Origin(NamedTuple):
    """A construct of a part's Markdown, or several: a block, or all the pieces of a long one.

    Attributes:
        reading: the part.
        start, stop: the offsets in its text where the source begins and ends.
        first, end: the numbers of its blocks.
    """

    reading: Reading
    start: int
    stop: int
    first: int
    end: int

    @property
    def code(self) -> CodeText | None:
        """Its code, if it is a code block."""
        pieces = [block for block in self._blocks if isinstance(block, Code)]
        if not pieces:
            return None
        lines: list[tuple[Token, ...]] = []
        is_line_open = False
        for piece in pieces:
            first, *rest = piece.lines or ((),)
            if is_line_open:
                lines[-1] += first
            else:
                lines.append(first)
            lines += rest
            is_line_open = piece.is_line_open
        text = "".join(piece.text + ("" if piece.is_line_open else "\n") for piece in pieces)
        return CodeText(pieces[0].language, tuple(lines), text)

    @property
    def source(self) -> str:
        """Its Markdown."""
        return self.reading.text[self.start : self.stop]

    def source_since(self, before: Origin) -> str | None:
        """Its Markdown with all that stands between it and an earlier one, seen or not.

        None if that one is of another text, and nothing joins them.
        """
        if before.reading is not self.reading or before.stop > self.start:
            return None
        return self.reading.text[before.stop : self.stop]

    @property
    def _blocks(self) -> list[Block]:
        return self.reading.blocks[self.first : self.end]


def origin_of(reading: Reading, number: int) -> Origin | None:
    """What the block with this number is a piece of; None if there is none."""
    if not 0 <= number < len(reading.blocks):
        return None
    pieces = reading.construct(number)
    start = reading.offset_of(pieces.start)
    length = sum(len(block.source) for block in reading.blocks[pieces.start : pieces.stop])
    return Origin(reading, start, start + length, pieces.start, pieces.stop)


def block_id(part: int, block: int) -> int:
    """The number by which a line tells where it came from."""
    return part * _BLOCKS + block


def split_block_id(number: int) -> tuple[int, int]:
    """Part and block of such a number."""
    return divmod(number, _BLOCKS)


def first_group(message: int) -> int:
    """Cards of a message count from here, so that neighbours on the page never share a number."""
    return message * 100_000
