"""A window of its own for a picture or a diagram."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from arvae_desktop.ui.icons import line_icon
from arvae_desktop.ui.picture_view import PictureView
from arvae_desktop.ui.saving import save_as

if TYPE_CHECKING:
    from collections.abc import Callable

    from arvae_desktop.services.tasks import Tasks
    from arvae_desktop.ui.theme import Colors, Theme

_SIZE = QSize(860, 620)
_SMALLEST = QSize(360, 240)


class PictureFile(NamedTuple):
    """What is written when the picture is saved.

    Attributes:
        name: what the file is called unless the user calls it something else, such as "diagram.png".
        data: its bytes.
    """

    name: str
    data: bytes


class PictureWindow(QWidget):
    """Shows one picture; it goes when it is closed or its parent goes.

    Raises `ValueError` for an SVG that can't be shown.

    Args:
        picture: an image, or an SVG, which is cleaned first.
        title: what it is, in a few words; it may be a model's.
        file: what can be saved; None for nothing.

    Attributes:
        view: the picture.
    """

    def __init__(
        self,
        picture: QImage | str,
        title: str,
        file: PictureFile | None,
        theme: Theme,
        tasks: Tasks,
        parent: QWidget,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("pictureWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{title} – Arvae Desktop")
        self._picture = picture
        self._file = file
        self._tasks = tasks
        self._header = QFrame(self)
        self.view = PictureView(picture, self)
        self.view.setAccessibleName(f"Picture: {title}")
        self._title = _label("codeLanguage", title, self._header)
        self._scale = _label("codeCount", "", self._header)
        self._smaller = self._button("Make the picture smaller", "Smaller (Ctrl+−)")
        self._larger = self._button("Make the picture larger", "Larger (Ctrl++)")
        self._fit = self._button("Fit the picture into the window", "Fit (Ctrl+9); own size: Ctrl+0")
        self._copy = self._button("Copy the picture", "Copy (Ctrl+C)", "Copy")
        self._save = self._button("Save the picture as a file", "Save as a file (Ctrl+S)", "Save as…")
        self._status = _label("codeStatus", "", self)
        self._build()
        self._connect()
        self._paint_icons(theme.colors)
        theme.changed.connect(self._paint_icons)

    def copy(self) -> None:
        """Put the picture on the clipboard; of an SVG its source."""
        if isinstance(self._picture, QImage):
            QGuiApplication.clipboard().setImage(self._picture)
        else:
            QGuiApplication.clipboard().setText(self._picture)
        self._tell("Copied.")

    def save(self) -> None:
        """Ask where and write the file there; how it went is said in the window."""
        if self._file is not None:
            self._tasks.spawn(self._save_as(self._file), name="save picture")

    async def _save_as(self, file: PictureFile) -> None:
        outcome = await save_as(self, "Save the picture", file.name, "All files (*)", file.data)
        if outcome.sentence:
            self._tell(outcome.sentence, is_error=outcome.is_error)

    def _tell(self, sentence: str, *, is_error: bool = False) -> None:
        self._status.setText(sentence)
        self._status.setProperty("severity", "error" if is_error else "info")
        self._status.style().unpolish(self._status)
        self._status.style().polish(self._status)
        self._status.setVisible(bool(sentence))

    def _show_scale(self, scale: float) -> None:
        self._scale.setText(f"{scale:.0%}")

    # --- building ---

    def _build(self) -> None:
        self.setMinimumSize(_SMALLEST)
        self.resize(_SIZE)
        self._header.setObjectName("codeHeader")
        self._title.setSizePolicy(
            self._title.sizePolicy().Policy.Ignored, self._title.sizePolicy().Policy.Fixed
        )
        self._title.setToolTip(self._title.text())
        self._save.setVisible(self._file is not None)
        self._status.setWordWrap(True)
        self._status.hide()
        row = QHBoxLayout(self._header)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(4)
        row.addWidget(self._title, 1)
        row.addWidget(self._scale)
        row.addSpacing(8)
        buttons = (self._smaller, self._larger, self._fit, self._copy, self._save)
        for button in buttons:
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(self.view, 1)
        column.addWidget(self._status)
        for one, following in pairwise((*buttons, self.view)):
            self.setTabOrder(one, following)
        self.view.setFocus()

    def _connect(self) -> None:
        self._smaller.clicked.connect(lambda: self.view.zoom(-1))
        self._larger.clicked.connect(lambda: self.view.zoom(1))
        self._fit.clicked.connect(self.view.fit)
        self._copy.clicked.connect(self.copy)
        self._save.clicked.connect(self.save)
        self.view.scale_changed.connect(self._show_scale)
        self._shortcut(self.copy, "Ctrl+C")
        self._shortcut(self.save, "Ctrl+S", "Ctrl+Shift+S")
        self._shortcut(lambda: self.view.zoom(1), "Ctrl++", "Ctrl+=")
        self._shortcut(lambda: self.view.zoom(-1), "Ctrl+-")
        self._shortcut(lambda: self.view.zoom(0), "Ctrl+0")
        self._shortcut(self.view.fit, "Ctrl+9")
        self._shortcut(self.close, "Ctrl+W", "Esc")

    def _shortcut(self, act: Callable[[], object], *keys: str) -> None:
        shortcut = QShortcut(self)
        shortcut.setKeys([QKeySequence(each) for each in keys])
        shortcut.activated.connect(act)

    def _button(self, name: str, tip: str, words: str = "") -> QToolButton:
        button = QToolButton(self._header)
        button.setObjectName("codeButton")
        button.setText(words)
        if words:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(18, 18))
        button.setAccessibleName(name)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _paint_icons(self, colors: Colors) -> None:
        for button, name in (
            (self._smaller, "zoom-out"),
            (self._larger, "zoom-in"),
            (self._fit, "fit"),
            (self._copy, "copy"),
            (self._save, "save"),
        ):
            button.setIcon(line_icon(name, colors.muted))


def _label(name: str, words: str, parent: QWidget) -> QLabel:
    label = QLabel(words, parent)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)  # the title may be a model's word
    return label
