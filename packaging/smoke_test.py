"""A short test of the frozen program on the system that it was built on, with the standard library alone.

    python packaging/smoke_test.py [PROGRAM]

It knows its version, streams the demo's answer to the end, draws a formula, opens and closes its window (on
Linux without a screen), and leaves a file for conversations that can be searched.
"""
# ruff: noqa: INP001, T201, S603  (a program and no package, talks on the terminal, starts the program)

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from arvae_packaging.frozen import default_out
from arvae_packaging.project import COMMAND, TITLE, version

if TYPE_CHECKING:
    from collections.abc import Callable

WITHIN_S = 120


def main(arguments: list[str]) -> int:
    """Test it; returns the exit code."""
    program = Path(arguments[0]) if arguments else built_program()
    for test in (knows_its_version, streams, draws, asks_the_keyring, opens_a_window):
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


def asks_the_keyring(program: Path) -> None:
    """The process that asks the keyring finds the system's; a Linux that only builds has none."""
    command = [str(program), "--ask-keyring"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        told = json.loads(process.stdout.readline() if process.stdout else "")
        process.kill()
    kinds = {"win32": "keyring.backends.Windows", "darwin": "keyring.backends.macOS"}
    allowed = [[kinds.get(sys.platform, "keyring.backends.SecretService")]]
    if sys.platform == "linux":
        allowed.append({"error": "NoKeyringError"})
    require(told in allowed, str(told))


def opens_a_window(program: Path) -> None:
    """Qt finds its plugins, SQLite its search, and the program ends when it is told to."""
    environment = (
        {**os.environ, "QT_QPA_PLATFORM": "offscreen"} if sys.platform == "linux" else dict(os.environ)
    )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        log, kept = Path(folder) / "arvae-desktop.log", Path(folder) / "conversations.db"
        with subprocess.Popen(
            [str(program), "--base-url", "http://127.0.0.1:9/v1", "--data-dir", folder], env=environment
        ) as process:
            wait_until(
                lambda: log.exists() and "started" in log.read_text("utf-8"), process, "it has not started"
            )
            wait_until(lambda: can_be_searched(kept), process, "it keeps no conversations")
            if sys.platform == "win32":
                process.terminate()  # which takes no exit code from it
                return
            process.send_signal(signal.SIGTERM)
            require(process.wait(WITHIN_S) == 0, f"it ended with {process.returncode}")


def can_be_searched(path: Path) -> bool:
    """Whether the file for conversations is there, with its index."""
    if not path.exists():
        return False
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return bool(
            connection.execute("SELECT 1 FROM sqlite_master WHERE sql LIKE '%USING fts5%'").fetchall()
        )


def wait_until(is_so: Callable[[], bool], process: subprocess.Popen[bytes], otherwise: str) -> None:
    """Wait for something that the running program is to do."""
    deadline = time.monotonic() + WITHIN_S
    while not is_so():
        require(process.poll() is None, f"it ended with {process.returncode}")
        require(time.monotonic() < deadline, f"{otherwise} after {WITHIN_S} s")
        time.sleep(0.1)


def require(is_so: bool, otherwise: str) -> None:
    """Stop with a sentence unless something is so."""
    if not is_so:
        raise SystemExit(f"smoke test failed: {otherwise}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
