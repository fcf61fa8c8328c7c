"""Sizes, start and memory of what `make package` made, against bars and a bare frozen Qt window.

    python -m tests.packages.measure [--runs N]

The bare window is frozen, pruned and stripped in the same way. Start is the time from the start of the
process to a window that takes input, as in the benchmarks; for it the program that watches is frozen with
the app. Memory is the proportional set size at rest of the very program that is shipped, its key read from
the keyring.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from arvae_packaging.project import debian_architecture, version

from tests.benchmarks.memory import settled_mb
from tests.benchmarks.stage import Stage
from tests.support.processes import Process, wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / "build" / "package-venv" / "bin" / "python"
SHIPPED = ROOT / "build" / "frozen" / "dist" / "arvae-desktop" / "arvae-desktop"
INSIDE = ROOT / "tests" / "benchmarks" / "inside"
FREEZE = """
import sys
from pathlib import Path
sys.path.insert(0, "packaging")
from arvae_packaging.frozen import freeze
freeze(Path(sys.argv[1]), script=Path(sys.argv[2]), with_app=sys.argv[3] == "app")
"""
RATIO_BAR = 2.0
DEB_BAR_MB = 50.0
INSTALLED_BAR_MB = 150.0


def freeze_script(name: str, what: str) -> Path:
    """Freeze a script of the benchmarks, with the app or bare; returns the program. One of this commit is
    kept."""
    out = ROOT / "build" / f"frozen-{what}-{name}"
    subprocess.run(
        [str(PYTHON), "-c", FREEZE, str(out), str(INSIDE / f"{name}.py"), what], cwd=ROOT, check=True
    )
    return out / "dist" / "arvae-desktop" / "arvae-desktop"


def start_s(stage: Stage, program: Path, *arguments: str) -> float:
    """Seconds from the start to a window that takes input."""
    begin = time.monotonic()
    process = Process(
        [str(program), *arguments], folder=stage.new_folder("program"), environment=stage.environment
    )
    try:

        def ready() -> float | None:
            found = re.search(r"^ready (.+)$", process.stdout, re.MULTILINE)
            assert process.is_running, process.stderr
            return float(found[1]) if found else None

        return wait_until(ready, "the window says that it takes input", within_s=30) - begin
    finally:
        process.end()


def memory_mb(stage: Stage, program: Path, *arguments: str) -> float:
    """Megabytes at rest."""
    process = Process(
        [str(program), *arguments], folder=stage.new_folder("program"), environment=stage.environment
    )
    try:
        time.sleep(0.5)
        return settled_mb(process.pid)
    finally:
        process.end()


def measure(runs: int) -> dict[str, dict[str, float]]:
    """All figures by name: measured, bare, ratio and bar as far as each has them."""
    deb = ROOT / "dist" / f"arvae-desktop_{version()}_{debian_architecture()}.deb"
    installed = int(
        subprocess.run(
            ["dpkg-deb", "-f", str(deb), "Installed-Size"], check=True, capture_output=True, text=True
        ).stdout
    )
    bare = freeze_script("bare_window", "bare")
    bare_watched, app_watched = freeze_script("first_input", "bare"), freeze_script("first_input", "app")
    figures = {
        "size of the .deb, MB": {"measured": deb.stat().st_size / 1e6, "bar": DEB_BAR_MB},
        "installed, MB": {"measured": installed * 1024 / 1e6, "bar": INSTALLED_BAR_MB},
    }
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stage = Stage(folder, "xcb", stack, quick=False)
        starts: dict[str, list[float]] = {"app": [], "bare": []}
        memories: dict[str, list[float]] = {"app": [], "bare": []}
        with stage.server() as server:
            stage.keep_key(server)
            arguments = stage.app_arguments(server)
            for run in range(runs + 1):
                bare_s = start_s(stage, bare_watched, "bare")
                app_s = start_s(stage, app_watched, "app", *arguments)
                if run:  # the first of each fills the file cache
                    starts["bare"].append(bare_s)
                    starts["app"].append(app_s)
            for _ in range(3):
                memories["bare"].append(memory_mb(stage, bare))
                memories["app"].append(memory_mb(stage, SHIPPED, *arguments))
    figures["frozen start, s"] = compared(starts)
    figures["frozen memory at rest, MB"] = compared(memories)
    return figures


def compared(values: dict[str, list[float]]) -> dict[str, float]:
    """The medians, and their ratio."""
    app, bare = statistics.median(values["app"]), statistics.median(values["bare"])
    return {"measured": app, "bare": bare, "ratio": app / bare, "bar": RATIO_BAR}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table and write it to build/package-figures.json; 1 if a bar is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=7)
    figures = measure(parser.parse_args(arguments).runs)
    (ROOT / "build" / "package-figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    missed = 0
    for name, row in figures.items():
        is_missed = row.get("ratio", row["measured"]) > row["bar"]
        missed += is_missed
        beside = f"  bare {row['bare']:.2f}  ratio {row['ratio']:.2f}" if "ratio" in row else ""
        print(
            f"{name:28} {row['measured']:8.2f}{beside}  bar {row['bar']:g}{'  MISSED' if is_missed else ''}"
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
