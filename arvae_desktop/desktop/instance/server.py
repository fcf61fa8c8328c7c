"""The ear of the one instance: takes wishes of later starts, from this user's processes alone."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal

from arvae_desktop.desktop.instance.messages import (
    MAX_BYTES,
    MessageError,
    VersionError,
    read_request,
    write_reply,
)
from arvae_desktop.desktop.instance.peers import peer_user

if TYPE_CHECKING:
    import socket

    from arvae_desktop.desktop.instance.claim import Claim

_log = logging.getLogger(__name__)
_SPOKEN_WITHIN_MS = 2000
_MOST_AT_ONCE = 16


class InstanceServer(QObject):
    """Listens as long as its claim does.

    Signals:
        asked: a `Request`. When all who listen to the signal have returned, the other side hears that it is
            done.
    """

    asked = Signal(object)

    def __init__(self, claim: Claim, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._claim = claim
        self._callers: set[_Caller] = set()
        self._notifier: QSocketNotifier | None = None
        self._pipe: QObject | None = None
        if claim.listener is not None:
            self._notifier = QSocketNotifier(claim.listener.fileno(), QSocketNotifier.Type.Read, self)
            self._notifier.activated.connect(self._accept)
        elif sys.platform == "win32":
            from arvae_desktop.desktop.instance.pipe import listen_on_pipe  # noqa: PLC0415  (needs QtNetwork)

            self._pipe = listen_on_pipe(claim.place.pipe_name, self.answer, self)

    def close(self) -> None:
        """Listen no more; who is in mid-sentence hears nothing."""
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
            self._notifier = None
        if self._pipe is not None:
            self._pipe.deleteLater()
            self._pipe = None
        for caller in tuple(self._callers):
            caller.hang_up()
        self._claim.stop_listening()

    def answer(self, line: bytes) -> bytes:
        """Do what a line asks, and give the reply; nothing for junk."""
        try:
            request = read_request(line)
        except VersionError:
            return write_reply(done=False)
        except MessageError as error:
            _log.warning("a caller was not understood: %s", error)
            return b""
        self.asked.emit(request)
        return write_reply(done=True)

    def _accept(self) -> None:
        listener = self._claim.listener
        if listener is None:
            return
        try:
            connection, _address = listener.accept()
        except OSError:
            return  # who called has gone again
        if len(self._callers) >= _MOST_AT_ONCE or peer_user(connection) != os.getuid():
            _log.warning("a caller was turned away")
            connection.close()
            return
        connection.setblocking(False)
        caller = _Caller(connection, self)
        self._callers.add(caller)
        caller.gone.connect(self._forget)

    def _forget(self, caller: _Caller) -> None:
        self._callers.discard(caller)
        caller.deleteLater()


class _Caller(QObject):
    """One connection: a line in, a line out.

    Signals:
        gone: itself, when it is over.
    """

    gone = Signal(object)

    def __init__(self, connection: socket.socket, server: InstanceServer) -> None:
        super().__init__(server)
        self._server = server
        self._connection = connection
        self._heard = b""
        self._notifier = QSocketNotifier(connection.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        self._patience = QTimer(self, singleShot=True, interval=_SPOKEN_WITHIN_MS)
        self._patience.timeout.connect(self.hang_up)
        self._patience.start()

    def hang_up(self) -> None:
        """Close the connection."""
        if self._notifier.isEnabled():
            self._notifier.setEnabled(False)
            self._patience.stop()
            self._connection.close()
            self.gone.emit(self)

    def _read(self) -> None:
        try:
            more = self._connection.recv(MAX_BYTES + 1 - len(self._heard))
        except BlockingIOError:
            return
        except OSError:
            more = b""
        self._heard += more
        line, end, _rest = self._heard.partition(b"\n")
        if end:
            # A reply is far smaller than what the kernel takes at once; who doesn't read it has gone.
            with contextlib.suppress(OSError):
                self._connection.send(self._server.answer(line + end))
            self.hang_up()
        elif not more or len(self._heard) > MAX_BYTES:
            self.hang_up()
