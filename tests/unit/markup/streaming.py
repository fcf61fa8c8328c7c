"""Messages in pieces."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from arvae_desktop.markup.stream import MarkdownStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from arvae_desktop.markup.blocks import Block


def cut(text: str, places: Iterable[int]) -> list[str]:
    bounds = [0, *sorted(place % (len(text) + 1) for place in places), len(text)]
    return [text[start:end] for start, end in pairwise(bounds)]


def looks(pieces: Iterable[str]) -> Iterator[tuple[tuple[Block, ...], tuple[Block, ...]]]:
    """What is frozen and how the tail looks after each piece, and at the end."""
    stream = MarkdownStream()
    frozen: list[Block] = []
    for piece in [*pieces, None]:
        if piece is None:
            stream.finish()
        else:
            stream.feed(piece)
        more = True
        while more:
            update = stream.take()
            frozen += update.frozen
            more = update.more
        yield tuple(frozen), update.tail


def streamed(pieces: Iterable[str]) -> tuple[Block, ...]:
    """What a message in pieces comes to."""
    frozen: tuple[Block, ...] = ()
    tail: tuple[Block, ...] = ()
    for frozen, tail in looks(pieces):  # noqa: B007  (only the last look counts)
        pass
    assert tail == ()
    return frozen
