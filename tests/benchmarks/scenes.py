"""Runs a scenario in the app or in the bare client against a server, and brings back what was recorded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.benchmarks.stage import INSIDE
from tests.support.processes import wait_until

if TYPE_CHECKING:
    from tests.benchmarks.server import Event
    from tests.benchmarks.stage import Stage

_WITHIN_S = 120.0


@dataclass(frozen=True)
class Scene:
    """What happened.

    Attributes:
        paints: time, characters in the document, whether its end was in sight.
        gaps: of the event loop's longer turns when each ended, how long it took, and for how much of that
            the program itself was at work; what remains it waited, mostly for a processor.
        marks: what the scenario noted.
        events: the server's log.
    """

    paints: list[tuple[float, int, bool]]
    gaps: list[tuple[float, float, float]]
    marks: list[dict[str, Any]]
    events: list[Event]

    def marked(self, name: str) -> list[dict[str, Any]]:
        """All marks of one name."""
        return [mark for mark in self.marks if mark["mark"] == name]


def play(
    stage: Stage, who: str, name: str, *, rate: int | None, every_turn: bool = False, **options: object
) -> Scene:
    """Play a scenario.

    Args:
        who: ``app``, ``quick_app``, or one of those that begin with ``bare_``.
        rate: the server's tokens a second; None is as fast as it goes.
        every_turn: whether the event loop's turns are watched.
    """
    report = stage.new_folder("report") / "report.json"
    scenario = json.dumps({"name": name, "options": options, "every_turn": every_turn})
    with stage.server(rate) as server:
        arguments = [server.base_url] if who.startswith("bare_") else stage.app_arguments(server)
        with stage.program(f"{INSIDE}.{who}", str(report), scenario, *arguments) as process:

            def is_over() -> bool:
                assert process.is_running, process.stderr
                return report.exists()

            wait_until(is_over, f"{who} has played {name}", within_s=_WITHIN_S)
            events = server.events("request", "token", "finished", "client_closed")
            scene = Scene(**json.loads(report.read_text("utf-8")), events=events)
    errors = scene.marked("error")
    assert not errors, errors[0]["trace"]
    return scene
