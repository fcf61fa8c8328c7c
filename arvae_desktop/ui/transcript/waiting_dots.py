"""The dots that stand for an answer of which nothing has come yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTextBrowser

    from arvae_desktop.ui.theme import Theme

_COUNT = 3
_STEP_MS = 400
_BELOW = 36


class WaitingDots(QObject):
    """Three dots under the text of a view, lit in turn while they are on."""

    def __init__(self, view: QTextBrowser, theme: Theme) -> None:
        super().__init__(view)
        self._view = view
        self._theme = theme
        self._lit = 0
        self._step = QTimer(self, interval=_STEP_MS)
        self._step.timeout.connect(self._turn)

    @property
    def is_on(self) -> bool:
        """Whether they are shown."""
        return self._step.isActive()

    def set_on(self, *, on: bool) -> None:
        """Show or hide them."""
        if on == self.is_on:
            return
        self._lit = 0
        if on:
            self._step.start()
        else:
            self._step.stop()
        self._view.viewport().update()

    def paint(self, bottom: float) -> None:
        """Paint them below the text, which ends at this height of the viewport."""
        painter = QPainter(self._view.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colors = self._theme.colors
        for dot in range(_COUNT):
            painter.setBrush(QColor(colors.text if dot == self._lit else colors.scroll))
            painter.drawEllipse(QPointF(5 + 14 * dot, bottom + _BELOW), 3.5, 3.5)
        painter.end()

    def _turn(self) -> None:
        self._lit = (self._lit + 1) % _COUNT
        self._view.viewport().update()
