"""The parts of a message on the page: runs of one kind of text, each written as it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtGui import QTextCursor

from arvae_desktop.markup.blocks import Code, Token
from arvae_desktop.markup.stream import MarkdownStream, Update
from arvae_desktop.ui.transcript.block_lines import CARD_GAP, BlockLines
from arvae_desktop.ui.transcript.lines import Ink, Look
from arvae_desktop.ui.transcript.tail import Tail

if TYPE_CHECKING:
    from collections.abc import Callable

    from arvae_desktop.markup.blocks import Block
    from arvae_desktop.ui.transcript.lines import Line
    from arvae_desktop.ui.transcript.sheet import Sheet

_QUIET_LEFT = 14
_BLOCKS = 1_000_000
_SLICE = 2_000
_LINE_COST = 20


class Part:
    """One run of a message's text.

    Args:
        message: the message's number on the page; `name` its id.
        number: the part's own, among those of its message.
        gap: the distance to what stands above.
        end: gives where the part ends now: where the next one begins, or what stands under the message.

    Attributes:
        blocks: its Markdown, as far as it has been read.
        seams: where, on the page, the rests of an answer that was cut off begin.
    """

    look = Look.TEXT
    ink = Ink.TEXT

    def __init__(
        self, sheet: Sheet, message: int, name: str, number: int, gap: float, end: Callable[[], int]
    ) -> None:
        self.blocks: list[Block] = []
        self._sheet = sheet
        self._message = message
        self._name = name
        self._number = number
        self._gap = gap
        self._end = end
        self.seams: list[QTextCursor] = []
        self._begin()

    def _begin(self) -> None:
        """Begin to write, at the present end."""
        self._start = QTextCursor(self._sheet.document)
        self._start.setPosition(self._end())
        self._stream = MarkdownStream()
        first_block = block_id(self._number, 0)
        self._lines = BlockLines(self._name, first_group(self._message), first_block, self.ink)
        self._frozen = 0
        self._tail = Tail(self._sheet, self._message, self._end)

    @property
    def start(self) -> int:
        """Where it begins on the page."""
        return self._start.position()

    def feed(self, text: str) -> bool:
        """Write more. Returns whether there is still more to be written of what was fed."""
        self._stream.feed(text)
        return self.work()

    def mark_seam(self) -> None:
        """What comes from here on is the rest of an answer that was cut off."""
        seam = QTextCursor(self._sheet.document)
        seam.setPosition(max(self.start, self._end() - 1))  # before the end of the last line
        seam.setKeepPositionOnInsert(True)
        self.seams.append(seam)

    def work(self) -> bool:
        """Write what waits, or some of it. Returns whether there is more."""
        update = self._stream.take()
        self._show(update)
        return update.more

    def finish(self) -> bool:
        """No more comes. Returns whether there is still more to be written."""
        self._stream.finish()
        return self.work()

    def construct(self, number: int) -> range:
        """The block with this number and the other pieces of its construct, such as a long code block."""
        first, end = number, number + 1
        while first and self.blocks[first].continues:
            first -= 1
        while end < len(self.blocks) and self.blocks[end].continues:
            end += 1
        return range(first, end)

    def _show(self, update: Update) -> None:
        frozen: list[Line] = []
        for block in update.frozen:
            self.blocks[self._frozen :] = [block]
            frozen += self._made(block, self._frozen)
            self._frozen += 1
        tail: list[Line] = []
        for number, block in enumerate(update.tail, self._frozen):
            tail += self._made(block, number)
        self.blocks[self._frozen :] = update.tail
        start = self._start.position()
        self._tail.update(frozen, tail)
        self._start.setPosition(start)  # what is written at the very start must not move it

    def _made(self, block: Block, number: int) -> list[Line]:
        """The lines of the part's block number `number`, as they look in this part."""
        lines = self._lines.lines(block, number)
        if lines and number == 0:
            place = lines[0].place
            lines[0] = lines[0]._replace(place=place._replace(above=max(self._gap, place.above)))
        own = block_id(self._number, number)
        return [self._dressed(line._replace(block=own)) for line in lines]

    def _dressed(self, line: Line) -> Line:
        return line


class CodeText(NamedTuple):
    """A code block, whole: its language as the model wrote it, its coloured lines, and its text."""

    language: str
    lines: tuple[tuple[Token, ...], ...]
    text: str


class Origin(NamedTuple):
    """A construct of a message's Markdown: a block, or all the pieces of a long one, by their numbers."""

    part: Part
    blocks: range

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
        return "".join(block.source for block in self._blocks)

    def source_since(self, before: Origin) -> str | None:
        """Its Markdown with all that stands between it and an earlier one, seen or not.

        None if that one is of another text, and nothing joins them.
        """
        if before.part is not self.part or before.blocks.stop > self.blocks.start:
            return None
        between = self.part.blocks[before.blocks.stop : self.blocks.start]
        return "".join(block.source for block in between) + self.source

    @property
    def _blocks(self) -> list[Block]:
        return self.part.blocks[self.blocks.start : self.blocks.stop]


class Refusal(Part):
    """The sentence with which the model refuses."""

    look = Look.REFUSAL

    def _dressed(self, line: Line) -> Line:
        place = line.place._replace(
            look=self.look,
            left=line.place.left + _QUIET_LEFT,
            right=_QUIET_LEFT,
            group=first_group(self._message),
            below=CARD_GAP,
        )
        return line._replace(place=place)


class ToolCalls(Part):
    """The calls that the model asked for. They come whole, a line each, and are shown as they stand."""

    def feed(self, text: str) -> bool:
        """Write more calls."""
        for call in filter(None, text.split("\n")):
            name, _, arguments = call.partition("(")
            number = len(self.blocks)
            code = Code(
                language=f"Tool call · {name} · not run",
                lines=tuple((Token(line),) for line in arguments.removesuffix(")").split("\n")),
                source=call + "\n",
                group=number + 1,
            )
            self._show(Update((code,), ()))
        return False

    def work(self) -> bool:
        """Nothing waits."""
        return False

    def finish(self) -> bool:
        """Nothing is open."""
        return False


def first_slice(text: str) -> str:
    """As much of a text's beginning as is written in one step.

    A line or a cell costs the page as much as some dozens of characters.
    """
    piece = text[:_SLICE]
    while len(piece) + _LINE_COST * sum(map(piece.count, "\n\r|")) > 2 * _SLICE:
        piece = piece[: len(piece) // 2]
    return piece


def block_id(part: int, block: int) -> int:
    """The number by which a line tells where it came from."""
    return part * _BLOCKS + block


def split_block_id(number: int) -> tuple[int, int]:
    """Part and block of such a number."""
    return divmod(number, _BLOCKS)


def first_group(message: int) -> int:
    """Cards of a message count from here, so that neighbours on the page never share a number."""
    return message * 100_000
