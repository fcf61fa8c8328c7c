"""The sidebar: new chat, search, kept conversations, archive, bin, settings."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from arvae_desktop.ui.icons import line_icon
from arvae_desktop.ui.sidebar.conversation_list import ConversationList
from arvae_desktop.ui.sidebar.doings import Doings
from arvae_desktop.ui.sidebar.model import ConversationModel, Sight
from arvae_desktop.ui.sidebar.search_page import SearchPage
from arvae_desktop.ui.sidebar.sight_bar import SightBar
from arvae_desktop.ui.sidebar.toast import Toast

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from arvae_desktop.domain.library import Entry, Hit
    from arvae_desktop.services.library import Library
    from arvae_desktop.services.tasks import Tasks
    from arvae_desktop.ui.theme import Colors, Theme

_EMPTY = {
    Sight.LISTED: "Your conversations appear here.",
    Sight.ARCHIVE: "What you archive appears here. Nothing is deleted from the archive.",
    Sight.BIN: "The bin is empty. What you delete stays here for 30 days.",
}
# A machine that sleeps over midnight wakes with a timer that is late; the clock is looked at more often.
_LONGEST_WAIT_MS = 600_000


class Sidebar(QFrame):
    """Lists kept conversations, searches them and puts them in order.

    Attributes:
        search: the field for the words that are looked for.
        list: the conversations.
        results: what was found.

    Signals:
        new_chat_requested: the user wants an empty conversation.
        conversation_chosen: the id of the one that the user wants to see.
        result_chosen: the same, and the id of the message that was found, or None.
        export_requested: the ids of conversations that the user wants in files.
        settings_requested: the user wants the settings.
    """

    new_chat_requested = Signal()
    conversation_chosen = Signal(str)
    result_chosen = Signal(str, object)
    export_requested = Signal(object)
    settings_requested = Signal()

    def __init__(self, library: Library, tasks: Tasks, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self._library = library
        self._in_front: str | None = None
        self.model = ConversationModel(library, parent=self)
        self.search = QLineEdit(self)
        self.list = ConversationList(self.model, theme, self)
        self._search_page = SearchPage(library, theme, self)
        self.results = self._search_page.results
        self._doings = Doings(library, tasks, self.model, self.list)
        self._new_chat = _button("newChatButton", "New chat", "New chat (Ctrl+N)")
        self._settings = _button("settingsButton", "Settings", "Settings (Ctrl+,)")
        self._archive = _icon_button("archiveButton")
        self._bin = _icon_button("binButton")
        self._bar = SightBar(theme, self)
        self._hint = QLabel(self)
        self._stack = QStackedWidget(self)
        self._day = QTimer(self, singleShot=True, timerType=Qt.TimerType.VeryCoarseTimer)
        self._build()
        self._toast = Toast(self._stack)
        self._connect()
        self._update_hint()
        self._update_counts()
        self._paint_icons(theme.colors)
        theme.changed.connect(self._paint_icons)
        self._watch_day()

    def mark_current(self, conversation_id: str | None) -> None:
        """Show which conversation is in front, and select it if it is listed."""
        self._in_front = conversation_id
        self.model.mark_in_front(conversation_id)
        self.list.select(conversation_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the field, Down leads to the results and Escape ends the search."""
        if watched is self.search and event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Down:
                self._search_page.enter() if self.search.text().strip() else self.list.setFocus()
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leads back from the archive and the bin."""
        if event.key() == Qt.Key.Key_Escape and self.model.sight is not Sight.LISTED:
            self._show(Sight.LISTED)
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
        self._hint.setObjectName("listHint")
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._hint.setContentsMargins(12, 8, 12, 8)
        for page in (self.list, self._search_page, self._hint):
            self._stack.addWidget(page)
        bottom = QHBoxLayout()
        bottom.setSpacing(4)
        bottom.addWidget(self._settings, 1)
        bottom.addWidget(self._archive)
        bottom.addWidget(self._bin)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for widget in (self._new_chat, self.search, self._bar):
            column.addWidget(widget)
        column.addWidget(self._stack, 1)
        column.addLayout(bottom)
        first = (self._new_chat, self.search, *self._bar.buttons, self.list, self.results)
        for one, following in pairwise((*first, self._settings, self._archive, self._bin)):
            self.setTabOrder(one, following)

    def _connect(self) -> None:
        self._new_chat.clicked.connect(self.new_chat_requested)
        self._settings.clicked.connect(self.settings_requested)
        self._archive.clicked.connect(lambda: self._toggle(Sight.ARCHIVE))
        self._bin.clicked.connect(lambda: self._toggle(Sight.BIN))
        self._bar.left.connect(lambda: self._show(Sight.LISTED))
        self._bar.emptying_wanted.connect(self._doings.empty_bin)
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._search_page.choose_first)
        self._clear.triggered.connect(self.search.clear)
        self.results.chosen.connect(self._choose)
        self.results.left.connect(self.search.setFocus)
        self.results.cleared.connect(self._end_search)
        self.results.typed.connect(self._type)
        self.list.typed.connect(self._type)
        self.list.undo_wanted.connect(self._toast.undo)
        self._doings.opened.connect(self._open)
        self._doings.done.connect(self._toast.offer)
        self._doings.export_wanted.connect(self.export_requested)
        self._library.overview_changed.connect(self._update_counts)
        self._day.timeout.connect(self._watch_day)
        self.model.loaded.connect(self._update_hint)
        self.model.rowsInserted.connect(self._select_in_front)
        for changed in (self.model.rowsInserted, self.model.rowsRemoved, self.model.modelReset):
            changed.connect(self._update_hint)

    # --- searching ---

    def _search(self, text: str) -> None:
        words = text.strip()
        self._clear.setVisible(bool(text))
        if words:
            self._search_page.look_for(words)
        else:
            self._search_page.end()
        self._update_hint()

    def _type(self, text: str) -> None:
        self.search.setFocus()
        self.search.end(False)
        self.search.insert(text)

    def _end_search(self) -> None:
        self.search.clear()
        self.search.setFocus()

    def _choose(self, hit: Hit) -> None:
        self.result_chosen.emit(hit.conversation.id, hit.message_id)

    # --- the list ---

    def _select_in_front(self) -> None:
        """Select the conversation in front as soon as it is listed, unless the user selected another."""
        if self._in_front is not None and not self.list.selectionModel().hasSelection():
            self.list.select(self._in_front)

    def _open(self, entry: Entry) -> None:
        self.conversation_chosen.emit(entry.id)

    def _toggle(self, sight: Sight) -> None:
        self._show(Sight.LISTED if self.model.sight is sight else sight)

    def _show(self, sight: Sight) -> None:
        self.search.clear()
        self.model.show(sight)
        self._update_counts()
        self._update_hint()
        if self._stack.currentWidget() is self.list:
            self.list.setFocus()

    def _update_hint(self) -> None:
        if self.search.text().strip():
            page: QWidget = self._search_page
        elif self.model.rowCount() == 0 and self.model.is_complete:
            self._hint.setText(_EMPTY[self.model.sight])
            page = self._hint
            if self.list.hasFocus():
                self.search.setFocus()
        else:
            page = self.list
        self._stack.setCurrentWidget(page)

    def _update_counts(self) -> None:
        overview, sight = self._library.overview, self.model.sight
        for button, words, count, its_sight in (
            (self._archive, "Archive", overview.archived, Sight.ARCHIVE),
            (self._bin, "Bin", overview.binned, Sight.BIN),
        ):
            button.setToolTip(f"{words} ({count:,})" if count else words)
            conversations = "conversation" if count == 1 else "conversations"
            button.setAccessibleName(f"{words}, {count:,} {conversations}" if count else words)
            button.setChecked(sight is its_sight)
        self._bar.show_sight(sight, overview.binned)

    def _watch_day(self) -> None:
        """Group anew when a day has begun."""
        self.model.check_day()
        now = datetime.now().astimezone()
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        until_ms = int((midnight - now).total_seconds() * 1000) + 1000
        self._day.start(min(until_ms, _LONGEST_WAIT_MS))

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
