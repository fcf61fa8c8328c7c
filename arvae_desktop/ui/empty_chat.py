"""What an empty conversation shows: where one is, and prompts to begin with."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from arvae_desktop.ui.layouts import centred

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
        self._is_demo: bool | None = None
        inner = QWidget(self)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self._title)
        self._column.addWidget(self._subtitle)
        self._column.addSpacing(12)
        page = QVBoxLayout(self)
        page.addStretch(3)
        page.addLayout(centred(inner, _WIDTH))
        page.addStretch(4)

    def set_demo(self, demo: bool) -> None:
        """Offer the prompts that fit: the demo's answers are scripted."""
        if demo == self._is_demo:
            return
        self._is_demo = demo
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
            self._column.addWidget(button)

    def _button(self, prompt: str) -> QPushButton:
        button = QPushButton(prompt, self)
        button.setObjectName("suggestion")
        button.setToolTip("Put this into the composer")
        button.clicked.connect(lambda: self.prompt_chosen.emit(prompt))
        return button
