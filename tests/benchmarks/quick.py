"""The quick prompt and the app in the tray: how soon it is there, and what it costs while nobody asks."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from arvae_desktop.storage.paths import AppPaths
from arvae_desktop.storage.settings import Settings, SettingsFile
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.memory import own_libraries, settled_mb
from tests.benchmarks.scenes import play
from tests.benchmarks.stage import INSIDE
from tests.benchmarks.streaming import LATENCY_BAR_MS, latencies_ms
from tests.benchmarks.texts import prose_model, tokens_of
from tests.support.processes import wait_until
from tests.support.tray import TrayProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.benchmarks.server import Server
    from tests.benchmarks.stage import Stage
    from tests.support.processes import Process

_FOCUSED_BAR_MS = 100
_MEMORY_BAR = 1.8
_WAKE_UPS_BAR = 1.0
_WORK_BAR_MS = 60
_IDLE_BAR_PERCENT = 1.0
_CLOCK_TICKS_MS = 10


def quick(stage: Stage) -> list[Figure]:
    """From the shortcut, and from the start of the command, to a box that is painted and has the focus."""
    assert stage.desktop is not None, "shortcuts need an X server"
    count = 10 if stage.quick else 60
    with stage.server() as server, _app(stage, server) as (process, arguments):
        shortcut = _times(stage, process, count, lambda: stage.desktop.press_at_once("ctrl+alt+space"))
        command = [sys.executable, "-m", "arvae_desktop", *arguments, "quick"]
        commands = _times(
            stage, process, count, lambda: subprocess.Popen(command, env=stage.environment).wait
        )
    with stage.program(f"{INSIDE}.bare_prompt") as bare:
        wait_until(lambda: "ready" in bare.stdout, "the bare prompt is ready")
        floor = _times(
            stage, bare, count, lambda: stage.desktop.press_at_once("ctrl+alt+space"), ends="alt+F4"
        )
    floor_p95 = (percentile(floor, 95),)
    model = prose_model(300 if stage.quick else 1_000)
    deltas, bare = (
        (percentile(latencies_ms(play(stage, who, "stream", rate=200, model=model), tokens_of(model)), 99),)
        for who in ("quick_app", "bare_client")
    )
    return [
        Figure(
            f"shortcut to the focused box, p95 of {count}",
            "ms",
            (percentile(shortcut, 95),),
            floor_p95,
            _FOCUSED_BAR_MS,
        ),
        Figure(
            f"command to the focused box, p95 of {count}",
            "ms",
            (percentile(commands, 95),),
            floor_p95,
            _FOCUSED_BAR_MS,
        ),
        Figure("delta on the socket to its pixels in the box, p99", "ms", deltas, bare, LATENCY_BAR_MS),
    ]


def tray(stage: Stage) -> list[Figure]:
    """The app that was started in the tray and whose window was never opened."""
    assert stage.desktop is not None, "a tray needs an X server"
    runs = 1 if stage.quick else 3
    memory: list[float] = []
    bare: list[float] = []
    folder = stage.new_folder("tray")
    with TrayProcess(stage.desktop, folder), stage.server() as server:
        stage.keep_key(server)
        work = [
            _work_ms(stage, "quick", "--tray", *_arguments(stage, server), "--hidden")
            for _ in range(runs + 1)
        ][1:]
        least = [_work_ms(stage, "bare_tray") for _ in range(runs + 1)][1:]
        with own_libraries(stage):
            for _ in range(runs):
                with stage.program(f"{INSIDE}.bare_window") as process:
                    bare.append(settled_mb(process.pid))
                with stage.program("arvae_desktop", *_arguments(stage, server), "--hidden") as process:
                    memory.append(settled_mb(process.pid))
        idle = _idle(stage, server)
    return [
        Figure("memory in the tray", "MB", tuple(memory), tuple(bare), _MEMORY_BAR, bar_is_ratio=True),
        Figure(
            "own work before the icon is in the tray",
            "ms",
            tuple(mine - floor for mine, floor in zip(work, least, strict=True)),
            tuple(least),
            _WORK_BAR_MS,
        ),
        *idle,
    ]


def _idle(stage: Stage, server: Server) -> list[Figure]:
    """Wake-ups a second and processor time of all threads while nothing happens."""
    for_s = 10 if stage.quick else 60
    with stage.program("arvae_desktop", *_arguments(stage, server), "--hidden") as process:
        settled_mb(process.pid)
        before, busy_before = _wake_ups(process.pid), _busy_ms(process.pid)
        time.sleep(for_s)
        wake_ups, busy_ms = _wake_ups(process.pid) - before, _busy_ms(process.pid) - busy_before
    percent = busy_ms / (for_s * 10)
    return [
        Figure(
            f"wake-ups a second in the tray, over {for_s} s", "", (wake_ups / for_s,), (1.0,), _WAKE_UPS_BAR
        ),
        Figure(f"processor time in the tray, over {for_s} s", "%", (percent,), (1.0,), _IDLE_BAR_PERCENT),
    ]


@contextmanager
def _app(stage: Stage, server: Server) -> Iterator[tuple[Process, list[str]]]:
    arguments = _arguments(stage, server)
    with stage.program(f"{INSIDE}.quick", *arguments, "--hidden") as process:
        wait_until(lambda: "ready" in process.stdout, "the prompt is warm", within_s=30)
        yield process, arguments


def _arguments(stage: Stage, server: Server) -> list[str]:
    arguments = stage.app_arguments(server)
    paths = AppPaths.under(Path(arguments[1]))
    SettingsFile(paths.settings_file).save(
        Settings(base_url=server.base_url, uses_shortcut=True, knows_shortcut=True)
    )
    return arguments


def _times(
    stage: Stage,
    process: Process,
    count: int,
    begin: Callable[[], Callable[[], object] | None],
    *,
    ends: str = "Escape",
) -> list[float]:
    """Milliseconds from `begin` to the focused box, each time from another window's focus."""
    times = []
    for _ in range(count):
        told = process.stdout.count("focused")
        at = time.monotonic()
        then = begin()
        wait_until(lambda told=told: process.stdout.count("focused") > told, "the box takes input")
        focused = float(process.stdout.split("focused ")[told + 1].split("\n")[0])
        times.append((focused - at) * 1000)
        if then is not None:
            then()
        stage.desktop.press(ends)
        wait_until(lambda: not stage.desktop.windows("^(Quick|Bare) prompt"), "the box is away")
    return times


def _work_ms(stage: Stage, module: str, *arguments: str) -> float:
    with stage.program(f"{INSIDE}.{module}", *arguments) as process:
        wait_until(lambda: "tray" in process.stdout, "the icon is shown")
        return float(process.stdout.split("tray ")[1].split("\n")[0])


def _wake_ups(pid: int) -> int:
    """How often its threads have been put on a processor after they had slept."""
    found = 0
    for status in Path(f"/proc/{pid}/task").glob("*/status"):
        found += int(
            re.search(r"^voluntary_ctxt_switches:\s+(\d+)$", status.read_text("ascii"), re.MULTILINE)[1]
        )
    return found


def _busy_ms(pid: int) -> float:
    """Processor time so far, of all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _CLOCK_TICKS_MS
