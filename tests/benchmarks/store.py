"""The store with a million messages: opening, saving, finding, importing, and its size on the disk.

Each figure is measured in a process of its own (`inside/store.py`), on a copy of a store that `stores` made.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.benchmarks.figures import Figure
from tests.benchmarks.stores import store_of, text_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.benchmarks.stage import Stage

_APPEND_BAR_MS = 2.0
_SEARCH_BAR_MS = 50.0
_SIZE_BAR = 2.5
_IMPORTED = 100_000
_IMPORT_BAR_S = _IMPORTED / 20_000


def store(stage: Stage) -> list[Figure]:
    """A large store against an empty one, and against bare SQLite."""
    messages, times, imported = (10_000, 1, 20_000) if stage.quick else (1_000_000, 5, _IMPORTED)
    large = _copy(stage, messages)
    empty = stage.new_folder("empty")
    inside = [_inside(stage, "opening", folder) for _ in range(times) for folder in (large, empty)]
    opened = [1000 * found["seconds"] for found in inside]
    saved = [_inside(stage, "appending", large) for _ in range(times)]
    found, found_in_empty = _inside(stage, "searching", large), _inside(stage, "searching", empty)
    name = f"{messages:,} messages"
    return [
        Figure(f"store with {name}: open, list, newest", "ms", tuple(opened[::2]), tuple(opened[1::2])),
        _figure("… a piece saved, p50", saved, "p50"),
        _figure("… a piece saved, p99", saved, "p99", _APPEND_BAR_MS),
        Figure("… keystroke to results, p50", "ms", *_in_ms(found, found_in_empty, "p50")),
        Figure("… keystroke to results, p95", "ms", *_in_ms(found, found_in_empty, "p95"), _SEARCH_BAR_MS),
        _size(large, messages),
        _import(stage, imported),
    ]


def _copy(stage: Stage, messages: int) -> Path:
    folder = stage.new_folder("store")
    return shutil.copytree(store_of(messages), folder / "copy")


def _figure(name: str, runs: list[dict[str, float]], percent: str, bar: float | None = None) -> Figure:
    ours, bare = (tuple(1000 * run[f"{who}{percent}"] for run in runs) for who in ("", "bare_"))
    return Figure(name, "ms", ours, bare, bar)


def _in_ms(found: dict[str, float], floor: dict[str, float], name: str) -> tuple[tuple[float], tuple[float]]:
    return (1000 * found[name],), (1000 * floor[name],)


def _size(folder: Path, messages: int) -> Figure:
    on_disk = sum(path.stat().st_size for path in folder.glob("conversations.db*"))
    size, text = on_disk / 1e6, text_bytes(messages) / 1e6
    return Figure("… on the disk, against its text", "MB", (size,), (text,), _SIZE_BAR, bar_is_ratio=True)


def _import(stage: Stage, messages: int) -> Figure:
    run = _inside(stage, "importing", stage.new_folder("import"), messages)
    bar = _IMPORT_BAR_S * messages / _IMPORTED
    return Figure(
        f"import of {messages:,} messages from ChatGPT’s file", "s", (run["seconds"],), (run["bare_s"],), bar
    )


def _inside(stage: Stage, what: str, folder: Path, messages: int = 0) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.inside.store", what, str(folder), str(messages)]
    done = subprocess.run(
        command, env=stage.environment, check=True, capture_output=True, text=True, timeout=600
    )
    return json.loads(done.stdout)
