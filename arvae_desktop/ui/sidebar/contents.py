"""What the sidebar shows between its buttons: conversations, archive, bin, or what a search found."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from arvae_desktop.ui.sidebar.conversation_list import ConversationList
from arvae_desktop.ui.sidebar.doings import Doings
from arvae_desktop.ui.sidebar.model import ConversationModel, Sight
from arvae_desktop.ui.sidebar.search_page import SearchPage
from arvae_desktop.ui.sidebar.sight_bar import SightBar
from arvae_desktop.ui.sidebar.toast import Toast

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLineEdit

    from arvae_desktop.domain.library import Entry, Hit
    from arvae_desktop.services.library import Library
    from arvae_desktop.services.tasks import Tasks
    from arvae_desktop.ui.theme import Theme

_EMPTY = {
    Sight.LISTED: "Your conversations appear here.",
    Sight.ARCHIVE: "What you archive appears here. Nothing is deleted from the archive.",
    Sight.BIN: "The bin is empty. What you delete stays here for 30 days.",
}
# A machine that sleeps over midnight wakes with a timer that is late; the clock is looked at more often.
_LONGEST_WAIT_MS = 600_000


class Contents(QWidget):
    """The lists, and what there is to say where they are empty.

    Attributes:
        list: the conversations; model: what is in it.
        results: what was found.
        controls: all that takes the keyboard, in its order.

    Signals:
        conversation_chosen: the id of the one that the user wants to see.
        result_chosen: the same, and the id of the message that was found, or None.
        export_requested: the ids of conversations that the user wants in files.
        sight_changed: other conversations are listed than before.
    """

    conversation_chosen = Signal(str)
    result_chosen = Signal(str, object)
    export_requested = Signal(object)
    sight_changed = Signal()

    def __init__(
        self, library: Library, tasks: Tasks, theme: Theme, search: QLineEdit, parent: QWidget | None = None
    ) -> None:
        """`search` is the field that says what is looked for."""
        super().__init__(parent)
        self._library = library
        self._search = search
        self._in_front: str | None = None
        self.model = ConversationModel(library, parent=self)
        self.list = ConversationList(self.model, theme, self)
        self._search_page = SearchPage(library, theme, self)
        self.results = self._search_page.results
        self._doings = Doings(library, tasks, self.model, self.list)
        self._bar = SightBar(theme, self)
        self.controls = (*self._bar.buttons, self.list, self.results)
        self._hint = QLabel(self)
        self._stack = QStackedWidget(self)
        self._day = QTimer(self, singleShot=True, timerType=Qt.TimerType.VeryCoarseTimer)
        self._build()
        self._toast = Toast(self._stack)
        self._connect()
        self._update_bar()
        self._watch_day()
        self.look()

    @property
    def shows_archive(self) -> bool:
        """Whether the archive is listed."""
        return self.model.sight is Sight.ARCHIVE

    @property
    def shows_bin(self) -> bool:
        """Whether the bin is listed."""
        return self.model.sight is Sight.BIN

    def mark_current(self, conversation_id: str | None) -> None:
        """Show which conversation is in front, and select it if it is listed."""
        self._in_front = conversation_id
        self.model.mark_in_front(conversation_id)
        self.list.select(conversation_id)

    def enter(self) -> None:
        """Take the keyboard: the results while something is looked for, else the list."""
        if self._search.text().strip():
            self._search_page.enter()
        else:
            self.list.setFocus()

    def look(self) -> None:
        """Look for what stands in the search field."""
        if words := self._search.text().strip():
            self._search_page.look_for(words)
        else:
            self._search_page.end()
        self._update_page()

    def go_back(self) -> None:
        """List the ordinary conversations."""
        self._show(Sight.LISTED)

    def toggle_archive(self) -> None:
        """List the archive, or the ordinary conversations if it is listed."""
        self._show(Sight.LISTED if self.shows_archive else Sight.ARCHIVE)

    def toggle_bin(self) -> None:
        """List the bin, or the ordinary conversations if it is listed."""
        self._show(Sight.LISTED if self.shows_bin else Sight.BIN)

    def _show(self, sight: Sight) -> None:
        self._search.clear()
        self.model.show(sight)
        self._update_bar()
        self._update_page()
        self.sight_changed.emit()
        if self._stack.currentWidget() is self.list:
            self.list.setFocus()

    # --- building ---

    def _build(self) -> None:
        self._hint.setObjectName("listHint")
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._hint.setContentsMargins(12, 8, 12, 8)
        for page in (self.list, self._search_page, self._hint):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._bar)
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._bar.left.connect(self.go_back)
        self._bar.emptying_wanted.connect(self._doings.empty_bin)
        self._search.textChanged.connect(self.look)
        self._search.returnPressed.connect(self._search_page.choose_first)
        self.results.chosen.connect(self._choose)
        self.results.left.connect(self._search.setFocus)
        self.results.cleared.connect(self._end_search)
        self.results.typed.connect(self._type)
        self.list.typed.connect(self._type)
        self.list.undo_wanted.connect(self._toast.undo)
        self._doings.opened.connect(self._open)
        self._doings.done.connect(self._toast.offer)
        self._doings.export_wanted.connect(self.export_requested)
        self._library.overview_changed.connect(self._update_bar)
        self._day.timeout.connect(self._watch_day)
        self.model.loaded.connect(self._update_page)
        self.model.rowsInserted.connect(self._select_in_front)
        for changed in (self.model.rowsInserted, self.model.rowsRemoved, self.model.modelReset):
            changed.connect(self._update_page)

    # --- searching ---

    def _type(self, text: str) -> None:
        self._search.setFocus()
        self._search.end(False)
        self._search.insert(text)

    def _end_search(self) -> None:
        self._search.clear()
        self._search.setFocus()

    def _choose(self, hit: Hit) -> None:
        self.result_chosen.emit(hit.conversation.id, hit.message_id)

    # --- the list ---

    def _select_in_front(self) -> None:
        """Select the conversation in front as soon as it is listed, unless the user selected another."""
        if self._in_front is not None and not self.list.selectionModel().hasSelection():
            self.list.select(self._in_front)

    def _open(self, entry: Entry) -> None:
        self.conversation_chosen.emit(entry.id)

    def _update_page(self) -> None:
        if self._search.text().strip():
            page: QWidget = self._search_page
        elif self.model.rowCount() == 0 and self.model.is_complete:
            self._hint.setText(_EMPTY[self.model.sight])
            page = self._hint
            if self.list.hasFocus():
                self._search.setFocus()
        else:
            page = self.list
        self._stack.setCurrentWidget(page)

    def _update_bar(self) -> None:
        self._bar.show_sight(self.model.sight, self._library.overview.binned)

    def _watch_day(self) -> None:
        """Group anew when a day has begun."""
        self.model.check_day()
        now = datetime.now().astimezone()
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        until_ms = int((midnight - now).total_seconds() * 1000) + 1000
        self._day.start(min(until_ms, _LONGEST_WAIT_MS))
