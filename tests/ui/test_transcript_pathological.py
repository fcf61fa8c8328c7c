"""Texts made to hurt, through the real view, whole and as they stream: no turn of the event loop stalls."""

import gc
import os
import random
from time import thread_time

import pytest
from answers import answer, running, text_of, user
from pages import links, settle
from PySide6.QtWidgets import QApplication

from arvae_desktop.markup.stream import parse
from arvae_desktop.ui.transcript.view import TranscriptView
from tests.ui.painful_texts import LANGUAGES, PAINFUL

_IS_LONG = "SOAK" in os.environ
_WHOLE = 50_000 if _IS_LONG else 4_000
_STREAMED = 20_000 if _IS_LONG else 1_000
_LONGEST_PIECE = 120  # of a frame
# Known to stall beyond this: hundreds of rows of some sixty columns, and tens of thousands of tables. Only a
# page that holds a part of a message could bear them.
_MOST = {"widest table": 20_000, "widest rows": 20_000, "small tables": 20_000}
# What is slow only when it is long, and how long.
_LONG = {
    **({name: 300_000 for name in PAINFUL if name not in _MOST} if _IS_LONG else {}),
    "blanks": 1_000_000,
    "definitions": 1_000_000,
    "indented blanks": 20_000,
    "one heap of marks": 150_000,
    "directions by letters": 30_000,
}
_STALL_MS = 100
_MOST_TURNS = 200_000


@pytest.fixture(autouse=True, scope="module")
def _only_what_a_text_costs():
    """Lexers are compiled once, by whichever text needs them first; the test run's garbage is not ours."""
    for language in LANGUAGES:
        parse(f"```{language}\nx y\n```")
    gc.collect()
    gc.disable()
    yield
    gc.enable()
    gc.collect()


@pytest.fixture
def view(show, theme):
    return show(TranscriptView(theme), 820, 600)


class Turns:
    """Turns of the event loop, with the milliseconds of this thread's own work: others' don't count."""

    def __init__(self, view):
        self.longest = 0.0
        self._view = view

    def turn(self, action=None):
        start = thread_time()
        if action is not None:
            action()
        QApplication.processEvents()
        self.longest = max(self.longest, (thread_time() - start) * 1000)

    def settle(self):
        for _ in range(_MOST_TURNS):
            if self._view.writer.is_settled:
                break
            self.turn()
        assert self._view.writer.is_settled
        for _ in range(3):  # layouts and paints that were put off
            self.turn()


def _show_whole(view, text):
    turns = Turns(view)
    turns.turn(lambda: view.show_messages([user("?"), answer(text)]))
    turns.settle()
    return turns.longest


def _stream(view, text, longest_piece):
    turns, chance, message = Turns(view), random.Random(len(text)), running()
    turns.turn(lambda: view.show_messages([user("?"), message]))
    while text:
        length = chance.randint(1, longest_piece)
        piece, text = text[:length], text[length:]
        turns.turn(lambda piece=piece: view.append_segment(message.id, text_of(piece)))
    turns.settle()
    turns.turn(lambda: view.writer.end_message(answer("", message_id=message.id)))
    turns.settle()
    return turns.longest


def _never_stalls(measure):
    """Twice, if the first time fails: the first use of a script's letters loads a font."""
    longest = measure()
    if longest >= _STALL_MS:
        longest = min(longest, measure())
    assert longest < _STALL_MS


def _copied(view):
    view.selectAll()
    return view.createMimeDataFromSelection().text()


def _all_sources(view):
    """The Markdown of the last answer's text as its page knows it: what can be copied of a message."""
    line = view.document().lastBlock()
    while line.isValid() and view.writer.origin_of(line) is None:
        line = line.previous()
    origin = view.writer.origin_of(line) if line.isValid() else None
    return None if origin is None else "".join(block.source for block in origin.part.blocks)


def _open_all(view):
    """Ask for more of a huge answer until all of it is there."""
    while (message_id := view.writer.shown[-1]) and any("show-all" in href for _words, href in links(view)):
        view.writer.open(message_id)
        settle(view)


def _check_all_is_there(view, text):
    _open_all(view)
    sources = _all_sources(view)
    if sources is None:  # nothing of it can be seen: it is but definitions or blanks
        assert not any(getattr(block, "spans", ()) for block in parse(text))
        return
    assert sources == text
    # Qt's strings hold no halves of characters.
    told = text.encode("utf-8", "ignore").decode().strip("\r\n")
    assert told in _copied(view) or not told.strip() or "]:" in text  # what shows nothing is no part of it


def test_there_are_enough():
    assert len(PAINFUL) >= 100


@pytest.mark.parametrize("name", PAINFUL)
def test_whole_and_streamed_at_frames(view, name):
    text = PAINFUL[name](min(_WHOLE, _MOST.get(name, _WHOLE)))
    _never_stalls(lambda: _show_whole(view, text))
    _check_all_is_there(view, text)
    text = PAINFUL[name](_STREAMED)
    _never_stalls(lambda: _stream(view, text, _LONGEST_PIECE))
    _check_all_is_there(view, text)


@pytest.mark.parametrize("name", _LONG)
def test_long_and_in_large_pieces(view, name):
    text = PAINFUL[name](_LONG[name])
    _never_stalls(lambda: _stream(view, text, 200_000))
    _check_all_is_there(view, text)
