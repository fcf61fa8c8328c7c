"""Forms: a label stands close over its field and far from what is above it."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

_ABOVE_LABEL = 16
_BELOW_LABEL = 8


class FormColumn(QVBoxLayout):
    """Labelled fields under each other."""

    def __init__(self) -> None:
        super().__init__()
        self.setSpacing(0)

    def add_field(self, words: str, field: QWidget, note: QWidget | None = None) -> None:
        """Add a field, its label over it and a note under it. An & in `words` marks the label's key."""
        if self.count():
            self.addSpacing(_ABOVE_LABEL)
        label = QLabel(words)
        label.setBuddy(field)
        for widget in (label, field, note):
            if widget is None:
                continue
            self.addWidget(widget)
            if widget is not (note or field):
                self.addSpacing(_BELOW_LABEL)
