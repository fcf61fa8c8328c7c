"""The field of the quick prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal

from arvae_desktop.ui.prompt_edit import PromptEdit

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

_SHARE_OF_SCREEN = 4
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class QuickInput(PromptEdit):
    """Grows with its text up to a quarter of the screen.

    Signals:
        older_requested, newer_requested: Up in the first line, Down in the last, where no text of the user's
            own stands.
        hand_over_requested: Ctrl+Enter.
    """

    older_requested = Signal()
    newer_requested = Signal()
    hand_over_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("quickInput")
        self.setAccessibleName("Quick question")
        self.setPlaceholderText("Ask anything")
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.2)
        self.setFont(font)
        self._shown_from_history: str | None = None
        self.recall_requested.connect(self.older_requested)
        self.fit()

    def show_from_history(self, prompt: str) -> None:
        """Put an earlier prompt in place of what is there."""
        self._shown_from_history = prompt
        self.replace_text(prompt)

    @property
    def is_own_text(self) -> bool:
        """Whether what stands there is neither nothing nor an earlier prompt as it was."""
        text = self.toPlainText()
        return bool(text) and text != self._shown_from_history

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter hands over, the arrows walk through what was asked before."""
        if self._composing:
            return
        is_control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in _ENTER and is_control:
            self.hand_over_requested.emit()
        elif event.key() == Qt.Key.Key_Up and not self.is_own_text:
            self.older_requested.emit()
        elif event.key() == Qt.Key.Key_Down and not self.is_own_text:
            self.newer_requested.emit()
        else:
            super().keyPressEvent(event)

    def _room(self) -> int:
        return self.screen().availableGeometry().height() // _SHARE_OF_SCREEN
