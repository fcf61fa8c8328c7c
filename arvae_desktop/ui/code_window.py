"""A window of its own for a block of code: unwrapped, with line numbers, to be searched and saved."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from arvae_desktop.ui.code_view import CodeView
from arvae_desktop.ui.find_bar import FindBar
from arvae_desktop.ui.header_window import HeaderWindow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arvae_desktop.markup.blocks import Token
    from arvae_desktop.services.tasks import Tasks
    from arvae_desktop.ui.theme import Theme


class CodeWindow(HeaderWindow):
    """Shows one block of code.

    Args:
        language: as the model wrote it, "" if it said nothing.
        lines: the whole block, as `markup.blocks.Code` has them.

    Attributes:
        view: the code.
        find_bar: what Ctrl+F opens.
    """

    def __init__(
        self, language: str, lines: Sequence[tuple[Token, ...]], theme: Theme, tasks: Tasks, parent: QWidget
    ) -> None:
        count = f"{len(lines):,} {'line' if len(lines) == 1 else 'lines'}"
        super().__init__("codeWindow", f"{language or 'Code'}, {count}", theme, tasks, parent)
        self._language = language
        self.find_bar = FindBar(theme, self, subject="code")
        self.view = CodeView(lines, theme, self)
        self._build(count)
        self._connect()

    def copy(self) -> None:
        """Put the whole code on the clipboard."""
        QGuiApplication.clipboard().setText(self.view.text())
        self.tell("Copied.")

    def save(self) -> None:
        """Ask where and write the code there as UTF-8; how it went is said in the window."""
        data = (self.view.text() + "\n").encode("utf-8", "replace")
        self.save_file("Save the code", file_name(self._language), data)

    def _open_find(self) -> None:
        self.find_bar.open(self.view.textCursor().selectedText().partition("\u2029")[0])

    def _close_find(self) -> None:
        self.view.find_words("")
        self.view.setFocus()

    def _escape(self) -> None:
        if self.find_bar.isVisible():
            self.find_bar.dismiss()
        else:
            self.close()

    # --- building ---

    def _build(self, count: str) -> None:
        row = self.header_row
        row.addWidget(self.label("codeLanguage", self._language or "Code"))
        row.addSpacing(4)
        row.addWidget(self.label("codeCount", count))
        row.addStretch(1)
        self.add_button("zoom-out", "Make the text smaller", "Smaller (Ctrl+−)", lambda: self.view.zoom(-1))
        self.add_button("zoom-in", "Make the text larger", "Larger (Ctrl++)", lambda: self.view.zoom(1))
        self.add_button("search", "Find in the code", "Find (Ctrl+F)", self._open_find)
        self.add_button("copy", "Copy the code", "Copy all of it (Ctrl+Shift+C)", self.copy, words="Copy")
        self.add_button(
            "save", "Save the code as a file", "Save as a file (Ctrl+S)", self.save, words="Save as…"
        )
        find_row = QHBoxLayout()
        find_row.setContentsMargins(8, 6, 8, 2)
        find_row.addStretch(1)
        find_row.addWidget(self.find_bar, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(find_row)
        column.addWidget(self.view, 1)
        column.addWidget(self.status)
        for one, following in pairwise((*self.buttons, self.view)):
            self.setTabOrder(one, following)
        self.view.setFocus()

    def _connect(self) -> None:
        self.find_bar.words_changed.connect(self.view.find_words)
        self.find_bar.next_requested.connect(lambda: self.view.go_to_match(1))
        self.find_bar.previous_requested.connect(lambda: self.view.go_to_match(-1))
        self.find_bar.closed.connect(self._close_find)
        self.view.counted.connect(self._show_count)
        self.add_shortcut(self._open_find, "Ctrl+F")
        self.add_shortcut(self.copy, "Ctrl+Shift+C")
        self.add_shortcut(self.save, "Ctrl+S", "Ctrl+Shift+S")
        self.add_shortcut(lambda: self.view.zoom(1), "Ctrl++", "Ctrl+=")
        self.add_shortcut(lambda: self.view.zoom(-1), "Ctrl+-")
        self.add_shortcut(lambda: self.view.zoom(0), "Ctrl+0")
        self.add_shortcut(self.close, "Ctrl+W")
        self.add_shortcut(self._escape, "Esc")

    def _show_count(self, current: int, total: int, is_more: bool) -> None:
        self.find_bar.show_count(current, total, is_more=is_more)


def file_name(language: str) -> str:
    """What a file with code in a language is called, as Pygments knows it; no letter of it is the model's."""
    # Loaded only now: the first block that is coloured has loaded it, too.
    from pygments.lexers import find_lexer_class_by_name  # noqa: PLC0415
    from pygments.util import ClassNotFound  # noqa: PLC0415

    try:
        patterns: list[str] = find_lexer_class_by_name(language.lower()).filenames
    except ClassNotFound:
        patterns = []
    for pattern in patterns:
        ending = pattern.removeprefix("*.")
        if ending != pattern and ending.isalnum():
            return f"code.{ending}"
        if pattern.isalnum():  # such as Dockerfile
            return pattern
    return "code.txt"
