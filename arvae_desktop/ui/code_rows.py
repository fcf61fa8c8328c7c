"""Lines of code as rows that a text widget can lay out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arvae_desktop.markup.blocks import Token

if TYPE_CHECKING:
    from collections.abc import Iterator

# Qt lays a line out as a whole: one of this length takes 8 ms, one of a million characters half a second.
LONGEST_ROW = 20_000


def rows_of(line: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
    """A line, or the pieces of at most `LONGEST_ROW` characters of one that is longer."""
    if sum(len(token.text) for token in line) <= LONGEST_ROW:
        yield line
        return
    row: list[Token] = []
    room = LONGEST_ROW
    for token in line:
        text = token.text
        while len(text) > room:
            yield (*row, Token(text[:room], token.role))
            text, row, room = text[room:], [], LONGEST_ROW
        if text:
            row.append(Token(text, token.role))
            room -= len(text)
    yield tuple(row)


def utf16_length(text: str) -> int:
    """How long Qt takes a text to be: it counts characters beyond the first 65,536 twice."""
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)
