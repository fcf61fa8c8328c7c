"""What can be done with the answer in the quick prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from arvae_desktop.ui.icons import line_icon

if TYPE_CHECKING:
    from arvae_desktop.ui.theme import Colors, Theme

_ICON = QSize(18, 18)


class _Doing(NamedTuple):
    icon: str
    words: str
    keys: str
    tip: str


COPY, INSERT, REGENERATE, WINDOW, STOP = "copy", "insert", "regenerate", "window", "stop"
DOINGS = {
    STOP: _Doing("stop", "Stop", "", "Stop the answer (Esc twice)"),
    COPY: _Doing("copy", "Copy", "Ctrl+Shift+C", "Copy the answer"),
    INSERT: _Doing("insert", "Insert", "Ctrl+I", "Copy the answer and go back to where you were"),
    REGENERATE: _Doing("regenerate", "Again", "Ctrl+R", "Ask for another answer"),
    WINDOW: _Doing("window", "Open", "Ctrl+Return", "Go on in the main window"),
}


class AnswerBar(QWidget):
    """A row of buttons.

    Signals:
        chosen: a name of `DOINGS`.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._buttons = {name: self._make(name, doing) for name, doing in DOINGS.items()}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button in self._buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        theme.changed.connect(self._paint)
        self._paint()

    def show_for(self, *, is_running: bool, has_answer: bool) -> None:
        """Offer what can be done now."""
        visible = {
            STOP: is_running,
            COPY: has_answer,
            INSERT: has_answer,
            REGENERATE: has_answer and not is_running,
            WINDOW: True,
        }
        for name, button in self._buttons.items():
            button.setVisible(visible[name])

    def _make(self, name: str, doing: _Doing) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"quick{name.capitalize()}Button")
        button.setProperty("quickAction", True)
        button.setText(doing.words)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(_ICON)
        keys = f" ({QKeySequence(doing.keys).toString(QKeySequence.SequenceFormat.NativeText)})"
        button.setToolTip(doing.tip + (keys if doing.keys else ""))
        button.setAccessibleName(doing.tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked=False: self.chosen.emit(name))
        return button

    def _paint(self, _colors: Colors | None = None) -> None:
        for name, button in self._buttons.items():
            button.setIcon(line_icon(DOINGS[name].icon, self._theme.colors.muted))
