"""``make bench``: measures the app against its bars, prints a table and writes a JSON file.

    python -m tests.benchmarks [--quick] [--platform xcb|offscreen] [NAME …]

Exit code 0 if all bars are met, 1 if one is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.decoding import decoding
from tests.benchmarks.figures import Figure, table
from tests.benchmarks.kept import kept
from tests.benchmarks.machine import load, machine
from tests.benchmarks.memory import memory
from tests.benchmarks.quick import quick, tray
from tests.benchmarks.stage import PLATFORMS, ROOT, Stage
from tests.benchmarks.startup import startup
from tests.benchmarks.stopping import stop
from tests.benchmarks.store import store
from tests.benchmarks.streaming import latency, stall, work
from tests.benchmarks.transcript import transcript

if TYPE_CHECKING:
    from collections.abc import Callable

_PRIORITY = -10
_RESULTS = ROOT / ".cache" / "bench" / "results.json"
_BENCHES: dict[str, Callable[[Stage], list[Figure]]] = {
    "startup": startup,
    "memory": memory,
    "latency": latency,
    "stall": stall,
    "work": work,
    "stop": stop,
    "decoding": decoding,
    "transcript": transcript,
    "store": store,
    "kept": kept,
    "quick": quick,
    "tray": tray,
}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(_BENCHES)}; without, all")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs, under a minute")
    parser.add_argument(
        "--platform", choices=PLATFORMS, default="xcb", help="Qt's platform (xcb, in an Xvfb)"
    )
    options = parser.parse_args()
    if unknown := set(options.names) - set(_BENCHES):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    return options


def _go_first() -> None:
    """Let other programs of this machine wait for the measured ones, where that is allowed."""
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, _PRIORITY)


def _measure(options: argparse.Namespace) -> list[Figure]:
    figures: list[Figure] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="arvae-bench-")))
        stage = Stage(folder, options.platform, stack, quick=options.quick)
        for name in options.names or _BENCHES:
            print(f"measuring {name} (load {load()}) …", file=sys.stderr, flush=True)
            figures += _BENCHES[name](stage)
    return figures


def main() -> int:
    options = _options()
    _go_first()
    figures = _measure(options)
    about = machine()
    result = {
        "machine": about,
        "platform": options.platform,
        "quick": options.quick,
        "figures": [figure.as_json() for figure in figures],
    }
    _RESULTS.parent.mkdir(parents=True, exist_ok=True)
    _RESULTS.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(table(figures))
    print(f"\n{', '.join(f'{name} {value}' for name, value in about.items())}")
    missed = [figure.name for figure in figures if not figure.is_met]
    for name in missed:
        print(f"bar missed: {name}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
