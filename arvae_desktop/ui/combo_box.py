"""A drop-down list in our look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QWidget

from arvae_desktop.ui.icons import line_icon

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from arvae_desktop.ui.theme import Theme

_CHEVRON = 16
_CHEVRON_RIGHT = 6


class ComboBox(QComboBox):
    """Draws its chevron itself, in the theme's colour: a style sheet can't."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        # The list takes padding from the style sheet only with this delegate.
        self.setItemDelegate(QStyledItemDelegate(self))

    def showPopup(self) -> None:
        """Open the list under the box's own name: it has the focus, and Qt gives it none."""
        self.view().setAccessibleName(self.accessibleName())
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, then the chevron."""
        super().paintEvent(event)
        icon = line_icon("chevron-down", self._theme.colors.muted)
        left = self.width() - _CHEVRON - _CHEVRON_RIGHT
        painter = QPainter(self)
        icon.paint(painter, QRect(left, (self.height() - _CHEVRON) // 2, _CHEVRON, _CHEVRON))
        painter.end()
