"""Formulas as vector pictures, drawn from TeX in a process of their own (see formula_process.py)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from arvae_desktop.services.formula_drawing import DrawingProcess

_TIME_LIMIT_MS = 2_000
_MOST_KEPT = 1_000
_MOST_KEPT_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn formula; lengths in ems of its own letters, which are those of STIX Two Math.

    Attributes:
        svg: the drawing, of paths and boxes alone, in ``currentColor``; its view box is the whole picture.
        width: from its left to its right edge.
        ascent: from the baseline up to its upper edge.
        descent: from the baseline down to its lower edge.
    """

    svg: bytes
    width: float
    ascent: float
    descent: float


class Formulas(QObject):
    """Draws formulas and keeps the pictures. Costs nothing until the first formula is asked for.

    Signals:
        ready: a formula that was asked for has a picture now: its TeX, and whether it stands on a line of
            its own.
        refused: a formula that was asked for can't be drawn.
    """

    ready = Signal(str, bool)
    refused = Signal(str, bool)

    def __init__(self, parent: QObject | None = None, *, time_limit_ms: int = _TIME_LIMIT_MS) -> None:
        super().__init__(parent)
        self._known: OrderedDict[tuple[str, bool], Picture | None] = OrderedDict()
        self._bytes = 0
        self._waiting: dict[tuple[str, bool], None] = {}
        self._drawn_now: tuple[str, bool] | None = None
        self._time_limit_ms = time_limit_ms
        self._process: DrawingProcess | None = None
        self._is_closed = False

    def picture(self, tex: str, *, display: bool) -> Picture | None:
        """A formula's picture, or None while there is none, and for ever if it can't be drawn.

        One that is not known yet will be drawn, the latest first: that is what is being looked at.
        """
        key = tex, display
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        if key != self._drawn_now and self._can_draw(tex):
            self._waiting.pop(key, None)
            self._waiting[key] = None
            self._draw_next()
        return None

    def awaits(self, tex: str, *, display: bool) -> bool:
        """Whether it will still be told of a formula that it is ready or refused."""
        return (tex, display) in self._waiting or (tex, display) == self._drawn_now

    def close(self) -> None:
        """End the process and draw nothing more; within a second, usually at once. May be called twice."""
        self._is_closed = True
        self._waiting.clear()
        self._drawn_now = None
        if self._process is not None:
            self._process.close()

    def _can_draw(self, tex: str) -> bool:
        if self._is_closed:
            return False
        from arvae_desktop.services import formula_drawing  # noqa: PLC0415  (few conversations need it)

        if self._process is None:
            self._process = formula_drawing.DrawingProcess(self, self._time_limit_ms)
            self._process.answered.connect(self._on_answer)
        return not self._process.is_broken and formula_drawing.is_worth_trying(tex)

    def _draw_next(self) -> None:
        if self._drawn_now is None and self._waiting and self._process is not None:
            self._drawn_now, _ = self._waiting.popitem()
            self._process.ask(*self._drawn_now)

    def _on_answer(self, picture: Picture | None) -> None:
        key, self._drawn_now = self._drawn_now, None
        hopeless = []
        if self._process is None or self._process.is_broken:
            hopeless = list(self._waiting)
            self._waiting.clear()
        if key is not None:
            self._keep(key, picture)
            self._draw_next()
            (self.refused if picture is None else self.ready).emit(*key)
        for each in hopeless:
            self.refused.emit(*each)

    def _keep(self, key: tuple[str, bool], picture: Picture | None) -> None:
        self._known[key] = picture
        self._bytes += _size(picture)
        while len(self._known) > _MOST_KEPT or self._bytes > _MOST_KEPT_BYTES:
            _, gone = self._known.popitem(last=False)
            self._bytes -= _size(gone)


def _size(picture: Picture | None) -> int:
    return len(picture.svg) if picture is not None else 0
