"""The bare client with a QTextBrowser, which is what the app's page is made of.

python -m tests.benchmarks.inside.bare_browser REPORT SCENARIO BASE_URL
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QTextBrowser

from tests.benchmarks.inside import bare_client

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from tests.benchmarks.inside.recorder import Recorder


class _View(QTextBrowser):
    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder
        self.setUndoRedoEnabled(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._recorder.painted(self)


if __name__ == "__main__":
    sys.exit(bare_client.main(_View))
