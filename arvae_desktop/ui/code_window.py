"""A window of its own for a block of code: unwrapped, with line numbers, to be searched and saved."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from arvae_desktop.ui.code_view import CodeView
from arvae_desktop.ui.find_bar import FindBar
from arvae_desktop.ui.icons import line_icon
from arvae_desktop.ui.saving import save_as

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arvae_desktop.markup.blocks import Token
    from arvae_desktop.services.tasks import Tasks
    from arvae_desktop.ui.theme import Colors, Theme

_SIZE = QSize(860, 620)
_SMALLEST = QSize(360, 240)


class CodeWindow(QWidget):
    """Shows one block of code; it goes when it is closed or its parent goes.

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
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("codeWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._language = language
        self._tasks = tasks
        count = f"{len(lines):,} {'line' if len(lines) == 1 else 'lines'}"
        self.setWindowTitle(f"{language or 'Code'}, {count} – Arvae Desktop")
        self.find_bar = FindBar(theme, self, subject="code")
        self._header = QFrame(self)
        self._title = _label("codeLanguage", language or "Code", self._header)
        self._count = _label("codeCount", count, self._header)
        self._smaller = self._button("Make the text smaller", "Smaller (Ctrl+−)")
        self._larger = self._button("Make the text larger", "Larger (Ctrl++)")
        self._find = self._button("Find in the code", "Find (Ctrl+F)")
        self._copy = self._button("Copy the code", "Copy all of it (Ctrl+Shift+C)", "Copy")
        self._save = self._button("Save the code as a file", "Save as a file (Ctrl+S)", "Save as…")
        self.view = CodeView(lines, theme, self)
        self._status = _label("codeStatus", "", self)
        self._build()
        self._connect()
        self._paint_icons(theme.colors)
        theme.changed.connect(self._paint_icons)

    def copy(self) -> None:
        """Put the whole code on the clipboard."""
        QGuiApplication.clipboard().setText(self.view.text())
        self._tell("Copied.")

    def save(self) -> None:
        """Ask where and write the code there as UTF-8; how it went is said in the window."""
        self._tasks.spawn(self._save_as(), name="save code")

    async def _save_as(self) -> None:
        data = (self.view.text() + "\n").encode("utf-8", "replace")
        outcome = await save_as(self, "Save the code", file_name(self._language), "All files (*)", data)
        if outcome.sentence:
            self._tell(outcome.sentence, is_error=outcome.is_error)

    def _tell(self, sentence: str, *, is_error: bool = False) -> None:
        self._status.setText(sentence)
        self._status.setProperty("severity", "error" if is_error else "info")
        self._status.style().unpolish(self._status)
        self._status.style().polish(self._status)
        self._status.setVisible(bool(sentence))

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

    def _build(self) -> None:
        self.setMinimumSize(_SMALLEST)
        self.resize(_SIZE)
        self._header.setObjectName("codeHeader")
        self._status.setWordWrap(True)
        self._status.hide()
        row = QHBoxLayout(self._header)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(4)
        row.addWidget(self._title)
        row.addSpacing(4)
        row.addWidget(self._count)
        row.addStretch(1)
        buttons = (self._smaller, self._larger, self._find, self._copy, self._save)
        for button in buttons:
            row.addWidget(button)
        find_row = QHBoxLayout()
        find_row.setContentsMargins(8, 6, 8, 2)
        find_row.addStretch(1)
        find_row.addWidget(self.find_bar, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addLayout(find_row)
        column.addWidget(self.view, 1)
        column.addWidget(self._status)
        for one, following in pairwise((*buttons, self.view)):
            self.setTabOrder(one, following)
        self.view.setFocus()

    def _connect(self) -> None:
        self._smaller.clicked.connect(lambda: self.view.zoom(-1))
        self._larger.clicked.connect(lambda: self.view.zoom(1))
        self._find.clicked.connect(self._open_find)
        self._copy.clicked.connect(self.copy)
        self._save.clicked.connect(self.save)
        self.find_bar.words_changed.connect(self.view.find_words)
        self.find_bar.next_requested.connect(lambda: self.view.go_to_match(1))
        self.find_bar.previous_requested.connect(lambda: self.view.go_to_match(-1))
        self.find_bar.closed.connect(self._close_find)
        self.view.counted.connect(self._show_count)
        self._shortcut(self._open_find, "Ctrl+F")
        self._shortcut(self.copy, "Ctrl+Shift+C")
        self._shortcut(self.save, "Ctrl+S", "Ctrl+Shift+S")
        self._shortcut(lambda: self.view.zoom(1), "Ctrl++", "Ctrl+=")
        self._shortcut(lambda: self.view.zoom(-1), "Ctrl+-")
        self._shortcut(lambda: self.view.zoom(0), "Ctrl+0")
        self._shortcut(self.close, "Ctrl+W")
        self._shortcut(self._escape, "Esc")

    def _show_count(self, current: int, total: int, is_more: bool) -> None:
        self.find_bar.show_count(current, total, is_more=is_more)

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
            (self._find, "search"),
            (self._copy, "copy"),
            (self._save, "save"),
        ):
            button.setIcon(line_icon(name, colors.muted))


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


def _label(name: str, words: str, parent: QWidget) -> QLabel:
    label = QLabel(words, parent)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)  # the language is the model's word
    return label
