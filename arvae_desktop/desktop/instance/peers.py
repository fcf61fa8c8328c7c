"""Who is at the other end of a local socket, as the kernel says."""

from __future__ import annotations

import socket
import struct

# <sys/un.h> of macOS and the BSDs; Python has no names for them.
_SOL_LOCAL = 0
_LOCAL_PEERCRED = 1
_XUCRED_VERSION = 0
_UCRED = struct.Struct("3i")
_XUCRED_HEAD = struct.Struct("2I")
_XUCRED_BYTES = 76


def peer_user(connection: socket.socket) -> int | None:
    """The user id of the process at the other end, or None where the system doesn't say."""
    try:
        if hasattr(socket, "SO_PEERCRED"):
            raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
            return int(_UCRED.unpack(raw)[1])
        raw = connection.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, _XUCRED_BYTES)
        version, user = _XUCRED_HEAD.unpack_from(raw)
    except (OSError, struct.error):
        return None
    return int(user) if version == _XUCRED_VERSION else None
