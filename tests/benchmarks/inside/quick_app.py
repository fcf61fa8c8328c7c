"""The quick prompt, measured from inside while it streams; see `inside.app`, whose arguments it takes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from arvae_desktop.cli import main as start
from arvae_desktop.ui.quick.window import QuickPrompt
from tests.benchmarks.inside.app import record_paints
from tests.benchmarks.inside.recorder import Recorder
from tests.benchmarks.inside.scenario import Runner

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTextEdit


class QuickPromptChat:
    """The quick prompt (see `scenario.Chat`)."""

    def __init__(self, prompt: QuickPrompt) -> None:
        self.view: QTextEdit = prompt.transcript.view
        self.send_button: QWidget = prompt.input
        self._prompt = prompt

    def is_ready(self) -> bool:
        return self._prompt.picker.count() > 0 and self._prompt.input.isVisible()

    def is_running(self) -> bool:
        return not self._prompt.findChild(QWidget, "quickStopButton").isHidden()

    def write(self, model: str, prompt: str) -> None:
        self._prompt.picker.setEditText(model)
        self._prompt.picker.lineEdit().editingFinished.emit()
        self._prompt.input.setPlainText(prompt)

    def send(self) -> None:
        self._prompt.submit()

    def stop(self) -> None:
        self._prompt.stop_requested.emit()


def main() -> int:
    report, scenario, *arguments = sys.argv[1:]
    sys.argv = ["arvae-desktop", *arguments, "quick"]
    recorder = Recorder()
    runners: list[Runner] = []
    record_paints(recorder)
    original = QuickPrompt.come

    def come(prompt: QuickPrompt, text: str = "") -> None:
        QuickPrompt.come = original
        original(prompt, text)
        runners.append(Runner(QuickPromptChat(prompt), recorder, Path(report), json.loads(scenario)))

    QuickPrompt.come = come
    return start()


if __name__ == "__main__":
    sys.exit(main())
