"""The settings: server, key, appearance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from arvae_desktop.ui.combo_box import ComboBox
from arvae_desktop.ui.forms import FormColumn

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

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
        shown = None if connection.is_demo else connection.endpoint
        self._base_url.setText(shown.base_url.url if shown else connection.suggested_base_url)
        self._show_key()
        self._save.clicked.connect(lambda: self.save_requested.emit(self._base_url.text(), self._key.text()))
        self._cancel.clicked.connect(self.reject)
        self._forget.clicked.connect(self.forget_requested)
        self._appearance.activated.connect(lambda index: self.appearance_chosen.emit(_APPEARANCES[index][0]))
        connection.changed.connect(self._show_key)

    def show_error(self, sentence: str) -> None:
        """Say under the fields what is wrong with them."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        self._grow()

    def _show_key(self) -> None:
        """Tell of the key in use. What the user may have begun to type is left alone."""
        endpoint = self._connection.endpoint
        has_key = endpoint is not None and endpoint.key is not None
        self._key.setPlaceholderText("Paste a key to replace the one in use" if has_key else "Paste a key")
        self._place.setText(self._words_for_place(has_key=has_key))
        self._forget.setEnabled(has_key and not self._connection.has_environment_key)
        self._grow()

    def _words_for_place(self, *, has_key: bool) -> str:
        connection = self._connection
        if connection.is_demo:
            words = "The demo runs on this computer and needs no key."
        elif not has_key:
            words = "No key is in use. A local server needs none."
        elif connection.has_environment_key:
            return f"The key comes from {connection.key_place}; the app does not keep it."
        elif not connection.keeps_nothing:
            return f"A key for this server is kept in {connection.key_place}."
        else:
            words = ""
        if connection.keeps_nothing:
            words += " In this demo run nothing is kept: a key and a server hold until you quit."
        return words.strip()

    def _grow(self) -> None:
        """Make room for every line: a layout alone squeezes the fields when a label needs more lines."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            needed = layout.totalHeightForWidth(self.width())
            self.setMinimumHeight(needed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width has other lines."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._grow()

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
        form = FormColumn()
        form.add_field("&Base URL", self._base_url)
        form.add_field("API &key", self._key, self._place)
        form.add_field("&Appearance", self._appearance)
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
