"""One session with the portal, call by call as its documentation orders them.

Register (org.freedesktop.host.portal.Registry) → CreateSession → its Response → BindShortcuts → its
Response → Activated, again and again (https://flatpak.github.io/xdg-desktop-portal/docs/). Signals are
subscribed to before the calls that cause them.
"""

from __future__ import annotations

import itertools
import secrets
from typing import TYPE_CHECKING, Any

from jeepney import DBusAddress, HeaderFields, MatchRule, MessageType, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from arvae_desktop.desktop.shortcut.combination import KEYS
from arvae_desktop.desktop.shortcut.report import ShortcutState

if TYPE_CHECKING:
    from collections.abc import Callable

    from jeepney import Message
    from jeepney.io.blocking import DBusConnection

    from arvae_desktop.desktop.shortcut.combination import Combination

SHORTCUT_ID = "quick-prompt"
_DESCRIPTION = "Bring up the quick prompt"
_BUS = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"
_REQUEST = "org.freedesktop.portal.Request"
_SESSION = "org.freedesktop.portal.Session"
_REGISTRY = DBusAddress(_PATH, _BUS, "org.freedesktop.host.portal.Registry")
_PORTAL = DBusAddress(_PATH, _BUS, _SHORTCUTS)
# The modifiers of the "shortcuts" XDG specification.
_MODIFIERS = {"Ctrl": "CTRL", "Alt": "ALT", "Shift": "SHIFT", "Meta": "LOGO"}
_NO_PORTAL = (
    "org.freedesktop.DBus.Error.ServiceUnknown",
    "org.freedesktop.DBus.Error.UnknownInterface",
    "org.freedesktop.DBus.Error.UnknownMethod",
    "org.freedesktop.DBus.Error.NameHasNoOwner",
)
_RESPONSES = {0: "granted", 1: "the user said no", 2: "ended in another way"}


def trigger_of(combination: Combination) -> str:
    """The combination as the "shortcuts" XDG specification writes it, such as ``CTRL+ALT+space``."""
    names = [words for name, words in _MODIFIERS.items() if name in combination.modifiers]
    return "+".join([*names, KEYS[combination.key].keysym])


class PortalSession:
    """Runs on a watcher's thread (see `Watched`).

    Args:
        address: the bus's.
        app_id: the name of the app's desktop file without its end.
        on_trial: told what was tried, the answer, and whether that was hoped for.
        on_settled: told the `ShortcutState`, the desktop's words for the trigger, and the reason.
        on_activated: told the time in milliseconds and the activation token of each press.
    """

    def __init__(
        self,
        address: str,
        app_id: str,
        combination: Combination,
        *,
        on_trial: Callable[[str, str, bool], None],
        on_settled: Callable[[str, str, str], None],
        on_activated: Callable[[object, str], None],
    ) -> None:
        self._address = address
        self._app_id = app_id
        self._combination = combination
        self._on_trial = on_trial
        self._on_settled = on_settled
        self._on_activated = on_activated
        self._connection: DBusConnection | None = None
        self._tokens = (f"arvae_{secrets.token_hex(4)}_{number}" for number in itertools.count(1))
        self._replies: dict[int, Callable[[Message], None]] = {}
        self._responses: dict[str, Callable[[int, dict[str, Any]], None]] = {}
        self._session = ""

    # --- watched ---

    def open(self) -> int:
        """See `Watched`."""
        bus = self._connection = open_dbus_connection(self._address)
        rules = [
            MatchRule(type="signal", sender=_BUS, interface=_REQUEST, member="Response"),
            MatchRule(type="signal", sender=_BUS, interface=_SHORTCUTS),
            MatchRule(type="signal", sender=_BUS, interface=_SESSION, member="Closed"),
        ]
        owner = MatchRule(
            type="signal", sender="org.freedesktop.DBus", interface="org.freedesktop.DBus",
            member="NameOwnerChanged",
        )  # fmt: skip
        owner.add_arg_condition(0, _BUS)
        for rule in (*rules, owner):
            bus.send(message_bus.AddMatch(rule))
        self._register()
        return int(bus.sock.fileno())

    def read(self) -> None:
        """See `Watched`."""
        while True:
            try:
                message = self._bus.receive(timeout=0)
            except TimeoutError:
                return
            if message.header.message_type is MessageType.signal:
                self._on_signal(message)
            else:
                serial = message.header.fields.get(HeaderFields.reply_serial, -1)
                self._replies.pop(serial, _ignore)(message)

    def close(self) -> None:
        """See `Watched`."""
        if self._connection is not None:
            self._connection.close()

    def fail(self, error: Exception) -> None:
        """See `Watched`."""
        self._on_trial("speak to the session bus", f"{type(error).__name__}: {error}", False)
        self._on_settled(ShortcutState.UNAVAILABLE, "", "There is no session bus, or it went away.")

    def end(self) -> None:
        """Close the session, and with it the shortcut."""
        if self._session:
            session = DBusAddress(self._session, _BUS, _SESSION)
            self._bus.send(new_method_call(session, "Close"))

    @property
    def _bus(self) -> DBusConnection:
        if self._connection is None:
            raise ConnectionError("not connected")
        return self._connection

    # --- the calls ---

    def _register(self) -> None:
        self._responses.clear()
        self._session = ""
        call = new_method_call(_REGISTRY, "Register", "sa{sv}", (self._app_id, {}))
        self._call(call, f"Registry.Register “{self._app_id}”", self._on_registered)

    def _on_registered(self, _reply: Message) -> None:
        # Portals before 1.20 have no registry and know the app by its cgroup; that may do.
        token, session_token = next(self._tokens), next(self._tokens)
        options = {"handle_token": ("s", token), "session_handle_token": ("s", session_token)}
        self._await_response(token, self._on_session)
        self._call(
            new_method_call(_PORTAL, "CreateSession", "a{sv}", (options,)),
            "GlobalShortcuts.CreateSession",
            self._give_up_on_error,
        )

    def _on_session(self, code: int, results: dict[str, Any]) -> None:
        self._on_trial("session granted?", _RESPONSES.get(code, str(code)), code == 0)
        if code != 0 or "session_handle" not in results:
            self._on_settled(ShortcutState.UNAVAILABLE, "", "The desktop refused a session for shortcuts.")
            return
        self._session = str(results["session_handle"][1])
        token, trigger = next(self._tokens), trigger_of(self._combination)
        shortcut = {"description": ("s", _DESCRIPTION), "preferred_trigger": ("s", trigger)}
        body = (self._session, [(SHORTCUT_ID, shortcut)], "", {"handle_token": ("s", token)})
        self._await_response(token, self._on_bound)
        self._call(
            new_method_call(_PORTAL, "BindShortcuts", "oa(sa{sv})sa{sv}", body),
            f"GlobalShortcuts.BindShortcuts {trigger}",
            self._give_up_on_error,
        )

    def _on_bound(self, code: int, results: dict[str, Any]) -> None:
        self._on_trial("shortcut granted?", _RESPONSES.get(code, str(code)), code == 0)
        if code == 0:
            self._take_shortcuts(results.get("shortcuts", ("", []))[1])
        elif code == 1:
            self._on_settled(ShortcutState.UNAVAILABLE, "", "You, or your desktop, declined the shortcut.")
        else:
            self._on_settled(ShortcutState.UNAVAILABLE, "", "The desktop did not grant the shortcut.")

    def _take_shortcuts(self, shortcuts: list[tuple[str, dict[str, Any]]]) -> None:
        ours = dict(shortcuts).get(SHORTCUT_ID)
        if ours is None:
            reason = "The desktop has given the shortcut no key. Set one in the desktop’s own settings."
            self._on_settled(ShortcutState.UNAVAILABLE, "", reason)
            return
        words = str(ours.get("trigger_description", ("s", ""))[1])
        self._on_trial("which key?", words or "the desktop doesn’t say", True)
        self._on_settled(ShortcutState.ACTIVE, words, "")

    # --- what comes ---

    def _call(self, message: Message, what: str, then: Callable[[Message], None]) -> None:
        serial = next(self._bus.outgoing_serial)

        def take(reply: Message) -> None:
            is_good = reply.header.message_type is MessageType.method_return
            self._on_trial(what, "ok" if is_good else _error_words(reply), is_good)
            then(reply)

        self._replies[serial] = take
        self._bus.send(message, serial=serial)

    def _give_up_on_error(self, reply: Message) -> None:
        if reply.header.message_type is MessageType.error:
            name = reply.header.fields.get(HeaderFields.error_name, "")
            reason = f"The desktop’s portal failed: {_error_words(reply)}."
            if name in _NO_PORTAL:
                reason = "This desktop has no portal for global shortcuts."
            self._on_settled(ShortcutState.UNAVAILABLE, "", reason)

    def _await_response(self, token: str, then: Callable[[int, dict[str, Any]], None]) -> None:
        """Listen at the path that the request is going to have (org.freedesktop.portal.Request)."""
        sender = self._bus.unique_name.removeprefix(":").replace(".", "_")
        self._responses[f"{_PATH}/request/{sender}/{token}"] = then

    def _on_signal(self, message: Message) -> None:
        fields = message.header.fields
        match fields.get(HeaderFields.member), message.body:
            case "Response", (int(code), dict(results)):
                self._responses.pop(fields.get(HeaderFields.path, ""), _ignore)(code, results)
            case "Activated", (session, id_, time, options) if (
                session == self._session and id_ == SHORTCUT_ID
            ):
                self._on_activated(time, str(options.get("activation_token", ("s", ""))[1]))
            case "ShortcutsChanged", (session, shortcuts) if session == self._session:
                self._take_shortcuts(shortcuts)
            case "Closed", _ if self._session and fields.get(HeaderFields.path) == self._session:
                self._session = ""
                self._on_settled(ShortcutState.UNAVAILABLE, "", "The desktop has ended the shortcut.")
            case "NameOwnerChanged", (_name, old, new) if old and new:
                self._on_trial("the portal was started anew", "asking again", True)
                self._register()
            case "NameOwnerChanged", (_name, old, "") if old:
                self._session = ""
                self._on_settled(ShortcutState.UNAVAILABLE, "", "The desktop’s portal has gone.")
            case "NameOwnerChanged", (_name, "", _new) if not self._replies and not self._responses:
                self._register()


def _ignore(*_: object) -> None:
    """Nobody waits for this."""


def _error_words(reply: Message) -> str:
    name = str(reply.header.fields.get(HeaderFields.error_name, "error"))
    said = reply.body[0] if reply.body and isinstance(reply.body[0], str) else ""
    return f"{name}: {said}" if said else name
