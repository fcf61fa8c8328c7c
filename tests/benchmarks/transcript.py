"""The page: what a flush costs in conversations of several lengths, and how long ones open and resize."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.stage import INSIDE

if TYPE_CHECKING:
    from tests.benchmarks.stage import Stage

_LENGTHS = (50, 1_000, 10_000)
_FLUSH_BAR_MS = 8.0
_GROWTH_BAR = 1.2
_OPENING_BAR_MS = 150.0
_STALL_BAR_MS = 100.0
_RESIZE_BAR_MS = 50.0
_MARGIN = 5  # of a hundred: the slowest are the machine's


def transcript(stage: Stage) -> list[Figure]:
    """The transcript's own bars, each in a process of its own."""
    tokens, lengths = (2_000, _LENGTHS[:2]) if stage.quick else (20_000, _LENGTHS)
    floor = _inside(stage, "plain", tokens)["flushes_ms"]
    figures, p50s = [], []
    for length in lengths:
        found = _inside(stage, "flush", length, tokens)
        flushes = found["flushes_ms"]
        p50s.append(percentile(flushes, 50))
        where = f"{tokens:,} tokens into {length:,} messages"
        figures += [
            Figure(f"a flush, {where}, p50", "ms", (p50s[-1],), (percentile(floor, 50),)),
            Figure(
                f"a flush, {where}, p99",
                "ms",
                (percentile(flushes, 99),),
                (percentile(floor, 99),),
                _FLUSH_BAR_MS,
            ),
            Figure(
                f"… processor time in it, {where}, p99",
                "ms",
                (percentile(found["worked_ms"], 99),),
                (percentile(floor, 99),),
            ),
            Figure(
                f"first screen of {length:,} messages",
                "ms",
                (found["opening_ms"],),
                (found["empty_ms"],),
                _OPENING_BAR_MS,
            ),
            Figure(
                f"resize of a full window, {length:,} messages",
                "ms",
                (found["resize_ms"],),
                (found["empty_ms"],),
                _RESIZE_BAR_MS,
            ),
        ]
    name = f"a flush (p50) among {lengths[-1]:,} messages, against {lengths[0]}"
    figures.append(Figure(name, "ms", (p50s[-1],), (p50s[0],), _GROWTH_BAR, bar_is_ratio=True))
    lines = 1_000 if stage.quick else 5_000
    flushes = _inside(stage, "code", lines)["flushes_ms"]
    tenth = len(flushes) // 10
    first, last = _typical(flushes[tenth : 2 * tenth]), _typical(flushes[-tenth:])
    name = f"a flush of code, last tenth of {lines:,} lines against the second"
    figures.append(Figure(name, "ms", (last,), (first,), _GROWTH_BAR, bar_is_ratio=True))
    megabytes = 1 if stage.quick else 10
    found = _inside(stage, "huge", megabytes)
    name = f"longest stall while an answer of {megabytes} MB opens"
    figures.append(Figure(name, "ms", (found["stall_ms"],), (found["empty_ms"],), _STALL_BAR_MS))
    return figures


def _typical(flushes: list[float]) -> float:
    """The mean without the slowest few, which are the machine's."""
    kept = sorted(flushes)[: len(flushes) * (100 - _MARGIN) // 100]
    return sum(kept) / len(kept)


def _inside(stage: Stage, what: str, *arguments: int) -> dict:
    command = [sys.executable, "-m", f"{INSIDE}.page", what, *map(str, arguments)]
    done = subprocess.run(
        command, env=stage.environment, check=True, capture_output=True, text=True, timeout=600
    )
    return json.loads(done.stdout.splitlines()[-1])
