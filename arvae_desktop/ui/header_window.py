"""A window for something an answer holds: a header with actions over it, a line that tells under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from arvae_desktop.ui.icons import line_icon
from arvae_desktop.ui.saving import save_as

if TYPE_CHECKING:
    from collections.abc import Callable

    from arvae_desktop.services.tasks import Tasks
    from arvae_desktop.ui.theme import Colors, Theme

_SIZE = QSize(860, 620)
_SMALLEST = QSize(360, 240)


class HeaderWindow(QWidget):
    """What such windows share; it goes when it is closed or its parent goes.

    Attributes:
        buttons: those of the header, in their order.
        header_row: what stands in the header, from the left.
        status: the line that tells.
    """

    def __init__(self, name: str, title: str, theme: Theme, tasks: Tasks, parent: QWidget) -> None:
        """`name` is the object's name; `title` is what the window is called before the app's name."""
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{title} – Arvae Desktop")
        self.setMinimumSize(_SMALLEST)
        self.resize(_SIZE)
        self.buttons: list[QToolButton] = []
        self._icons: list[str] = []
        self._tasks = tasks
        self._colors = theme.colors
        self.header = QFrame(self)
        self.header.setObjectName("codeHeader")
        self.header_row = QHBoxLayout(self.header)
        self.header_row.setContentsMargins(16, 8, 8, 8)
        self.header_row.setSpacing(4)
        self.status = self.label("codeStatus", "")
        self.status.setWordWrap(True)
        self.status.hide()
        theme.changed.connect(self._paint_icons)

    def tell(self, sentence: str, *, is_error: bool = False) -> None:
        """Say how something went."""
        self.status.setText(sentence)
        self.status.setProperty("severity", "error" if is_error else "info")
        self.status.style().unpolish(self.status)
        self.status.style().polish(self.status)
        self.status.setVisible(bool(sentence))

    def save_file(self, title: str, name: str, data: bytes) -> None:
        """Ask where and write a file there, called `name` unless the user calls it otherwise."""
        self._tasks.spawn(self._save(title, name, data), name="save file")

    async def _save(self, title: str, name: str, data: bytes) -> None:
        outcome = await save_as(self, title, name, "All files (*)", data)
        if outcome.sentence:
            self.tell(outcome.sentence, is_error=outcome.is_error)

    # --- for those who build such a window ---

    def label(self, name: str, words: str) -> QLabel:
        """A label of plain text: its words may be a model's."""
        label = QLabel(words, self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def add_button(
        self, icon: str, name: str, tip: str, act: Callable[[], object], *, words: str = ""
    ) -> QToolButton:
        """Put a button at the header's end."""
        button = QToolButton(self.header)
        button.setObjectName("codeButton")
        button.setText(words)
        if words:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(18, 18))
        button.setIcon(line_icon(icon, self._colors.muted))
        button.setAccessibleName(name)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda _checked=False: act())
        self.header_row.addWidget(button)
        self.buttons.append(button)
        self._icons.append(icon)
        return button

    def add_shortcut(self, act: Callable[[], object], *keys: str) -> None:
        """Let keys do something while the window is in front."""
        shortcut = QShortcut(self)
        shortcut.setKeys([QKeySequence(each) for each in keys])
        shortcut.activated.connect(act)

    def _paint_icons(self, colors: Colors) -> None:
        self._colors = colors
        for button, icon in zip(self.buttons, self._icons, strict=True):
            button.setIcon(line_icon(icon, colors.muted))
