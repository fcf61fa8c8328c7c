"""The settings: server, key, appearance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from arvae_desktop.ui.combo_box import ComboBox

if TYPE_CHECKING:
    from arvae_desktop.services.connection import Connection
    from arvae_desktop.ui.theme import Theme

_APPEARANCES = (("system", "Like the desktop"), ("light", "Light"), ("dark", "Dark"))
_WIDTH = 480


class SettingsDialog(QDialog):
    """Shows what is set and asks for changes; it changes nothing itself.

    Signals:
        save_requested: base URL and new key; an empty key keeps the one there is.
        forget_requested: the user wants the key removed.
        appearance_chosen: ``system``, ``light`` or ``dark``, to be shown at once.
    """

    save_requested = Signal(str, str)
    forget_requested = Signal()
    appearance_chosen = Signal(str)

    def __init__(
        self, connection: Connection, appearance: str, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("settingsDialog")
        self.setWindowTitle("Settings – Arvae Desktop")
        self._connection = connection
        self._base_url = QLineEdit(self)
        self._key = QLineEdit(self)
        self._place = QLabel(self)
        self._error = QLabel(self)
        self._appearance = ComboBox(theme, self)
        self._forget = QPushButton("Forget the key", self)
        self._cancel = QPushButton("Cancel", self)
        self._save = QPushButton("Save", self)
        self._build(appearance)
        self._show_connection()
        self._save.clicked.connect(lambda: self.save_requested.emit(self._base_url.text(), self._key.text()))
        self._cancel.clicked.connect(self.reject)
        self._forget.clicked.connect(self.forget_requested)
        self._appearance.activated.connect(lambda index: self.appearance_chosen.emit(_APPEARANCES[index][0]))
        connection.changed.connect(self._show_connection)

    def show_error(self, sentence: str) -> None:
        """Say under the fields what is wrong with them."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))

    def _show_connection(self) -> None:
        connection, endpoint = self._connection, self._connection.endpoint
        self._base_url.setText(endpoint.base_url.url if endpoint else connection.suggested_base_url)
        has_key = endpoint is not None and endpoint.key is not None
        self._key.clear()
        self._key.setPlaceholderText("Paste a key to replace the one in use" if has_key else "Paste a key")
        if connection.is_demo:
            self._place.setText("The demo runs on this computer and needs no key.")
        elif has_key:
            self._place.setText(f"A key for this server is kept in {connection.key_place}.")
        else:
            self._place.setText("No key is in use. A local server needs none.")
        self._forget.setEnabled(has_key)

    def _build(self, appearance: str) -> None:
        self.setMinimumWidth(_WIDTH)
        self._base_url.setAccessibleName("Base URL")
        self._base_url.setObjectName("settingsBaseUrl")
        self._key.setAccessibleName("New API key")
        self._key.setObjectName("settingsKey")
        self._key.setEchoMode(QLineEdit.EchoMode.Password)
        for label, name in ((self._place, "muted"), (self._error, "formError")):
            label.setObjectName(name)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._error.hide()
        self._appearance.setAccessibleName("Appearance")
        self._appearance.addItems([words for _name, words in _APPEARANCES])
        self._appearance.setCurrentIndex([name for name, _words in _APPEARANCES].index(appearance))
        self._forget.setObjectName("secondaryButton")
        self._cancel.setObjectName("secondaryButton")
        self._save.setObjectName("primaryButton")
        self._save.setDefault(True)
        for button in (self._forget, self._cancel):
            button.setAutoDefault(False)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setVerticalSpacing(8)
        form.addRow("&Base URL", self._base_url)
        form.addRow("API &key", self._key)
        form.addRow(self._place)
        form.addRow("&Appearance", self._appearance)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._forget)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._save)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addLayout(form)
        column.addWidget(self._error)
        column.addStretch(1)
        column.addLayout(buttons)
