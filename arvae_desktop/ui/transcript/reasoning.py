"""What the model thought: open while it thinks, folded when it answers, opened again by its first line."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor

from arvae_desktop.domain.wording import thought_words
from arvae_desktop.ui.transcript.lines import Chars, Ink, Look, Place, Run, TextLine
from arvae_desktop.ui.transcript.parts import Part, first_group, first_slice

if TYPE_CHECKING:
    from collections.abc import Callable

    from arvae_desktop.ui.transcript.lines import Line
    from arvae_desktop.ui.transcript.sheet import Sheet

FOLD = "fold"
_LEFT = 14
_GAP = 8


class Reasoning(Part):
    """A run of reasoning under a line that tells how long it took.

    Args:
        is_open: whether it is shown at first.
        seconds: how long it took, if that is known.
        is_timed: whether it is thought while it is written, so that its time can be taken.
    """

    ink = Ink.MUTED

    def __init__(
        self,
        sheet: Sheet,
        message: int,
        name: str,
        number: int,
        gap: float,
        end: Callable[[], int],
        *,
        is_open: bool,
        seconds: float | None,
        is_timed: bool,
    ) -> None:
        self.is_open = is_open
        self._is_over = not is_open
        self._seconds = seconds
        self._since = time.monotonic() if is_timed else None
        self._text: list[str] = []
        self._waiting = ""
        self._head_gap = gap
        self._head = QTextCursor(sheet.document)
        head = end()
        self._head_line = self._head_words(message, name, number)
        sheet.insert(head, [self._head_line], message)
        self._head.setPosition(head)
        super().__init__(sheet, message, name, number, _GAP, end)

    @property
    def start(self) -> int:
        """Where its first line begins."""
        return self._head.block().position()

    def feed(self, text: str) -> bool:
        """Write more, unless it is folded."""
        self._text.append(text)
        if not self.is_open:
            return False
        return super().feed(text)

    def work(self) -> bool:
        """Write what waits after it was opened, or what the stream has left."""
        if not self._waiting:
            return super().work()
        piece = first_slice(self._waiting)
        self._waiting = self._waiting[len(piece) :]
        self._stream.feed(piece)
        if not self._waiting and self._is_over:
            self._stream.finish()
        return super().work() or bool(self._waiting)

    def finish(self) -> bool:
        """It is thought through."""
        self._is_over = True
        if self._seconds is None and self._since is not None:
            self._seconds = time.monotonic() - self._since
        self._show_head()
        return super().finish() if self.is_open else False

    def know_seconds(self, seconds: float | None) -> None:
        """Tell how long it took."""
        if seconds is not None:
            self._seconds = seconds
            self._show_head()

    def toggle(self) -> bool:
        """Open or close it. Returns whether there is something to be written."""
        self.is_open = not self.is_open
        self._show_head()
        if self.is_open:
            self._begin()
            self._waiting = "".join(self._text)
            return bool(self._waiting)
        self._waiting = ""
        self.blocks.clear()
        head = self._head.block()
        self._sheet.remove(head.position() + head.length(), self._end())
        return False

    def _show_head(self) -> None:
        line = self._head_words(self._message, self._name, self._number)
        position = self.start
        self._sheet.change(position, self._head_line, line, self._message)
        self._head.setPosition(position)
        self._head_line = line

    def _head_words(self, message: int, name: str, number: int) -> TextLine:
        words = thought_words(self._seconds) if self._is_over else "Thinking…"
        chars = Chars(Ink.MUTED, href=f"{FOLD}/{name}/{number}", is_action=True)
        place = Place(Look.NOTE, above=self._head_gap, group=first_group(message))
        return TextLine(place, (Run(f"{words} {'▾' if self.is_open else '▸'}", chars),))

    def _dressed(self, line: Line) -> Line:
        place = line.place
        look = Look.REASONING if place.look in (Look.TEXT, Look.HEADING) else place.look
        bars = (0.0, *(bar + _LEFT for bar in place.bars))
        return line._replace(place=place._replace(look=look, left=place.left + _LEFT, bars=bars))
