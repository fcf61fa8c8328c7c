"""One measurement of the transcript, printed as JSON: ``python -m tests.benchmarks.inside.page WHAT N …``."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QTextBrowser

from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Message, Role, Segment, SegmentKind
from arvae_desktop.markup.stream import warm_up
from arvae_desktop.ui.theme import Theme
from arvae_desktop.ui.transcript.view import TranscriptView
from tests.benchmarks.texts import ANSWER, CODE, MARKDOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIZE = (1000, 740)
_TOKEN = 4  # characters, about
_A_FRAME = 8  # tokens at 500 a second
_WITHIN_S = 300


def _message(name: str, role: Role, text: str, state: AnswerState = AnswerState.COMPLETE) -> Message:
    segments = (Segment(SegmentKind.TEXT, text),) if text else ()
    facts = AnswerFacts("some/model") if role is Role.ASSISTANT else None
    return Message(name, role, segments, state, facts)


def _conversation(length: int) -> list[Message]:
    return [
        _message(f"q{n}", Role.USER, f"Question {n}?")
        if n % 2 == 0
        else _message(f"a{n}", Role.ASSISTANT, ANSWER)
        for n in range(length)
    ]


def _timed(action) -> float:
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000


class _Page:
    """A transcript on the screen; as in the app, what reads Markdown is loaded before the first answer."""

    def __init__(self) -> None:
        warm_up()
        self.app = QApplication.instance() or QApplication([])
        self.view = TranscriptView(Theme(self.app, "light"))
        self.view.resize(*_SIZE)
        self.view.show()
        self.empty_ms = self.turn()

    def turn(self) -> float:
        """Let everything be laid out and painted."""
        return _timed(lambda: (self.app.processEvents(), self.view.viewport().repaint()))

    def settle(self) -> list[float]:
        """Until all is written; how long each turn of the loop took."""
        turns = []
        deadline = time.monotonic() + _WITHIN_S
        while not self.view.writer.is_settled and time.monotonic() < deadline:
            turns.append(_timed(self.app.processEvents))
        return turns

    def stream(self, text: str) -> list[tuple[float, float]]:
        """Of each flush, which is parsing, writing and laying out, the milliseconds and those at work."""
        self.view.writer.add_message(_message("q", Role.USER, "Go on?"))
        self.view.writer.add_message(_message("now", Role.ASSISTANT, "", AnswerState.RUNNING))
        self.settle()
        return [self._flush(piece) for piece in _pieces(text)]

    def _flush(self, piece: str) -> tuple[float, float]:
        segment = Segment(SegmentKind.TEXT, piece)
        worked = time.thread_time()
        took = _timed(lambda: self.view.append_segment("now", segment))
        worked = (time.thread_time() - worked) * 1000
        self.app.processEvents()
        return took, worked


def _pieces(text: str) -> Iterator[str]:
    step = _TOKEN * _A_FRAME
    return (text[at : at + step] for at in range(0, len(text), step))


def _long_text(tokens: int) -> str:
    return (MARKDOWN * (tokens * _TOKEN // len(MARKDOWN) + 1))[: tokens * _TOKEN]


def flush(length: int, tokens: int) -> dict:
    """Opening a conversation, streaming an answer into it, and another width of the window."""
    page, messages = _Page(), _conversation(length)
    opening_ms = _timed(lambda: (page.view.show_messages(messages), page.turn()))
    page.settle()
    wide, high = _SIZE
    resizes = [_timed(lambda w=w: (page.view.resize(w, high), page.turn())) for w in (wide - 60, wide) * 3]
    flushes = page.stream(_long_text(tokens))
    return {
        "opening_ms": opening_ms,
        "empty_ms": page.empty_ms,
        "resize_ms": sorted(resizes)[len(resizes) // 2],
        "flushes_ms": [took for took, _ in flushes],
        "worked_ms": [worked for _, worked in flushes],
    }


def code(lines: int) -> dict:
    """One code block, streamed."""
    page = _Page()
    text = "```python\n" + "".join(CODE.format(n=n) for n in range(lines // 2))
    return {"flushes_ms": [took for took, _ in page.stream(text)]}


def huge(megabytes: int) -> dict:
    """An answer of so many megabytes opens."""
    page = _Page()
    text = MARKDOWN * (megabytes * 1_000_000 // len(MARKDOWN))
    message = _message("a", Role.ASSISTANT, text)
    first_ms = _timed(lambda: page.view.show_messages([message]))
    return {"stall_ms": max([first_ms, page.turn(), *page.settle()]), "empty_ms": page.empty_ms}


def plain(tokens: int) -> dict:
    """The floor: the same text, as plain text at the end of a bare browser."""
    app = QApplication.instance() or QApplication([])
    browser = QTextBrowser()
    browser.resize(*_SIZE)
    browser.show()
    flushes = []
    for piece in _pieces(_long_text(tokens)):
        cursor = QTextCursor(browser.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        flushes.append(_timed(lambda cursor=cursor, piece=piece: cursor.insertText(piece)))
        app.processEvents()
    return {"flushes_ms": flushes}


def main() -> None:
    what, *numbers = sys.argv[1:]
    measure = {"flush": flush, "code": code, "huge": huge, "plain": plain}[what]
    print(json.dumps(measure(*map(int, numbers))))


if __name__ == "__main__":
    main()
