"""The transcript with what belongs to it: tools for reading, what is announced, the way to its end.

Made when there is something to read: an empty page needs none of it, and it is half of what there is to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from arvae_desktop.ui.announcer import Announcer
from arvae_desktop.ui.icons import line_icon
from arvae_desktop.ui.reading_tools import ReadingTools
from arvae_desktop.ui.transcript.places import reveal
from arvae_desktop.ui.transcript.view import TranscriptView

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from arvae_desktop.services.formulas import Formulas
    from arvae_desktop.ui.theme import Colors, Theme

_TO_END_ABOVE = 12


class ConversationReader(QWidget):
    """Shows one conversation at a time.

    Args:
        page: whose window the tools' shortcuts hold in.
        find_row: where the bar that finds words is put.

    Attributes:
        transcript, tools, announcer: its parts.
        to_end: the button over the transcript's lower edge, seen while there is more below.
    """

    def __init__(
        self, theme: Theme, page: QWidget, find_row: QHBoxLayout, formulas: Formulas | None = None
    ) -> None:
        super().__init__(page)
        # Not ours yet: Qt deletes children in their order, and what watches the view is to go before it.
        self.transcript = TranscriptView(theme, page, formulas=formulas)
        self.tools = ReadingTools(self.transcript, theme, page, find_row, self)
        self.announcer = Announcer(self.transcript, self)
        self.to_end = QPushButton("More below", self.transcript)
        self.to_end.setObjectName("toEndButton")
        self.to_end.setToolTip("Go to the end and follow the answer (End)")
        self.to_end.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.transcript)
        self.setFocusProxy(self.transcript)
        self.transcript.installEventFilter(self)
        self.transcript.following_changed.connect(self._update_to_end)
        self.transcript.verticalScrollBar().rangeChanged.connect(self._update_to_end)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed(theme.colors)

    def reveal(self, message_id: str) -> None:
        """Bring a message's first line to the top of the page, unless it is in view."""
        reveal(self.transcript, message_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the button that leads to the end over the transcript's lower edge."""
        if watched is self.transcript and event.type() is QEvent.Type.Resize:
            size = self.to_end.sizeHint()
            left = (self.transcript.width() - size.width()) // 2
            self.to_end.resize(size)
            self.to_end.move(QPoint(left, self.transcript.height() - size.height() - _TO_END_ABOVE))
        return super().eventFilter(watched, event)

    def _update_to_end(self) -> None:
        has_more = self.transcript.verticalScrollBar().maximum() > 0
        self.to_end.setVisible(has_more and not self.transcript.is_following)

    def _on_theme_changed(self, colors: Colors) -> None:
        self.to_end.setIcon(line_icon("arrow-down", colors.text))
        transcript = self.transcript
        selection, value = transcript.selection, transcript.verticalScrollBar().value()
        is_following = transcript.is_following
        transcript.restyle()
        transcript.select(selection)
        if not is_following:
            transcript.return_to(value)
