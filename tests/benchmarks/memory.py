"""Memory at rest: the proportional set size after everything that a start sets off is done.

A page that several programs share counts for each of them in part. So that other programs with the same
libraries (a test run, say) don't make it look small, what is measured gets copies that nobody else uses.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.figures import Figure
from tests.benchmarks.stage import INSIDE
from tests.support.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.server import Server
    from tests.benchmarks.stage import Stage

_BAR = 2.0
_COPIED = ("PySide6", "shiboken6", "cryptography")
_LOOK_EVERY_S = 0.1
_STILL_FOR_S = 0.6
_STILL_MB = 0.5  # other programs come and go, and share pages with this one


def memory(stage: Stage) -> list[Figure]:
    """The app after it has asked the keyring for its key and the server for its models."""
    app_runs: list[float] = []
    bare_runs: list[float] = []
    with own_libraries(stage):
        for _ in range(1 if stage.quick else 3):
            with stage.server() as server:
                stage.keep_key(server)
                bare_runs.append(_bare_mb(stage))
                app_runs.append(settled_app_mb(stage, server, stage.app_arguments(server)))
    return [Figure("memory at rest", "MB", tuple(app_runs), tuple(bare_runs), _BAR, bar_is_ratio=True)]


@contextmanager
def own_libraries(stage: Stage) -> Iterator[None]:
    """Copies of the largest libraries, taken by the programs that are started within the block."""
    folder = stage.new_folder("libraries")
    for name in _COPIED:
        spec = importlib.util.find_spec(name)
        assert spec is not None, f"{name} is not installed"
        assert spec.origin is not None, f"{name} has no folder"
        shutil.copytree(Path(spec.origin).parent, folder / name)
    before = stage.environment["PYTHONPATH"]
    stage.environment["PYTHONPATH"] = os.pathsep.join((str(folder), before))
    try:
        yield
    finally:
        stage.environment["PYTHONPATH"] = before
        shutil.rmtree(folder)


def _bare_mb(stage: Stage) -> float:
    with stage.program(f"{INSIDE}.bare_window") as process:
        return settled_mb(process.pid)


def settled_app_mb(stage: Stage, server: Server, arguments: list[str]) -> float:
    """What the app takes at rest, in MB."""
    with stage.program("arvae_desktop", *arguments) as process:
        server.wait_for_models()
        if stage.desktop is not None:
            requests = server.events("request")
            assert all(request["authorization_sha256"] for request in requests), "the keyring was not asked"
        return settled_mb(process.pid)


def settled_mb(pid: int) -> float:
    """What a process takes once that has been the same for a while."""
    looked_at = changed_at = time.monotonic()
    settled = 0.0

    def is_settled() -> bool:
        nonlocal looked_at, changed_at, settled
        now = time.monotonic()
        if now - looked_at < _LOOK_EVERY_S:
            return False
        looked_at = now
        current = _pss_mb(pid)
        if abs(current - settled) > _STILL_MB:
            settled, changed_at = current, now
        return now - changed_at > _STILL_FOR_S

    wait_until(is_settled, "the memory doesn't change any more")
    return settled


def _pss_mb(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    found = re.search(r"^Pss:\s+(\d+) kB$", rollup, re.MULTILINE)
    assert found, rollup
    return int(found[1]) / 1024
