"""What is done to a chat program while it is measured, from inside its own event loop."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QEvent, QObject, Qt, QTimer

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

    from tests.benchmarks.inside.recorder import Recorder

Steps = Generator[Callable[[], bool], None, None]
"""Yields what must become true before it goes on."""

_STEP_LIMIT_S = 60.0
_TURN_MS = 1
_SELDOM_MS = 25
_REST_S = 0.3
_TYPING_S = 1.0  # nobody writes a prompt faster, and a program may use the time


class Chat(Protocol):
    """A chat program with one conversation."""

    @property
    def view(self) -> QTextEdit | QPlainTextEdit:
        """Where the answer is seen."""

    @property
    def send_button(self) -> QWidget:
        """What sends; it is painted when the program is idle again."""

    def is_ready(self) -> bool:
        """Whether a prompt can be sent."""

    def is_running(self) -> bool:
        """Whether it offers Stop instead of Send."""

    def write(self, model: str, prompt: str) -> None:
        """Choose a model and put a prompt where prompts are typed."""

    def send(self) -> None:
        """Click on Send."""

    def stop(self) -> None:
        """Click on Stop."""


def stream(chat: Chat, recorder: Recorder, *, model: str) -> Steps:
    """Have one answer streamed to its end."""
    yield chat.is_ready
    chat.write(model, "Tell me a story.")
    yield _after(_TYPING_S)
    recorder.mark("sent")
    chat.send()
    yield lambda: not chat.is_running()
    # Whatever is put off to the answer's end counts, too.
    yield _after(_REST_S)
    recorder.mark("settled")
    recorder.mark("shown", text=chat.view.toPlainText())


def stops(chat: Chat, recorder: Recorder, *, plan: list[tuple[str, float]]) -> Steps:
    """Stop answers: each of a model, so many seconds after its prompt was sent."""
    idle = _PaintedOnce(chat.send_button)
    for number, (model, delay_s) in enumerate(plan):
        yield chat.is_ready
        chat.write(model, f"Prompt {number}")
        chat.send()
        yield _after(delay_s)
        idle.reset()
        recorder.mark("stop", number=number)
        chat.stop()
        yield lambda: idle.at is not None
        recorder.mark("idle", number=number, at=idle.at)
    yield _after(_REST_S)


SCENARIOS: dict[str, Callable[..., Steps]] = {"stream": stream, "stops": stops}


class Runner(QObject):
    """Goes through the steps of a scenario and writes the report after the last.

    Where stalls are watched it turns with the event loop, every millisecond; otherwise it wakes the
    program seldom enough to be out of its way.
    """

    def __init__(self, chat: Chat, recorder: Recorder, report: Path, scenario: dict[str, Any]) -> None:
        super().__init__()
        options = dict(scenario)
        self._steps = SCENARIOS[options.pop("name")](chat, recorder, **options.pop("options"))
        self._recorder = recorder
        self._report = report
        self._condition: Callable[[], bool] = lambda: True
        self._since = time.monotonic()
        interval = _TURN_MS if options.pop("every_turn") else _SELDOM_MS
        self._timer = QTimer(self, interval=interval, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._turn)
        self._timer.start()

    def _turn(self) -> None:
        self._recorder.turned()
        try:
            while self._condition():
                self._condition = next(self._steps)
                self._since = time.monotonic()
            if time.monotonic() - self._since > _STEP_LIMIT_S:
                raise TimeoutError("a step of the scenario was waited for in vain")
        except StopIteration:
            self._end()
        except Exception:  # noqa: BLE001  (the report tells it)
            self._recorder.mark("error", trace=traceback.format_exc())
            self._end()

    def _end(self) -> None:
        self._timer.stop()
        self._recorder.write(self._report)


class _PaintedOnce(QObject):
    """Knows when a widget's next paint was over and the event loop turned again; None before."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.at: float | None = None
        self._waits = False
        widget.installEventFilter(self)

    def reset(self) -> None:
        self.at = None
        self._waits = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._waits and event.type() is QEvent.Type.Paint:
            self._waits = False
            QTimer.singleShot(0, self._tell)
        return super().eventFilter(watched, event)

    def _tell(self) -> None:
        self.at = time.monotonic()


def _after(seconds: float) -> Callable[[], bool]:
    due = time.monotonic() + seconds
    return lambda: time.monotonic() >= due
