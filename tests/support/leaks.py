"""Finds what a test left behind: tasks, threads, timers, windows, log handlers."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QWidget

_GRACE_S = 1.0


@contextmanager
def no_leaked_tasks() -> Iterator[None]:
    """Fail if an event loop that asyncio runs in the block ends with tasks that nobody awaited.

    `asyncio.run` cancels those silently, so its clean-up is where they are seen.
    """
    leaked: list[str] = []
    cancel_all = asyncio.runners._cancel_all_tasks

    def note_and_cancel_all(loop: asyncio.AbstractEventLoop) -> None:
        leaked.extend(repr(task) for task in asyncio.all_tasks(loop))
        cancel_all(loop)

    asyncio.runners._cancel_all_tasks = note_and_cancel_all
    try:
        yield
    finally:
        asyncio.runners._cancel_all_tasks = cancel_all
    assert not leaked, "tasks still ran when their event loop ended:\n" + "\n".join(leaked)


@contextmanager
def no_leaked_threads() -> Iterator[None]:
    """Fail if a thread that would keep the interpreter from ending outlives the block."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + _GRACE_S
    leaked = []
    for thread in set(threading.enumerate()) - before:
        if not thread.daemon:
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                leaked.append(thread.name)
    assert not leaked, f"threads still run: {leaked}"


@contextmanager
def no_leaked_log_handlers() -> Iterator[None]:
    """Take away the handlers that the block adds to the root logger, and restore its level."""
    root = logging.getLogger()
    ours = logging.getLogger("arvae_desktop")
    handlers, levels = list(root.handlers), (root.level, ours.level)
    yield
    for handler in [handler for handler in root.handlers if handler not in handlers]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


@contextmanager
def no_leaked_qt_objects() -> Iterator[None]:
    """Fail if top-level widgets or running timers that weren't there before outlive the block."""
    # pytest-qt has imported Qt already; the application exists only where a test asked for it.
    from PySide6.QtWidgets import QApplication

    windows_before = set(map(id, _windows())) if QApplication.instance() else set()
    timers_before = set(map(id, _running_timers())) if QApplication.instance() else set()
    yield
    if QApplication.instance() is None:
        return
    leaked = _left_after_collection(_windows, windows_before)
    assert not leaked, f"windows still exist: {leaked}"
    leaked = _left_after_collection(_running_timers, timers_before)
    assert not leaked, f"timers still run: {leaked}"


def _left_after_collection(find: Callable[[], list], before: set[int]) -> list[str]:
    """What `find` finds that isn't in `before`, after whatever awaits deletion or collection has gone."""
    from PySide6.QtCore import QCoreApplication, QEvent

    for collect in (False, True):
        if collect:
            gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        left = [
            f"{type(found).__name__} {found.objectName()!r} of {found.parent()!r}"
            for found in find()
            if id(found) not in before
        ]
        if not left:
            break
    return left


def _windows() -> list[QWidget]:
    from PySide6.QtWidgets import QApplication

    return [widget for widget in QApplication.topLevelWidgets() if widget.parent() is None]


def _running_timers() -> list[QTimer]:
    import shiboken6
    from PySide6.QtCore import QTimer

    timers = [found for found in gc.get_objects() if isinstance(found, QTimer)]
    return [timer for timer in timers if shiboken6.isValid(timer) and timer.isActive()]
