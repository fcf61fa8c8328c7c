"""The one calm window: sidebar, page, and the shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QSplitter

from arvae_desktop.ui.chat_page import ChatPage
from arvae_desktop.ui.sidebar.panel import Sidebar

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent, QResizeEvent

    from arvae_desktop.services.connection import Connection
    from arvae_desktop.services.formulas import Formulas
    from arvae_desktop.services.library import Library
    from arvae_desktop.services.tasks import Tasks
    from arvae_desktop.ui.theme import Theme

_SIZE = QSize(1080, 740)
_SMALLEST = QSize(360, 420)
_SIDEBAR_WIDTH = 248
_SMALLEST_SIDEBAR = 224
_NARROW = 640


class MainWindow(QMainWindow):
    """Holds the parts; closing it asks for that instead of doing it.

    Attributes:
        sidebar, page: its two parts.

    Signals:
        quit_requested: by Ctrl+Q.
        close_requested: by closing it.
        quick_requested: the quick prompt is wanted; quick_settings_requested: its settings.
        new_chat_requested, settings_requested: from the keyboard or the sidebar.
        export_requested, pdf_requested, print_requested: of the conversation in front.
        conversation_settings_requested: of the conversation in front.
        data_requested: the user wants to import, back up, restore or delete what is kept.
        about_requested: the user wants to know which program this is.
        undo_requested: the message that was deleted last is wanted back.
    """

    quit_requested = Signal()
    close_requested = Signal()
    quick_requested = Signal()
    quick_settings_requested = Signal()
    new_chat_requested = Signal()
    settings_requested = Signal()
    export_requested = Signal()
    pdf_requested = Signal()
    print_requested = Signal()
    conversation_settings_requested = Signal()
    data_requested = Signal()
    about_requested = Signal()
    undo_requested = Signal()

    def __init__(
        self,
        library: Library,
        connection: Connection,
        tasks: Tasks,
        theme: Theme,
        formulas: Formulas | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self._connection = connection
        self._may_close = False
        self._is_narrow = False
        self.sidebar = Sidebar(library, tasks, theme)
        self.page = ChatPage(connection, theme, formulas=formulas)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.addWidget(self.sidebar)
        self._splitter.addWidget(self.page)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setHandleWidth(1)
        self._splitter.setCollapsible(1, False)
        self.setCentralWidget(self._splitter)
        self.setMinimumSize(_SMALLEST)
        self.sidebar.setMinimumWidth(_SMALLEST_SIDEBAR)
        self.restore(None, None)
        self.sidebar.new_chat_requested.connect(self.new_chat_requested)
        self.sidebar.settings_requested.connect(self.settings_requested)
        self.page.header.sidebar_toggled.connect(self._toggle_sidebar)
        self.page.banner.settings_requested.connect(self.settings_requested)
        self._add_shortcuts()
        connection.changed.connect(self._update_title)
        self._update_title()

    def restore(self, window_size: tuple[int, int] | None, sidebar_width: int | None) -> None:
        """Take the size of the last run, in device-independent pixels, as far as the screen allows."""
        size = QSize(*window_size) if window_size else _SIZE
        self.resize(size.boundedTo(self.screen().availableSize()))
        width = sidebar_width or _SIDEBAR_WIDTH
        self._splitter.setSizes([width, self.width() - width])

    @property
    def sidebar_width(self) -> int | None:
        """The sidebar's width in device-independent pixels, or None while it is hidden."""
        return self.sidebar.width() if self.sidebar.isVisible() else None

    def close_for_good(self) -> None:
        """Close, after everything behind the window has ended."""
        self._may_close = True
        self.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window has room for the conversation alone; a wide one gets its sidebar back."""
        super().resizeEvent(event)
        is_narrow = event.size().width() < _NARROW
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self.sidebar.setVisible(not is_narrow)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask for the way out instead of taking it: what runs is ended first."""
        if self._may_close:
            event.accept()
        else:
            event.ignore()
            self.close_requested.emit()

    def _update_title(self) -> None:
        demo = " (demo, no model)" if self._connection.is_demo else ""
        self.setWindowTitle(f"Arvae Desktop{demo}")

    def _toggle_sidebar(self) -> None:
        self.sidebar.setVisible(not self.sidebar.isVisible())

    def _find_conversation(self) -> None:
        self.sidebar.show()
        self.sidebar.search.setFocus()
        self.sidebar.search.selectAll()

    def choose_model(self) -> None:
        """Open the list of models for the keyboard."""
        self.page.composer.picker.setFocus()
        self.page.composer.picker.showPopup()

    def _add_shortcuts(self) -> None:
        self._shortcut("New chat", QKeySequence.StandardKey.New, self.new_chat_requested.emit)
        self._shortcut("Settings", "Ctrl+,", self.settings_requested.emit)
        self._shortcut("Quit", "Ctrl+Q", self.quit_requested.emit)
        self._shortcut("Search conversations", "Ctrl+K", self._find_conversation)
        self._shortcut("Choose a model", "Ctrl+M", self.choose_model)
        self._shortcut("Show or hide the sidebar", "Ctrl+B", self._toggle_sidebar)
        self._shortcut("Write a prompt", "Ctrl+L", self.page.composer.edit.setFocus)
        undo = self._shortcut("Bring a deleted message back", "Ctrl+Alt+Z", self.undo_requested.emit)
        export = self._shortcut("Export…", "Ctrl+Shift+E", self.export_requested.emit)
        pdf = self._shortcut("Save as PDF…", "Ctrl+Shift+P", self.pdf_requested.emit)
        paper = self._shortcut("Print…", QKeySequence.StandardKey.Print, self.print_requested.emit)
        data = self._shortcut("Your data…", "Ctrl+Shift+D", self.data_requested.emit)
        own = self._shortcut(
            "Conversation settings…", "Ctrl+Shift+S", self.conversation_settings_requested.emit
        )
        about = QAction("About Arvae Desktop", self)
        about.triggered.connect(lambda _checked=False: self.about_requested.emit())
        quick = self._shortcut("Quick prompt", "Ctrl+Shift+Space", self.quick_requested.emit)
        gaps = [QAction(self), QAction(self)]
        for gap in gaps:
            gap.setSeparator(True)
        actions = [gaps[0], own, undo, export, pdf, paper, gaps[1], quick, data, about]
        header, page = self.page.header, self.page
        page.reader_made.connect(lambda: header.set_actions([*page.tools.menu_actions, *actions]))

    def _shortcut(
        self, words: str, keys: QKeySequence.StandardKey | str, act: Callable[[], object]
    ) -> QAction:
        action = QAction(words, self)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked=False: act())
        self.addAction(action)
        return action
