"""The checks that conftest.py makes after every test: each is shown a test that it must fail."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

OFFENDERS = """
import asyncio, logging, os, threading
import pytest

kept = []

def test_log_line():
    logging.getLogger("somewhere").warning("unannounced")

def test_log_record_of_the_event_loop():
    async def fail():
        raise ValueError
    async def main():
        task = asyncio.get_running_loop().create_task(fail())
        await asyncio.sleep(0)
    asyncio.run(main())

def test_task():
    async def main():
        kept.append(asyncio.get_running_loop().create_task(asyncio.sleep(60)))
    asyncio.run(main())

def test_thread():
    stop = threading.Event()
    kept.append(stop)
    threading.Thread(target=stop.wait).start()
    threading.Timer(2, stop.set).start()

def test_unraisable():
    class Broken:
        def __del__(self):
            raise ValueError
    Broken()

def test_unclosed_file():
    open(os.devnull)

def test_qt_warning(qapp):
    from PySide6.QtCore import qWarning
    qWarning("unannounced")

def test_window(qapp):
    from PySide6.QtWidgets import QWidget
    kept.append(QWidget())

def test_timer(qapp):
    from PySide6.QtCore import QTimer
    timer = QTimer()
    timer.start(60_000)
    kept.append(timer)

def test_qasync_task(qasync_loop):
    kept.append(qasync_loop.create_task(asyncio.sleep(60)))

def test_qasync_task_that_nobody_keeps(qasync_loop, qtbot):
    async def wait():
        await asyncio.get_running_loop().create_future()
    qasync_loop.create_task(wait())
    qtbot.wait(1)

def test_qasync_error(qasync_loop):
    def fail():
        raise ValueError
    qasync_loop.call_soon(fail)
"""

INNOCENTS = """
import asyncio, logging, os, threading
import pytest

@pytest.mark.expected_log("^WARNING somewhere: announced$")
def test_log_line():
    logging.getLogger("somewhere").warning("announced")
    logging.getLogger("somewhere").info("unannounced")

def test_log_handler():
    logging.getLogger().addHandler(logging.StreamHandler())

def test_task():
    asyncio.run(asyncio.sleep(0))

def test_thread():
    threading.Thread(target=lambda: None).start()
    threading.Thread(target=threading.Event().wait, daemon=True).start()

def test_window_and_timer(qtbot):
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QWidget
    window = QWidget()
    qtbot.addWidget(window)
    QTimer(window).start(60_000)
    later = QWidget()
    later.deleteLater()

def test_qasync(qasync_loop, qtbot):
    task = qasync_loop.create_task(asyncio.sleep(0.01, "slept"))
    qtbot.waitUntil(task.done)
    assert task.result() == "slept"
    qasync_loop.create_task(asyncio.sleep(0.01))

def test_users_things_are_out_of_reach():
    import keyring
    assert not os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    assert not os.environ.get("DISPLAY")
    assert type(keyring.get_keyring()).__module__ == "keyring.backends.fail"
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"):
        assert "arvae-tests-" in os.environ[name]
"""


def outcomes(folder: Path, source: str) -> tuple[set[str], set[str]]:
    """The names of the tests in `source`, and of those that the guards (or pytest) failed."""
    file = folder / "test_subject.py"
    file.write_text(source)
    # Nothing may be written beside the real tests, so: -B and no:cacheprovider.
    plugins = ["-p", "no:cacheprovider", "-p", "tests.conftest"]
    places = ["--config-file", str(ROOT / "pyproject.toml"), f"--rootdir={folder}"]
    run = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-q", "-rfE", *plugins, *places, str(file)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode in (0, 1), run.stdout + run.stderr
    failed = set(re.findall(r"^(?:ERROR|FAILED) \S+::(\w+)", run.stdout, re.MULTILINE))
    named = {line[4:].split("(")[0] for line in source.splitlines() if line.startswith("def test_")}
    return named, failed


def test_each_offender_is_caught(tmp_path: Path) -> None:
    named, failed = outcomes(tmp_path, OFFENDERS)
    assert failed == named


def test_nobody_else_is(tmp_path: Path) -> None:
    named, failed = outcomes(tmp_path, INNOCENTS)
    assert named
    assert not failed
