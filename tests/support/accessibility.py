"""The app as a screen reader sees it: AT-SPI over D-Bus.

This is how the end-to-end tests find widgets and read what they say: it needs no image recognition, takes no
focus and no selection away, works while an answer streams, and fails where a screen reader would fail.
jeepney, which keyring brings along on Linux, speaks D-Bus.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jeepney import DBusAddress, DBusErrorResponse, MessageType, Properties, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jeepney import Message
    from jeepney.io.blocking import DBusConnection

_ROOT = "/org/a11y/atspi/accessible/root"
_ACCESSIBLE = "org.a11y.atspi.Accessible"
_COMPONENT = "org.a11y.atspi.Component"
_TEXT = "org.a11y.atspi.Text"
# AtspiStateType
_ENABLED, _FOCUSABLE, _FOCUSED, _SHOWING = 8, 11, 12, 25
_SCREEN_COORDINATES = 0
_REPLY_WITHIN_S = 5.0


@dataclass(frozen=True)
class Box:
    """A place on the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2


class Element:
    """One widget of the app."""

    def __init__(self, connection: DBusConnection, owner: str, path: str) -> None:
        self._connection = connection
        self._owner = owner
        self._path = path

    @property
    def identifier(self) -> str:
        """The widget's objectName with those of its ancestors, joined by dots."""
        return str(self._property(_ACCESSIBLE, "AccessibleId"))

    @property
    def name(self) -> str:
        """What a screen reader calls it."""
        return str(self._property(_ACCESSIBLE, "Name"))

    @property
    def role(self) -> str:
        """What it is, in AT-SPI's words: push button, text, list item …"""
        return str(self._call(_ACCESSIBLE, "GetRoleName", None)[0])

    @property
    def takes_focus(self) -> bool:
        """Whether the keyboard's focus can go to it, by Tab or by a click."""
        return self._has_state(_FOCUSABLE)

    @property
    def caret(self) -> int:
        """Where its caret stands, in characters of its text."""
        return int(self._property(_TEXT, "CaretOffset"))

    @property
    def selected_text(self) -> str:
        """What is selected of its text."""
        if not self._call(_TEXT, "GetNSelections", None)[0]:
            return ""
        start, end = self._call(_TEXT, "GetSelection", "i", 0)
        return str(self._call(_TEXT, "GetText", "ii", start, end)[0])

    @property
    def text(self) -> str:
        """All of its text."""
        return str(self._call(_TEXT, "GetText", "ii", 0, -1)[0])

    @property
    def box(self) -> Box:
        return Box(*self._call(_COMPONENT, "GetExtents", "u", _SCREEN_COORDINATES)[0])

    @property
    def is_showing(self) -> bool:
        return self._has_state(_SHOWING)

    @property
    def has_focus(self) -> bool:
        return self._has_state(_FOCUSED)

    @property
    def is_enabled(self) -> bool:
        return self._has_state(_ENABLED)

    def children(self) -> list[Element]:
        found = self._call(_ACCESSIBLE, "GetChildren", None)[0]
        return [Element(self._connection, owner, path) for owner, path in found]

    def descendants(self) -> Iterator[Element]:
        """All elements below this one; those that vanish meanwhile are left out."""
        try:
            children = self.children()
        except DBusErrorResponse:
            return
        for child in children:
            yield child
            yield from child.descendants()

    def shown(self) -> Iterator[Element]:
        """All elements below this one that are on the screen: what is in a hidden one is left out."""
        try:
            children = [child for child in self.children() if child.is_showing]
        except DBusErrorResponse:
            return
        for child in children:
            yield child
            yield from child.shown()

    def _has_state(self, state: int) -> bool:
        words = self._call(_ACCESSIBLE, "GetState", None)[0]
        return bool(words[state // 32] >> state % 32 & 1)

    def _property(self, interface: str, name: str) -> Any:
        address = DBusAddress(self._path, bus_name=self._owner, interface=interface)
        return self._ask(Properties(address).get(name))[0][1]

    def _call(
        self, interface: str, method: str, signature: str | None, *arguments: object
    ) -> tuple[Any, ...]:
        address = DBusAddress(self._path, bus_name=self._owner, interface=interface)
        return self._ask(new_method_call(address, method, signature, arguments))

    def _ask(self, message: Message) -> tuple[Any, ...]:
        return ask(self._connection, message)


class Accessibility:
    """The accessibility bus of a desktop. Close it.

    Attributes:
        address: of the bus, in D-Bus's form.
    """

    def __init__(self, session_bus: str) -> None:
        launcher = DBusAddress("/org/a11y/bus", bus_name="org.a11y.Bus", interface="org.a11y.Bus")
        with open_dbus_connection(session_bus) as session:
            self.address = str(ask(session, new_method_call(launcher, "GetAddress"))[0])
        self._connection = open_dbus_connection(self.address)

    def close(self) -> None:
        self._connection.close()

    def application(self, pid: int) -> Element | None:
        """The root element of a process, or None as long as it hasn't registered."""
        registry = Element(self._connection, "org.a11y.atspi.Registry", _ROOT)
        for child in registry.children():
            try:
                (owner_pid,) = ask(self._connection, message_bus.GetConnectionUnixProcessID(child._owner))
            except DBusErrorResponse:
                continue  # it has just gone
            if owner_pid == pid:
                return child
        return None


def ask(connection: DBusConnection, message: Message) -> tuple[Any, ...]:
    """Send a method call and return the body of its reply. Raises `DBusErrorResponse`."""
    reply = connection.send_and_get_reply(message, timeout=_REPLY_WITHIN_S)
    if reply.header.message_type is MessageType.error:
        raise DBusErrorResponse(reply)
    return tuple(reply.body)
