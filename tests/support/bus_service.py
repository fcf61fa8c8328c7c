"""What a stand-in for a service on a D-Bus does, whatever it answers."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from jeepney import MessageType
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

if TYPE_CHECKING:
    from jeepney import Message


class BusService:
    """Has names on a bus, and answers calls on a thread of its own, as long as it runs.

    The names are taken in their order. What comes while a reply is waited for is lost, so the last one is
    to be that which others wait for.
    """

    def __init__(self, address: str, *names: str) -> None:
        self._connection = open_dbus_connection(address)
        for name in names:
            self._connection.send_and_get_reply(message_bus.RequestName(name))
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._serve, name=names[-1], daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join(5)
        self._connection.close()

    def _answer(self, message: Message) -> None:
        raise NotImplementedError

    def _serve(self) -> None:
        while not self._is_over.is_set():
            try:
                message = self._connection.receive(timeout=0.02)
            except TimeoutError:
                continue
            if message.header.message_type is MessageType.method_call:
                self._answer(message)
