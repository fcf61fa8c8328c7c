"""The app, measured from inside: what it paints, how its event loop turns, while a scenario runs.

    python -m tests.benchmarks.inside.app REPORT SCENARIO [ARGUMENT …]

SCENARIO is a JSON object with `name`, `options` and `every_turn` (see `scenario`).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton, QComboBox, QMainWindow, QPlainTextEdit

from arvae_desktop.cli import main as start
from arvae_desktop.ui.transcript.view import TranscriptView
from tests.benchmarks.inside.recorder import Recorder
from tests.benchmarks.inside.scenario import Runner
from tests.benchmarks.inside.window_hook import when_shown

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class AppChat:
    """The app's window, used by the names that its widgets keep (see `scenario.Chat`)."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self.send_button = window.findChild(QAbstractButton, "sendButton")
        self._stop_button = window.findChild(QAbstractButton, "stopButton")
        self._prompt = window.findChild(QPlainTextEdit, "composer")
        self._picker = window.findChild(QComboBox, "modelPicker")

    @property
    def view(self) -> TranscriptView:
        """The page; made soon after the first frame."""
        return self._window.findChild(TranscriptView, "transcript")

    def is_ready(self) -> bool:
        return self.view is not None and self._picker.count() > 0 and self.send_button.isVisible()

    def is_running(self) -> bool:
        return self._stop_button.isVisible()

    def write(self, model: str, prompt: str) -> None:
        self._picker.setEditText(model)
        self._picker.lineEdit().editingFinished.emit()
        self._prompt.setPlainText(prompt)

    def send(self) -> None:
        assert self.send_button.isEnabled()
        self.send_button.click()

    def stop(self) -> None:
        self._stop_button.click()


def record_paints(recorder: Recorder) -> None:
    """Have every page tell when it has painted."""
    original = TranscriptView.paintEvent

    def paint_event(view: TranscriptView, event: QPaintEvent) -> None:
        original(view, event)
        recorder.painted(view)

    TranscriptView.paintEvent = paint_event


def main() -> int:
    report, scenario, *arguments = sys.argv[1:]
    sys.argv = ["arvae-desktop", *arguments]
    recorder = Recorder()
    runners: list[Runner] = []
    record_paints(recorder)
    when_shown(
        lambda window: runners.append(Runner(AppChat(window), recorder, Path(report), json.loads(scenario)))
    )
    return start()


if __name__ == "__main__":
    sys.exit(main())
