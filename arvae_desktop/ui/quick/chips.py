"""What the desktop has in hand, offered beside the question: nothing is read or sent unless it is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from arvae_desktop.services.context import ContextKind, ContextPiece
from arvae_desktop.ui.icons import line_icon

if TYPE_CHECKING:
    from arvae_desktop.ui.theme import Colors, Theme

_ICON = QSize(16, 16)
_TIP_LENGTH = 300
_MODES = {ContextKind.CLIPBOARD: QClipboard.Mode.Clipboard, ContextKind.SELECTION: QClipboard.Mode.Selection}
_WORDS = {ContextKind.CLIPBOARD: "Clipboard text", ContextKind.SELECTION: "Selected text"}
_ICONS = {ContextKind.CLIPBOARD: "clipboard", ContextKind.SELECTION: "selection"}


class ContextChips(QWidget):
    """A switch for each thing that could be sent along.

    It is as high as one of them though there is none yet: they come when the window is on the screen, which
    has its height by then.

    Signals:
        changed: something was turned on or off.
    """

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._texts: dict[ContextKind, str] = {}
        self._chips = {kind: self._make(kind) for kind in ContextKind}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for chip in self._chips.values():
            row.addWidget(chip)
        theme.changed.connect(self._paint)
        self._paint()
        self.clear()

    def look(self) -> None:
        """Offer what there is now; what is on stays on with the text that it has."""
        clipboard = QGuiApplication.clipboard()
        for kind, chip in self._chips.items():
            mode = _MODES[kind]
            is_known = mode is QClipboard.Mode.Clipboard or clipboard.supportsSelection()
            data = clipboard.mimeData(mode) if is_known else None
            # Only what kinds there are is asked; the text itself when it is wanted.
            chip.setVisible(chip.isChecked() or (data is not None and data.hasText()))

    def sizeHint(self) -> QSize:
        """Leave room for a chip's height."""
        return super().sizeHint().expandedTo(QSize(0, self._height()))

    def minimumSizeHint(self) -> QSize:
        """Leave room for a chip's height."""
        return super().minimumSizeHint().expandedTo(QSize(0, self._height()))

    def _height(self) -> int:
        return max(chip.sizeHint().height() for chip in self._chips.values())

    def pieces(self) -> list[ContextPiece]:
        """What is on."""
        return [ContextPiece(kind, text) for kind, text in self._texts.items()]

    def clear(self) -> None:
        """Turn all off."""
        for chip in self._chips.values():
            chip.setChecked(False)

    def _make(self, kind: ContextKind) -> QToolButton:
        chip = QToolButton(self)
        chip.setObjectName("contextChip")
        chip.setCheckable(True)
        chip.setText(_WORDS[kind])
        chip.setIconSize(_ICON)
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        chip.setAccessibleName(f"Send along: {_WORDS[kind].lower()}")
        chip.toggled.connect(lambda is_on: self._on_toggled(kind, is_on=is_on))
        chip.hide()
        return chip

    def _on_toggled(self, kind: ContextKind, *, is_on: bool) -> None:
        chip, words = self._chips[kind], _WORDS[kind]
        if is_on:
            text = QGuiApplication.clipboard().text(_MODES[kind])
            self._texts[kind] = text
            words = f"{words}, {len(text):,} characters"
            chip.setToolTip(text[:_TIP_LENGTH] + ("…" if len(text) > _TIP_LENGTH else ""))
        else:
            self._texts.pop(kind, None)
            chip.setToolTip("Click to send it along")
        chip.setText(words)
        self._paint()
        self.changed.emit()

    def _paint(self, _colors: Colors | None = None) -> None:
        colors = self._theme.colors
        for kind, chip in self._chips.items():
            color = colors.accent if chip.isChecked() else colors.muted
            chip.setIcon(line_icon(_ICONS[kind], color))
