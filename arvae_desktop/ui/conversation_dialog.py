"""What the requests of one conversation say beside its messages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from arvae_desktop.ui.announcing import announce
from arvae_desktop.ui.forms import FormColumn

if TYPE_CHECKING:
    from arvae_desktop.domain.conversations import ConversationSettings

_LEFT_TO_SERVER = "Left to the server"
_SYSTEM = "How the model should answer here: its role, tone, language, what it should know."
_HOTTEST = 2.0


class ConversationDialog(QDialog):
    """A system prompt, and numbers that are left to the server where their field is empty."""

    def __init__(self, settings: ConversationSettings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("conversationDialog")
        self.setWindowTitle("Conversation settings – Arvae Desktop")
        self.setMinimumWidth(480)
        self._settings = settings
        self._system = QPlainTextEdit(settings.system, self)
        self._temperature = _number_field("conversationTemperature", "Temperature", settings.temperature)
        self._top_p = _number_field("conversationTopP", "Top p", settings.top_p)
        self._max_tokens = _number_field("conversationMaxTokens", "Longest answer", settings.max_tokens)
        self._error = QLabel(self)
        self._save = QPushButton("Save", self)
        self._cancel = QPushButton("Cancel", self)
        self._build()
        self._save.clicked.connect(self._check)
        self._cancel.clicked.connect(self.reject)

    @property
    def settings(self) -> ConversationSettings:
        """What is set, after the dialog was accepted."""
        return self._settings

    def _check(self) -> None:
        try:
            self._settings = replace(
                self._settings,
                system=self._system.toPlainText().strip(),
                temperature=_number(self._temperature, 0, _HOTTEST),
                top_p=_number(self._top_p, 0, 1),
                max_tokens=_whole(self._max_tokens),
            )
        except ValueError as error:
            self._error.setText(str(error))
            self._error.show()
            announce(self, str(error), is_urgent=True)
        else:
            self.accept()

    def _build(self) -> None:
        self._system.setObjectName("conversationSystem")
        self._system.setAccessibleName("System prompt")
        self._system.setPlaceholderText(_SYSTEM)
        self._system.setTabChangesFocus(True)
        self._system.setMinimumHeight(120)
        self._error.setObjectName("formError")
        self._error.setWordWrap(True)
        self._error.setTextFormat(Qt.TextFormat.PlainText)
        self._error.hide()
        self._save.setObjectName("primaryButton")
        self._save.setDefault(True)
        self._cancel.setObjectName("secondaryButton")
        self._cancel.setAutoDefault(False)
        form = FormColumn()
        form.add_field("&System prompt", self._system)
        form.add_field("&Temperature (0 to 2: higher is more varied)", self._temperature)
        form.add_field("Top &p (0 to 1)", self._top_p)
        form.add_field("&Longest answer, in tokens", self._max_tokens)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self._cancel)
        row.addWidget(self._save)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addLayout(form)
        column.addWidget(self._error)
        column.addLayout(row)


def _number_field(name: str, words: str, value: float | None) -> QLineEdit:
    field = QLineEdit("" if value is None else f"{value:g}")
    field.setObjectName(name)
    field.setAccessibleName(words)
    field.setPlaceholderText(_LEFT_TO_SERVER)
    return field


def _number(field: QLineEdit, least: float, most: float) -> float | None:
    """The number in a field, or None if it is empty. Raises `ValueError` with a sentence."""
    text = field.text().strip().replace(",", ".")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = most + 1
    if not least <= number <= most:
        raise ValueError(f"{field.accessibleName()} is a number from {least:g} to {most:g}, or left empty.")
    return number


def _whole(field: QLineEdit) -> int | None:
    text = field.text().strip()
    if not text:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"{field.accessibleName()} is a whole number above 0, or left empty.")
    return int(text)
