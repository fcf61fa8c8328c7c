"""The bar of actions that floats over a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from arvae_desktop.ui.icons import line_icon
from arvae_desktop.ui.message_actions import CONTINUE, COPY, DELETE, EDIT, READ, REGENERATE, SHORTCUTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject
    from PySide6.QtGui import QPaintEvent

    from arvae_desktop.ui.theme import Colors, Theme


class _Words(NamedTuple):
    name: str
    tip: str


_WORDS = {
    COPY: _Words("Copy the message", "Copy"),
    EDIT: _Words("Edit the message and send it again", "Edit and send again"),
    REGENERATE: _Words("Regenerate the answer", "Regenerate"),
    CONTINUE: _Words("Continue the answer", "Continue"),
    READ: _Words("Read from the start of the message", "Read from here"),
    DELETE: _Words("Delete the message", "Delete"),
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_BUTTON = 28
_GAP = 2
_PADDING = 3
_SHADOW = 4  # pixels around the bar that its shadow fades over
_SHADOW_ALPHA = 9
_RADIUS = 10


class MessageBar(QWidget):
    """Offers what can be done with one message. For the keyboard it is one stop with arrows inside.

    It is as large as its buttons and a shadow of 4 px around them; whoever owns it moves it.

    Signals:
        action_chosen: `COPY`, `EDIT`, `REGENERATE`, `CONTINUE`, `READ` or `DELETE`.
        left: Escape was pressed in it; the focus belongs to where it came from.
    """

    action_chosen = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self.setAccessibleName("Actions for the message")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.ArrowCursor)  # not the text's
        self._colors = theme.colors
        self._shown: list[QToolButton] = []
        self._buttons = {name: self._button(name) for name in _WORDS}
        row = QHBoxLayout(self)
        margin = _SHADOW + _PADDING
        row.setContentsMargins(margin, margin, margin, margin)
        row.setSpacing(_GAP)
        for button in self._buttons.values():
            row.addWidget(button)
        self._paint_icons(theme.colors)
        theme.changed.connect(self._paint_icons)
        self.set_actions(())

    def set_actions(self, names: Sequence[str]) -> None:
        """Show the buttons of these actions, in the bar's order. Raises `KeyError` for an unknown name."""
        wanted = {self._buttons[name] for name in names}
        self._shown = [button for button in self._buttons.values() if button in wanted]
        for button in self._buttons.values():
            button.setVisible(button in wanted)
        self._make_stop(self._shown[0] if self._shown else None)
        self.adjustSize()

    def take_focus(self) -> None:
        """Give the focus to the first button, for whoever comes by keyboard."""
        if self._shown:
            self._make_stop(self._shown[0])
            self._shown[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def sizeHint(self) -> QSize:
        """As large as the buttons that are shown."""
        count, margin = len(self._shown), 2 * (_SHADOW + _PADDING)
        return QSize(margin + count * _BUTTON + max(0, count - 1) * _GAP, margin + _BUTTON)

    def minimumSizeHint(self) -> QSize:
        """No smaller than its buttons."""
        return self.sizeHint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows walk from button to button: Qt's own walk leaves the bar."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and watched in self._shown:
            target = self._target(event.key(), self._shown.index(watched))
            if target is not None:
                self._make_stop(target)
                target.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        elif event.type() is QEvent.Type.FocusIn and watched in self._shown:
            self._make_stop(watched)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves; Enter presses, as Space does by itself."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in _ENTER:
            for button in self._shown:
                if button.hasFocus():
                    button.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the raised ground: a style sheet has no shadows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QRectF(self.rect()).adjusted(_SHADOW, _SHADOW, -_SHADOW, -_SHADOW)
        painter.setBrush(QColor(0, 0, 0, _SHADOW_ALPHA))
        for spread in range(_SHADOW, 0, -1):
            # A pixel lower than the bar, as if lit from above.
            shade = ground.adjusted(-spread, 1 - spread, spread, min(spread + 1, _SHADOW))
            painter.drawRoundedRect(shade, _RADIUS + spread, _RADIUS + spread)
        painter.setPen(QColor(self._colors.border))
        painter.setBrush(QColor(self._colors.raised))
        painter.drawRoundedRect(ground.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        painter.end()

    def _target(self, key: int, at: int) -> QToolButton | None:
        """The button that a key leads to from the one at a place, or None for any other key."""
        forwards, backwards = Qt.Key.Key_Right, Qt.Key.Key_Left
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            forwards, backwards = backwards, forwards
        places = {forwards: at + 1, backwards: at - 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: -1}
        place = places.get(Qt.Key(key))
        return None if place is None else self._shown[place % len(self._shown)]

    def _make_stop(self, button: QToolButton | None) -> None:
        """Let Tab stop at this button alone."""
        for each in self._buttons.values():
            each.setFocusPolicy(Qt.FocusPolicy.StrongFocus if each is button else Qt.FocusPolicy.ClickFocus)

    def _button(self, name: str) -> QToolButton:
        words = _WORDS[name]
        button = QToolButton(self)
        button.setObjectName("barButton")
        button.setFixedSize(_BUTTON, _BUTTON)
        button.setIconSize(QSize(18, 18))
        button.setAccessibleName(words.name)
        keys = QKeySequence(SHORTCUTS[name]).toString(QKeySequence.SequenceFormat.NativeText)
        button.setToolTip(f"{words.tip} ({keys})")
        button.clicked.connect(lambda _checked=False: self.action_chosen.emit(name))
        button.installEventFilter(self)
        return button

    def _paint_icons(self, colors: Colors) -> None:
        self._colors = colors
        for name, button in self._buttons.items():
            button.setIcon(line_icon(name, colors.muted))
        self.update()
