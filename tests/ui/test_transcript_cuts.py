"""Huge answers: the page holds a part of one, which moves through it and never leaves anything out."""

import re

import pytest
from answers import answer, running, text_of, user
from pages import blocks, fill, links, looks, page_text, settle
from PySide6.QtGui import QTextTable

from arvae_desktop.ui.transcript.view import TranscriptView

_LINES = 12_000
_MOST_BLOCKS = 7_000
_CUT = re.compile(r"… [0-9,]+ characters (?:stand before|follow)\. Show (?:earlier|more)")
_NUMBER = re.compile(r"n(\d+)")
# Each names its line, so that what is left out or doubled is seen; the last one is short of blank lines.
_CONSTRUCTS = {
    "paragraphs": lambda n: f"n{n} some *words* of it.\n\n",
    "a paragraph": lambda n: f"n{n} word ",
    "lines of a paragraph": lambda n: f"n{n} word\n",
    "a list": lambda n: f"- n{n} item\n",
    "nested quotes": lambda n: f"> > n{n} quoted\n>\n",
    "tables": lambda n: f"| a | n{n} |\n|---|---|\n| b | c |\n\n",
    "right to left": lambda n: f"n{n} שלום\n\n",
}
_BEGUN = {
    "code": ("```python\n", lambda n: f"n{n} = 1\n"),
    "a line of code": ("```js\n", lambda n: f"n{n}; "),
    "a table": ("| a | b |\n|---|---|\n", lambda n: f"| n{n} | b |\n"),
    "code in an item": ("- ```\n", lambda n: f"  n{n}\n"),
    "an item": ("- first\n\n", lambda n: f"  n{n} word\n\n"),
}
_TEXTS = {
    **{name: "".join(map(line, range(_LINES))) for name, line in _CONSTRUCTS.items()},
    **{name: begin + "".join(map(line, range(_LINES))) for name, (begin, line) in _BEGUN.items()},
}


@pytest.fixture
def view(show, theme):
    return show(TranscriptView(theme), 820, 600)


def _numbers(view):
    return [int(number) for number in _NUMBER.findall(page_text(view))]


def _ask(view, which):
    """Follow the line that offers more. Returns False if there is none."""
    settle(view)
    action = next((href for _words, href in links(view) if href.endswith(f"/{which}")), None)
    if action is None:
        return False
    view.stay()
    view.writer.open(action.partition("/")[2])
    settle(view)
    return True


def _check_is_a_part(view):
    numbers = _numbers(view)
    assert numbers
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    assert view.document().blockCount() < _MOST_BLOCKS
    text = page_text(view)
    assert ("Show earlier" in text) == (numbers[0] > 0)
    assert ("Show more" in text) == (numbers[-1] < _LINES - 1)
    return numbers


def _stream(view, text, size):
    message = running()
    view.show_messages([user("?"), message])
    for at in range(0, len(text), size):
        view.append_segment(message.id, text_of(text[at : at + size]))
        settle(view)
        assert view.document().blockCount() < _MOST_BLOCKS
    view.writer.end_message(answer(text, message_id=message.id))
    settle(view)
    return message


@pytest.mark.parametrize("name", _TEXTS)
def test_more_moves_through_all_of_it_and_back(view, name):
    message = answer(_TEXTS[name])
    fill(view, [user("?"), message])
    first = looks(view)
    numbers = _check_is_a_part(view)
    assert numbers[0] == 0
    while _ask(view, "more"):
        before, numbers = numbers, _check_is_a_part(view)
        assert before[-1] < numbers[-1]
        assert numbers[0] <= before[-1]  # nothing between the two is passed over
    assert numbers[-1] == _LINES - 1
    last = looks(view)
    while _ask(view, "earlier"):
        before, numbers = numbers, _check_is_a_part(view)
        assert numbers[0] < before[0] <= numbers[-1]
    assert numbers[0] == 0
    view.writer.show_at(message.id, 0, 0)
    assert looks(view) == first
    while _ask(view, "more"):
        pass
    assert looks(view) == last


@pytest.mark.parametrize("name", _TEXTS)
def test_while_it_streams_its_end_is_shown_and_the_rest_is_there(view, show, theme, name):
    text = _TEXTS[name]
    message = _stream(view, text, 9_973)
    assert _check_is_a_part(view)[-1] == _LINES - 1
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()
    view.writer.show_at(message.id, 0, len(text) // 2)
    middle = looks(view)
    while _ask(view, "earlier"):
        numbers = _check_is_a_part(view)
    assert numbers[0] == 0
    other = show(TranscriptView(theme), 820, 600)
    fill(other, [user("?"), answer(text, message_id=message.id)])
    other.writer.show_at(message.id, 0, len(text) // 2)
    assert looks(other) == middle
