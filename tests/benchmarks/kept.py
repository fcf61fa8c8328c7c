"""A window over a million kept messages: start, memory, switching, searching, saving before showing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.benchmarks.figures import Figure
from tests.benchmarks.memory import own_libraries, settled_app_mb
from tests.benchmarks.stage import INSIDE
from tests.benchmarks.startup import start
from tests.benchmarks.stores import store_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.benchmarks.stage import Stage

_SMALL = 1_000
_START_BAR, _MEMORY_BAR = 1.2, 1.3
_SWITCH_BAR_MS, _SEARCH_BAR_MS, _SAVE_BAR_MS = 50.0, 50.0, 2.0


def kept(stage: Stage) -> list[Figure]:
    """The app over a large store, against the same over an empty one, or over a small one."""
    count = 10_000 if stage.quick else 1_000_000
    large, empty, small = _copy(stage, count), stage.new_folder("empty"), _copy(stage, _SMALL)
    name = f"{count:,} messages"
    figures = [*_whole_app(stage, name, large, empty)]
    for what, words, percent, bar in (
        ("switching", "choosing a conversation to its first paint", "p99", _SWITCH_BAR_MS),
        ("searching", "key in the search to the results painted", "p95", _SEARCH_BAR_MS),
        ("saving", "a frame’s text saved before it is shown", "p99", _SAVE_BAR_MS),
    ):
        found, floor = _inside(stage, what, large), _inside(stage, what, small)
        for each, limit in (("p50", None), (percent, bar)):
            figures.append(Figure(f"… {words}, {each}", "ms", (found[each],), (floor[each],), limit))
    return figures


def _whole_app(stage: Stage, name: str, large: Path, empty: Path) -> list[Figure]:
    starts: dict[Path, list[float]] = {large: [], empty: []}
    sizes: dict[Path, list[float]] = {large: [], empty: []}
    with stage.server() as server:
        stage.keep_key(server)
        for run in range(1 + (3 if stage.quick else 7)):
            for folder in (empty, large):
                arguments = ["--data-dir", str(folder), "--base-url", server.base_url]
                took = start(stage, "app", *arguments)
                if run:  # the first fills the file cache
                    starts[folder].append(took)
    with own_libraries(stage):
        for _ in range(1 if stage.quick else 3):
            for folder in (empty, large):
                with stage.server() as server:
                    stage.keep_key(server)
                    arguments = ["--data-dir", str(folder), "--base-url", server.base_url]
                    sizes[folder].append(settled_app_mb(stage, server, arguments))
    return [
        Figure(f"start with {name} kept, against none", "s", *_pair(starts), _START_BAR, bar_is_ratio=True),
        Figure("… memory at rest", "MB", *_pair(sizes), _MEMORY_BAR, bar_is_ratio=True),
    ]


def _pair(runs: dict[Path, list[float]]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    large, empty = (tuple(values) for values in runs.values())
    return large, empty


def _copy(stage: Stage, messages: int) -> Path:
    return shutil.copytree(store_of(messages), stage.new_folder("store") / "copy")


def _inside(stage: Stage, what: str, folder: Path) -> dict[str, float]:
    copy = shutil.copytree(folder, stage.new_folder(what) / "copy")
    command = [sys.executable, "-m", f"{INSIDE}.kept", what, str(copy)]
    done = subprocess.run(
        command, env=stage.environment, check=True, capture_output=True, text=True, timeout=600
    )
    shutil.rmtree(copy)
    return json.loads(done.stdout)
