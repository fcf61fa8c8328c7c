"""The search as it is typed: asks, shows what comes, and drops answers to what was asked before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from arvae_desktop.ui.sidebar.results import ResultList, ResultModel

if TYPE_CHECKING:
    from arvae_desktop.domain.library import Found
    from arvae_desktop.services.library import Library
    from arvae_desktop.ui.theme import Theme

_QUIET_MS = 200  # what is answered sooner needs no word about it


class SearchPage(QWidget):
    """Results, or what there is to say instead of them.

    Attributes:
        results: the list of hits.
    """

    chosen = Signal(object)

    def __init__(self, library: Library, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._token: int | None = None
        self._is_begun = False
        self._model = ResultModel(self)
        self.results = ResultList(self._model, theme, self)
        self._hint = QLabel(self)
        self._hint.setObjectName("searchHint")
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._hint.setWordWrap(True)
        self._hint.setContentsMargins(12, 8, 12, 8)
        self._patience = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._patience.timeout.connect(self._say_searching)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._hint, 1)
        column.addWidget(self.results, 1)
        self._hint.hide()
        library.found.connect(self._take)

    def look_for(self, words: str) -> None:
        """Search; the results of the search before stay until the first of these come."""
        self._is_begun = False
        self._token = self._library.search(words)
        self._patience.start()

    def end(self) -> None:
        """Nothing is looked for any more."""
        self._patience.stop()
        self._model.begin(())
        self._hint.hide()
        if self._token is not None:
            self._token = None
            self._library.cancel_search()

    def choose_first(self) -> None:
        """Open the hit that is current; at first that is the first."""
        # While what is shown answers another question, Enter would open what nobody asked for.
        if self._is_begun:
            self.results.choose()

    def enter(self) -> None:
        """Go from the field to the results."""
        if self._model.rowCount():
            self.results.setFocus()

    def _take(self, found: Found) -> None:
        if found.token != self._token or (not found.hits and not found.is_last):
            return
        if self._is_begun:
            self._model.add(found.hits)
        else:
            self._is_begun = True
            self._patience.stop()
            self._model.begin(found.hits)
            self.results.setCurrentIndex(self._model.index(0))
            self.results.scrollToTop()
        self._show("" if self._model.rowCount() else "Nothing found.")

    def _say_searching(self) -> None:
        self._model.begin(())
        self._show("Searching…")

    def _show(self, hint: str) -> None:
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.results.setVisible(not hint)
