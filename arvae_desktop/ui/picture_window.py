"""A window of its own for a picture or a diagram."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from arvae_desktop.ui.header_window import HeaderWindow
from arvae_desktop.ui.picture_view import PictureView

if TYPE_CHECKING:
    from arvae_desktop.services.tasks import Tasks
    from arvae_desktop.ui.theme import Theme


class PictureFile(NamedTuple):
    """What is written when the picture is saved.

    Attributes:
        name: what the file is called unless the user calls it something else, such as "diagram.png".
        data: its bytes.
    """

    name: str
    data: bytes


class PictureWindow(HeaderWindow):
    """Shows one picture.

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
        super().__init__("pictureWindow", title, theme, tasks, parent)
        self._picture = picture
        self._file = file
        self.view = PictureView(picture, self)
        self.view.setAccessibleName(f"Picture: {title}")
        self._scale = self.label("codeCount", "")
        self._build(title)
        self._connect()

    def copy(self) -> None:
        """Put the picture on the clipboard; of an SVG its source."""
        if isinstance(self._picture, QImage):
            QGuiApplication.clipboard().setImage(self._picture)
        else:
            QGuiApplication.clipboard().setText(self._picture)
        self.tell("Copied.")

    def save(self) -> None:
        """Ask where and write the file there; how it went is said in the window."""
        if self._file is not None:
            self.save_file("Save the picture", self._file.name, self._file.data)

    def _show_scale(self, scale: float) -> None:
        self._scale.setText(f"{scale:.0%}")

    # --- building ---

    def _build(self, title: str) -> None:
        label = self.label("codeLanguage", title)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        label.setToolTip(title)
        self.header_row.addWidget(label, 1)
        self.header_row.addWidget(self._scale)
        self.header_row.addSpacing(8)
        smaller, larger = (lambda: self.view.zoom(-1)), (lambda: self.view.zoom(1))
        self.add_button("zoom-out", "Make the picture smaller", "Smaller (Ctrl+−)", smaller)
        self.add_button("zoom-in", "Make the picture larger", "Larger (Ctrl++)", larger)
        fit = "Fit (Ctrl+9); own size: Ctrl+0"
        self.add_button("fit", "Fit the picture into the window", fit, self.view.fit)
        self.add_button("copy", "Copy the picture", "Copy (Ctrl+C)", self.copy, words="Copy")
        save_tip = "Save as a file (Ctrl+S)"
        save = self.add_button("save", "Save the picture as a file", save_tip, self.save, words="Save as…")
        save.setVisible(self._file is not None)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.view, 1)
        column.addWidget(self.status)
        for one, following in pairwise((*self.buttons, self.view)):
            self.setTabOrder(one, following)
        self.view.setFocus()

    def _connect(self) -> None:
        self.view.scale_changed.connect(self._show_scale)
        self.add_shortcut(self.copy, "Ctrl+C")
        self.add_shortcut(self.save, "Ctrl+S", "Ctrl+Shift+S")
        self.add_shortcut(lambda: self.view.zoom(1), "Ctrl++", "Ctrl+=")
        self.add_shortcut(lambda: self.view.zoom(-1), "Ctrl+-")
        self.add_shortcut(lambda: self.view.zoom(0), "Ctrl+0")
        self.add_shortcut(self.view.fit, "Ctrl+9")
        self.add_shortcut(self.close, "Ctrl+W", "Esc")
