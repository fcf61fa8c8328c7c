"""A stand-in for a panel with a StatusNotifier tray and notifications: it hears and clicks."""

from __future__ import annotations

from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageType,
    Properties,
    new_error,
    new_method_call,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import open_dbus_connection

from tests.support.bus_service import BusService
from tests.support.processes import wait_until

_WATCHER = "org.kde.StatusNotifierWatcher"
_ITEM = "org.kde.StatusNotifierItem"
_NOTIFICATIONS = "org.freedesktop.Notifications"
_MENU = "com.canonical.dbusmenu"


class NotifierWatcher(BusService):
    """Has the watcher's name on a bus as long as it runs."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._items: list[str] = []
        self._notes: list[tuple[Any, ...]] = []
        super().__init__(address, _NOTIFICATIONS, _WATCHER)  # the app waits for the watcher

    def wait_for_item(self) -> str:
        """The bus name of the one item."""
        return wait_until(lambda: self._items[-1] if self._items else None, "an item registers")

    def property(self, name: str) -> Any:
        """One of the item's properties."""
        item = DBusAddress("/StatusNotifierItem", self.wait_for_item(), _ITEM)
        return self._ask(Properties(item).get(name))[0][1]

    def activate(self) -> None:
        """Click on the item."""
        item = DBusAddress("/StatusNotifierItem", self.wait_for_item(), _ITEM)
        self._ask(new_method_call(item, "Activate", "ii", (0, 0)))

    def wait_for_note(self) -> tuple[str, str]:
        """Title and text of the newest notification."""
        note = wait_until(lambda: self._notes[-1] if self._notes else None, "there is a notification")
        return note[3], note[4]

    def click_on_note(self) -> None:
        """Click on the newest notification."""
        sender = DBusAddress("/org/freedesktop/Notifications", interface=_NOTIFICATIONS)
        self._connection.send(new_signal(sender, "ActionInvoked", "us", (len(self._notes), "default")))

    def menu(self) -> dict[str, int]:
        """The visible entries of its menu: their words, and their numbers."""
        menu = DBusAddress(str(self.property("Menu")), self.wait_for_item(), _MENU)
        self._ask(new_method_call(menu, "AboutToShow", "i", (0,)))
        _revision, (_root, _about, children) = self._ask(
            new_method_call(menu, "GetLayout", "iias", (0, -1, ["label", "visible", "type"]))
        )
        entries = {}
        for _kind, (number, about, _children) in children:
            if about.get("visible", ("b", True))[1] and "label" in about:
                entries[about["label"][1].replace("_", "")] = number
        return entries

    def choose(self, words: str) -> None:
        """Click on an entry of its menu."""
        number = self.menu()[words]
        menu = DBusAddress(str(self.property("Menu")), self.wait_for_item(), _MENU)
        self._ask(new_method_call(menu, "Event", "isvu", (number, "clicked", ("s", ""), 0)))

    def _ask(self, message: object) -> tuple[Any, ...]:
        with open_dbus_connection(self._address) as connection:
            reply = connection.send_and_get_reply(message, timeout=5)
        assert reply.header.message_type is MessageType.method_return, reply.body
        return reply.body

    def _answer(self, message: Any) -> None:
        fields = message.header.fields
        match fields[HeaderFields.member]:
            case "RegisterStatusNotifierItem":
                self._items.append(message.body[0])
                self._connection.send(new_method_return(message))
            case "Notify":
                self._notes.append(message.body)
                self._connection.send(new_method_return(message, "u", (len(self._notes),)))
            case "GetCapabilities":
                self._connection.send(new_method_return(message, "as", (["body", "actions"],)))
            case "CloseNotification":
                self._connection.send(new_method_return(message))
            case "Get":
                known = {"IsStatusNotifierHostRegistered": ("b", True), "ProtocolVersion": ("i", 0)}
                self._connection.send(new_method_return(message, "v", (known[message.body[1]],)))
            case member:
                error = new_error(message, "org.freedesktop.DBus.Error.UnknownMethod", "s", (member,))
                self._connection.send(error)
