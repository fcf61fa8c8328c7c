"""What the model thought: open while it thinks, folded when it answers, opened again by its first line."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor

from arvae_desktop.domain.wording import thought_words
from arvae_desktop.ui.transcript.lines import Chars, Ink, Look, Place, Run, TextLine
from arvae_desktop.ui.transcript.origins import first_group
from arvae_desktop.ui.transcript.parts import Part

if TYPE_CHECKING:
    from arvae_desktop.ui.transcript.lines import Line
    from arvae_desktop.ui.transcript.parts import PartPlace
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
        self, sheet: Sheet, place: PartPlace, *, is_open: bool, seconds: float | None, is_timed: bool
    ) -> None:
        self.is_open = is_open
        self._is_over = not is_open
        self._seconds = seconds
        self._since = time.monotonic() if is_timed else None
        self._head_gap = place.gap
        self._head = QTextCursor(sheet.document)
        head = place.end()
        self._head_line = self._head_words(place)
        sheet.insert(head, [self._head_line], place.message)
        self._head.setPosition(head)
        super().__init__(sheet, place._replace(gap=_GAP))

    @property
    def start(self) -> int:
        """Where its first line begins."""
        return self._head.block().position()

    def work(self) -> bool:
        """Write a little of what waits, unless it is folded."""
        return self.is_open and super().work()

    def finish(self) -> None:
        """It is thought through."""
        super().finish()
        self._is_over = True
        if self._seconds is None and self._since is not None:
            self._seconds = time.monotonic() - self._since
        self._show_head()

    def know_seconds(self, seconds: float | None) -> None:
        """Tell how long it took."""
        if seconds is not None:
            self._seconds = seconds
            self._show_head()

    def toggle(self) -> None:
        """Open or close it; `work` writes it."""
        self.is_open = not self.is_open
        self._show_head()
        if not self.is_open:
            head = self._head.block()
            self._sheet.remove(head.position() + head.length(), self._place.end())
        self._place.scope.kept.pop(self._place.number, None)
        self.reading.begin_anew()
        self._begin()

    def _show_head(self) -> None:
        line = self._head_words(self._place)
        position = self.start
        self._sheet.change(position, self._head_line, line, self._place.message)
        self._head.setPosition(position)
        self._head_line = line

    def _head_words(self, place: PartPlace) -> TextLine:
        words = thought_words(self._seconds) if self._is_over else "Thinking…"
        chars = Chars(Ink.MUTED, href=f"{FOLD}/{place.name}/{place.number}", is_action=True)
        head = Place(Look.NOTE, above=self._head_gap, group=first_group(place.message))
        return TextLine(head, (Run(f"{words} {'▾' if self.is_open else '▸'}", chars),))

    def _dressed(self, line: Line) -> Line:
        place = line.place
        look = Look.REASONING if place.look in (Look.TEXT, Look.HEADING) else place.look
        bars = (0.0, *(bar + _LEFT for bar in place.bars))
        return line._replace(place=place._replace(look=look, left=place.left + _LEFT, bars=bars))
