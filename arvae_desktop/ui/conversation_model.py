"""The conversations of this run as a Qt model, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt

from arvae_desktop.ui.icons import line_icon

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from arvae_desktop.services.chat_session import ChatSession
    from arvae_desktop.services.conversations import Conversations
    from arvae_desktop.ui.theme import Theme

_Index = QModelIndex | QPersistentModelIndex
SESSION_ROLE = Qt.ItemDataRole.UserRole


class ConversationModel(QAbstractListModel):
    """One row a conversation: its title, and a mark while an answer is running."""

    def __init__(self, conversations: Conversations, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[ChatSession] = []
        conversations.listed.connect(self._insert)
        theme.changed.connect(self._refresh_all)

    def rowCount(self, parent: _Index | None = None) -> int:
        """How many conversations there are."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Title, tooltip, running mark, and the session itself."""
        if not index.isValid():
            return None
        session = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return session.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{session.title}, answering" if session.is_running else session.title
            case Qt.ItemDataRole.DecorationRole if session.is_running:
                return line_icon("running", self._theme.colors.accent)
            case _ if role == SESSION_ROLE:
                return session
        return None

    def index_of(self, session: ChatSession) -> QModelIndex:
        """The row of a session; invalid where it is not listed."""
        return self.index(self._rows.index(session)) if session in self._rows else QModelIndex()

    def _insert(self, session: ChatSession) -> None:
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._rows.insert(0, session)
        self.endInsertRows()
        # A method of ours, so that Qt lets go of it when the model goes: an answer may end after its window.
        session.running_changed.connect(self._refresh_sender)
        session.title_changed.connect(self._refresh_sender)

    def _refresh_sender(self, _change: object) -> None:
        row = next(row for row, session in enumerate(self._rows) if session is self.sender())
        self._refresh(row, row)

    def _refresh_all(self) -> None:
        self._refresh(0, len(self._rows) - 1)

    def _refresh(self, first: int, last: int) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first), self.index(last))


class ConversationFilter(QSortFilterProxyModel):
    """Only the conversations whose title or text holds the words that are looked for."""

    def __init__(self, source: ConversationModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self.setSourceModel(source)

    def set_words(self, words: str) -> None:
        """Look for these; an empty text shows all."""
        self._words = words.strip()
        self.invalidate()

    def filterAcceptsRow(self, row: int, _parent: _Index) -> bool:
        """Whether a row holds the words."""
        session: ChatSession = self.sourceModel().index(row, 0).data(SESSION_ROLE)
        return not self._words or session.contains(self._words)
