"""Stop: until the server sees the socket close, and until the window is idle again."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.scenes import Scene, play

if TYPE_CHECKING:
    from tests.benchmarks.stage import Stage

_RATE = 200
_CLOSED_BAR_MS = 50
_IDLE_BAR_MS = 100
# Model, and when it is stopped: seconds after its prompt was sent, at random between two bounds.
_PHASES = (
    ("demo/long", 0.0, 0.02),  # while connecting, before the first byte
    ("demo/silent", 0.03, 0.15),
    ("demo/long", 0.03, 0.3),
    ("demo/stall", 0.15, 0.3),
)


def stop(stage: Stage) -> list[Figure]:
    """From the click on Stop, at varied moments, in every phase of an answer."""
    app, bare = play_stops(stage, "app"), play_stops(stage, "bare_client")
    closed, idle = [], []
    for scene in (app, bare):
        closed.append((percentile(closed_ms(scene), 99),))
        idle.append((percentile(idle_ms(scene), 99),))
    count = len(closed_ms(app))
    return [
        Figure(f"Stop to the socket closed for the server, p99 of {count}", "ms", *closed, _CLOSED_BAR_MS),
        Figure(f"Stop to the window idle, p99 of {len(idle_ms(app))}", "ms", *idle, _IDLE_BAR_MS),
    ]


def play_stops(stage: Stage, who: str) -> Scene:
    """Many answers, each stopped at another moment, the same moments at every call."""
    chance = random.Random(1)
    plan = [
        (model, chance.uniform(earliest, latest))
        for _ in range(8 if stage.quick else 32)
        for model, earliest, latest in _PHASES
    ]
    return play(stage, who, "stops", rate=_RATE, every_turn=True, plan=plan)


def closed_ms(scene: Scene) -> list[float]:
    """From each click to the moment when the server sees it, for all whose request had reached it."""
    prompts = {
        event["id"]: event["messages"][-1]["content"]
        for event in scene.events
        if event["event"] == "request" and event["messages"]
    }
    closed = {
        prompts.get(event["id"]): event["t"] for event in scene.events if event["event"] == "client_closed"
    }
    clicks = {f"Prompt {mark['number']}": mark["t"] for mark in scene.marked("stop")}
    never_closed = set(prompts.values()) - set(closed)
    assert not never_closed, f"the server saw no end of {never_closed}"
    return [(closed[prompt] - clicks[prompt]) * 1000 for prompt in prompts.values()]


def idle_ms(scene: Scene) -> list[float]:
    """From each click to the turn of the event loop after Send was painted again."""
    painted = {mark["number"]: mark["at"] for mark in scene.marked("idle")}
    return [(painted[mark["number"]] - mark["t"]) * 1000 for mark in scene.marked("stop")]
