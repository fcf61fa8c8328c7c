"""A thread that waits for what a connection brings, so that nobody else ever does."""

from __future__ import annotations

import logging
import selectors
import socket
import threading
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)


class Watched(Protocol):
    """What a watcher looks after; all of it runs on the watcher's thread."""

    def open(self) -> int:
        """Connect. Returns the file descriptor to wait for. An exception ends the watching."""

    def read(self) -> None:
        """Take what has come; never waits for more. An exception ends the watching."""

    def close(self) -> None:
        """Disconnect; also called where `open` failed."""

    def fail(self, error: Exception) -> None:
        """The watching has ended by this."""


class Watcher:
    """Runs a `Watched` in a daemon thread of its own. It sleeps while nothing comes: no timer wakes it.

    Args:
        name: the thread's.
    """

    def __init__(self, watched: Watched, name: str) -> None:
        self._watched = watched
        self._work: deque[Callable[[], None]] = deque()
        self._is_closed = False
        self._ours, self._theirs = socket.socketpair()
        self._theirs.setblocking(False)
        self._ours.setblocking(False)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def post(self, work: Callable[[], None]) -> None:
        """Run something on the thread, in order; nothing after the watching has ended."""
        self._work.append(work)
        with suppress(OSError):  # full: it will wake anyway; closed: it has ended
            self._ours.send(b"\0")

    def close(self, within_s: float = 1.0) -> None:
        """End the watching, and wait for that, at most `within_s` seconds."""
        self.post(self._note_close)  # after the work that was posted before
        self._thread.join(within_s)
        self._ours.close()

    def _note_close(self) -> None:
        self._is_closed = True

    def _run(self) -> None:
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self._watched.open(), selectors.EVENT_READ)
                selector.register(self._theirs, selectors.EVENT_READ)
                while not self._is_closed:
                    self._turn(selector)
        except Exception as error:  # noqa: BLE001  (whatever a system's library raises: the shortcut has gone)
            _log.warning("watching ended: %s: %s", type(error).__name__, error)
            if not self._is_closed:
                self._watched.fail(error)
        finally:
            self._watched.close()
            self._theirs.close()

    def _turn(self, selector: selectors.BaseSelector) -> None:
        while self._work:
            self._work.popleft()()
        # Before sleeping: the connection may hold what was read along with an answer.
        self._watched.read()
        if self._is_closed:
            return
        selector.select()
        with suppress(BlockingIOError):
            while self._theirs.recv(4096):
                pass
