"""Asks in which format many conversations are to be exported."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from arvae_desktop.exchange.exporting import Format
from arvae_desktop.ui.check_box import CheckBox
from arvae_desktop.ui.combo_box import ComboBox
from arvae_desktop.ui.forms import FormColumn

if TYPE_CHECKING:
    from arvae_desktop.ui.theme import Theme

_FORMATS: tuple[tuple[str, Format | None], ...] = (
    ("Markdown", Format.MARKDOWN),
    ("Web page (HTML)", Format.HTML),
    ("JSON with all branches", Format.JSON),
    ("Plain text", Format.TEXT),
    ("PDF, one file each", None),
)


class ExportChoice(NamedTuple):
    """A format, or None for PDF, and whether each conversation gets a file of its own."""

    form: Format | None
    one_each: bool


class ExportDialog(QDialog):
    """A format, and one file or many."""

    def __init__(self, title: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("exportDialog")
        self.setWindowTitle(f"{title} – Arvae Desktop")
        self.setMinimumWidth(400)
        self._form = ComboBox(theme, self)
        self._form.setObjectName("exportFormat")
        self._form.setAccessibleName("Format")
        self._form.addItems([words for words, _form in _FORMATS])
        self._one_each = CheckBox("A &file for each conversation, in a folder", theme, self)
        self._one_each.setAccessibleName("A file for each conversation, in a folder")
        go_on, cancel = QPushButton("Choose where…", self), QPushButton("Cancel", self)
        go_on.setObjectName("primaryButton")
        go_on.setDefault(True)
        cancel.setObjectName("secondaryButton")
        cancel.setAutoDefault(False)
        go_on.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        self._form.currentIndexChanged.connect(self._update)
        form = FormColumn()
        form.add_field("&Format", self._form)
        form.add_line(self._one_each)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(go_on)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addLayout(form)
        column.addLayout(row)

    @property
    def choice(self) -> ExportChoice:
        """What is chosen."""
        form = _FORMATS[self._form.currentIndex()][1]
        return ExportChoice(form, self._one_each.isChecked() or form is None)

    def _update(self) -> None:
        is_pdf = self.choice.form is None
        self._one_each.setEnabled(not is_pdf)
