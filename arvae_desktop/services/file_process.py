"""A process of its own that reads a file of conversations and gets them ready for the store.

Why a process: reading is all Python. A thread that reads holds the interpreter's lock against the one that
writes, and against the window. It imports no Qt, and opens nothing but the file.

Out come parts, each as its size and `marshal`'s bytes of a list of items; `file_reading` takes them. The
process ends when it has told everything, and at once when its standard input does: nobody wants it any more.
"""

from __future__ import annotations

import marshal
import os
import sys
import threading
import time
import traceback
from enum import IntEnum
from pathlib import Path
from struct import Struct
from typing import TYPE_CHECKING, Any

from arvae_desktop.domain.conversations import ConversationTree
from arvae_desktop.exchange.importing import import_file
from arvae_desktop.exchange.reports import Problem, Progress
from arvae_desktop.exchange.values import json_line
from arvae_desktop.storage.store.transfer import prepare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arvae_desktop.exchange.backup import Restored

IMPORT, RESTORE = "import", "restore"
SIZE = Struct("<Q")

_PART_BYTES = 500_000
_PART_S = 0.05


class Told(IntEnum):
    """What an item is, which is its first value; the others follow."""

    CONVERSATION = 0  # as `Prepared`
    PROBLEM = 1  # sentence, offset, conversation
    PROGRESS = 2  # done, total, conversations
    SETTINGS = 3  # JSON
    REFUSED = 4  # the number of an error of the operating system or None, and what it says
    FAILED = 5  # a traceback: the fault is ours
    END = 6  # nothing follows


def main(what: str, path: str) -> None:
    """Tell what is in a file, then end the process."""
    threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        _tell_all(what, path)
    finally:
        # At once: if something is left to be flushed, nobody takes it.
        os._exit(0)


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def _tell_all(what: str, path: str) -> None:
    teller = _Teller()
    try:
        for item in _found(what, Path(path)):
            teller.tell(item)
    except OSError as error:
        teller.put(Told.REFUSED, error.errno, error.strerror or str(error))
    except BaseException:  # noqa: BLE001  (whoever started this process raises it again)
        teller.put(Told.FAILED, traceback.format_exc())
    teller.put(Told.END)
    teller.flush()


def _found(what: str, path: Path) -> Iterator[Restored]:
    if what == IMPORT:
        return import_file(path)
    from arvae_desktop.exchange import backup  # noqa: PLC0415  (brings much that an import doesn't need)

    return backup.restore(path)


class _Teller:
    """Gathers items and writes them in parts, of some size or after some time."""

    def __init__(self) -> None:
        self._out = sys.stdout.buffer
        self._items: list[tuple[Any, ...]] = []
        self._bytes = 0
        self._flushed_at = time.monotonic()

    def tell(self, item: Restored) -> None:
        """Tell what was found."""
        match item:
            case ConversationTree(conversation, messages):
                prepared = prepare(conversation, messages)
                self.put(Told.CONVERSATION, *prepared)
                self._bytes += sum(len(body) for *_, body, _ in prepared.messages)
            case Problem(sentence, offset, conversation):
                self.put(Told.PROBLEM, sentence, offset, conversation)
            case Progress(done, total, count):
                self.put(Told.PROGRESS, done, total, count)
            case _:
                self.put(Told.SETTINGS, json_line(item.values))
        if self._bytes >= _PART_BYTES or time.monotonic() - self._flushed_at >= _PART_S:
            self.flush()

    def put(self, kind: Told, *values: object) -> None:
        """Add an item."""
        self._items.append((kind.value, *values))

    def flush(self) -> None:
        """Write what was gathered."""
        part = marshal.dumps(self._items)
        self._out.write(SIZE.pack(len(part)))
        self._out.write(part)
        self._out.flush()
        self._items, self._bytes, self._flushed_at = [], 0, time.monotonic()
