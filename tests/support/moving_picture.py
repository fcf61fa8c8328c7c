"""A moving picture of a part of the screen: an animated PNG (PNG Specification, third edition)."""

from __future__ import annotations

import struct
import threading
import time
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from tests.support.screen import PNG_SIGNATURE, png_chunk, png_pixels

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from tests.support.accessibility import Box
    from tests.support.screen import Screen

_PER_S = 12
_LAST_S = 3.0
_BYTES = 3  # red, green, blue


class Frame(NamedTuple):
    """What a part of the screen showed: its rows, and when, on the clock of `time.monotonic`."""

    at: float
    rows: list[bytes]


class MovingPicture:
    """Looks at a part of the screen while the block runs; each change is a frame."""

    def __init__(self, screen: Screen, box: Box) -> None:
        self._screen = screen
        self._box = box
        self._frames: list[Frame] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="moving picture")

    def __enter__(self) -> Self:
        self._note()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._thread.join()
        while self._note():  # what is still being painted is its end
            time.sleep(2 / _PER_S)

    def save(self, path: Path) -> None:
        """Write it; it begins anew a while after its end."""
        frames = self._frames
        times = [later.at - frame.at for frame, later in pairwise(frames)] + [_LAST_S]
        size = struct.pack(">IIBBBBB", self._box.width, self._box.height, 8, 2, 0, 0, 0)
        chunks = [png_chunk(b"IHDR", size), png_chunk(b"acTL", struct.pack(">II", len(frames), 0))]
        number = 0
        for index, (frame, shown_s) in enumerate(zip(frames, times, strict=True)):
            before = frames[index - 1].rows if index else None
            left, top, width, height = _changed(before, frame.rows)
            place = struct.pack(">IIIII", number, width, height, left, top)
            # Hundredths of a second; nothing is cleared, what changed is put over what was there.
            chunks.append(png_chunk(b"fcTL", place + struct.pack(">HHBB", round(shown_s * 100), 100, 0, 0)))
            number += 1
            part = (row[left * _BYTES : (left + width) * _BYTES] for row in frame.rows[top : top + height])
            data = png_pixels(part, 9)
            if before is None:
                chunks.append(png_chunk(b"IDAT", data))
            else:
                chunks.append(png_chunk(b"fdAT", struct.pack(">I", number) + data))
                number += 1
        path.write_bytes(PNG_SIGNATURE + b"".join(chunks) + png_chunk(b"IEND", b""))

    def _look(self) -> None:
        while not self._is_over.wait(1 / _PER_S):
            self._note()

    def _note(self) -> bool:
        """Look once; returns whether something has changed."""
        rows = self._screen.region(self._box)
        has_changed = not self._frames or rows != self._frames[-1].rows
        if has_changed:
            self._frames.append(Frame(time.monotonic(), rows))
        return has_changed


def _changed(before: list[bytes] | None, now: list[bytes]) -> tuple[int, int, int, int]:
    """The smallest part that holds all that changed: left, top, width, height."""
    if before is None:
        return 0, 0, len(now[0]) // _BYTES, len(now)
    changed = [y for y, (old, new) in enumerate(zip(before, now, strict=True)) if old != new]
    spans = [_span(before[y], now[y]) for y in changed]
    left, right = min(first for first, _ in spans), max(last for _, last in spans)
    return left, changed[0], right - left + 1, changed[-1] - changed[0] + 1


def _span(old: bytes, new: bytes) -> tuple[int, int]:
    """The first and the last pixel in which two rows differ."""
    bits = int.from_bytes(old, "big") ^ int.from_bytes(new, "big")
    first = len(new) - (bits.bit_length() + 7) // 8
    last = len(new) - 1 - ((bits & -bits).bit_length() - 1) // 8
    return first // _BYTES, last // _BYTES
