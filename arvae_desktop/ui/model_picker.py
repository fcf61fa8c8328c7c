"""The list of models, which takes any other model's name too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QSizePolicy, QWidget

from arvae_desktop.ui.icons import line_icon

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from arvae_desktop.ui.theme import Theme

_WIDEST = 340
_CHEVRON = 16


class ModelPicker(QComboBox):
    """Shows the model in use; a choice or a typed name is told at once.

    Signals:
        chosen: a model id, trimmed, never empty.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._current = ""
        self.setObjectName("modelPicker")
        self.setAccessibleName("Model")
        self.setToolTip("Model: choose one, or type the name of any other (Ctrl+M)")
        self._field = QLineEdit(self)
        self.setLineEdit(self._field)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(16)
        self._field.setPlaceholderText("Model")
        self._field.setAccessibleName("Model")
        completer = QCompleter(self.model(), self)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self.activated.connect(lambda _index: self._choose())
        self._field.editingFinished.connect(self._choose)
        self._field.textChanged.connect(lambda _text: self._fit())

    def set_models(self, models: list[str]) -> None:
        """Offer these."""
        self.blockSignals(True)  # filling the list is no choice
        self.clear()
        self.addItems(models)
        self.setEditText(self._current)
        self.blockSignals(False)
        widest = max((self.fontMetrics().horizontalAdvance(model) for model in models), default=0)
        self.view().setMinimumWidth(min(widest + 40, 480))

    def set_current(self, model: str) -> None:
        """Show the model in use."""
        self._current = model
        self.setEditText(model)
        self._field.setCursorPosition(0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chevron ourselves, in the text's colour."""
        super().paintEvent(event)
        icon = line_icon("chevron-down", self._theme.colors.muted)
        side = (self.height() - _CHEVRON) // 2
        painter = QPainter(self)
        icon.paint(painter, QRect(self.width() - _CHEVRON - 4, side, _CHEVRON, _CHEVRON))
        painter.end()

    def _choose(self) -> None:
        model = self.currentText().strip()
        if not model:
            self.setEditText(self._current)
        elif model != self._current:
            self._current = model
            self.chosen.emit(model)

    def _fit(self) -> None:
        text = self._field.text() or self._field.placeholderText()
        self.setFixedWidth(min(_WIDEST, self.fontMetrics().horizontalAdvance(text) + 52))
