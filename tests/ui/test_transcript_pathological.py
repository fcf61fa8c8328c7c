"""Texts made to hurt, through the real view, whole and as they stream: no turn of the event loop stalls."""

import os
import random
from time import monotonic, thread_time

import pytest
from answers import answer, running, text_of, user
from PySide6.QtWidgets import QApplication
from stalls import shorter_than, without_collector

from arvae_desktop.markup.blocks import Paragraph
from arvae_desktop.markup.stream import parse
from arvae_desktop.ui.transcript.cuts import EARLIER
from arvae_desktop.ui.transcript.view import TranscriptView
from tests.ui.painful_texts import PAINFUL

_IS_LONG = "SOAK" in os.environ
_WHOLE = 1_000_000 if _IS_LONG else 4_000
_STREAMED = 20_000 if _IS_LONG else 1_000
_LONGEST_PIECE = 120  # of a frame
# What is slow only when it is long, and how long; streamed in pieces of a frame that a fast server fills.
_LONG = {
    **(dict.fromkeys(PAINFUL, 1000000) if _IS_LONG else {}),
    "blanks": 1_000_000,
    "definitions": 1_000_000,
    "small tables": 300_000,
    "widest table": 300_000,
    "indented blanks": 20_000,
    "one heap of marks": 150_000,
    "directions by letters": 30_000,
}
_LONGEST_LONG_PIECE = 4_000
_REQUESTS = 5  # for more of a huge answer; then its middle and its end are looked at
_STALL_MS = 100
_SETTLED_WITHIN_S = 120


@pytest.fixture(autouse=True, scope="module")
def _only_what_a_text_costs():
    with without_collector():
        yield


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
        deadline = monotonic() + _SETTLED_WITHIN_S
        while not self._view.writer.is_settled and monotonic() < deadline:
            self.turn()
        assert self._view.writer.is_settled
        for _ in range(3):  # layouts and paints that were put off
            self.turn()


def _show_whole(view, text):
    """Show an answer, some more of it, its middle, its end, and what is before that."""
    turns, message = Turns(view), answer(text)
    turns.turn(lambda: view.show_messages([user("?"), message]))
    turns.settle()
    view.stay()
    for _ in range(_REQUESTS):
        if not _cuts(view):
            return turns.longest
        turns.turn(lambda: view.verticalScrollBar().setValue(view.verticalScrollBar().maximum()))
        turns.turn(lambda: view.writer.open(message.id))
        turns.settle()
    for offset in (len(text) // 2, len(text)):
        turns.turn(lambda offset=offset: view.writer.show_at(message.id, 0, offset))
        turns.settle()
    turns.turn(lambda: view.writer.open(f"{message.id}/0/{EARLIER}"))
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


def _copied(view):
    view.selectAll()
    return view.createMimeDataFromSelection().text()


def _cuts(view):
    return [cut for cut in view.writer.cuts if cut.message_id == view.writer.shown[-1]]


def _check_all_is_there(view, text):
    """What is on the page and what is cut out join without a gap, and all of it can be copied."""
    (writer,) = view.writer._page[-1:]
    if not writer.parts or not writer.parts[0].reading.blocks:
        assert not parse(text)
        return
    reading, shown = writer.parts[0].reading, writer.parts[0].window.blocks
    assert reading.text == text
    sources = [block.source for block in reading.blocks]
    assert text.startswith("".join(sources))
    cuts = {cut.start == 0: cut for cut in _cuts(view)}
    begin = cuts[True].stop if True in cuts else 0
    end = cuts[False].start if False in cuts else len(text)
    assert begin == len("".join(sources[: shown.start]))
    assert end == len("".join(sources[: shown.stop]))
    if not any(getattr(block, "spans", ()) or not isinstance(block, Paragraph) for block in reading.blocks):
        return  # nothing of it can be seen: it is but definitions or blanks
    # Qt's strings hold no halves of characters.
    told = text.encode("utf-8", "ignore").decode().strip("\r\n")
    assert told in _copied(view) or not told.strip() or "]:" in text  # what shows nothing is no part of it


def test_there_are_enough():
    assert len(PAINFUL) >= 100


@pytest.mark.parametrize("name", PAINFUL)
def test_whole_and_streamed_at_frames(view, name):
    text = PAINFUL[name](_WHOLE)
    assert shorter_than(_STALL_MS, lambda: _show_whole(view, text))
    _check_all_is_there(view, text)
    text = PAINFUL[name](_STREAMED)
    assert shorter_than(_STALL_MS, lambda: _stream(view, text, _LONGEST_PIECE))
    _check_all_is_there(view, text)


@pytest.mark.parametrize("name", _LONG)
def test_long_and_in_large_pieces(view, name):
    text = PAINFUL[name](_LONG[name])
    assert shorter_than(_STALL_MS, lambda: _stream(view, text, _LONGEST_LONG_PIECE))
    _check_all_is_there(view, text)
