"""The demo server as a process of its own, seen through its log."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from tests.support.processes import Process, wait_until

if TYPE_CHECKING:
    from pathlib import Path

Event = dict[str, Any]


class DemoProcess:
    """``python -m arvae_desktop.demo`` on a free port.

    Attributes:
        base_url: where it listens.
    """

    def __init__(self, folder: Path, *, rate: float = 60, required_key_sha256: str | None = None) -> None:
        self._log = folder / "demo-server.log"
        command = [sys.executable, "-m", "arvae_desktop.demo", "--rate", str(rate), "--log", str(self._log)]
        if required_key_sha256:
            command += ["--require-key-sha256", required_key_sha256]
        self._process = Process(command, folder=folder)
        self.base_url = self._process.first_line().removeprefix("base URL: ")

    def events(self, kind: str) -> list[Event]:
        """All events of a kind so far."""
        # The last line may be half written.
        lines = self._log.read_text("utf-8").split("\n")[:-1]
        return [event for event in map(json.loads, lines) if event["event"] == kind]

    def chats(self) -> list[Event]:
        """The `request` events of all chat completions so far."""
        return [event for event in self.events("request") if event["path"].endswith("/chat/completions")]

    def wait_for_chat(self, number: int = 1) -> Event:
        """The `number`th chat completion's `request`."""
        chats = wait_until(
            lambda: found if len(found := self.chats()) >= number else None,
            f"chat {number} reaches the server",
        )
        return chats[number - 1]

    def wait_for(self, kind: str, of: Event, *, within_s: float = 10.0) -> Event:
        """The event of a kind that belongs to the request `of`."""

        def find() -> Event | None:
            return next((event for event in self.events(kind) if event["id"] == of["id"]), None)

        return wait_until(find, f"the server notes {kind}", within_s=within_s)

    def end(self) -> None:
        """Stop it; it must not have complained."""
        self._process.end()
        assert self._process.stderr == ""
