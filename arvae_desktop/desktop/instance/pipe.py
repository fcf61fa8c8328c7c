"""The same ear on Windows: a named pipe that only this user can open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtNetwork import QLocalServer

from arvae_desktop.desktop.instance.messages import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtNetwork import QLocalSocket

_SPOKEN_WITHIN_MS = 2000


def listen_on_pipe(name: str, answer: Callable[[bytes], bytes], parent: QObject) -> QObject:
    """Answer each line that comes over the pipe `name`, until the returned object is deleted."""
    server = QLocalServer(parent)
    server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)

    def accept() -> None:
        while (connection := server.nextPendingConnection()) is not None:
            _hear(connection, answer)

    server.newConnection.connect(accept)
    server.listen(name)
    return server


def _hear(connection: QLocalSocket, answer: Callable[[bytes], bytes]) -> None:
    def read() -> None:
        if connection.canReadLine():
            connection.write(answer(bytes(connection.readLine(MAX_BYTES + 1).data())))
            connection.disconnectFromServer()
        elif connection.bytesAvailable() > MAX_BYTES:
            connection.abort()

    connection.readyRead.connect(read)
    connection.disconnected.connect(connection.deleteLater)
    QTimer.singleShot(_SPOKEN_WITHIN_MS, connection, connection.abort)
