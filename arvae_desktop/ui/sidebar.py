"""The sidebar: new chat, search, this run's conversations, settings."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from arvae_desktop.ui.conversation_model import SESSION_ROLE, ConversationFilter, ConversationModel
from arvae_desktop.ui.icons import line_icon

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex

    from arvae_desktop.services.chat_session import ChatSession
    from arvae_desktop.services.conversations import Conversations
    from arvae_desktop.ui.theme import Colors, Theme

_ROW_HEIGHT = 36


class Sidebar(QFrame):
    """Lists conversations and filters them.

    Signals:
        new_chat_requested: the user wants an empty conversation.
        session_chosen: a `ChatSession`.
        settings_requested: the user wants the settings.
    """

    new_chat_requested = Signal()
    session_chosen = Signal(object)
    settings_requested = Signal()

    def __init__(self, conversations: Conversations, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self._conversations = conversations
        self._model = ConversationModel(conversations, theme, self)
        self._filter = ConversationFilter(self._model, self)
        self._new_chat = _wide_button("newChatButton", "New chat", "New chat (Ctrl+N)")
        self._settings = _wide_button("settingsButton", "Settings", "Settings (Ctrl+,)")
        self.search = QLineEdit(self)
        self.list = QListView(self)
        self._hint = QLabel(self)
        self._build()
        self._connect()
        self._update_hint()
        self._paint_icons(theme.colors)
        theme.changed.connect(self._paint_icons)

    def mark_current(self, session: ChatSession) -> None:
        """Select the row of the conversation in front, if it is listed."""
        index = self._filter.mapFromSource(self._model.index_of(session))
        selection = self.list.selectionModel()
        if index.isValid():
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        else:
            selection.clear()

    def _build(self) -> None:
        self.search.setObjectName("searchField")
        self.search.setAccessibleName("Search conversations")
        self.search.setPlaceholderText("Search")
        self.search.setToolTip("Search titles and texts (Ctrl+K)")
        self._glass = self.search.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        self._glass.setText("Search")
        # Qt's own clear button costs 4 ms of the first frame.
        self._clear = self.search.addAction(QIcon(), QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setText("Clear the search")
        self._clear.setVisible(False)
        self.list.setObjectName("conversationList")
        self.list.setAccessibleName("Conversations")
        self.list.setModel(self._filter)
        self.list.setUniformItemSizes(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setIconSize(QSize(16, 16))
        self.list.setItemDelegate(_RowDelegate(self.list))
        self._hint.setObjectName("listHint")
        self._hint.setWordWrap(True)
        self._hint.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._hint.setContentsMargins(10, 4, 10, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for widget in (self._new_chat, self.search, self._hint):
            column.addWidget(widget)
        column.addWidget(self.list, 1)
        column.addStretch(0)
        column.addWidget(self._settings)
        for one, following in pairwise((self._new_chat, self.search, self.list, self._settings)):
            self.setTabOrder(one, following)

    def _connect(self) -> None:
        self._new_chat.clicked.connect(self.new_chat_requested)
        self._settings.clicked.connect(self.settings_requested)
        self.search.textChanged.connect(self._search)
        self._clear.triggered.connect(self.search.clear)
        self.search.returnPressed.connect(self._open_first)
        self.list.clicked.connect(self._open)
        self.list.activated.connect(self._open)
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)
        for changed in (self._filter.rowsInserted, self._filter.rowsRemoved, self._filter.modelReset):
            changed.connect(self._update_hint)

    def _search(self, words: str) -> None:
        self._filter.set_words(words)
        self._clear.setVisible(bool(words))
        self._update_hint()
        self.mark_current(self._conversations.current)

    def _on_current_changed(self, index: QModelIndex, before: QModelIndex) -> None:
        # Without the focus it is the filter that moved the current row, not the user's arrow keys. And where
        # there was none, the list has just got the focus: Tab on its way through the window opens nothing.
        if self.list.hasFocus() and before.isValid():
            self._open(index)

    def _open(self, index: QModelIndex) -> None:
        session = index.data(SESSION_ROLE)
        if session is not None:
            self.session_chosen.emit(session)

    def _open_first(self) -> None:
        self._open(self._filter.index(0, 0))

    def _update_hint(self) -> None:
        empty = self._filter.rowCount() == 0
        self._hint.setVisible(empty)
        self.list.setVisible(not empty)
        looking = bool(self.search.text().strip())
        self._hint.setText("Nothing found." if looking else "Your conversations of this run appear here.")

    def _paint_icons(self, colors: Colors) -> None:
        self._new_chat.setIcon(line_icon("new-chat", colors.text))
        self._settings.setIcon(line_icon("settings", colors.text))
        self._glass.setIcon(line_icon("search", colors.muted))
        self._clear.setIcon(line_icon("close", colors.muted))


class _RowDelegate(QStyledItemDelegate):
    """Rows of one height, with the running mark behind the title, so that titles stay where they are."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Move the mark to the end."""
        super().initStyleOption(option, index)
        option.decorationPosition = QStyleOptionViewItem.Position.Right

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """As high as a row with its mark."""
        return QSize(super().sizeHint(option, index).width(), _ROW_HEIGHT)


def _wide_button(name: str, words: str, tip: str) -> QToolButton:
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
