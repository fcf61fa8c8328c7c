"""What Markdown comes to, whole and in pieces."""

from __future__ import annotations

import pytest

from arvae_desktop.markup.stream import parse
from tests.unit.markup.cases import CASES
from tests.unit.markup.outline import outline
from tests.unit.markup.snippets import SNIPPETS
from tests.unit.markup.streaming import cut, streamed

TEXTS = {name: text for name, (text, _) in CASES.items()} | SNIPPETS


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 150


@pytest.mark.parametrize("name", CASES)
def test_whole(name: str) -> None:
    text, expected = CASES[name]
    assert outline(parse(text)) == expected


@pytest.mark.parametrize("name", TEXTS)
def test_sources_are_the_text(name: str) -> None:
    assert "".join(block.source for block in parse(TEXTS[name])) == TEXTS[name]


@pytest.mark.parametrize("name", TEXTS)
def test_letter_by_letter(name: str) -> None:
    assert streamed(TEXTS[name]) == parse(TEXTS[name])


@pytest.mark.parametrize("name", CASES)
def test_cut_in_two_anywhere(name: str) -> None:
    text = CASES[name][0]
    for at in range(1, len(text)):
        assert streamed(cut(text, [at])) == parse(text)


def test_all_blocks_can_be_hashed_and_compared() -> None:
    blocks = [block for text in TEXTS.values() for block in parse(text)]
    assert len({hash(block) for block in blocks}) > len(CASES)
    assert parse(SNIPPETS["mixed answer"]) == parse(SNIPPETS["mixed answer"])
