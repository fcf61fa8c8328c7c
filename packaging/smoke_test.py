"""A short test of the frozen program on the system that it was built on, with the standard library alone.

    python packaging/smoke_test.py [PROGRAM]

It knows its version, streams the demo's answer to the end, draws a formula, and opens and closes its window
(on Linux without a screen).
"""
# ruff: noqa: INP001, T201, S603  (a program and no package, talks on the terminal, starts the program)

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from arvae_packaging.frozen import default_out
from arvae_packaging.project import COMMAND, TITLE, version

WITHIN_S = 120


def main(arguments: list[str]) -> int:
    """Test it; returns the exit code."""
    program = Path(arguments[0]) if arguments else built_program()
    for test in (knows_its_version, streams, draws, opens_a_window):
        test(program)
        print(f"ok: {test.__name__.replace('_', ' ')}", flush=True)
    return 0


def built_program() -> Path:
    """What `make_package.py frozen` has left."""
    folder = default_out() / "dist"
    if sys.platform == "darwin":
        return folder / f"{TITLE}.app" / "Contents" / "MacOS" / COMMAND
    return folder / COMMAND / (f"{COMMAND}.exe" if sys.platform == "win32" else COMMAND)


def run(program: Path, *arguments: str, given: str = "") -> str:
    """What the program says; it must end well."""
    done = subprocess.run(
        [str(program), *arguments],
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=WITHIN_S,
        check=False,
    )
    require(done.returncode == 0, f"{arguments}: exit code {done.returncode}: {done.stderr}")
    return done.stdout


def knows_its_version(program: Path) -> None:
    """Version and commit are in it."""
    told = run(program, "--version")
    require(told.startswith(f"{COMMAND} {version()} ("), told)


def streams(program: Path) -> None:
    """The whole way of an answer, over a socket."""
    events = [json.loads(line) for line in run(program, "ask", "--demo", "--json", "Hello").splitlines()]
    require(events[-1]["type"] == "end" and events[-1]["state"] == "complete", str(events[-1]))


def draws(program: Path) -> None:
    """The process that draws formulas finds its fonts."""
    lines = run(program, "--draw-formulas", given='{"tex": "x^2", "display": true}\n').splitlines()
    require(len(lines) == 2 and "<svg" in lines[1], str(lines))


def opens_a_window(program: Path) -> None:
    """Qt finds its plugins, and the program ends when it is told to."""
    environment = (
        {**os.environ, "QT_QPA_PLATFORM": "offscreen"} if sys.platform == "linux" else dict(os.environ)
    )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        log = Path(folder) / "arvae-desktop.log"
        with subprocess.Popen(
            [str(program), "--base-url", "http://127.0.0.1:9/v1", "--data-dir", folder], env=environment
        ) as process:
            deadline = time.monotonic() + WITHIN_S
            while not (log.exists() and "started" in log.read_text("utf-8")):
                require(process.poll() is None, f"it ended with {process.returncode}")
                require(time.monotonic() < deadline, "it did not start in time")
                time.sleep(0.1)
            if sys.platform == "win32":
                process.terminate()  # which takes no exit code from it
                return
            process.send_signal(signal.SIGTERM)
            require(process.wait(WITHIN_S) == 0, f"it ended with {process.returncode}")


def require(is_so: bool, otherwise: str) -> None:
    """Stop with a sentence unless something is so."""
    if not is_so:
        raise SystemExit(f"smoke test failed: {otherwise}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
