"""Where on the page the rest of an answer begins: an offset in its text, found again among the letters.

Blocks don't know where in the source their letters stood. So the source up to the seam is read alone, and as
many letters as it shows are counted off on the page. That depends on the text alone, and not on how it came.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor

from arvae_desktop.markup.stream import MarkdownStream
from arvae_desktop.ui.transcript.block_lines import BlockLines
from arvae_desktop.ui.transcript.formats import ACTION_SCHEME, Property
from arvae_desktop.ui.transcript.lines import OBJECT, Run, TableLine, utf16_length
from arvae_desktop.ui.transcript.origins import EARLIER_BLOCKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtGui import QTextDocument, QTextFragment

    from arvae_desktop.markup.blocks import Block
    from arvae_desktop.ui.transcript.reading import Reading

_LONGEST = 20_000  # characters of a construct before a seam; beyond them its beginning is near enough


class Seams:
    """Finds the seams of a part on the page.

    Args:
        blocks: gives the numbers of the part's blocks on the page.
        end: gives where the part ends on the page.
        first_id: by which lines tell the first block.
    """

    def __init__(
        self,
        document: QTextDocument,
        reading: Reading,
        first_id: int,
        blocks: Callable[[], range],
        end: Callable[[], int],
    ) -> None:
        self._document = document
        self._reading = reading
        self._first_id = first_id
        self._blocks = blocks
        self._end = end
        self._found: dict[int, tuple[Block, int, QTextCursor]] = {}

    @property
    def marks(self) -> list[QTextCursor]:
        """Cursors between the two letters that each seam on the page joins."""
        return [mark for offset in self._reading.seams if (mark := self._mark(offset)) is not None]

    def mark_at(self, offset: int) -> QTextCursor | None:
        """A cursor where an offset stands; None if that is not on the page."""
        number, shown = block_at(self._reading, offset), self._blocks()
        return self._find(offset, number, shown) if number is not None and number in shown else None

    def _mark(self, offset: int) -> QTextCursor | None:
        number, shown = block_at(self._reading, offset), self._blocks()
        if number is None or number not in shown:
            self._found.pop(offset, None)
            return None
        block = self._reading.blocks[number]
        found = self._found.get(offset)
        if found is None or found[0] is not block or found[1] != shown.start:
            found = self._found[offset] = block, shown.start, self._find(offset, number, shown)
        return found[2]

    def _find(self, offset: int, number: int, shown: range) -> QTextCursor:
        """Count from where a line begins: further pieces of a paragraph go on in it."""
        reading, first = self._reading, number
        while first > shown.start and not reading.begins_chunk(first) and reading.blocks[first].continues:
            first -= 1
        start = reading.offset_of(first)
        letters = _letters_of(reading.text[max(start, offset - _LONGEST) : offset])
        return _count_off(self._document, self._begin_of(first), letters)

    def _begin_of(self, number: int) -> int:
        """Where the first line stands that shows a block or, if that shows nothing, one before it."""
        line = self._document.findBlock(max(0, self._end() - 1))
        wanted, found = self._first_id + number, line
        while line.isValid() and (told := line.blockFormat().intProperty(Property.BLOCK)) >= wanted:
            found = line if told < self._first_id + EARLIER_BLOCKS else found
            line = line.previous()
        return found.position()


def block_at(reading: Reading, offset: int) -> int | None:
    """The number of the block whose source ends with or behind an offset; None if it isn't read yet."""
    chunk = max(0, reading.chunk_at(max(0, offset - 1)))
    number, end = reading.chunks[chunk]
    while number < len(reading.blocks):
        end += len(reading.blocks[number].source)
        if end >= offset:
            return number
        number += 1
    return None


@lru_cache(maxsize=64)
def _letters_of(source: str) -> int:
    stream = MarkdownStream()
    stream.feed(source)
    blocks: list[Block] = []
    while (update := stream.take()).more:
        blocks += update.frozen
    blocks += (*update.frozen, *update.tail)
    lines = BlockLines("", 0, 0, blocks)
    return sum(_letters_in(lines, number) for number in range(len(blocks)))


def _letters_in(lines: BlockLines, number: int) -> int:
    found = 0
    for line in lines.lines(number):
        if isinstance(line, TableLine):
            found += sum(_letters(runs) for row in line.rows for runs in row)
        else:
            found += _letters(line.runs)
    return found


def _letters(runs: Iterable[Run]) -> int:
    """How many letters are seen that are part of what was said; a formula counts as one."""
    found = 0
    for text, chars in runs:
        if chars.formula is not None:
            found += 1
        elif not chars.is_action:
            found += sum(not letter.isspace() for letter in text)
    return found


def _count_off(document: QTextDocument, begin: int, letters: int) -> QTextCursor:
    cursor = QTextCursor(document)
    cursor.setPosition(begin)
    block, at = document.findBlock(begin), begin
    while block.isValid() and letters > 0:
        iterator = block.begin()
        while not iterator.atEnd() and letters > 0:
            at, letters = _count_in(iterator.fragment(), at, letters)
            iterator += 1
        block = block.next()
    cursor.setPosition(at)
    cursor.setKeepPositionOnInsert(True)
    return cursor


def _count_in(fragment: QTextFragment, at: int, letters: int) -> tuple[int, int]:
    """Count a fragment's letters. Returns the position behind the last one, and how many are left."""
    look, text, start = fragment.charFormat(), fragment.text(), fragment.position()
    if look.stringProperty(Property.SOURCE):
        count = text.count(OBJECT) or 1
        return (start + len(text) if count <= letters else start + letters), max(0, letters - count)
    if look.hasProperty(Property.IS_ACTION) or look.anchorHref().startswith(ACTION_SCHEME):
        return at, letters
    seen = 0
    for index, letter in enumerate(text):
        if not letter.isspace():
            letters -= 1
            seen = index + 1
            if not letters:
                break
    return (start + utf16_length(text[:seen]) if seen else at), letters
