"""The text field in which a prompt is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QResizeEvent

# A line of this length, and a text of that many lines, are still laid out within a frame.
LONGEST_LINE = 10_000
LONGEST_TEXT = 200_000
_SHARE_OF_WINDOW = 3
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PromptEdit(QPlainTextEdit):
    """Grows with its text up to a third of the window.

    Signals:
        submitted: Enter, while no input method is composing.
        stop_requested: Escape.
        recall_requested: Up in an empty field.
        large_text_pasted: a pasted or dropped text that is too long for a text field.
        focus_changed: it has got or lost the keyboard focus.
    """

    submitted = Signal()
    stop_requested = Signal()
    recall_requested = Signal()
    large_text_pasted = Signal(str)
    focus_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("composer")
        self.setAccessibleName("Prompt")
        self.setPlaceholderText("Ask anything")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self._composing = False
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self.fit())
        self.fit()

    def replace_text(self, text: str) -> None:
        """Put a text in place of what is there; Undo brings that back."""
        cursor = self.textCursor()
        cursor.select(cursor.SelectionType.Document)
        cursor.insertText(text)
        self.setTextCursor(cursor)

    def sizeHint(self) -> QSize:
        """As high as the text, within bounds."""
        return QSize(super().sizeHint().width(), self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter sends, Shift+Enter and Ctrl+Enter make a line, Escape stops, Up recalls."""
        if self._composing:
            return  # Enter, Escape and the arrows are the input method's
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in _ENTER:
            if modifiers == Qt.KeyboardModifier.NoModifier:
                self.submitted.emit()
            else:
                self.insertPlainText("\n")
                self.ensureCursorVisible()
            return
        if event.key() == Qt.Key.Key_Escape:
            self.stop_requested.emit()
            return
        if event.key() == Qt.Key.Key_Up and self.document().isEmpty():
            self.recall_requested.emit()
            return
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember whether an input method is composing: its keys are not ours."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Take pasted and dropped text; a very long one goes beside the field."""
        text = source.text()
        if is_large(text):
            self.large_text_pasted.emit(text)
        elif text:
            self.insertPlainText(text)
            self.ensureCursorVisible()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Only text."""
        return bool(source.hasText())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrower field needs more lines."""
        super().resizeEvent(event)
        self.fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell the frame around the field."""
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell the frame around the field."""
        super().focusOutEvent(event)
        self.focus_changed.emit()

    def _room(self) -> int:
        """The most that it may take, in pixels."""
        return self.window().height() // _SHARE_OF_WINDOW

    def fit(self) -> None:
        """Be as high as the text, up to a share of the window's height as it is now."""
        # The document of a plain text edit measures its height in lines.
        line = self.fontMetrics().lineSpacing()
        wanted = int(self.document().size().height()) * line + 4
        height = max(line + 4, min(wanted, self._room()))
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(height)
        fits = wanted <= height
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOff if fits else policy.ScrollBarAsNeeded)


def is_large(text: str) -> bool:
    """Whether a text would make a text field slow, so that it is kept beside it."""
    return len(text) > LONGEST_TEXT or any(len(line) > LONGEST_LINE for line in text.split("\n"))
