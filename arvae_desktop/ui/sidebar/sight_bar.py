"""The line over archive and bin: what is listed, the way back, and for the bin, how to empty it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from arvae_desktop.ui.icons import line_icon
from arvae_desktop.ui.sidebar.model import Sight

if TYPE_CHECKING:
    from arvae_desktop.ui.theme import Colors, Theme

_TITLES = {Sight.LISTED: "", Sight.ARCHIVE: "Archive", Sight.BIN: "Bin"}


class SightBar(QFrame):
    """There while something else than the ordinary conversations is listed.

    Attributes:
        buttons: as they follow each other.

    Signals:
        left: back to the conversations.
        emptying_wanted: of the bin.
    """

    left = Signal()
    emptying_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sightBar")
        self._back = QToolButton(self)
        self._back.setObjectName("barButton")
        self._back.setAccessibleName("Back to the conversations")
        self._back.setToolTip("Back to the conversations (Esc)")
        self._back.setIconSize(QSize(20, 20))
        self._back.setFixedSize(28, 28)
        self._title = QLabel(self)
        self._title.setObjectName("sightTitle")
        self._empty = QToolButton(self)
        self._empty.setObjectName("linkButton")
        self._empty.setText("Empty…")
        self._empty.setAccessibleName("Empty the bin")
        self.buttons = (self._back, self._empty)
        for button in self.buttons:
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._back)
        row.addWidget(self._title, 1)
        row.addWidget(self._empty)
        self._back.clicked.connect(self.left)
        self._empty.clicked.connect(self.emptying_wanted)
        self._paint_icons(theme.colors)
        theme.changed.connect(self._paint_icons)
        self.hide()

    def show_sight(self, sight: Sight, count: int) -> None:
        """Say what is listed."""
        self._title.setText(_TITLES[sight])
        self._empty.setVisible(sight is Sight.BIN)
        self._empty.setEnabled(count > 0)
        self.setVisible(sight is not Sight.LISTED)

    def _paint_icons(self, colors: Colors) -> None:
        self._back.setIcon(line_icon("back", colors.muted))
