"""The strip over the transcript: sidebar button, title, and what says that this is the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from arvae_desktop.ui.icons import line_icon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QAction, QResizeEvent

    from arvae_desktop.ui.theme import Colors, Theme


_DEMO = "Demo: scripted answers, no model"
_NARROW = 480
_VERY_NARROW = 320


class PageHeader(QWidget):
    """Says where one is.

    Signals:
        sidebar_toggled: the user wants the sidebar shown or hidden.
        demo_left: the user wants to leave the demo.
    """

    sidebar_toggled = Signal()
    demo_left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pageHeader")
        self._words = ""
        self._is_demo = False
        self._sidebar = QToolButton(self)
        self._sidebar.setObjectName("flatButton")
        self._sidebar.setAccessibleName("Show or hide the sidebar")
        self._sidebar.setToolTip("Show or hide the sidebar (Ctrl+B)")
        self._sidebar.setIconSize(QSize(20, 20))
        self._sidebar.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._more = QToolButton(self)
        self._more.setObjectName("flatButton")
        self._more.setAccessibleName("More to do with the conversation")
        self._more.setToolTip("Find, zoom, print and more")
        self._more.setIconSize(QSize(20, 20))
        self._more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._title = QLabel(self)
        self._title.setObjectName("pageTitle")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._tag = QLabel(_DEMO, self)
        self._tag.setToolTip(_DEMO)
        self._tag.setObjectName("demoTag")
        self._leave = QToolButton(self)
        self._leave.setObjectName("linkButton")
        self._leave.setText("Connect")
        self._leave.setAccessibleName("Leave the demo and connect to a server")
        self._leave.setToolTip("Leave the demo and connect to a server")
        self._leave.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        for widget in (self._sidebar, self._title, self._tag, self._leave, self._more):
            row.addWidget(widget, 1 if widget is self._title else 0)
        self._sidebar.clicked.connect(self.sidebar_toggled)
        self._leave.clicked.connect(self.demo_left)
        self._paint_icons(theme.colors)
        theme.changed.connect(self._paint_icons)

    def set_actions(self, actions: Sequence[QAction]) -> None:
        """Offer these in a menu at the strip's end; their shortcuts are told in it."""
        menu = QMenu(self)
        menu.addActions(actions)
        self._more.setMenu(menu)

    def set_title(self, title: str) -> None:
        """Show a conversation's title, shortened to the room there is."""
        self._words = title
        self._elide()

    def set_demo(self, demo: bool) -> None:
        """Say plainly whether this is the demo."""
        self._is_demo = demo
        self._leave.setVisible(demo)
        self._fit_tag()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten what is said to the room there is."""
        super().resizeEvent(event)
        self._fit_tag()
        self._elide()

    def _fit_tag(self) -> None:
        width = self.width()
        self._tag.setText("Demo" if width < _NARROW else _DEMO)
        self._tag.setVisible(self._is_demo and width >= _VERY_NARROW)  # the window's title says it, too

    def _elide(self) -> None:
        metrics = self._title.fontMetrics()
        self._title.setText(metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, self._title.width()))
        self._title.setToolTip(self._words)

    def _paint_icons(self, colors: Colors) -> None:
        self._sidebar.setIcon(line_icon("sidebar", colors.muted))
        self._more.setIcon(line_icon("more", colors.muted))
