"""The settings: server, key, network, answers, appearance."""

from __future__ import annotations

from dataclasses import dataclass
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

from arvae_desktop.domain.secret import Secret
from arvae_desktop.ui.announcing import announce
from arvae_desktop.ui.check_box import CheckBox
from arvae_desktop.ui.combo_box import ComboBox
from arvae_desktop.ui.forms import FormColumn

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from arvae_desktop.services.connection import Connection
    from arvae_desktop.storage.settings import Settings
    from arvae_desktop.ui.theme import Theme

_APPEARANCES = (("system", "Like the desktop"), ("light", "Light"), ("dark", "Dark"))
_WIDTH = 480


@dataclass(frozen=True, slots=True)
class Entries:
    """What stands in the fields, as typed. An empty key keeps the one there is."""

    base_url: str
    key: Secret
    proxy: str
    ca_file: str
    continues_once: bool
    names_conversations: bool
    checks_updates: bool


class SettingsDialog(QDialog):
    """Shows what is set and asks for changes; it changes nothing itself.

    Signals:
        save_requested: the `Entries` to be kept.
        ca_file_requested: the user wants to pick the file of authorities.
        forget_requested: the user wants the key removed.
        data_requested: the user wants to see what is kept.
        quick_requested: the user wants the settings of the quick prompt and the tray.
        appearance_chosen: ``system``, ``light`` or ``dark``, to be shown at once.
    """

    save_requested = Signal(object)
    ca_file_requested = Signal()
    forget_requested = Signal()
    data_requested = Signal()
    quick_requested = Signal()
    appearance_chosen = Signal(str)

    def __init__(
        self,
        connection: Connection,
        settings: Settings,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        offers_updates: bool = False,
    ) -> None:
        """`offers_updates` says whether this program can tell a true word about new versions from a false."""
        super().__init__(parent)
        self.setObjectName("settingsDialog")
        self.setWindowTitle("Settings – Arvae Desktop")
        self._connection = connection
        self._base_url = QLineEdit(self)
        self._key = QLineEdit(self)
        self._place = QLabel(self)
        self._error = QLabel(self)
        self._proxy = QLineEdit(settings.proxy or "", self)
        self._ca_file = QLineEdit(settings.ca_file or "", self)
        self._choose_ca_file = QPushButton("Choose…", self)
        self._appearance = ComboBox(theme, self)
        self._continues_once = CheckBox("&Continue once by itself when the connection breaks", theme, self)
        self._continues_once.setChecked(settings.continues_once)
        self._names = CheckBox("Let the model &name new conversations", theme, self)
        self._names.setToolTip("After the first answer a small request asks the model for a title.")
        self._names.setChecked(settings.names_conversations)
        self._updates = CheckBox("Look once a day for a new &version", theme, self)
        self._updates.setToolTip(
            "A small signed file is read from arvae.ai. Nothing is downloaded or installed."
        )
        self._updates.setChecked(settings.checks_updates)
        self._updates.setVisible(offers_updates)
        self._quick = QPushButton("&Quick prompt and tray…", self)
        self._quick.setToolTip("The shortcut, the tray, starting with the session")
        self._data = QPushButton("Your &data…", self)
        self._data.setToolTip("Import, export, back up, restore, delete (Ctrl+Shift+D)")
        self._forget = QPushButton("Forget the key", self)
        self._cancel = QPushButton("Cancel", self)
        self._save = QPushButton("Save", self)
        self._build(settings.appearance)
        shown = None if connection.is_demo else connection.endpoint
        self._base_url.setText(shown.base_url.url if shown else connection.suggested_base_url)
        self._show_key()
        self._save.clicked.connect(lambda: self.save_requested.emit(self._entries()))
        self._choose_ca_file.clicked.connect(self.ca_file_requested)
        self._cancel.clicked.connect(self.reject)
        self._forget.clicked.connect(self.forget_requested)
        self._data.clicked.connect(self.data_requested)
        self._quick.clicked.connect(self.quick_requested)
        self._appearance.activated.connect(lambda index: self.appearance_chosen.emit(_APPEARANCES[index][0]))
        connection.changed.connect(self._show_key)

    def show_error(self, sentence: str) -> None:
        """Say under the fields what is wrong with them."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        announce(self, sentence, is_urgent=True)
        self._grow()

    def set_ca_file(self, path: str) -> None:
        """Put a path into the field of the file of authorities."""
        self._ca_file.setText(path)

    def _entries(self) -> Entries:
        return Entries(
            self._base_url.text(),
            Secret(self._key.text()),
            self._proxy.text(),
            self._ca_file.text(),
            self._continues_once.isChecked(),
            self._names.isChecked(),
            self._updates.isChecked(),
        )

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
        self._name_fields()
        for label, name in ((self._place, "muted"), (self._error, "formError")):
            label.setObjectName(name)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._error.hide()
        self._appearance.addItems([words for _name, words in _APPEARANCES])
        self._appearance.setCurrentIndex([name for name, _words in _APPEARANCES].index(appearance))
        self._save.setObjectName("primaryButton")
        self._save.setDefault(True)
        for button in (self._forget, self._cancel, self._choose_ca_file, self._data, self._quick):
            button.setObjectName("secondaryButton")
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addLayout(self._form())
        column.addWidget(self._error)
        column.addStretch(1)
        column.addLayout(_row(self._data, self._forget, None, self._cancel, self._save))

    def _name_fields(self) -> None:
        self._key.setEchoMode(QLineEdit.EchoMode.Password)
        self._proxy.setPlaceholderText("Like the system, or http:// or socks5:// and an address")
        self._ca_file.setPlaceholderText("None besides the system’s")
        self._choose_ca_file.setAccessibleName("Choose the file of certificate authorities")
        names = {
            self._base_url: ("settingsBaseUrl", "Base URL"),
            self._key: ("settingsKey", "New API key"),
            self._proxy: ("settingsProxy", "Proxy"),
            self._ca_file: ("settingsCaFile", "File of certificate authorities"),
            self._continues_once: ("settingsContinue", "Continue once by itself when the connection breaks"),
            self._names: ("settingsNames", "Let the model name new conversations"),
            self._updates: ("settingsUpdates", "Look once a day for a new version"),
            self._appearance: ("settingsAppearance", "Appearance"),
        }
        for widget, (name, words) in names.items():
            widget.setObjectName(name)
            widget.setAccessibleName(words)

    def _form(self) -> FormColumn:
        form = FormColumn()
        form.add_field("&Base URL", self._base_url)
        form.add_field("API &key", self._key, self._place)
        form.add_field("&Proxy", self._proxy)
        form.add_field("Certificate authorities (a &file)", self._ca_file, beside=self._choose_ca_file)
        form.add_field("&Appearance", self._appearance)
        form.add_line(self._continues_once)
        form.add_line(self._names)
        if not self._updates.isHidden():
            form.add_line(self._updates)
        form.add_row(self._quick)
        return form


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    """Widgets side by side; None is the room between."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget)
    return row
