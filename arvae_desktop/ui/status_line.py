"""The quiet line under the composer: what is going on, in a few words."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QWidget

if TYPE_CHECKING:
    from arvae_desktop.services.running_answer import Countdown

_TICK_MS = 200
_HINT_MS = 5000


class StatusLine(QLabel):
    """Shows, by rank: a countdown to a retry, a passing hint, what the conversation does, else nothing.

    Signals:
        said: a sentence that is new, once, even where another stands before it; a countdown's without ticks.
    """

    said = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusLine")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._countdown: Countdown | None = None
        self._hint = ""
        self._activity = ""
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._update)
        self._hint_end = QTimer(self, singleShot=True, interval=_HINT_MS)
        self._hint_end.timeout.connect(lambda: self.show_hint(""))
        self._update()

    def show_hint(self, sentence: str) -> None:
        """Show a sentence for some seconds."""
        self._hint = sentence
        if sentence:
            self._hint_end.start()
            self.said.emit(sentence)
        self._update()

    def show_activity(self, words: str) -> None:
        """Show what goes on until told otherwise."""
        if words and words != self._activity:
            self.said.emit(words)
        self._activity = words
        self._update()

    def show_countdown(self, countdown: Countdown | None) -> None:
        """Count down to a retry; None ends it."""
        self._countdown = countdown
        if countdown is None:
            self._tick.stop()
        else:
            self._tick.start()
            self.said.emit(_countdown_words(countdown))
        self._update()

    def _update(self) -> None:
        words = self._hint or self._activity
        if self._countdown is not None:
            words = _countdown_words(self._countdown)
            if self._countdown.due <= time.monotonic():
                self._tick.stop()
        self.setText(words)
        # A label is read by its name alone, so that a name beside the words would hide them.
        self.setAccessibleName(words or "Status")


def _countdown_words(countdown: Countdown) -> str:
    left = countdown.due - time.monotonic()
    if left <= 0:
        return f"Trying again (try {countdown.attempt + 1})."
    return f"{countdown.reason} Trying again in {left:.0f} s. Esc stops."
