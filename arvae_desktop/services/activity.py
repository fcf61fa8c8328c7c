"""What the app is at, in one word: for the icon in the tray."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from arvae_desktop.domain.messages import AnswerState

if TYPE_CHECKING:
    from arvae_desktop.domain.messages import Message

_OFFLINE_KINDS = frozenset({"connection", "dns", "refused", "timeout", "proxy"})


class ActivityState(StrEnum):
    """What the app is at; the first that fits."""

    STREAMING = "streaming"
    OFFLINE = "offline"  # the last answer, or the list of models, found no way to the server
    ERROR = "error"  # the last answer failed, and nobody has looked yet
    IDLE = "idle"


class Activity(QObject):
    """Puts together what others tell it.

    Signals:
        changed: the new `ActivityState`.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running = 0
        self._is_offline = False
        self._has_failed = False
        self.state = ActivityState.IDLE

    def set_running(self, count: int) -> None:
        """So many answers are on their way."""
        self._running = count
        self._update()

    def note_answer(self, message: Message) -> None:
        """An answer has ended."""
        error = message.facts.error if message.facts is not None else None
        has_failed = message.state is AnswerState.FAILED
        self._is_offline = has_failed and error is not None and error.kind in _OFFLINE_KINDS
        is_broken_off = message.state is AnswerState.INTERRUPTED
        self._has_failed = is_broken_off or (has_failed and not self._is_offline)
        self._update()

    def note_server(self, *, is_reached: bool) -> None:
        """The server was spoken to beside answers, or could not be."""
        self._is_offline = not is_reached
        self._update()

    def note_look(self) -> None:
        """Somebody has looked at a window of ours: what failed is seen."""
        self._has_failed = False
        self._update()

    def _update(self) -> None:
        state = ActivityState.IDLE
        if self._running:
            state = ActivityState.STREAMING
        elif self._is_offline:
            state = ActivityState.OFFLINE
        elif self._has_failed:
            state = ActivityState.ERROR
        if state is not self.state:
            self.state = state
            self.changed.emit(state)
