"""Forms: a label stands close over its field and far from what is above it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

_ABOVE_LABEL = 16
_BELOW_LABEL = 8


class FormColumn(QVBoxLayout):
    """Labelled fields under each other."""

    def __init__(self) -> None:
        super().__init__()
        self.setSpacing(0)

    def add_field(
        self, words: str, field: QWidget, note: QWidget | None = None, *, beside: QWidget | None = None
    ) -> None:
        """Add a field, its label over it, a note under it and a button beside it.

        An & in `words` marks the label's key.
        """
        self._begin()
        label = QLabel(words)
        label.setBuddy(field)
        self.addWidget(label)
        self.addSpacing(_BELOW_LABEL)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(field, 1)
        if beside is not None:
            line.addWidget(beside)
        self.addLayout(line)
        if note is not None:
            self.addSpacing(_BELOW_LABEL)
            self.addWidget(note)

    def add_line(self, widget: QWidget) -> None:
        """Add a widget that is its own label."""
        self._begin()
        self.addWidget(widget)

    def add_row(self, *widgets: QWidget) -> None:
        """Add widgets side by side, as wide as they want to be."""
        self._begin()
        line = QHBoxLayout()
        line.setSpacing(8)
        for widget in widgets:
            line.addWidget(widget)
        line.addStretch(1)
        self.addLayout(line)

    def _begin(self) -> None:
        if self.count():
            self.addSpacing(_ABOVE_LABEL)
