"""Keeps what a measured program does, in memory until the end."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

_WORTH_KEEPING_S = 0.002


class Recorder:
    """Times are seconds of `time.monotonic`, which is the same clock in all processes."""

    def __init__(self) -> None:
        self._paints: list[tuple[float, int, bool]] = []
        self._gaps: list[tuple[float, float, float]] = []
        self._marks: list[dict[str, object]] = []
        self._last_turn = self._last_work = 0.0

    def painted(self, view: QTextEdit | QPlainTextEdit) -> None:
        """The view has just painted: keep how long its document was and whether the end was in sight."""
        bar = view.verticalScrollBar()
        at_end = bar.value() == bar.maximum()
        self._paints.append((time.monotonic(), view.document().characterCount() - 1, at_end))

    def turned(self) -> None:
        """The event loop has made a turn: keep how long it took and how much of that this thread worked."""
        now, work = time.monotonic(), time.thread_time()
        gap = now - self._last_turn
        if gap > _WORTH_KEEPING_S and self._last_turn:
            self._gaps.append((now, gap, work - self._last_work))
        self._last_turn, self._last_work = now, work

    def mark(self, name: str, **fields: object) -> None:
        """Note that something happens now, and how long the program has been at work until now."""
        self._marks.append({"t": time.monotonic(), "work": time.process_time(), "mark": name, **fields})

    def write(self, path: Path) -> None:
        """Write all down; the file is there only when it is whole."""
        half = path.with_suffix(".half")
        report = {"paints": self._paints, "gaps": self._gaps, "marks": self._marks}
        half.write_text(json.dumps(report), "utf-8")
        half.rename(path)
