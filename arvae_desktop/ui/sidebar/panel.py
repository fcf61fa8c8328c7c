"""The sidebar: new chat, search, what is kept, archive, bin, settings."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from arvae_desktop.ui.icons import line_icon

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from arvae_desktop.services.library import Library
    from arvae_desktop.services.tasks import Tasks
    from arvae_desktop.ui.sidebar.contents import Contents
    from arvae_desktop.ui.sidebar.conversation_list import ConversationList
    from arvae_desktop.ui.sidebar.model import ConversationModel
    from arvae_desktop.ui.sidebar.results import ResultList
    from arvae_desktop.ui.theme import Colors, Theme


class Sidebar(QFrame):
    """Lists kept conversations, searches them and puts them in order.

    Attributes:
        search: the field for the words that are looked for.

    Signals:
        contents_made: `contents` is there, and with it `list`, `model` and `results`.
        new_chat_requested: the user wants an empty conversation.
        conversation_chosen: the id of the one that the user wants to see.
        result_chosen: the same, and the id of the message that was found, or None.
        export_requested: the ids of conversations that the user wants in files.
        settings_requested: the user wants the settings.
    """

    contents_made = Signal()
    new_chat_requested = Signal()
    conversation_chosen = Signal(str)
    result_chosen = Signal(str, object)
    export_requested = Signal(object)
    settings_requested = Signal()

    def __init__(self, library: Library, tasks: Tasks, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self._library = library
        self._tasks = tasks
        self._theme = theme
        self._in_front: str | None = None
        self._contents: Contents | None = None
        self.search = QLineEdit(self)
        self._new_chat = _button("newChatButton", "New chat", "New chat (Ctrl+N)")
        self._settings = _button("settingsButton", "Settings", "Settings (Ctrl+,)")
        self._archive = _icon_button("archiveButton")
        self._bin = _icon_button("binButton")
        self._place = QVBoxLayout()
        self._build()
        self._connect()
        self._update_counts()
        self._paint_icons(theme.colors)
        theme.changed.connect(self._paint_icons)

    @property
    def contents(self) -> Contents:
        """What is listed; made when it is first asked for."""
        if self._contents is None:
            self._contents = self._make_contents()
            self.contents_made.emit()
        return self._contents

    @property
    def model(self) -> ConversationModel:
        """The conversations."""
        return self.contents.model

    @property
    def list(self) -> ConversationList:
        """Their list."""
        return self.contents.list

    @property
    def results(self) -> ResultList:
        """What was found."""
        return self.contents.results

    def mark_current(self, conversation_id: str | None) -> None:
        """Show which conversation is in front, and select it if it is listed."""
        self._in_front = conversation_id
        if self._contents is not None:
            self._contents.mark_current(conversation_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the field, Down leads to the results and Escape ends the search."""
        if watched is self.search and event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Down:
                self.contents.enter()
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leads back from the archive and the bin."""
        contents = self._contents
        if event.key() == Qt.Key.Key_Escape and contents and (contents.shows_archive or contents.shows_bin):
            contents.go_back()
        else:
            super().keyPressEvent(event)

    # --- building ---

    def _build(self) -> None:
        self.search.setObjectName("searchField")
        self.search.setAccessibleName("Search conversations")
        self.search.setPlaceholderText("Search")
        self.search.setToolTip("Search titles and texts (Ctrl+K)")
        self.search.installEventFilter(self)
        self._glass = self.search.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        self._glass.setText("Search")
        # Qt's own clear button costs 4 ms of the first frame.
        self._clear = self.search.addAction(QIcon(), QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setText("Clear the search")
        self._clear.setVisible(False)
        bottom = QHBoxLayout()
        bottom.setSpacing(4)
        bottom.addWidget(self._settings, 1)
        bottom.addWidget(self._archive)
        bottom.addWidget(self._bin)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self._new_chat)
        column.addWidget(self.search)
        # Until there is something in between, the lower buttons stand where they will.
        self._place.addStretch(1)
        column.addLayout(self._place, 1)
        column.addLayout(bottom)
        self._order_tabs()

    def _make_contents(self) -> Contents:
        from arvae_desktop.ui.sidebar.contents import Contents  # noqa: PLC0415  (after the first frame)

        contents = Contents(self._library, self._tasks, self._theme, self.search, self)
        contents.conversation_chosen.connect(self.conversation_chosen)
        contents.result_chosen.connect(self.result_chosen)
        contents.export_requested.connect(self.export_requested)
        contents.sight_changed.connect(self._update_counts)
        contents.mark_current(self._in_front)
        self._place.takeAt(0)
        self._place.addWidget(contents)
        contents.show()  # now: a layout does it later
        self._order_tabs(*contents.controls)
        return contents

    def _order_tabs(self, *controls: QWidget) -> None:
        """Let the keyboard go from top to bottom."""
        order = (self._new_chat, self.search, *controls, self._settings, self._archive, self._bin)
        for one, following in pairwise(order):
            self.setTabOrder(one, following)

    def _connect(self) -> None:
        self._new_chat.clicked.connect(self.new_chat_requested)
        self._settings.clicked.connect(self.settings_requested)
        self._archive.clicked.connect(self._toggle_archive)
        self._bin.clicked.connect(self._toggle_bin)
        self.search.textChanged.connect(self._on_text_changed)
        self._clear.triggered.connect(self.search.clear)
        self._library.overview_changed.connect(self._update_counts)

    def _toggle_archive(self) -> None:
        self.contents.toggle_archive()

    def _toggle_bin(self) -> None:
        self.contents.toggle_bin()

    def _on_text_changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        _ = self.contents  # it looks for what stands in the field

    def _update_counts(self) -> None:
        overview, contents = self._library.overview, self._contents
        for button, words, count, is_shown in (
            (self._archive, "Archive", overview.archived, contents is not None and contents.shows_archive),
            (self._bin, "Bin", overview.binned, contents is not None and contents.shows_bin),
        ):
            button.setToolTip(f"{words} ({count:,})" if count else words)
            conversations = "conversation" if count == 1 else "conversations"
            button.setAccessibleName(f"{words}, {count:,} {conversations}" if count else words)
            button.setChecked(is_shown)

    def _paint_icons(self, colors: Colors) -> None:
        self._new_chat.setIcon(line_icon("new-chat", colors.text))
        self._settings.setIcon(line_icon("settings", colors.text))
        self._archive.setIcon(line_icon("archive", colors.muted))
        self._bin.setIcon(line_icon("delete", colors.muted))
        self._glass.setIcon(line_icon("search", colors.muted))
        self._clear.setIcon(line_icon("close", colors.muted))


def _button(name: str, words: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setText(f"  {words}")
    button.setAccessibleName(words)
    button.setToolTip(tip)
    button.setIconSize(QSize(20, 20))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


def _icon_button(name: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setIconSize(QSize(20, 20))
    button.setCheckable(True)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
