"""The demo server with the benchmarks' models, in a process of its own, seen through its log."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from arvae_desktop.demo import __main__ as demo
from arvae_desktop.demo.scripts import MODELS, Delta, Script
from tests.benchmarks.texts import markdown_model, paragraph_model, prose_model, tokens_of
from tests.support.processes import Process, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

Event = dict[str, Any]
LENGTHS = (300, 1_000, 4_000, 5_000, 20_000)


class Server:
    """A running server.

    Attributes:
        base_url: where it listens.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], rate: int | None) -> None:
        folder.mkdir()
        self._log = folder / "server.log"
        pace = "max" if rate is None else str(rate)
        command = [sys.executable, "-m", __name__, "--rate", pace, "--log", str(self._log), "--log-tokens"]
        self._process = Process(command, folder=folder, environment=environment)
        self.base_url = self._process.first_line().removeprefix("base URL: ")

    def events(self, *kinds: str) -> list[Event]:
        """All events of these kinds so far, in order."""
        # The last line may be half written.
        lines = self._log.read_text("utf-8").split("\n")[:-1]
        return [event for event in map(json.loads, lines) if event["event"] in kinds]

    def wait_for_models(self) -> None:
        """Wait until somebody has got the list of models."""

        def is_told() -> bool:
            events = self.events("request", "finished")
            asked = {event["id"] for event in events if event.get("path", "").endswith("/models")}
            return any(event["event"] == "finished" and event["id"] in asked for event in events)

        wait_until(is_told, "the list of models is fetched")

    def end(self) -> None:
        self._process.end()
        assert self._process.stderr == "", self._process.stderr


def _script(model: str) -> Script:
    def deltas(_messages: Sequence[object]) -> Iterator[Delta]:
        return (Delta("content", token) for token in tokens_of(model))

    return Script(deltas)


if __name__ == "__main__":
    for length in LENGTHS:
        for name in (prose_model(length), paragraph_model(length), markdown_model(length)):
            MODELS[name] = _script(name)
    sys.exit(demo.main())
