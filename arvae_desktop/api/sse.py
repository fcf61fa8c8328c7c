"""Server-sent events: bytes in, events out (WHATWG HTML, 9.2.6 "Interpreting an event stream").

The decoder is pure and incremental: the events are the same wherever reads cut the bytes, and the
time is linear in their number, also when they come one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from arvae_desktop.domain.errors import TooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterator

ServerEvent: TypeAlias = tuple[str, str]
"""An event's name, empty if it has none, and its data."""

MAX_EVENT_BYTES = 16 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"


class SseDecoder:
    """Decodes one body.

    What the standard uses to reconnect (``id``, ``retry``) means nothing here: a POST is not repeated.

    Args:
        max_event_bytes: the most that one event's data, or one line, may hold.
    """

    def __init__(self, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self._max_event_bytes = max_event_bytes
        self._max_line_bytes = len(b"data: ") + max_event_bytes
        self._line = bytearray()  # of a line whose end has not come yet
        self._name = b""
        self._data: bytes | bytearray | None = None  # of an event whose blank line has not come yet
        self._at_start = True
        self._after_cr = False

    def feed(self, piece: bytes) -> Iterator[ServerEvent]:
        """Yield the events that end within `piece`; one without data is none.

        Raises `TooLargeError`, after the events that were whole before. Must be exhausted before the
        next call.
        """
        if self._at_start:
            piece = self._without_bom(piece)
        piece = self._with_plain_line_ends(piece)
        if b"\n" not in piece:
            self._line += piece
        else:
            lines = piece.split(b"\n")
            if self._line:
                lines[0] = bytes(self._line) + lines[0]
            self._line = bytearray(lines.pop())
            yield from self._events(lines)
        if len(self._line) > self._max_line_bytes:
            raise self._too_large()

    def unfinished(self) -> ServerEvent | None:
        """The event that the end of the body cut off before its blank line, if any of its data came."""
        list(self._events([bytes(self._line)]) if self._line else ())
        self._line.clear()
        if not self._data:
            return None
        return _text(self._name), _text(self._data)

    def _events(self, lines: list[bytes]) -> Iterator[ServerEvent]:
        name, data = self._name, self._data
        for line in lines:
            if line.startswith(b"data: "):
                value = line[6:]
            elif not line:
                if data:
                    yield _text(name) if name else "", data.decode("utf-8", "replace")
                name, data = b"", None
                continue
            else:
                field, value = self._field(line)
                if field == b"event":
                    name = value
                if field != b"data":
                    continue
            if data is None:
                data = value
            else:
                data = data if isinstance(data, bytearray) else bytearray(data)
                data += b"\n"
                data += value
            if len(data) > self._max_event_bytes:
                raise self._too_large()
        self._name, self._data = name, data

    def _field(self, line: bytes) -> tuple[bytes, bytes]:
        """A field's name and value; a comment is a field without a name."""
        if len(line) > self._max_line_bytes:
            raise self._too_large()
        name, _, value = line.partition(b":")
        return name, value.removeprefix(b" ")

    def _without_bom(self, piece: bytes) -> bytes:
        """Drop one byte-order mark at the very start; hold back what may still become one."""
        start = bytes(self._line) + piece
        self._line.clear()
        if len(start) < len(_BOM) and _BOM.startswith(start):
            self._line += start
            return b""
        self._at_start = False
        return start.removeprefix(_BOM)

    def _with_plain_line_ends(self, piece: bytes) -> bytes:
        """Turn CR and CRLF into LF.

        A CR ends its line at once; a LF that follows it, even in the next piece, belongs to it.
        """
        if self._after_cr and piece:
            self._after_cr = False
            piece = piece.removeprefix(b"\n")
        if b"\r" in piece:
            self._after_cr = piece.endswith(b"\r")
            piece = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return piece

    def _too_large(self) -> TooLargeError:
        return TooLargeError(f"The server sent an event of over {self._max_event_bytes // (1024 * 1024)} MB.")


def _text(data: bytes | bytearray) -> str:
    """Decode as the standard does: always UTF-8, whatever the label says, bad bytes as U+FFFD."""
    return data.decode("utf-8", "replace")
