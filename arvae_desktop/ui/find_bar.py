"""The slim bar that finds words in what is shown."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QToolButton, QWidget

from arvae_desktop.ui.icons import line_icon

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent

    from arvae_desktop.ui.theme import Colors, Theme

_WIDEST = 420
_NARROWEST_FIELD = 96
_LONGEST_WORDS = 1000
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FindBar(QFrame):
    """Takes words, shows how often they were found, and asks for the next and the previous place.

    It finds nothing itself. While it is shown, F3 and Shift+F3 work in its whole window.

    Args:
        subject: what is searched, for its accessible names, such as "conversation".

    Signals:
        words_changed: the words to look for, "" for none; also when the bar opens with words in it.
        next_requested, previous_requested: the next and the previous place.
        closed: the bar has hidden itself; the focus belongs to where it came from.
    """

    words_changed = Signal(str)
    next_requested = Signal()
    previous_requested = Signal()
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, subject: str = "conversation") -> None:
        super().__init__(parent)
        self.setObjectName("findBar")
        self.setAccessibleName(f"Find in the {subject}")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(_WIDEST)
        self._field = _Field(self)
        self._count = QLabel(self)
        self._previous = self._button("Previous place", "Previous (Shift+F3 or Shift+Enter)")
        self._next = self._button("Next place", "Next (F3 or Enter)")
        self._close = self._button("Close the search", "Close (Esc)")
        self._build(subject)
        self._connect()
        self.show_count(0, 0)
        self._paint_icons(theme.colors)
        theme.changed.connect(self._paint_icons)
        self.hide()

    @property
    def words(self) -> str:
        """What is looked for, as typed."""
        return self._field.text()

    def open(self, words: str = "") -> None:
        """Show the bar and select its words, so that typing replaces them; given words replace those."""
        before = self._field.text()
        if words:
            # A field has one line: of a selection with several the first is looked for.
            self._field.setText(words.strip().partition("\n")[0])
        self.show()
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()
        if self._field.text() == before:
            self.words_changed.emit(before)

    def show_count(self, current: int, total: int, *, is_more: bool = False) -> None:
        """Say which of how many places is shown.

        Args:
            current: its number from 1; 0 while none is chosen.
            total: how many places there are.
            is_more: there are more than `total`, which was counted no further.
        """
        counted = f"{total:,}{'+' if is_more else ''}"
        if not self._field.text():
            words = ""
        elif not total:
            words = "No matches"
        elif current:
            words = f"{current:,} of {counted}"
        else:
            words = f"{counted} {'match' if total == 1 else 'matches'}"
        self._count.setText(words)
        self._field.setAccessibleDescription(words)
        for button in (self._previous, self._next):
            button.setEnabled(total > 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes; Enter presses the button in focus, as Space does by itself."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() in _ENTER:
            for button in (self._previous, self._next, self._close):
                if button.hasFocus():
                    button.click()
        else:
            super().keyPressEvent(event)

    def dismiss(self) -> None:
        """Hide the bar and tell of it. The words stay for the next time."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def _build(self, subject: str) -> None:
        self._field.setObjectName("findField")
        self._field.setAccessibleName(f"Find in the {subject}")
        self._field.setPlaceholderText(f"Find in the {subject}")
        self._field.setToolTip(f"Find in the {subject} (Ctrl+F)")
        self._field.setMaxLength(_LONGEST_WORDS)
        self._field.setMinimumWidth(_NARROWEST_FIELD)
        self._glass = self._field.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        self._glass.setText("Find")
        self._count.setObjectName("findCount")
        self._count.setTextFormat(Qt.TextFormat.PlainText)
        self._count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        # Room for what most counts need, so that the field keeps its width while they change.
        self._count.setMinimumWidth(self._count.fontMetrics().horizontalAdvance("888 of 8,888"))
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 4, 4)
        row.setSpacing(2)
        row.addWidget(self._field, 1)
        row.addWidget(self._count)
        row.addSpacing(6)
        buttons = (self._previous, self._next, self._close)
        for button in buttons:
            row.addWidget(button)
        for one, following in pairwise((self._field, *buttons)):
            self.setTabOrder(one, following)

    def _connect(self) -> None:
        self._field.textChanged.connect(self.words_changed)
        self._field.next_requested.connect(self.next_requested)
        self._field.previous_requested.connect(self.previous_requested)
        self._field.focus_changed.connect(self._show_focus)
        self._next.clicked.connect(self.next_requested)
        self._previous.clicked.connect(self.previous_requested)
        self._close.clicked.connect(self.dismiss)
        for keys, signal in (("F3", self.next_requested), ("Shift+F3", self.previous_requested)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(signal)

    def _show_focus(self, focused: bool) -> None:
        self.setProperty("focused", focused)
        self.style().unpolish(self)
        self.style().polish(self)

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("barButton")
        button.setFixedSize(28, 28)
        button.setIconSize(QSize(18, 18))
        button.setAccessibleName(name)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _paint_icons(self, colors: Colors) -> None:
        self._glass.setIcon(line_icon("search", colors.muted))
        for button, name in (
            (self._previous, "chevron-up"),
            (self._next, "chevron-down"),
            (self._close, "close"),
        ):
            button.setIcon(line_icon(name, colors.muted, colors.disabled))


class _Field(QLineEdit):
    """Enter asks for the next place, Shift+Enter for the previous one.

    Signals:
        next_requested, previous_requested: by Enter, while no input method is composing.
        focus_changed: whether it has the keyboard focus.
    """

    next_requested = Signal()
    previous_requested = Signal()
    focus_changed = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._composing = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See the class."""
        if self._composing or event.key() not in _ENTER:
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.previous_requested.emit()
        else:
            self.next_requested.emit()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember whether an input method is composing: its Enter is not ours."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell the bar around the field."""
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell the bar around the field."""
        super().focusOutEvent(event)
        self.focus_changed.emit(False)
