"""Where on the page the rest of an answer begins: an offset in its text, found again among the letters.

Blocks don't know where in the source their letters stood. So the source up to the seam is read alone, and
what it shows is looked for at the beginning of what the page shows. What is open at the seam may have been
closed behind it or not: so it is read as both, and that counts which is found further. The place depends on
the text alone, and not on how it came.
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
    from collections.abc import Callable, Iterable, Iterator

    from PySide6.QtGui import QTextDocument, QTextFragment

    from arvae_desktop.markup.blocks import Block
    from arvae_desktop.ui.transcript.lines import Line
    from arvae_desktop.ui.transcript.reading import Reading

_LONGEST = 20_000  # characters of a construct before a seam; beyond them its beginning is near enough


class Seams:
    """Finds the seams of a part on the page.

    Args:
        blocks: gives the numbers of the part's blocks on the page, and before which of them nothing changes.
        end: gives where the part ends on the page.
        first_id: by which lines tell the first block.
    """

    def __init__(
        self,
        document: QTextDocument,
        reading: Reading,
        first_id: int,
        blocks: Callable[[], tuple[range, int]],
        end: Callable[[], int],
    ) -> None:
        self._document = document
        self._reading = reading
        self._first_id = first_id
        self._blocks = blocks
        self._end = end
        self._found: dict[int, tuple[Block, int, int, QTextCursor]] = {}

    @property
    def marks(self) -> list[QTextCursor]:
        """Cursors between the two letters that each seam on the page joins."""
        return [mark for offset in self._reading.seams if (mark := self._mark(offset)) is not None]

    def mark_at(self, offset: int) -> QTextCursor | None:
        """A cursor where an offset stands; None if that is not on the page."""
        number, (shown, _) = block_at(self._reading, offset), self._blocks()
        return self._find(offset, number, shown) if number is not None and number in shown else None

    def _mark(self, offset: int) -> QTextCursor | None:
        number, (shown, final) = block_at(self._reading, offset), self._blocks()
        if number is None or number not in shown:
            self._found.pop(offset, None)
            return None
        block = self._reading.blocks[number]
        # What may still change is looked at again with each change of the page.
        revision = 0 if number < final else self._document.revision()
        found = self._found.get(offset)
        if found is None or found[0] is not block or found[1:3] != (shown.start, revision):
            mark = self._find(offset, number, shown)
            found = self._found[offset] = block, shown.start, revision, mark
        return found[3]

    def _find(self, offset: int, number: int, shown: range) -> QTextCursor:
        """Count from where a line begins: further pieces of a paragraph go on in it."""
        reading, first = self._reading, number
        while first > shown.start and not reading.begins_chunk(first) and reading.blocks[first].continues:
            first -= 1
        start = reading.offset_of(first)
        readings = _letters_of(reading.text[max(start, offset - _LONGEST) : offset])
        begin = self._begin_of(first)
        letters, places = _letters_on_page(self._document, begin, self._end(), max(map(len, readings)))
        length = max(_common_length(letters, each) for each in readings)
        mark = QTextCursor(self._document)
        mark.setPosition(places[length - 1] if length else begin)
        mark.setKeepPositionOnInsert(True)
        return mark

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


def _common_length(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


@lru_cache(maxsize=64)
def _letters_of(source: str) -> tuple[str, str]:
    """The letters that a source shows: if it goes on, as far as can be guessed, and if it ends there."""
    return tuple(_letters_if(source, is_over) for is_over in (False, True))  # type: ignore[return-value]


def _letters_if(source: str, is_over: bool) -> str:
    stream = MarkdownStream()
    stream.feed(source)
    if is_over:
        stream.finish()
    blocks: list[Block] = []
    while (update := stream.take()).more:
        blocks += update.frozen
    blocks += (*update.frozen, *update.tail)
    made = BlockLines("", 0, 0, blocks)
    lines = [line for number in range(len(blocks)) for line in made.lines(number)]
    return "".join(_letters(runs) for line in lines for runs in _runs(line))


def _runs(line: Line) -> Iterable[Iterable[Run]]:
    if isinstance(line, TableLine):
        return (runs for row in line.rows for runs in row)
    return (line.runs,)


def _letters(runs: Iterable[Run]) -> str:
    """What is seen and was said, without blanks; a formula counts as one letter."""
    found = ""
    for text, chars in runs:
        if chars.formula is not None:
            found += OBJECT
        elif not chars.is_action:
            found += "".join(text.split())
    return found


def _letters_on_page(document: QTextDocument, begin: int, end: int, most: int) -> tuple[str, list[int]]:
    """The letters between two positions, at most so many, and the position behind each."""
    letters, places = "", list[int]()
    block = document.findBlock(begin)
    while block.isValid() and block.position() < end and len(letters) < most:
        iterator = block.begin()
        while not iterator.atEnd() and len(letters) < most:
            for letter, place in _letters_in(iterator.fragment()):
                letters += letter
                places.append(place)
            iterator += 1
        block = block.next()
    return letters, places


def _letters_in(fragment: QTextFragment) -> Iterator[tuple[str, int]]:
    look, text, at = fragment.charFormat(), fragment.text(), fragment.position()
    if look.stringProperty(Property.SOURCE):
        # Neighbours that look alike are one fragment; of sources that can't be told.
        pictures = text.count(OBJECT)
        for number in range(1, pictures + 1):
            yield OBJECT, at + number
        if not pictures:
            yield OBJECT, at + utf16_length(text)
    elif not (look.hasProperty(Property.IS_ACTION) or look.anchorHref().startswith(ACTION_SCHEME)):
        for letter in text:
            at += utf16_length(letter)
            if not letter.isspace():
                yield letter, at
