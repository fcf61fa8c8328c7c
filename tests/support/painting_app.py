"""The real app, which asks for an answer by itself and tells over a pipe what it has painted of it.

    python -m tests.support.painting_app PIPE PROMPT [the app's own arguments]

Each paint writes one line of JSON: ``{"id": message id, "text": what stands on the page of the answer}``, at
once and before anything else happens, so that whoever kills the process knows what a person has seen. No disk
is too slow for this app: it shows nothing that is not kept.
"""

from __future__ import annotations

import json
import os
import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from arvae_desktop.cli import main
from arvae_desktop.domain.messages import Role
from arvae_desktop.services import store_journal
from arvae_desktop.ui.main_window import MainWindow
from arvae_desktop.ui.transcript.view import TranscriptView

_LOOK_EVERY_MS = 20


def _tell_paints(pipe: int) -> None:
    paint = TranscriptView.paintEvent
    told = ""

    def tell(self: TranscriptView, event: object) -> None:
        nonlocal told
        paint(self, event)
        messages = self.writer.messages
        if not messages or messages[-1].role is not Role.ASSISTANT:
            return
        message = messages[-1]
        # What has arrived since the message was told is in the writer's hands alone.
        text = message.text + "".join(piece.text for piece in self.writer._arrived.get(message.id, ()))
        if text != told:
            told = text
            os.write(pipe, f"{json.dumps({'id': message.id, 'text': text})}\n".encode())

    TranscriptView.paintEvent = tell


def _ask(prompt: str) -> None:
    """Send a prompt as soon as one can be sent; where the app is not ready, it sends it when it is."""
    windows = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)]
    composer = windows[0].page.composer if windows else None
    if composer is None or not composer.isVisible() or not composer._sendable:
        QTimer.singleShot(_LOOK_EVERY_MS, lambda: _ask(prompt))
        return
    composer.set_text(prompt)
    composer.submit()


if __name__ == "__main__":
    pipe, prompt, *arguments = sys.argv[1:]
    _tell_paints(int(pipe))
    store_journal.SLOW_MS = 60_000
    # There is no application yet: the timer is set when its loop begins.
    show = MainWindow.show

    def show_and_ask(self: MainWindow) -> None:
        show(self)
        _ask(prompt)

    MainWindow.show = show_and_ask
    sys.exit(main(arguments))
