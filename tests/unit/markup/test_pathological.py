"""Inputs made to hurt: each is read in slices that don't stall a frame, and all of it is there."""

from __future__ import annotations

import gc
from time import thread_time
from typing import TYPE_CHECKING

import pytest

from arvae_desktop.markup.blocks import Block, Plain
from arvae_desktop.markup.budgets import PIECE
from arvae_desktop.markup.stream import MarkdownStream, parse
from tests.unit.markup.pathological import PATHOLOGICAL
from tests.unit.markup.streaming import streamed

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_SLICE_MS = 100
LONGEST_ALL_MS = 2_500


@pytest.fixture(autouse=True, scope="module")
def _no_collections() -> Iterator[None]:
    """Leave out what collecting the whole test run's garbage takes."""
    parse("a **b** `c`\n\n```python\nx\n```\n```js\n```\n```ts\n```\n```cpp\n```\n")
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def timed(stream: MarkdownStream) -> tuple[list[Block], list[float]]:
    """Take until there is no more; with the milliseconds of each slice."""
    blocks: list[Block] = []
    slices = []
    more = True
    while more:
        start = thread_time()
        update = stream.take()
        slices.append((thread_time() - start) * 1000)
        blocks += update.frozen
        more = update.more
    return blocks, slices


def test_there_are_fifty() -> None:
    assert len(PATHOLOGICAL) >= 50


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_at_once(name: str) -> None:
    text = PATHOLOGICAL[name]
    stream = MarkdownStream()
    stream.feed(text)
    stream.finish()
    blocks, slices = timed(stream)
    assert max(slices) < LONGEST_SLICE_MS
    assert sum(slices) < LONGEST_ALL_MS
    assert "".join(block.source for block in blocks) == text
    assert all(len(block.text) <= PIECE * 9 for block in blocks if isinstance(block, Plain))


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_in_pieces(name: str) -> None:
    text = PATHOLOGICAL[name]
    stream = MarkdownStream()
    longest = 0.0
    for at in range(0, min(len(text), 7_000), 500):
        stream.feed(text[at : at + 500])
        longest = max(longest, *timed(stream)[1])
    assert longest < LONGEST_SLICE_MS


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_the_pieces_do_not_matter(name: str) -> None:
    text = PATHOLOGICAL[name][:6_000]
    assert streamed([text[at : at + 997] for at in range(0, len(text), 997)]) == parse(text)


@pytest.mark.parametrize(
    "name", ["brackets", "crossed emphasis", "odd backticks", "half entities", "everything"]
)
def test_over_budget_text_is_shown_as_it_is(name: str) -> None:
    text = PATHOLOGICAL[name]
    assert "".join(block.text for block in parse(text) if isinstance(block, Plain)) == text
