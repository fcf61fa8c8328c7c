"""What an empty conversation shows: where one is, and prompts to begin with."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

_PROMPTS = (
    "Explain how a suspension bridge carries its load",
    "Write a short story about a robot learning to paint",
    "What should I ask before signing a lease?",
)
_DEMO_PROMPTS = ("Show me around", "What can Arvae Desktop do?")
_WIDTH = 480


class EmptyChat(QWidget):
    """Stands in the transcript's place before the first prompt.

    Signals:
        prompt_chosen: a prompt to put into the composer.
    """

    prompt_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("emptyChat")
        self._title = QLabel(self)
        self._title.setObjectName("title")
        self._title.setWordWrap(True)
        self._subtitle = QLabel(self)
        self._subtitle.setObjectName("subtitle")
        self._subtitle.setWordWrap(True)
        self._buttons: list[QPushButton] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 24, 24, 24)
        self._column.setSpacing(8)
        self._column.addStretch(3)
        for widget in (self._title, self._subtitle):
            widget.setFixedWidth(_WIDTH)
            self._column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addSpacing(12)
        self._column.addStretch(4)

    def set_demo(self, demo: bool) -> None:
        """Offer the prompts that fit: the demo's answers are scripted."""
        self._title.setText("This is the demo" if demo else "What would you like to know?")
        self._subtitle.setText(
            "Its answers are written in advance and come from this computer: there is no model behind them."
            if demo
            else "Enter sends, Shift+Enter makes a new line, Esc stops an answer."
        )
        for button in self._buttons:
            button.deleteLater()
        self._buttons = [self._button(prompt) for prompt in (_DEMO_PROMPTS if demo else _PROMPTS)]
        for button in self._buttons:
            self._column.insertWidget(self._column.count() - 1, button, 0, Qt.AlignmentFlag.AlignHCenter)

    def _button(self, prompt: str) -> QPushButton:
        button = QPushButton(prompt, self)
        button.setObjectName("suggestion")
        button.setToolTip("Put this into the composer")
        button.setFixedWidth(_WIDTH)
        button.clicked.connect(lambda: self.prompt_chosen.emit(prompt))
        return button
