"""What holds for every test: it can't reach what is the user's, leaves nothing behind and logs nothing.

A test that means to cause a warning says so: ``@pytest.mark.expected_log("regex", …)``.
"""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from pytestqt.qtbot import QtBot

# Before these are imported, so that their assertions, too, say what they saw.
pytest.register_assert_rewrite("tests.support")

from tests.support import leaks  # noqa: E402
from tests.support.isolation import isolate  # noqa: E402
from tests.support.log_guard import no_unexpected_log_lines  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from qasync import QEventLoop

_HOMES = Path(tempfile.mkdtemp(prefix="arvae-tests-"))
_LOOP_GRACE_S = 1.0
_PATIENCE_MS = 20_000  # pytest-qt has five seconds

# How long one example takes says nothing on a shared machine; and a run that decides whether a change
# lands must come out the same when it is repeated.
hypothesis.settings.register_profile("arvae", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("arvae")
# Before anything asks for a home, a keyring or a display.
isolate(_HOMES)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "expected_log(*regexes): log lines that this test causes on purpose")


def pytest_collection_finish() -> None:
    # What exists now stays: the leak checks need not look at it, nor the collector.
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOMES, ignore_errors=True)


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails the test over unexpected log lines and leaked tasks, threads, timers and windows."""
    expected = [regex for marker in request.node.iter_markers("expected_log") for regex in marker.args]
    # The log comes last: what the other checks collect may have something to say.
    with (
        no_unexpected_log_lines(expected),
        leaks.no_leaked_log_handlers(),
        leaks.no_leaked_threads(),
        leaks.no_leaked_tasks(),
        leaks.no_leaked_qt_objects(),
    ):
        yield


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's, but patient: longer limits cost nothing where what is waited for comes."""
    assert qapp is not None
    bot = QtBot(request)
    for name in ("waitUntil", "waitSignal", "waitSignals", "waitExposed", "waitActive"):
        setattr(bot, name, partial(getattr(bot, name), timeout=_PATIENCE_MS))
    return bot


@pytest.fixture
def qasync_loop(qapp: QApplication) -> Iterator[QEventLoop]:
    """A running asyncio loop over Qt's, for synchronous tests that wait with qtbot.

    Never wait with qtbot inside a coroutine: that nests the loop. Tasks that are still there at the end
    get a moment to finish; those that don't, and errors that nobody retrieved, fail the test.
    """
    import qasync

    loop = qasync.QEventLoop(qapp, already_running=True)
    errors: list[str] = []
    loop.set_exception_handler(lambda _loop, context: errors.append(repr(context)))
    hooks = sys.get_asyncgen_hooks()
    # As asyncio's own loops do and qasync's doesn't: without them, generators that hold a connection can't
    # close it when they are collected.
    sys.set_asyncgen_hooks(loop._asyncgen_firstiter_hook, loop._asyncgen_finalizer_hook)
    with ExitStack() as cleanup:
        cleanup.callback(loop.close)
        cleanup.callback(sys.set_asyncgen_hooks, *hooks)
        # Not `loop.stop`: it calls QCoreApplication.exit, and since the application doesn't run, every later
        # QEventLoop would return at once, and waiting with qtbot would wait for nothing.
        cleanup.callback(setattr, loop, "_QEventLoop__is_running", False)
        cleanup.callback(asyncio._set_running_loop, None)
        cleanup.callback(qapp.aboutToQuit.disconnect, loop._after_run_forever)
        yield loop
        leaked = _run_until_no_tasks(qapp, loop)
        _cancel_all(loop)
        stuck = _run_until_no_tasks(qapp, loop)
    gc.collect()
    assert not leaked, "tasks still ran at the end:\n" + "\n".join(leaked)
    assert not stuck, "tasks ignored their cancellation:\n" + "\n".join(stuck)
    assert not errors, "errors in the event loop that nobody retrieved:\n" + "\n".join(errors)


def _run_until_no_tasks(qapp: QApplication, loop: QEventLoop) -> list[str]:
    """Let the loop run for a moment; tells which tasks are still not done."""
    deadline = time.monotonic() + _LOOP_GRACE_S
    while (tasks := asyncio.all_tasks(loop)) and time.monotonic() < deadline:
        qapp.processEvents()
    return [repr(task) for task in tasks]


def _cancel_all(loop: QEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
