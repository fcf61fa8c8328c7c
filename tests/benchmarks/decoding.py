"""Decoding: how many events a second come out of one body, and that time and memory stay in proportion.

Each run is a process of its own (`inside/decoder.py`). A body comes over loopback from another process, or
from memory.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.benchmarks.figures import Figure

if TYPE_CHECKING:
    from tests.benchmarks.stage import Stage

_FLOOR_BAR = 1 / 0.5  # half as many events a second: twice the time for each
_OPENAI_BAR = 1 / 6
_DOUBLED_BAR = 2.2
_MEMORY_BAR = 3.0
_CAP_MB = 64


def decoding(stage: Stage) -> list[Figure]:
    """Decoding and meaning against httpx and json alone, against openai-python, and against itself."""
    events, times = (20_000, 1) if stage.quick else (100_000, 5)
    whos = ["floor", "ours", "pure"]
    # The quick form is part of the tests, which do without a library that they don't need.
    if importlib.util.find_spec("openai") or not stage.quick:
        whos.append("openai")
    runs: dict[str, list[float]] = {who: [] for who in whos}
    for _ in range(times):
        for who in whos:
            # The slowest decoder gets fewer: it takes the same time for each.
            count = events // 5 if who == "openai" else events
            runs[who].append(_inside(stage, who, count)["us_per_event"])
    floor, ours, pure = (tuple(runs[who]) for who in whos[:3])
    figures = [
        Figure(
            "an event from one body, against httpx and json", "µs", ours, floor, _FLOOR_BAR, bar_is_ratio=True
        ),
        Figure("… decoding alone, from memory", "µs", pure, floor),
    ]
    if "openai" in runs:
        theirs = tuple(runs["openai"])
        name = "an event from one body, against openai-python"
        figures.append(Figure(name, "µs", ours, theirs, _OPENAI_BAR, bar_is_ratio=True))
    return [*figures, *_proportions(stage)]


def _proportions(stage: Stage) -> list[Figure]:
    """Twice the input against once, in pieces of several sizes; and memory at the cap."""
    cap = 8 if stage.quick else _CAP_MB
    figures = []
    for size in (1, 64, 4096, 65536):
        megabytes = 1 if stage.quick and size == 1 else cap
        found = _inside(stage, "doubling", megabytes, size)
        name = f"{megabytes} MB of events in pieces of {size:,} B, against half of it"
        figures.append(
            Figure(name, "s", (found["whole_s"],), (found["half_s"],), _DOUBLED_BAR, bar_is_ratio=True)
        )
    found = _inside(stage, "memory", _CAP_MB)
    name = f"memory for an answer of {_CAP_MB} MB, against the cap"
    figures.append(Figure(name, "MB", (found["peak_mb"],), (_CAP_MB,), _MEMORY_BAR, bar_is_ratio=True))
    return figures


def _inside(stage: Stage, what: str, *arguments: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.inside.decoder", what, *map(str, arguments)]
    done = subprocess.run(
        command, env=stage.environment, check=True, capture_output=True, text=True, timeout=600
    )
    return json.loads(done.stdout)
