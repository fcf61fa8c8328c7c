"""Seconds from the start of the process to a window that takes input (see `inside.first_input`)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.benchmarks.figures import Figure
from tests.benchmarks.stage import INSIDE
from tests.support.processes import wait_until

if TYPE_CHECKING:
    from tests.benchmarks.stage import Stage

_TYPED = "hello"
_BAR = 2.0


def startup(stage: Stage) -> list[Figure]:
    """The app as it starts every day, with a server and a key chosen before, and the bare window."""
    app_runs: list[float] = []
    bare_runs: list[float] = []
    with stage.server() as server:
        stage.keep_key(server)
        arguments = ["app", *stage.app_arguments(server)]
        # The first of each fills the file cache, writes byte code and settings.
        for run in range(1 + (3 if stage.quick else 7)):
            bare_s, app_s = start(stage, "bare"), start(stage, *arguments)
            if run:
                bare_runs.append(bare_s)
                app_runs.append(app_s)
    name = "start to a window that takes input"
    return [Figure(name, "s", tuple(app_runs), tuple(bare_runs), _BAR, bar_is_ratio=True)]


def start(stage: Stage, *arguments: str) -> float:
    """Seconds until the window takes input."""
    begin = time.monotonic()
    with stage.program(f"{INSIDE}.first_input", *arguments) as process:

        def told(what: str) -> str | None:
            lines = process.stdout.split("\n")[:-1]
            values = [line.removeprefix(what) for line in lines if line.startswith(what)]
            assert process.is_running, process.stderr
            return values[-1] if values else None

        ready = float(wait_until(lambda: told("ready "), "the window says that it takes input"))
        if stage.desktop is not None:
            stage.desktop.type(_TYPED)
            wait_until(lambda: told("text ") == _TYPED, "what is typed is in the window")
        return ready - begin
