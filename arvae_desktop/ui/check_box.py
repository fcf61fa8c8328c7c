"""A check box in our look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QCheckBox, QStyle, QStyleOptionButton, QWidget

from arvae_desktop.ui.icons import line_icon

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from arvae_desktop.ui.theme import Theme


class CheckBox(QCheckBox):
    """Draws its mark itself, in the theme's colour: a style sheet can't."""

    def __init__(self, words: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self._theme = theme

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box and the words, then the mark."""
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        painter = QPainter(self)
        line_icon("check", self._theme.colors.onAccent).paint(painter, box.adjusted(1, 1, -1, -1))
        painter.end()
