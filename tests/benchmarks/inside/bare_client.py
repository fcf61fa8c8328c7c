"""The floor for streaming and stopping: the least Qt program that shows a stream, without any design.

python -m tests.benchmarks.inside.bare_client REPORT SCENARIO BASE_URL
"""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QSocketNotifier
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QMainWindow, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from tests.benchmarks.inside.recorder import Recorder
from tests.benchmarks.inside.scenario import Runner

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QTextBrowser

_READ_BYTES = 64 * 1024
_EVENT = b"data: {"


class PlainView(QPlainTextEdit):
    """What shows the text."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._recorder.painted(self)


class BareClient(QMainWindow):
    """See `scenario.Chat`."""

    def __init__(self, base_url: str, view: QPlainTextEdit | QTextBrowser) -> None:
        super().__init__()
        self._address = urlsplit(base_url)
        self.view = view
        self.send_button = QPushButton("Send")
        self._stop_button = QPushButton("Stop", clicked=self._end)
        self._stop_button.hide()
        content = QWidget()
        column = QVBoxLayout(content)
        for widget in (self.view, self.send_button, self._stop_button):
            column.addWidget(widget)
        self.setCentralWidget(content)
        self.resize(1080, 740)

    def is_ready(self) -> bool:
        return self.send_button.isVisible()

    def is_running(self) -> bool:
        return self._stop_button.isVisible()

    def write(self, model: str, prompt: str) -> None:
        self._model, self._prompt = model, prompt

    def send(self) -> None:
        self._append_text(f"\n\n{self._prompt}\n\n")
        messages = [{"role": "user", "content": self._prompt}]
        body = {"model": self._model, "stream": True, "messages": messages}
        self._connect(json.dumps(body).encode())
        self._show_running(running=True)

    def stop(self) -> None:
        self._stop_button.click()

    def _connect(self, body: bytes) -> None:
        self._rest = b""
        self._socket = socket.create_connection((self._address.hostname, self._address.port))
        head = f"POST {self._address.path}/chat/completions HTTP/1.1\r\nHost: {self._address.netloc}\r\n"
        self._socket.sendall(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._notifier = QSocketNotifier(self._socket.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    def _read(self) -> None:
        data = self._socket.recv(_READ_BYTES)
        *lines, self._rest = (self._rest + data).split(b"\n")
        text = "".join(_content(line) for line in lines if line.startswith(_EVENT))
        if text:
            self._append_text(text)
        if not data:
            self._end()

    def _append_text(self, text: str) -> None:
        cursor = QTextCursor(self.view.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text)
        self.view.verticalScrollBar().setValue(self.view.verticalScrollBar().maximum())

    def _end(self) -> None:
        self._notifier.setEnabled(False)
        self._notifier.deleteLater()
        self._socket.close()
        self._show_running(running=False)

    def _show_running(self, *, running: bool) -> None:
        self.send_button.setVisible(not running)
        self._stop_button.setVisible(running)


def _content(line: bytes) -> str:
    delta = json.loads(line.removeprefix(b"data: "))["choices"][0]["delta"]
    return str(delta.get("content", ""))


def main(view: Callable[[Recorder], QPlainTextEdit | QTextBrowser] = PlainView) -> int:
    report, scenario, base_url = sys.argv[1:]
    application = QApplication(sys.argv[:1])
    recorder = Recorder()
    window = BareClient(base_url, view(recorder))
    window.show()
    runner = Runner(window, recorder, Path(report), json.loads(scenario))
    try:
        return application.exec()
    finally:
        runner.deleteLater()


if __name__ == "__main__":
    sys.exit(main())
