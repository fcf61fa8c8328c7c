"""A message that is still arriving → blocks that are final, and how the rest looks at the moment."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from arvae_desktop.markup.budgets import SLICE_MS
from arvae_desktop.markup.document import Document
from arvae_desktop.markup.highlight import is_loaded
from arvae_desktop.markup.lines import LineReader

if TYPE_CHECKING:
    from arvae_desktop.markup.blocks import Block


@dataclass(frozen=True, slots=True)
class Update:
    """What changed.

    Attributes:
        frozen: blocks that became final since the last update, in order. They replace what stood in the last
            tail at their place.
        tail: how everything behind them looks now; all of it may still change.
        more: there was too much for one frame: call `take` again in the next one, though nothing was fed.
    """

    frozen: tuple[Block, ...]
    tail: tuple[Block, ...]
    more: bool = False


class MarkdownStream:
    """One message. What it comes to doesn't depend on the pieces it comes in.

    Links to definitions that come later stay text: what is frozen never changes.

    Args:
        loads_lexers_aside: code in a language that is new to the program waits until a thread has loaded its
            lexer; else it is loaded at once, which can take over 100 ms.
    """

    def __init__(self, *, loads_lexers_aside: bool = False) -> None:
        self._loads_lexers_aside = loads_lexers_aside
        self._reader = LineReader()
        self._document = Document()
        self._tail: tuple[Block, ...] = ()
        self._is_tail_stale = False

    def feed(self, text: str) -> None:
        """Take in more of the message; nothing is read before `take`.

        Raises `ValueError` after `finish`.
        """
        if self._reader.is_finished:
            raise ValueError("The message is finished.")
        if text:
            self._reader.feed(text)
            self._is_tail_stale = True

    def finish(self) -> None:
        """No more comes: what is open is closed as it stands, and nothing is guessed any more."""
        self._reader.is_finished = True
        self._is_tail_stale = True

    @property
    def is_waiting(self) -> bool:
        """Whether the colours of code that is open can't be told yet, so that nothing is read."""
        return self._loads_lexers_aside and not is_loaded(self._document.open_language)

    def take(self) -> Update:
        """Read what was fed, for some milliseconds at most, and tell what changed."""
        if not self._is_tail_stale:
            return Update((), self._tail)
        if self.is_waiting:
            return Update((), self._tail, more=True)
        deadline = perf_counter() + SLICE_MS / 1000
        while (line := self._reader.next()) is not None:
            self._document.add(line)
            if perf_counter() > deadline or self.is_waiting:
                break
        if line is not None:
            self._tail = self._document.tail(None)
            return Update(self._document.take(), self._tail, more=True)
        if self._reader.is_finished:
            self._document.finish()
            self._tail = ()
        else:
            self._tail = self._document.tail(self._reader.partial())
        self._is_tail_stale = False
        return Update(self._document.take(), self._tail)


def parse(text: str) -> tuple[Block, ...]:
    """Read a whole message."""
    stream = MarkdownStream()
    stream.feed(text)
    stream.finish()
    blocks: list[Block] = []
    while True:
        update = stream.take()
        blocks += update.frozen
        if not update.more:
            return tuple(blocks)


def warm_up() -> None:
    """Import and build what reading needs (100 ms), which else the first answer would wait for.

    For a thread of its own, before anything is read.
    """
    parse("*Text* and code:\n```python\npass\n```\n```js\n;\n```\n```sh\ntrue\n```\n")
