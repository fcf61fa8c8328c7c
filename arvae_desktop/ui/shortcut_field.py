"""A field that takes a key combination by having it pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from arvae_desktop.desktop.shortcut.combination import Combination

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent

_MODIFIER_KEYS = (
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Shift,
    Qt.Key.Key_Meta,
    Qt.Key.Key_Super_L,
    Qt.Key.Key_Super_R,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
)
_PORTABLE, _NATIVE = QKeySequence.SequenceFormat.PortableText, QKeySequence.SequenceFormat.NativeText


class ShortcutField(QLineEdit):
    """Shows a combination; while it has the focus, the next one that is pressed takes its place.

    Signals:
        chosen: a combination as `Combination` writes it.
        refused: why a combination won't do, in a sentence.
        listening_changed: whether it waits for keys; a shortcut that is in force is to rest meanwhile.
    """

    chosen = Signal(str)
    refused = Signal(str)
    listening_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._combination = ""
        self.setReadOnly(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAccessibleName("Shortcut: press the keys")
        self.setPlaceholderText("Press the keys")

    def set_combination(self, text: str) -> None:
        """Show a combination."""
        self._combination = text
        self.setText(native_text(text))

    def event(self, event: QEvent) -> bool:
        """Keep keys that the window has shortcuts for."""
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take what is pressed; Esc leaves things as they are, Tab goes on."""
        is_plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.key() == Qt.Key.Key_Escape and is_plain:
            self.set_combination(self._combination)
            self.clearFocus()
        elif event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and is_plain:
            super().keyPressEvent(event)
        elif event.key() in _MODIFIER_KEYS:
            self.setText(_held(event.modifiers()))
        else:
            self._take(QKeySequence(event.keyCombination()).toString(_PORTABLE))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Modifiers that were let go of without a key are none."""
        super().keyReleaseEvent(event)
        self.setText(native_text(self._combination))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Wait for keys."""
        super().focusInEvent(event)
        self.listening_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Wait no more."""
        super().focusOutEvent(event)
        self.set_combination(self._combination)
        self.listening_changed.emit(False)

    def _take(self, text: str) -> None:
        try:
            combination = str(Combination.parse(text))
        except ValueError as error:
            self.refused.emit(str(error))
            return
        self.set_combination(combination)
        self.chosen.emit(combination)


def native_text(combination: str) -> str:
    """A combination in the words of this system and language."""
    return QKeySequence(combination, _PORTABLE).toString(_NATIVE)


def _held(modifiers: Qt.KeyboardModifier) -> str:
    return QKeySequence(modifiers.value).toString(_NATIVE)
