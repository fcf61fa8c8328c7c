"""The first page: give a key, name another server, or try the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from arvae_desktop.ui.forms import FormColumn
from arvae_desktop.ui.icons import app_icon
from arvae_desktop.ui.layouts import centred

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

_WIDTH = 440
_PITCH = "Answers appear word by word, and you can stop them at any time. "
_KEPT = "Your key goes into this computer’s keyring and is sent to your server alone."
_NOT_KEPT = (
    "In this demo run nothing is kept: your key is sent to your server alone and forgotten when you quit."
)


class WelcomePage(QWidget):
    """Stands in the transcript's place until there is a server to talk to.

    Signals:
        connect_requested: base URL and key as typed.
        demo_requested: the user wants to look around without a key.
    """

    connect_requested = Signal(str, str)
    demo_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcomePage")
        self._key = QLineEdit(self)
        self._base_url = QLineEdit(self)
        self._error = QLabel(self)
        self._connect_button = QPushButton("Connect", self)
        self._demo = QPushButton("Try the demo", self)
        self._pitch = _words("subtitle", _PITCH + _KEPT)
        self._build()
        self._connect_button.clicked.connect(self._submit)
        self._key.returnPressed.connect(self._submit)
        self._base_url.returnPressed.connect(self._submit)
        self._demo.clicked.connect(self.demo_requested)

    def offer(self, base_url: str) -> None:
        """Fill in the base URL, empty the key."""
        self._base_url.setText(base_url)
        self._key.clear()
        self.show_error("")

    def promise_nothing(self) -> None:
        """Say that in this run neither server nor key is kept."""
        self._pitch.setText(_PITCH + _NOT_KEPT)

    def show_error(self, sentence: str) -> None:
        """Say under the fields what is wrong with them."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        from arvae_desktop.ui.announcing import announce  # noqa: PLC0415  (after the first frame)

        announce(self, sentence, is_urgent=True)

    def showEvent(self, event: QShowEvent) -> None:
        """The key is what is wanted."""
        super().showEvent(event)
        self._key.setFocus()

    def _submit(self) -> None:
        self.connect_requested.emit(self._base_url.text(), self._key.text())

    def _build(self) -> None:
        self._key.setObjectName("welcomeKey")
        self._key.setAccessibleName("API key")
        self._key.setEchoMode(QLineEdit.EchoMode.Password)
        self._key.setPlaceholderText("Paste your key; a local server needs none")
        self._base_url.setObjectName("welcomeBaseUrl")
        self._base_url.setAccessibleName("Base URL")
        self._error.setObjectName("formError")
        self._error.setWordWrap(True)
        self._error.setTextFormat(Qt.TextFormat.PlainText)
        self._connect_button.setObjectName("welcomeConnect")
        self._demo.setObjectName("welcomeDemo")
        for button in (self._connect_button, self._demo):
            button.setAutoDefault(True)
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(_mark())
        column.addWidget(_words("title", "Welcome to Arvae Desktop"))
        column.addWidget(self._pitch)
        column.addSpacing(8)
        column.addLayout(self._form())
        column.addWidget(self._error)
        column.addLayout(self._buttons())
        page = QVBoxLayout(self)
        page.addStretch(2)
        page.addLayout(centred(inner, _WIDTH))
        page.addStretch(3)

    def _form(self) -> FormColumn:
        form = FormColumn()
        form.add_field("API &key", self._key)
        form.add_field("&Base URL", self._base_url)
        return form

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._connect_button)
        row.addWidget(self._demo)
        row.addStretch(1)
        return row


def _mark() -> QLabel:
    mark = QLabel()
    mark.setPixmap(app_icon().pixmap(56, 56))
    mark.setAccessibleName("Arvae Desktop")
    return mark


def _words(name: str, text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setWordWrap(True)
    return label
