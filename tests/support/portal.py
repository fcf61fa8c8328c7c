"""A stand-in for xdg-desktop-portal: checks calls against the documentation, answers as it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from jeepney import DBusAddress, HeaderFields, new_error, new_method_return, new_signal

from tests.support.bus_service import BusService

if TYPE_CHECKING:
    from jeepney import Message

NAME = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
REGISTRY = "org.freedesktop.host.portal.Registry"
SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"
_SIGNATURES = {
    (REGISTRY, "Register"): "sa{sv}",
    (SHORTCUTS, "CreateSession"): "a{sv}",
    (SHORTCUTS, "BindShortcuts"): "oa(sa{sv})sa{sv}",
    ("org.freedesktop.portal.Session", "Close"): "",
}


class Call(NamedTuple):
    """A call that came."""

    member: str
    body: tuple[Any, ...]


class StandInPortal(BusService):
    """Has the portal's name on a bus as long as it runs.

    Attributes:
        calls: all that came, in order.
        mistakes: what the documentation doesn't allow.
    """

    def __init__(
        self,
        address: str,
        *,
        has_registry: bool = True,
        has_shortcuts: bool = True,
        session_code: int = 0,
        bind_code: int = 0,
        trigger: str | None = "Press <Control><Alt>space",
    ) -> None:
        """`trigger` is what the desktop calls the key; None is no key at all."""
        self.calls: list[Call] = []
        self.mistakes: list[str] = []
        self._has = {REGISTRY: has_registry, SHORTCUTS: has_shortcuts}
        self._codes = {"CreateSession": session_code, "BindShortcuts": bind_code}
        self._trigger = trigger
        self._spoke: set[str] = set()
        self._client = ""
        self._session = ""
        super().__init__(address, NAME)

    @property
    def members(self) -> list[str]:
        """The names of the calls."""
        return [call.member for call in self.calls]

    def press(self, *, shortcut: str = "quick-prompt", token: str = "token-7") -> None:
        """The user presses the key."""
        options = {"activation_token": ("s", token)} if token else {}
        self._emit(SHORTCUTS, PATH, "Activated", "osta{sv}", (self._session, shortcut, 12345678, options))

    def rename(self, trigger: str) -> None:
        """The user chooses another key in the desktop's settings."""
        shortcuts = [("quick-prompt", {"trigger_description": ("s", trigger)})]
        self._emit(SHORTCUTS, PATH, "ShortcutsChanged", "oa(sa{sv})", (self._session, shortcuts))

    def close_session(self) -> None:
        """The desktop ends the session."""
        self._emit("org.freedesktop.portal.Session", self._session, "Closed", "", ())

    def _emit(self, interface: str, path: str, member: str, signature: str, body: tuple[Any, ...]) -> None:
        signal = new_signal(DBusAddress(path, interface=interface), member, signature, body)
        signal.header.fields[HeaderFields.destination] = self._client
        self._connection.send(signal)

    def _answer(self, message: Message) -> None:
        fields = message.header.fields
        interface, member = fields[HeaderFields.interface], fields[HeaderFields.member]
        sender = self._client = fields[HeaderFields.sender]
        self.calls.append(Call(member, message.body))
        wanted = _SIGNATURES.get((interface, member))
        if wanted is None or not self._has.get(interface, True):
            self._fail(message, "org.freedesktop.DBus.Error.UnknownMethod", f"no {interface}.{member}")
            return
        if fields.get(HeaderFields.signature, "") != wanted:
            self.mistakes.append(f"{member} has the signature {fields.get(HeaderFields.signature)}")
        if member == "Register":
            self._register(message, sender)
        elif member == "Close":
            self._connection.send(new_method_return(message))
        else:
            self._ask(message, sender, member)
        self._spoke.add(sender)

    def _register(self, message: Message, sender: str) -> None:
        if sender in self._spoke:
            self.mistakes.append("Register came after another call")
            self._fail(message, "org.freedesktop.portal.Error.Failed", "the connection has an id already")
        else:
            self._connection.send(new_method_return(message))

    def _ask(self, message: Message, sender: str, member: str) -> None:
        options = message.body[-1]
        token = options["handle_token"][1]
        request = f"{PATH}/request/{sender.removeprefix(':').replace('.', '_')}/{token}"
        code, results = self._codes[member], {}
        if member == "CreateSession":
            name = options["session_handle_token"][1]
            self._session = f"{PATH}/session/{sender.removeprefix(':').replace('.', '_')}/{name}"
            results = {"session_handle": ("s", self._session)}
        elif message.body[0] != self._session:
            self.mistakes.append(f"{member} names the session {message.body[0]}")
        else:
            given = [(name, {**about, **self._described()}) for name, about in message.body[1]]
            results = {"shortcuts": ("a(sa{sv})", given if self._trigger is not None else [])}
        # Before the reply, which is allowed: who listens only then has missed it.
        self._emit(
            "org.freedesktop.portal.Request",
            request,
            "Response",
            "ua{sv}",
            (code, results if not code else {}),
        )
        self._connection.send(new_method_return(message, "o", (request,)))

    def _described(self) -> dict[str, tuple[str, str]]:
        return {"trigger_description": ("s", self._trigger or "")}

    def _fail(self, message: Message, name: str, words: str) -> None:
        self._connection.send(new_error(message, name, "s", (words,)))
