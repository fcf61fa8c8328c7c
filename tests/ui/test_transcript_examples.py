"""Hundreds of short examples of CommonMark and GFM: the page shows what markdown-it-py reads in them."""

import random

import pytest
from answers import answer, running, text_of
from pages import fill, looks, settle

from arvae_desktop.ui.transcript.view import TranscriptView
from tests.ui.expected_page import BREAK, Run, expected_page, joined
from tests.ui.page_structure import page_structure
from tests.unit.markup.spec_blocks import BLOCKS
from tests.unit.markup.spec_containers import CONTAINERS
from tests.unit.markup.spec_inlines import INLINES

_SECTIONS = BLOCKS | CONTAINERS | INLINES


@pytest.fixture
def view(show, theme):
    return show(TranscriptView(theme), 820, 600)


def _pair(example):
    return (example, example) if isinstance(example, str) else example


def _without_looks_of_breaks(lines):
    """Breaks have no look that can be seen."""
    return [(*line[:-1], _runs(line[-1])) if line[0] in ("text", "cell") else line for line in lines]


def _runs(runs):
    return joined(run._replace(styles=frozenset()) if run.text == BREAK else run for run in runs)


def _stream(view, message, seed):
    chance, text = random.Random(seed), message.text
    view.show_messages([running(message.id)])
    at = 0
    while at < len(text):
        length = chance.randint(1, 9)
        view.append_segment(message.id, text_of(text[at : at + length]))
        settle(view)
        at += length
    view.writer.end_message(message)
    settle(view)


def test_there_are_hundreds():
    texts = [_pair(example)[0] for examples in _SECTIONS.values() for example in examples]
    assert len(set(texts)) >= 600


def test_the_oracle_tells_looks_apart():
    assert expected_page("- *a* [b](c)\n\n> # `d`") == [
        ("text", 0, 28.0, (), (Run("•\t"), Run("a", frozenset({"italic"})), Run(" b (c)"))),
        ("text", 1, 18.0, (0.0,), (Run("d", frozenset({"bold", "code"})),)),
    ]


@pytest.mark.parametrize("section", _SECTIONS)
def test_the_page_shows_what_is_read(view, section):
    wrong = []
    for example in _SECTIONS[section]:
        text, equal = _pair(example)
        fill(view, [answer(text)])
        shown, expected = page_structure(view), _without_looks_of_breaks(expected_page(equal))
        if shown != expected:
            wrong.append(f"{text!r}\n  shows    {shown}\n  expected {expected}")
    assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong)


@pytest.mark.parametrize("section", _SECTIONS)
def test_streamed_in_pieces_the_page_is_the_same_to_the_format(view, section):
    wrong = []
    for seed, example in enumerate(_SECTIONS[section]):
        message = answer(_pair(example)[0])
        fill(view, [message])
        whole = looks(view)
        _stream(view, message, seed)
        if looks(view) != whole:
            wrong.append(message.text)
    assert not wrong
