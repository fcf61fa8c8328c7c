"""A process of its own that asks the keyring: a line of JSON in, a line of JSON out, one at a time.

Why a process: what speaks to a Linux keyring brings its own cryptography, which would take 11 MB for as long
as the app runs, to read one key at its start. It imports no Qt.

The first line out is the backend's kind. In: a list of the method's name and its arguments. Out: a list of
what it returned, or an object with the name of the error's type, ``{"error": str}``. The process ends when
its standard input does, also in the middle of a call.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading

from arvae_desktop.storage.keyring_backend import keyring_here


def main() -> None:
    """Answer until nobody asks, then end the process."""
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(lines,), daemon=True).start()
    try:
        with keyring_here() as backend:
            _tell([backend.kind])
            while True:
                name, *arguments = json.loads(lines.get())
                try:
                    result = getattr(backend, name)(*arguments)
                except Exception as error:  # noqa: BLE001  (backends raise what they like)
                    _tell({"error": type(error).__name__})
                else:
                    _tell([result])
    except Exception as error:  # noqa: BLE001  (the same; and whoever asked may have gone)
        _tell({"error": type(error).__name__})
    finally:
        # At once: a backend's own threads may wait for a keyring that never answers.
        os._exit(0)


def _read(lines: queue.SimpleQueue[bytes]) -> None:
    for line in sys.stdin.buffer:
        lines.put(line)
    os._exit(0)


def _tell(value: list[str | None] | dict[str, str]) -> None:
    sys.stdout.buffer.write(json.dumps(value).encode() + b"\n")
    sys.stdout.buffer.flush()
