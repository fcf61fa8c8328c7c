"""The composer: the prompt, what is pasted beside it, the model, and Send, which becomes Stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from arvae_desktop.ui.icons import line_icon
from arvae_desktop.ui.model_picker import ModelPicker
from arvae_desktop.ui.prompt_edit import PromptEdit, is_large

if TYPE_CHECKING:
    from arvae_desktop.ui.theme import Colors, Theme

_ICON = QSize(20, 20)
_PASTED_MARK = "\x1e"  # the record separator, which nobody types


class Composer(QFrame):
    """A rounded box that grows with its text.

    Signals:
        submitted: the prompt, with what was pasted beside it. `clear` is up to whoever took it.
        stop_requested: the user wants the running answer to end.
        recall_requested: the user wants the last prompt back.
        changed: what is written, or pasted beside it, is another.
        emptied: the user has taken out all that was written, or it was sent.
        model_chosen: a model id.
        refused: why Enter did nothing, in a sentence.
    """

    submitted = Signal(str)
    stop_requested = Signal()
    recall_requested = Signal()
    changed = Signal()
    emptied = Signal()
    model_chosen = Signal(str)
    refused = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("composerBox")
        self._pasted = ""
        self._running = False
        self._sendable = True
        self.edit = PromptEdit(self)
        self.picker = ModelPicker(theme, self)
        self._chip = QToolButton(self)
        self._send = _round_button(self, "sendButton", "Send", "Send (Enter)")
        self._stop = _round_button(self, "stopButton", "Stop", "Stop (Esc)")
        self._build()
        self._connect()
        self.setFocusProxy(self.edit)
        self._update()
        self._paint_icons(theme.colors)
        theme.changed.connect(self._paint_icons)

    @property
    def text(self) -> str:
        """The whole prompt: what is written, then what is pasted beside it."""
        written = self.edit.toPlainText()
        return "\n\n".join(part for part in (written, self._pasted) if part.strip())

    def set_text(self, text: str) -> None:
        """Offer a prompt for editing."""
        if is_large(text):
            self._add_pasted(text)
        else:
            self.edit.replace_text(text)
        self.edit.setFocus()

    def clear(self) -> None:
        """Empty the composer after its prompt was taken."""
        self.edit.clear()
        self._set_pasted("")

    @property
    def draft(self) -> str:
        """What is written and, behind a mark, what is pasted beside it."""
        written = self.edit.toPlainText()
        return f"{written}{_PASTED_MARK}{self._pasted}" if self._pasted else written

    def set_draft(self, draft: str) -> None:
        """Go on with what `draft` gave."""
        if draft != self.draft:
            written, _mark, pasted = draft.partition(_PASTED_MARK)
            self._set_pasted(pasted)  # first, so that a draft that is only pasted isn't empty in between
            self.edit.setPlainText(written)
            self.edit.moveCursor(QTextCursor.MoveOperation.End)

    def set_running(self, running: bool) -> None:
        """Show Stop in Send's place while an answer is on its way."""
        had_focus = self._send.hasFocus() or self._stop.hasFocus()
        self._running = running
        self._update()
        if had_focus:
            self.edit.setFocus()

    def set_sendable(self, sendable: bool) -> None:
        """Allow or forbid sending: there may be no server yet."""
        self._sendable = sendable
        self._update()

    def _build(self) -> None:
        self._chip.setObjectName("chip")
        self._chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross stands behind the words
        self._chip.setAccessibleName("Remove the pasted text")
        self._chip.setToolTip("Sent below what you write. Click to take it out.")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.picker)
        row.addStretch(1)
        row.addWidget(self._send)
        row.addWidget(self._stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 12, 10)
        column.setSpacing(8)
        column.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
        column.addWidget(self.edit)
        column.addLayout(row)
        self._set_pasted("")

    def _connect(self) -> None:
        self.edit.submitted.connect(self.submit)
        self.edit.stop_requested.connect(self.request_stop)
        self.edit.recall_requested.connect(self.recall_requested)
        self.edit.large_text_pasted.connect(self._add_pasted)
        self.edit.textChanged.connect(self._on_changed)
        self.edit.focus_changed.connect(self.update)  # the frame shows it
        self.picker.chosen.connect(self.model_chosen)
        self._send.clicked.connect(self.submit)
        self._stop.clicked.connect(self.request_stop)
        self._chip.clicked.connect(self._take_out_pasted)

    def submit(self) -> None:
        """Tell the prompt, or why there is none to tell."""
        if self._running:
            self.refused.emit("An answer is running. Esc stops it; then this can be sent.")
        elif not self._sendable:
            self.refused.emit("Choose a server first, or try the demo.")
        elif text := self.text:
            self.submitted.emit(text)
        else:
            self.refused.emit("There is nothing to send yet: write a prompt first.")

    def request_stop(self) -> None:
        """Ask for a stop, if there is something to stop."""
        if self._running:
            self.stop_requested.emit()

    def _add_pasted(self, text: str) -> None:
        self._set_pasted(f"{self._pasted}\n\n{text}" if self._pasted else text)
        self.changed.emit()

    def _take_out_pasted(self) -> None:
        self._set_pasted("")
        self._on_changed()

    def _on_changed(self) -> None:
        self._update()
        self.changed.emit()
        if not self._pasted and self.edit.document().isEmpty():
            self.emptied.emit()

    def _set_pasted(self, text: str) -> None:
        self._pasted = text
        self._chip.setText(f"Pasted text, {len(text):,} characters")
        self._chip.setVisible(bool(text))
        self._update()

    def _update(self) -> None:
        has_text = bool(self._pasted) or not self.edit.document().isEmpty()
        self._send.setEnabled(self._sendable and has_text)
        self._send.setVisible(not self._running)
        self._stop.setVisible(self._running)

    def _paint_icons(self, colors: Colors) -> None:
        self._send.setIcon(line_icon("send", colors.onAccent, disabled=colors.muted))
        self._stop.setIcon(line_icon("stop", colors.page))
        self._chip.setIcon(line_icon("close", colors.muted))


def _round_button(parent: QWidget, name: str, label: str, tip: str) -> QToolButton:
    button = QToolButton(parent)
    button.setObjectName(name)
    button.setAccessibleName(label)
    button.setToolTip(tip)
    button.setIconSize(_ICON)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
