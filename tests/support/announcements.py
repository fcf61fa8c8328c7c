"""What screen readers are told: AT-SPI's announcements, as they come over the bus."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from jeepney import DBusAddress, HeaderFields, MatchRule, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.support.accessibility import ask
from tests.support.processes import wait_until

if TYPE_CHECKING:
    from jeepney import Message

_REGISTRY = DBusAddress(
    "/org/a11y/atspi/registry", bus_name="org.a11y.atspi.Registry", interface="org.a11y.atspi.Registry"
)
_EVENT = "org.a11y.atspi.Event.Object"
_MEMBER = "Announcement"
_ASSERTIVE = 2
_POLL_S = 0.1


@dataclass(frozen=True)
class Announcement:
    """One announcement.

    Attributes:
        at: when it came, on the clock of `time.monotonic`.
        source: the object path of what it came from.
        is_urgent: whether it interrupts what is being said.
    """

    at: float
    source: str
    words: str
    is_urgent: bool


class Announcements:
    """Listens as a screen reader does, from its making to its end.

    Attributes:
        heard: in the order in which they came.
    """

    def __init__(self, address: str) -> None:
        """`address` is the accessibility bus's."""
        self.heard: list[Announcement] = []
        self._connection = open_dbus_connection(address)
        event = f"object:{_MEMBER.lower()}"
        ask(
            self._connection, message_bus.AddMatch(MatchRule(type="signal", interface=_EVENT, member=_MEMBER))
        )
        # Programs send only what somebody has asked the registry for.
        ask(self._connection, new_method_call(_REGISTRY, "RegisterEvent", "sass", (event, [], "")))
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="announcements")
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        self._connection.close()

    @property
    def words(self) -> str:
        """All that was said, an announcement a line or more."""
        return "\n".join(each.words for each in self.heard)

    def wait_for(self, words: str, *, within_s: float = 10.0) -> Announcement:
        """The first announcement that holds `words`."""
        return wait_until(
            lambda: next((each for each in self.heard if words in each.words), None),
            f"{words!r} is announced",
            within_s=within_s,
        )

    def _listen(self) -> None:
        while not self._is_over.is_set():
            try:
                message = self._connection.receive(timeout=_POLL_S)
            except TimeoutError:
                continue
            if message.header.fields.get(HeaderFields.member) == _MEMBER:
                self.heard.append(_announcement(message))


def _announcement(message: Message) -> Announcement:
    _kind, politeness, _detail, (_type, words), _properties = message.body
    source = message.header.fields[HeaderFields.path]
    return Announcement(time.monotonic(), source, words, politeness == _ASSERTIVE)
