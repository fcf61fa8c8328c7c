"""The list of models, which takes any other model's name too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QSizePolicy, QWidget

from arvae_desktop.ui.combo_box import ComboBox

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from arvae_desktop.ui.theme import Theme

_WIDEST = 340


class ModelPicker(ComboBox):
    """Shows the model in use; a choice or a typed name is told at once.

    Signals:
        chosen: a model id, trimmed, never empty.
        opened: the list is about to be shown.
    """

    chosen = Signal(str)
    opened = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._current = ""
        self.setObjectName("modelPicker")
        self.setAccessibleName("Model")
        self.setToolTip("Model: choose one, or type the name of any other (Ctrl+M)")
        self._field = QLineEdit(self)
        self.setLineEdit(self._field)
        self.setInsertPolicy(ComboBox.InsertPolicy.NoInsert)
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
        """Offer these; what the user is typing stays."""
        typed = self._field.text() if self._field.isModified() else self._current
        self.blockSignals(True)  # filling the list is no choice
        self.clear()
        self.addItems(models)
        self.setCurrentIndex(self.findText(self._current))
        self.setEditText(typed)
        self._field.setModified(typed != self._current)
        self.blockSignals(False)
        if models:
            widest = max(self.fontMetrics().horizontalAdvance(model) for model in models)
            self.view().setMinimumWidth(min(widest + 56, 480))

    def set_current(self, model: str) -> None:
        """Show the model in use."""
        self._current = model
        self.blockSignals(True)  # the list marks the model in use; that is no choice
        self.setCurrentIndex(self.findText(model))
        self.setEditText(model)
        self.blockSignals(False)
        self._field.setCursorPosition(0)

    def showPopup(self) -> None:
        """Tell that the list is looked at, then open it."""
        self.opened.emit()
        super().showPopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape takes back what was typed."""
        if event.key() == Qt.Key.Key_Escape and self.currentText() != self._current:
            self.set_current(self._current)
        else:
            super().keyPressEvent(event)

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
