"""Which message is pointed at or walked to, and the bar of what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QCursor, QKeyEvent, QMouseEvent, QPainter, QTextCursor
from PySide6.QtWidgets import QToolButton, QWidget

from arvae_desktop.ui.message_bar import MessageBar
from arvae_desktop.ui.transcript.places import area_of, message_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QPaintEvent

    from arvae_desktop.ui.theme import Theme
    from arvae_desktop.ui.transcript.view import TranscriptView

_MARK_WIDTH = 3
_MARK_LEFT = 12
_AWAY_MS = 120
_NEAR = 4


class MessageWalker(QObject):
    """Shows the bar over the message under the pointer or, by keyboard, the one that was walked to.

    Args:
        actions_of: what can be done with a message, by its id, as names of `message_actions`.

    Signals:
        action_chosen: a name of `message_actions`, and the message's id.
    """

    action_chosen = Signal(str, str)

    def __init__(
        self, view: TranscriptView, theme: Theme, actions_of: Callable[[str], Sequence[str]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._actions_of = actions_of
        self._walked: str | None = None
        self._pointed: str | None = None
        self._offered: str | None = None  # the message whose actions the bar shows
        self.bar = MessageBar(theme, view)
        self.bar.hide()
        self._mark = _Mark(theme, view)
        self._away = QTimer(self, singleShot=True, interval=_AWAY_MS)
        self._away.timeout.connect(self._on_away)
        before: QWidget = view
        for button in self.bar.findChildren(QToolButton):
            QWidget.setTabOrder(before, button)
            before = button
        for watched in (view, view.viewport(), self.bar):
            watched.installEventFilter(self)
        view.verticalScrollBar().valueChanged.connect(self._on_moved)
        view.verticalScrollBar().rangeChanged.connect(self._on_moved)
        self.bar.action_chosen.connect(self._on_chosen)
        self.bar.left.connect(self._on_left)

    @property
    def current(self) -> str | None:
        """The id of the message that was walked to or, without one, of the one under the pointer."""
        return self._walked or self._pointed

    @property
    def walked(self) -> str | None:
        """The id of the message that was walked to by keyboard."""
        return self._walked

    def walk(self, step: int) -> str | None:
        """Go to the next message (1) or to the one before (-1). Returns its id; None where there is none."""
        shown = self._view.writer.shown
        if not shown:
            return None
        if self._walked in shown:
            place = shown.index(self._walked) + step
        else:
            middle = QPoint(0, self._view.viewport().height() * 2 // 3)
            seen = message_at(self._view, middle)
            place = shown.index(seen) if seen in shown else len(shown) - 1
        if place < 0:
            self._view.writer.want_earlier()
        elif place >= len(shown):
            self._view.writer.want_later()
        self._walked = shown[min(max(place, 0), len(shown) - 1)]
        self._go_to(self._walked)
        return self._walked

    def go_to(self, message_id: str) -> None:
        """Go to a message, if it is on the page."""
        if message_id in self._view.writer.shown:
            self._walked = message_id
            self._go_to(message_id)

    def forget(self) -> None:
        """Leave the messages: none is walked to or pointed at any more."""
        self._walked = self._pointed = None
        self._update()

    def refresh(self) -> None:
        """Show the bar where the message stands now, with what can be done with it now."""
        if self._walked is not None and self._walked not in self._view.writer.shown:
            self._walked = None
        self._offered = None
        self._update()

    # --- the pointer ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pointer over the view; another click than on the bar leaves the keyboard's message."""
        kind = event.type()
        if watched is self._view.viewport():
            if kind is QEvent.Type.MouseMove and isinstance(event, QMouseEvent) and not event.buttons():
                self._point_at(event.position().toPoint())
            elif kind is QEvent.Type.MouseButtonPress:
                self._walked = None
                self._update()
        elif watched is self._view and isinstance(event, QKeyEvent) and self._is_way_to_bar(event):
            self.bar.take_focus()
            return True
        if kind is QEvent.Type.Leave:
            self._away.start()
        elif watched is self._view and kind is QEvent.Type.Resize:
            QTimer.singleShot(0, self, self._update)  # the text is laid out behind it
        return super().eventFilter(watched, event)

    def _point_at(self, point: QPoint) -> None:
        self._away.stop()
        pointed = message_at(self._view, point)
        if pointed != self._pointed:
            self._pointed = pointed
            self._update()

    def _on_away(self) -> None:
        inside = self._view.mapFromGlobal(QCursor.pos())
        if not self._view.rect().contains(inside) and not self.bar.geometry().contains(inside):
            self._pointed = None
            self._update()

    def _on_moved(self) -> None:
        if self._pointed is not None and not self.bar.underMouse():
            point = self._view.viewport().mapFromGlobal(QCursor.pos())
            if self._view.viewport().rect().contains(point):
                self._pointed = message_at(self._view, point)
        if not self.bar.isHidden() or self._walked is not None:
            self._update()

    # --- the keyboard ---

    def _go_to(self, message_id: str) -> None:
        area = area_of(self._view, message_id)
        span = self._view.writer.span_of(message_id)
        if area is None or span is None:
            return
        bar, height = self._view.verticalScrollBar(), self._view.viewport().height()
        room = self.bar.sizeHint().height() + _NEAR
        if area.top() < room or area.top() > height - room:
            bar.setValue(bar.value() + area.top() - room)
        self._view.setFocus()
        # A screen reader reads the line that the caret goes to.
        cursor = QTextCursor(self._view.document())
        cursor.setPosition(span.start)
        self._view.caret.place(cursor)
        self._update()

    def _is_way_to_bar(self, event: QKeyEvent) -> bool:
        """Whether this is Tab on a message that was walked to: its actions come before the page's links."""
        is_tab = event.type() is QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab
        return is_tab and not event.modifiers() and self._walked is not None and not self.bar.isHidden()

    def _on_chosen(self, name: str) -> None:
        if (message_id := self.current) is not None:
            self.action_chosen.emit(name, message_id)

    def _on_left(self) -> None:
        self._view.setFocus()

    # --- the bar ---

    def _update(self) -> None:
        """Put the bar over the message's top, at the column's end; while that is not seen, at the edge."""
        message_id = self.current
        area = None if message_id is None else area_of(self._view, message_id)
        self._mark.show_beside(area if self._walked is not None else None)
        viewport = self._view.viewport()
        if message_id is None or area is None or area.bottom() < 0 or area.top() > viewport.height():
            self.bar.hide()
            return
        # While an answer streams this is asked each frame, and to ask for a message joins all its text.
        if message_id != self._offered:
            self._offered = message_id
            self.bar.set_actions(self._actions_of(message_id))
        size = self.bar.sizeHint()
        top = max(0, area.top() - size.height() + _NEAR)
        left = viewport.x() + area.width() - size.width() + _NEAR
        self.bar.setGeometry(left, viewport.y() + top, size.width(), size.height())
        self.bar.show()
        self.bar.raise_()


class _Mark(QWidget):
    """A line beside the message that was walked to."""

    def __init__(self, theme: Theme, view: TranscriptView) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view
        self.hide()

    def show_beside(self, area: QRect | None) -> None:
        """Stand beside rows of the viewport; None hides it."""
        if area is None:
            self.hide()
            return
        viewport = self._view.viewport().geometry()
        rows = area.intersected(QRect(0, 0, viewport.width(), viewport.height()))
        left = max(0, viewport.left() - _MARK_LEFT)
        self.setGeometry(left, viewport.top() + rows.top(), _MARK_WIDTH, rows.height())
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it in the accent's colour, with round ends."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(0, 0, 0, 0))
        painter.setBrush(QColor(self._theme.colors.accent))
        painter.drawRoundedRect(self.rect(), _MARK_WIDTH / 2, _MARK_WIDTH / 2)
        painter.end()
