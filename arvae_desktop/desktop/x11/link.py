"""What the app asks of the X server beside what Qt does: keys from anywhere, windows to the front."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from Xlib import X, Xatom, ext
from Xlib.display import Display
from Xlib.error import BadAccess, CatchError, ConnectionClosedError, XError
from Xlib.protocol.event import ClientMessage

from arvae_desktop.desktop.watcher import Watcher
from arvae_desktop.desktop.x11.keyboard import grabs_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from arvae_desktop.desktop.shortcut.combination import Combination
    from arvae_desktop.desktop.x11.keyboard import Grab

_log = logging.getLogger(__name__)

# None is used, and each that the server has would be loaded: 0.8 MB, and 25 ms of the connection's start.
ext.__extensions__ = []

# Extended Window Manager Hints, _NET_ACTIVE_WINDOW: "2" says that the user asked for it, not the program.
_FROM_USER = 2


class X11Link(QObject):
    """Talks to the X server from a thread of its own; every method returns at once.

    Attributes:
        has_compositor: whether windows can be translucent, as far as is known yet.

    Signals:
        key_pressed: the grabbed combination was pressed; its time on the server's clock in milliseconds.
        grab_tried: what was tried, in words; what the server said; whether it was granted; whether another
            program has it.
        lost: why the connection has ended.
        tray_changed: whether there is a system tray for XEmbed icons; told once at the start, too.
        compositor_changed: whether windows can be translucent; told once at the start, too.
    """

    key_pressed = Signal(object)
    grab_tried = Signal(str, str, bool, bool)
    lost = Signal(str)
    tray_changed = Signal(bool)
    compositor_changed = Signal(bool)

    def __init__(self, display: str | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.has_compositor = True
        self.compositor_changed.connect(self._note_compositor)
        self._seat = _Seat(self, display)
        self._watcher = Watcher(self._seat, "X11")

    def grab(self, combination: Combination) -> None:
        """Take a combination instead of the one there is."""
        self._watcher.post(lambda: self._seat.grab(combination))

    def ungrab(self) -> None:
        """Give the combination back."""
        self._watcher.post(self._seat.ungrab)

    def set_own(self, window: int) -> None:
        """Never go back to this window: it is the one that is left."""
        self._watcher.post(lambda: self._seat.set_own(window))

    def activate(self, window: int, time: int) -> None:
        """Bring a window to the front and give it the keyboard, as the user asked for at `time` (0: now)."""
        self._watcher.post(lambda: self._seat.activate(window, time))

    def go_back(self) -> None:
        """Bring the window to the front that was there before our own."""
        self._watcher.post(self._seat.go_back)

    def close(self) -> None:
        """Let go of everything."""
        self._watcher.close()

    def _note_compositor(self, is_there: bool) -> None:
        self.has_compositor = is_there


class _Seat:
    """Runs on the watcher's thread (see `Watched`). Signals carry what it finds to whoever listens."""

    def __init__(self, link: X11Link, display: str | None) -> None:
        self._link = link
        self._name = display
        self._display: Any = None
        self._root: Any = None
        self._active_window = 0
        self._own = 0
        self._before = 0
        self._wanted: Combination | None = None
        self._grabs: list[Grab] = []
        self._released_at = -1
        self._managers: dict[int, _Manager] = {}

    # --- watched ---

    def open(self) -> int:
        """See `Watched`."""
        display = Display(self._name)
        self._display = display
        display.set_error_handler(_note_error)
        self._root = display.screen().root
        self._active_window = display.intern_atom("_NET_ACTIVE_WINDOW")
        # Managers of selections announce themselves to the root window (ICCCM 2.8).
        self._root.change_attributes(event_mask=X.PropertyChangeMask | X.StructureNotifyMask)
        self._note_front()
        number = display.get_default_screen()
        for name, tell in (
            (f"_NET_SYSTEM_TRAY_S{number}", self._link.tray_changed.emit),
            (f"_NET_WM_CM_S{number}", self._link.compositor_changed.emit),
        ):
            manager = self._managers[display.intern_atom(name)] = _Manager(tell)
            self._look_for(manager, display.intern_atom(name))
        return int(display.fileno())

    def read(self) -> None:
        """See `Watched`."""
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == X.KeyPress:
                self._on_press(event.time)
            elif event.type == X.KeyRelease:
                self._released_at = event.time
            elif event.type == X.MappingNotify:
                self._on_mapping(event)
            elif event.type == X.PropertyNotify and event.atom == self._active_window:
                self._note_front()
            elif event.type == X.ClientMessage and event.data[0] == 32:
                self._look_for(self._managers.get(event.data[1][1]), event.data[1][1])
            elif event.type == X.DestroyNotify:
                self._on_gone(event.window.id)

    def close(self) -> None:
        """See `Watched`."""
        if self._display is not None:
            with suppress(ConnectionClosedError):  # the server went first; then python-xlib keeps the socket
                self._display.close()
            self._display.display.socket.close()

    def fail(self, error: Exception) -> None:
        """See `Watched`."""
        self._link.lost.emit(f"{type(error).__name__}: {error}")

    # --- who offers a tray, and translucency ---

    def _look_for(self, manager: _Manager | None, selection: int) -> None:
        if manager is None:
            return
        owner = self._display.get_selection_owner(selection)
        if owner != X.NONE:
            owner.change_attributes(event_mask=X.StructureNotifyMask, onerror=CatchError(XError))
        manager.become(0 if owner == X.NONE else owner.id)

    def _on_gone(self, window: int) -> None:
        for selection, manager in self._managers.items():
            if manager.window == window:
                self._look_for(manager, selection)

    # --- keys ---

    def grab(self, combination: Combination) -> None:
        self.ungrab()
        self._wanted = combination
        grabs = grabs_for(self._display, combination)
        what = f"XGrabKey {combination}"
        if not grabs:
            self._link.grab_tried.emit(what, "the keyboard has no such key", False, False)
            return
        errors = [(grab, CatchError(XError)) for grab in grabs]
        for grab, error in errors:
            self._root.grab_key(
                grab.keycode, grab.modifiers, False, X.GrabModeAsync, X.GrabModeAsync, onerror=error
            )
        self._display.sync()
        failed = [error.get_error() for _grab, error in errors if error.get_error()]
        self._grabs = [grab for grab, error in errors if not error.get_error()]
        if failed:
            self._give_back()
            is_taken = any(isinstance(error, BadAccess) for error in failed)
            answer = "BadAccess: another program has it" if is_taken else type(failed[0]).__name__
            self._link.grab_tried.emit(what, answer, False, is_taken)
        else:
            keys = ", ".join(str(code) for code in dict.fromkeys(grab.keycode for grab in grabs))
            answer = f"granted: key {keys}, {len(grabs)} states of Caps, Num and Scroll Lock"
            self._link.grab_tried.emit(what, answer, True, False)

    def ungrab(self) -> None:
        self._wanted = None
        self._give_back()

    def _give_back(self) -> None:
        for grab in self._grabs:
            self._root.ungrab_key(grab.keycode, grab.modifiers)
        self._grabs = []
        self._display.flush()

    def _on_press(self, time: int) -> None:
        # A key that is held repeats: the server sends a release and a press of the same moment.
        if time != self._released_at:
            self._note_front()
            self._link.key_pressed.emit(time)

    def _on_mapping(self, event: Any) -> None:  # noqa: ANN401  (python-xlib has no types)
        self._display.refresh_keyboard_mapping(event)
        if event.request != X.MappingPointer and self._wanted is not None:
            wanted = grabs_for(self._display, self._wanted)
            if set(wanted) != set(self._grabs):  # the key has moved: another layout
                self.grab(self._wanted)

    # --- windows ---

    def set_own(self, window: int) -> None:
        self._own = window

    def activate(self, window: int, time: int) -> None:
        message = ClientMessage(
            window=window, client_type=self._active_window, data=(32, [_FROM_USER, time, 0, 0, 0])
        )
        mask = X.SubstructureRedirectMask | X.SubstructureNotifyMask
        self._root.send_event(message, event_mask=mask)
        self._display.flush()

    def go_back(self) -> None:
        if self._before:
            self.activate(self._before, X.CurrentTime)

    def _note_front(self) -> None:
        found = self._root.get_full_property(self._active_window, Xatom.WINDOW)
        front = int(found.value[0]) if found is not None and len(found.value) else 0
        if front and front != self._own:
            self._before = front


class _Manager:
    """Who has a selection that stands for a service of the desktop."""

    def __init__(self, tell: Callable[[bool], None]) -> None:
        self.window: int | None = None
        self._tell = tell

    def become(self, window: int) -> None:
        """It is this window now; 0 is nobody."""
        was_there, self.window = self.window, window
        if was_there is None or bool(was_there) != bool(window):
            self._tell(bool(window))


def _note_error(error: XError, _request: object) -> None:
    """Windows go while one speaks of them; python-xlib would print it."""
    _log.debug("X error: %s", error)
