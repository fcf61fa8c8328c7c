"""The right to be the one instance, taken before anything slow, taken back by the system after a crash."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arvae_desktop.desktop.instance.place import Place

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


_WAITING = 16


class Claim:
    """Held by the one instance until it ends.

    Attributes:
        place: what it is the instance of.
        listener: the socket where others speak to it, theirs waiting there from now on; None on Windows,
            where the pipe comes later.
    """

    def __init__(self, place: Place, lock: int, listener: socket.socket | None) -> None:
        self.place = place
        self.listener = listener
        self._lock: int | None = lock

    def stop_listening(self) -> None:
        """Be spoken to no more. The place stays ours."""
        if self.listener is not None:
            with contextlib.suppress(OSError):
                self.place.socket_file.unlink()
            self.listener.close()
            self.listener = None

    def let_go(self) -> None:
        """Let another be the one instance. The lock's file stays: only the lock on it counts."""
        self.stop_listening()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def take(place: Place) -> Claim | None:
    """Become the one instance, or None if there is another. Raises `OSError` if the folder won't do."""
    descriptor = os.open(place.lock_file, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        _lock(descriptor)
    except (BlockingIOError, PermissionError):
        os.close(descriptor)
        return None
    except OSError:
        os.close(descriptor)
        raise
    try:
        return Claim(place, descriptor, _listen(place))
    except OSError:
        os.close(descriptor)
        raise


def _listen(place: Place) -> socket.socket | None:
    if sys.platform == "win32":
        return None
    # Who has the lock owns the path: what is there was left by a crash.
    place.socket_file.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        before = os.umask(0o177)
        try:
            listener.bind(str(place.socket_file))
        finally:
            os.umask(before)
        listener.listen(_WAITING)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener
