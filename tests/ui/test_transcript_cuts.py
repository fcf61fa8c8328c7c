"""Huge answers: the page holds a part of one, which moves through it and never leaves anything out."""

import re

import pytest
from answers import answer, running, text_of, user
from pages import fill, links, looks, page_text, settle
from PySide6.QtWidgets import QApplication

from arvae_desktop.ui.transcript import reading, window
from arvae_desktop.ui.transcript.finding import Finder
from arvae_desktop.ui.transcript.view import TranscriptView

_LINES = 3_000
_SMALLER = 10  # all bounds, so that texts need not be huge
_MOST_BLOCKS = 900
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
def view(show, theme, monkeypatch):
    for name in ("_KEPT", "_MOST", "_FAR"):
        monkeypatch.setattr(window, name, getattr(window, name) // _SMALLER)
    monkeypatch.setattr(reading, "_CHUNK", reading._CHUNK // _SMALLER)
    return show(TranscriptView(theme), 820, 200)


def _numbers(view):
    return [int(number) for number in _NUMBER.findall(page_text(view))]


def _ask(view, which):
    """Follow the line that offers more. Returns False if there is none."""
    settle(view)
    action = next((href for _words, href in links(view) if href.endswith(f"/{which}")), None)
    if action is None:
        return False
    bar = view.verticalScrollBar()
    bar.setValue(0 if which == "earlier" else bar.maximum())
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
    fill(view, [message])
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
        assert numbers[0] < before[0] <= numbers[-1] + 1
    assert numbers[0] == 0
    view.writer.show_at(message.id, 0, 0)
    assert looks(view) == first
    while _ask(view, "more"):
        pass
    assert looks(view) == last


@pytest.mark.parametrize("name", _TEXTS)
def test_while_it_streams_its_end_is_shown_and_the_rest_is_there(view, show, theme, name):
    text = _TEXTS[name]
    message = _stream(view, text, 997)
    assert _check_is_a_part(view)[-1] == _LINES - 1
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()
    view.writer.show_at(message.id, 0, len(text) // 2)
    middle = looks(view)
    while _ask(view, "earlier"):
        numbers = _check_is_a_part(view)
    assert numbers[0] == 0
    other = show(TranscriptView(theme), 820, 200)
    fill(other, [user("?"), answer(text, message_id=message.id)])
    other.verticalScrollBar().setValue(0)  # to have the prompt written
    settle(other)
    other.writer.show_at(message.id, 0, len(text) // 2)
    assert looks(other) == middle


@pytest.mark.parametrize("name", _TEXTS)
def test_all_that_is_selected_is_copied_seen_or_not(view, name):
    text = _TEXTS[name]
    fill(view, [answer(text)])
    for _ in range(3):
        view.selectAll()
        assert text.strip("\n") in view.createMimeDataFromSelection().text()
        _ask(view, "more")


def test_a_part_that_is_selected_is_copied_as_it_is_seen(view):
    fill(view, [answer(_TEXTS["paragraphs"])])
    _ask(view, "more")
    cursor = view.document().find("n100 ")
    cursor.setPosition(view.document().find("n102 ").selectionEnd(), cursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    copied = view.createMimeDataFromSelection().text()
    assert copied == "n100 some *words* of it.\n\nn101 some *words* of it.\nn102 "


def test_what_was_read_stays_while_more_is_written_before_it(view):
    view.writer.show([answer(_TEXTS["paragraphs"])])
    for _ in range(3):
        _ask(view, "more")
    view.verticalScrollBar().setValue(0)
    words = f"n{_numbers(view)[0]} "
    top = view.cursorRect(view.document().find(words)).top()
    height = view.cursorRect().height()
    assert _ask(view, "earlier")
    assert abs(view.cursorRect(view.document().find(words)).top() - top) < 4 * height


def test_another_theme_leaves_what_is_shown(view, theme):
    message = answer(_TEXTS["paragraphs"])
    fill(view, [message])
    for _ in range(3):
        _ask(view, "more")
    numbers = _numbers(view)
    assert numbers[0] > 0
    theme.set_appearance("dark")
    view.restyle()
    assert _numbers(view) == numbers


def test_what_is_read_stays_though_the_answer_goes_on_and_on(view):
    message = running()
    view.show_messages([user("?"), message])
    text = _TEXTS["paragraphs"]
    view.append_segment(message.id, text_of(text[:3_000]))
    settle(view)
    view.stay()
    view.verticalScrollBar().setValue(100)
    seen = view.cursorForPosition(view.viewport().rect().topLeft())
    words, top = seen.block().text(), view.cursorRect(seen).top()
    for at in range(3_000, len(text), 997):
        view.append_segment(message.id, text_of(text[at : at + 997]))
        settle(view)
        assert view.document().blockCount() < _MOST_BLOCKS
    assert (seen.block().text(), view.cursorRect(seen).top()) == (words, top)
    assert "Show more" in page_text(view)
    view.follow()
    settle(view)
    assert _numbers(view)[-1] == _LINES - 1
    assert "Show more" not in page_text(view)
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()


@pytest.mark.parametrize("step", [1, -1])
def test_words_are_found_in_what_is_left_out(view, theme, step):
    wanted = [5, 700, 1_500, 2_990]
    text = "".join(f"n{n} {'needle' if n in wanted else 'word'} *of* it.\n\n" for n in range(_LINES))
    fill(view, [user("?"), answer(text), user("!")])
    finder, counts = Finder(view, theme), []
    finder.counted.connect(lambda *count: counts.append(count))
    view.stay()
    view.verticalScrollBar().setValue(0)
    finder.find("needle")
    _find(view, finder)
    found = []
    for _ in range(len(wanted) + 1):
        found.append(int(_NUMBER.match(finder._current.block().text())[1]))
        assert counts[-1][0] == wanted.index(found[-1]) + 1
        assert counts[-1][1] == len(wanted)
        finder.go(step)
        _find(view, finder)
    assert found == (wanted + wanted[:1] if step > 0 else [5, 2_990, 1_500, 700, 5])


def _find(view, finder):
    for _ in range(10_000):
        QApplication.processEvents()
        if view.writer.is_settled and not finder._searching.is_running and finder._current is not None:
            return
    raise AssertionError
