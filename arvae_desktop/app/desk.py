"""The app beyond its main window: the tray, the quick prompt, the shortcut, and what later starts ask."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from arvae_desktop.desktop.instance.messages import Verb
from arvae_desktop.desktop.instance.server import InstanceServer
from arvae_desktop.desktop.tray_host import TrayHost
from arvae_desktop.services.activity import Activity
from arvae_desktop.services.recents import Recents
from arvae_desktop.ui.tray import Tray

if TYPE_CHECKING:
    from arvae_desktop.app.front import Front
    from arvae_desktop.app.parts import Parts
    from arvae_desktop.app.quick import Quick
    from arvae_desktop.app.wishes import Wishes
    from arvae_desktop.desktop.bus_name import BusName
    from arvae_desktop.desktop.instance.claim import Claim
    from arvae_desktop.desktop.instance.messages import Request
    from arvae_desktop.desktop.x11.link import X11Link
    from arvae_desktop.services.chat_session import ChatSession

_RECENTS = 5
# A panel may start after us, and one that crashed comes back; then there has to be another way in.
_NO_TRAY_MS = 10_000
_IN_TRAY = "Arvae Desktop is still here"
_HOW_TO_QUIT = "It waits in the tray. Its menu quits; the settings can make closing quit, too."


class Desk(QObject):
    """Owns what the desktop around the app has of it.

    Attributes:
        link: the X connection beside Qt's, or None.
        tray: the icon; None as long as there was no tray.
        quick: the quick prompt.
    """

    def __init__(
        self, parts: Parts, wishes: Wishes, front: Front, claim: Claim | None, tray: Tray | None = None
    ) -> None:
        """`tray` is the icon where it is shown already."""
        super().__init__(parts.application)
        self._parts = parts
        self._wishes = wishes
        self._front = front
        self._claim = claim
        self.link = _open_link(parts.application)
        self.host = TrayHost(self.link, self)
        ears = (None if claim is None else InstanceServer(claim, self), _open_bus_name(parts, self))
        self._ears = [ear for ear in ears if ear is not None]
        self.tray = tray
        self.quick: Quick | None = None
        self._activity = Activity(self)
        self._recents = Recents(parts.keeping.library, _RECENTS, self)
        self._lost = QTimer(self, singleShot=True, interval=_NO_TRAY_MS)
        self._lost.timeout.connect(self._be_found)
        for ear in self._ears:
            ear.asked.connect(self._on_asked)
        self.host.changed.connect(self._on_tray_changed)
        self._connect_activity()
        if tray is not None:
            self._connect_tray(tray)
        if self.host.is_there:
            self._on_tray_changed(is_there=True)

    def begin_hidden(self) -> None:
        """There is no window: be found another way if there is no tray."""
        if not self.host.is_there:
            self._lost.start()

    def warm_up(self) -> None:
        """Have the quick prompt ready where a key or a click may bring it up at any moment."""
        if self.tray is not None or self._parts.preferences.settings.uses_shortcut:
            self.make_quick()

    def make_quick(self) -> Quick:
        """The quick prompt, made and warm from now on."""
        if self.quick is None:
            from arvae_desktop.app.quick import Quick  # noqa: PLC0415  (after the tray, and the first frame)

            self.quick = Quick(self._parts, self._wishes, self._front, self.link)
            self.quick.shortcut.reported.connect(self._show_shortcut)
            self._show_shortcut()
        return self.quick

    def show_front(self) -> None:
        """Bring the main window up, in front of what other programs show."""
        self._front.show()
        if self.link is not None:
            self.link.activate(int(self._front.window.winId()), 0)

    def close_window(self) -> None:
        """The main window was closed: live on in the tray, or quit."""
        settings = self._parts.preferences.settings
        if not (settings.closes_to_tray and self.host.is_there and self.tray is not None):
            self._wishes.quit()
            return
        self._front.hide()
        if not settings.knows_tray:
            self._parts.preferences.change(knows_tray=True)
            self.tray.tell(_IN_TRAY, _HOW_TO_QUIT)

    def close(self) -> None:
        """Take leave of the desktop; the place of the one instance is kept until the very end."""
        for ear in self._ears:
            ear.close()
        if self.quick is not None:
            self.quick.close()
        self.host.changed.disconnect(self._on_tray_changed)
        if self.tray is not None:
            self.tray.close()
            self.tray = None
        if self.link is not None:
            self.link.close()

    # --- what later starts and the bus ask ---

    def _on_asked(self, request: Request) -> None:
        use_token(request.token)
        if request.verb is Verb.QUICK:
            self.make_quick().bring_up(request.text)
        else:
            self.show_front()

    # --- the tray ---

    def _on_tray_changed(self, is_there: bool) -> None:
        if not is_there:
            if not self._front.is_visible:
                self._lost.start()
            return
        self._lost.stop()
        if self.tray is None:
            self.tray = Tray()
            self._connect_tray(self.tray)
        self.tray.show()

    def _connect_tray(self, tray: Tray) -> None:
        tray.setParent(self)
        tray.follow(self._parts.theme)
        tray.quick_toggled.connect(lambda: self.make_quick().toggle())
        tray.quick_requested.connect(lambda: self.make_quick().bring_up())
        tray.window_requested.connect(self.show_front)
        tray.new_chat_requested.connect(self._new_chat)
        tray.settings_requested.connect(self._show_settings)
        tray.quit_requested.connect(self._wishes.quit)
        tray.conversation_chosen.connect(self._open)
        tray.stop_requested.connect(self._stop)
        tray.pause_toggled.connect(lambda is_paused: self.make_quick().shortcut.pause(is_paused=is_paused))
        self._activity.changed.connect(tray.show_state)
        self._recents.changed.connect(tray.show_recents)
        tray.show_state(self._activity.state)
        tray.show_recents(self._recents.entries)
        self._show_shortcut()

    def _be_found(self) -> None:
        """There is no tray and no window: at least the task bar is to show something."""
        if not self.host.is_there and not self._front.is_visible:
            self._front.window.showMinimized()

    def _new_chat(self) -> None:
        self.show_front()
        self._wishes.new_chat()

    def _show_settings(self) -> None:
        self.show_front()
        self._front.window.settings_requested.emit()

    def _open(self, conversation_id: str) -> None:
        if self.quick is not None and self.quick.has(conversation_id):
            self.quick.bring_up()
            return
        self.show_front()
        self._parts.conversations.open(conversation_id)

    def _stop(self, conversation_id: str) -> None:
        for session in self._parts.conversations.running:
            if session.id == conversation_id:
                session.stop()

    def _show_shortcut(self, _report: object = None) -> None:
        if self.tray is not None and self.quick is not None:
            shortcut = self.quick.shortcut
            self.tray.show_shortcut(shortcut.trigger, is_paused=shortcut.is_paused)

    # --- what goes on ---

    def _connect_activity(self) -> None:
        conversations, application = self._parts.conversations, self._parts.application
        conversations.running_changed.connect(self._on_running_changed)
        conversations.answered.connect(self._on_answered)
        self._parts.catalog.models_changed.connect(
            lambda models: self._activity.note_server(is_reached=True) if models else None
        )
        application.focusWindowChanged.connect(
            lambda window: self._activity.note_look() if window is not None else None
        )

    def _on_running_changed(self) -> None:
        running = self._parts.conversations.running
        self._activity.set_running(len(running))
        if self.tray is not None:
            self.tray.show_running([(session.id, session.title) for session in running])

    def _on_answered(self, session: ChatSession) -> None:
        message = session.messages[-1] if session.messages else None
        if message is None:
            return
        self._activity.note_answer(message)
        if QApplication.activeWindow() is not None:
            self._activity.note_look()
        elif self.tray is not None:
            self.tray.tell_answer(session.title, message, session.id)


def use_token(token: str) -> None:
    """Let the next window that asks for it come to the front: Qt takes the token from there on Wayland."""
    if token:
        os.environ["XDG_ACTIVATION_TOKEN"] = token


def _open_bus_name(parts: Parts, parent: QObject) -> BusName | None:
    """The name on the session bus, for the one instance that starts without saying where its data are."""
    if not sys.platform.startswith("linux") or parts.options.demo or parts.options.data_dir is not None:
        return None
    from arvae_desktop.desktop.bus_name import BusName  # noqa: PLC0415  (Linux alone)

    return BusName(parent)


def _open_link(application: QApplication) -> X11Link | None:
    """The X connection, where windows are X windows and the X server has the keyboard."""
    if application.platformName() != "xcb" or not sys.platform.startswith("linux"):
        return None
    from arvae_desktop.desktop.x11.link import X11Link  # noqa: PLC0415  (X11 alone)

    return X11Link(parent=application)
