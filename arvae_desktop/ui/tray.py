"""The icon in the tray, its menu, and its notifications."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from arvae_desktop.services.activity import ActivityState
from arvae_desktop.ui.transcript.sentences import ending_of
from arvae_desktop.ui.tray_icons import tray_icon

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import SignalInstance

    from arvae_desktop.domain.library import Entry
    from arvae_desktop.domain.messages import Message
    from arvae_desktop.ui.theme import Colors, Theme

_LONGEST_TITLE = 40
_NOTE_MS = 8000
_MIDDLE = 128  # between dark and light, of 255
_TIPS = {
    ActivityState.IDLE: "Arvae Desktop",
    ActivityState.STREAMING: "Arvae Desktop: answering",
    ActivityState.ERROR: "Arvae Desktop: the last answer failed",
    ActivityState.OFFLINE: "Arvae Desktop: the server can’t be reached",
}


class Tray(QObject):
    """Shows what it is told and asks for what the user chooses.

    Signals:
        quick_toggled: a click, which brings up the quick prompt or puts it away.
        quick_requested: the quick prompt, from the menu or by a second click that followed at once.
        new_chat_requested, window_requested, settings_requested, quit_requested: from the menu.
        conversation_chosen: the id of one of the recent conversations, or of that whose notification was
            clicked.
        stop_requested: the id of a conversation whose answer is to end.
        pause_toggled: whether the shortcut is to rest.
    """

    quick_toggled = Signal()
    quick_requested = Signal()
    new_chat_requested = Signal()
    window_requested = Signal()
    settings_requested = Signal()
    quit_requested = Signal()
    conversation_chosen = Signal(str)
    stop_requested = Signal(str)
    pause_toggled = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_dark = QGuiApplication.palette().window().color().lightness() < _MIDDLE
        self._state = ActivityState.IDLE
        self._noted: str | None = None
        self._recents: list[QAction] = []
        self._running: list[QAction] = []
        self._icon = QSystemTrayIcon(self)
        self._icon.setObjectName("trayIcon")
        self._menu = QMenu()
        self._menu.setObjectName("trayMenu")
        self._quick = self._add("Quick prompt", self.quick_requested.emit)
        self._add("New chat", self.new_chat_requested.emit)
        self._add("Open Arvae Desktop", self.window_requested.emit)
        self._before_recents = self._menu.addSeparator()
        self._before_running = self._menu.addSeparator()
        self._pause = self._add("Pause the shortcut", lambda: None)
        self._pause.setCheckable(True)
        self._pause.triggered.connect(self.pause_toggled)
        self._add("Settings", self.settings_requested.emit)
        self._menu.addSeparator()
        self._add("Quit", self.quit_requested.emit)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._on_activated)
        self._icon.messageClicked.connect(self._on_note_clicked)
        self.show_shortcut("", is_paused=False)
        self._paint()

    def follow(self, theme: Theme) -> None:
        """Be light or dark as the app is."""
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed(theme.colors)

    def show(self) -> None:
        """Put the icon into the tray, now or as soon as there is one."""
        self._icon.show()

    def close(self) -> None:
        """Take the icon out."""
        self._icon.hide()
        self._icon.setContextMenu(None)  # type: ignore[arg-type]  # (Qt takes none)
        self._menu.deleteLater()

    def show_state(self, state: ActivityState) -> None:
        """Show what the app is at."""
        self._state = state
        self._paint()

    def show_shortcut(self, trigger: str, *, is_paused: bool) -> None:
        """Name the keys that bring up the quick prompt; empty where there are none."""
        self._quick.setText(f"Quick prompt\t{trigger}" if trigger and not is_paused else "Quick prompt")
        self._pause.setVisible(bool(trigger) or is_paused)
        self._pause.setChecked(is_paused)

    def show_recents(self, entries: Sequence[Entry]) -> None:
        """Offer these conversations."""
        titles = [(entry.title or "New chat", entry.id, self.conversation_chosen) for entry in entries]
        self._recents = self._replace(self._recents, self._before_running, titles)

    def show_running(self, running: Sequence[tuple[str, str]]) -> None:
        """Offer to stop these answers: ids of conversations and their titles."""
        titles = [(f"Stop: {title or 'New chat'}", id_, self.stop_requested) for id_, title in running]
        self._running = self._replace(self._running, self._pause, titles)

    def tell(self, title: str, text: str, conversation_id: str | None = None) -> None:
        """Give a notification; a click on it chooses the conversation."""
        self._noted = conversation_id
        self._icon.showMessage(title, text, tray_icon(self._state, is_dark=False), _NOTE_MS)

    def tell_answer(self, title: str, message: Message, conversation_id: str) -> None:
        """Tell that an answer has ended: whose, and how, but none of its words, which are nobody else's."""
        ending = ending_of(message)
        self.tell(title or "Arvae Desktop", ending.title or "The answer is there.", conversation_id)

    def _replace(
        self, old: list[QAction], before: QAction, wanted: Sequence[tuple[str, str, SignalInstance]]
    ) -> list[QAction]:
        for action in old:
            self._menu.removeAction(action)
            action.deleteLater()
        made = []
        for title, id_, signal in wanted:
            action = QAction(_menu_words(title), self._menu)
            action.triggered.connect(partial(_emit, signal, id_))
            self._menu.insertAction(before, action)
            made.append(action)
        return made

    def _add(self, words: str, act: Callable[[], object]) -> QAction:
        action = self._menu.addAction(words)
        action.triggered.connect(lambda _checked=False: act())
        return action

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.MiddleClick):
            self.quick_toggled.emit()
        elif reason is QSystemTrayIcon.ActivationReason.DoubleClick:
            self.quick_requested.emit()

    def _on_note_clicked(self) -> None:
        if self._noted is not None:
            self.conversation_chosen.emit(self._noted)
        else:
            self.window_requested.emit()

    def _on_theme_changed(self, colors: Colors) -> None:
        self._is_dark = colors.is_dark
        self._paint()

    def _paint(self) -> None:
        self._icon.setIcon(tray_icon(self._state, is_dark=self._is_dark))
        self._icon.setToolTip(_TIPS[self._state])


def is_tray_there() -> bool:
    """Whether an icon would be seen now, as Qt finds out."""
    return QSystemTrayIcon.isSystemTrayAvailable()


def _emit(signal: SignalInstance, id_: str, _checked: bool = False) -> None:
    signal.emit(id_)


def _menu_words(title: str) -> str:
    """A title as a menu shows it: short, in one line, with no letter for the keyboard."""
    words = " ".join(title.split())
    short = words if len(words) <= _LONGEST_TITLE else words[: _LONGEST_TITLE - 1].rstrip() + "…"
    return short.replace("&", "&&")
