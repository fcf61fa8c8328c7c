"""Which program this is: version and commit, and the licences of what it carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from arvae_desktop.ui.announcing import announce
from arvae_desktop.ui.combo_box import ComboBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arvae_desktop.domain.program import Build, Licence
    from arvae_desktop.ui.theme import Theme

_SIZE = (680, 540)  # lines of 80 characters, as licences have them, are not broken
_ROWS = 16  # of many parts; the rest is scrolled to
_NO_PARTS = "MIT licence. Its parts were installed beside it, each with its own licence."


class AboutDialog(QDialog):
    """Shows what was built, and the licence of the part that is chosen.

    Signals:
        check_requested: the user wants to know now whether there is a newer version.
    """

    check_requested = Signal()

    def __init__(
        self, build: Build, licences: Sequence[Licence], theme: Theme, parent: QWidget, *, offers_check: bool
    ) -> None:
        super().__init__(parent)
        self.setObjectName("aboutDialog")
        self.setWindowTitle("About Arvae Desktop")
        self._licences = licences
        self._version = QLabel(f"Arvae Desktop {build}", self)
        self._told = QLabel("" if licences else _NO_PARTS, self)
        self._part = ComboBox(theme, self)
        self._text = QPlainTextEdit(self)
        self._check = QPushButton("&Look for a new version", self)
        self._close = QPushButton("Close", self)
        self._part.addItems([f"{each.name} {each.version}".strip() for each in licences])
        self._build()
        self._part.setVisible(bool(licences))
        self._text.setVisible(bool(licences))
        self._check.setVisible(offers_check)
        self._part.currentIndexChanged.connect(self._show_licence)
        self._check.clicked.connect(self.check_requested)
        self._close.clicked.connect(self.accept)
        if licences:
            self.resize(*_SIZE)
            self._show_licence(0)

    def tell(self, sentence: str) -> None:
        """Say how it went."""
        self._told.setText(sentence)
        self._told.show()
        announce(self, sentence)

    def _show_licence(self, index: int) -> None:
        self._text.setPlainText(f"{self._licences[index].licence}\n\n{self._licences[index].text}")

    def _build(self) -> None:
        self._version.setObjectName("aboutVersion")
        self._version.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._told.setObjectName("muted")
        self._told.setVisible(bool(self._told.text()))
        for label in (self._version, self._told):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self._part.setObjectName("aboutPart")
        self._part.setMaxVisibleItems(_ROWS)
        self._part.setAccessibleName("Part of the program")
        self._text.setObjectName("aboutLicence")
        self._text.setAccessibleName("Licence of the part")
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        for button in (self._check, self._close):
            button.setObjectName("secondaryButton")
            button.setAutoDefault(False)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._check)
        row.addStretch(1)
        row.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        for widget in (self._version, self._told, self._part, self._text):
            column.addWidget(widget)
        column.addLayout(row)
