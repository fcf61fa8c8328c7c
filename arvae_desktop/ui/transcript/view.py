"""The transcript on screen: cards under the text, a view that follows the stream, links, and copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QByteArray,
    QEvent,
    QMimeData,
    QPoint,
    QPointF,
    QRectF,
    QSignalBlocker,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import QHelpEvent, QPainter, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit, QToolTip, QWidget

from arvae_desktop.ui.layouts import COLUMN_WIDTH
from arvae_desktop.ui.transcript import selected_formulas
from arvae_desktop.ui.transcript.branch_place import ALONE
from arvae_desktop.ui.transcript.cards import paint_cards, paint_seam
from arvae_desktop.ui.transcript.caret import Caret
from arvae_desktop.ui.transcript.copying import selection_data
from arvae_desktop.ui.transcript.formats import ACTION_SCHEME, Formats
from arvae_desktop.ui.transcript.links import link_at, tip
from arvae_desktop.ui.transcript.places import is_near
from arvae_desktop.ui.transcript.sheet import Sheet
from arvae_desktop.ui.transcript.waiting_dots import WaitingDots
from arvae_desktop.ui.transcript.writer import TranscriptWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPaintEvent, QResizeEvent

    from arvae_desktop.domain.messages import Message, Segment
    from arvae_desktop.services.formulas import Formulas
    from arvae_desktop.ui.theme import Theme
    from arvae_desktop.ui.transcript.branch_place import BranchPlace

_SIDE_MARGIN = 24
_TOP_MARGIN = 24
_BOTTOM_MARGIN = 56
_AT_END_PX = 24


class TranscriptView(QTextBrowser):
    """Shows one conversation.

    Attributes:
        writer: fills the page.
        caret: the cursor and the selection.
        overlays: each paints over the text, with a painter in document coordinates.

    Signals:
        action_requested: the name of an action that the user chose, and what it is done to: a message's id,
            sometimes with more behind a slash.
        link_requested: an address that the user clicked, and the words that stood there.
        link_reached: the `Link` that Tab has come to; it is selected.
        following_changed: whether the view follows the end.
        menu_requested: a point of the viewport that a menu is wanted at.
        zoom_requested: by how many steps the text is to become larger; negative for smaller.
    """

    action_requested = Signal(str, str)
    link_requested = Signal(str, str)
    link_reached = Signal(object)
    following_changed = Signal(bool)
    menu_requested = Signal(QPoint)
    zoom_requested = Signal(int)

    room_below = _BOTTOM_MARGIN  # under the last line, in pixels
    room_beside = _SIDE_MARGIN  # where the view is no wider than its column

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, *, formulas: Formulas | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("transcript")
        self.setAccessibleName("Conversation")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there, though invisible without a range: its coming would move every line.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setOpenLinks(False)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.08)
        self.document().setDefaultFont(font)
        self._theme = theme
        self._own_size = font.pointSizeF()
        self.document().setUndoRedoEnabled(False)
        self.document().setDocumentMargin(0)
        sheet = Sheet(self.document(), Formats(theme.colors, font, float(COLUMN_WIDTH)), formulas)
        sheet.clear()
        self.writer = TranscriptWriter(sheet, self)
        self.writer.is_read = lambda start, end: not self._following and is_near(self, start, end)
        self.caret = Caret(self)
        pictures = sheet.pictures
        self.overlays: list[Callable[[QPainter], None]] = [
            lambda painter: selected_formulas.paint(painter, self, pictures.handler)
        ]
        self._anchor: tuple[QTextCursor, int] | None = None
        self._clicked_at: int | None = None
        self._following = True
        self._scrolled_to = 0
        self._dots = WaitingDots(self, theme)
        self._set_page_margins()
        self.anchorClicked.connect(self._on_anchor)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(self._on_range_changed)
        for source in (self.writer, sheet.pictures):
            source.about_to_shift.connect(self._note_place)
            source.shifted.connect(self._keep_place)
        sheet.pictures.about_to_shift.connect(self.caret.pause)
        sheet.pictures.shifted.connect(self.caret.resume)

    # --- what to show ---

    def show_messages(
        self, messages: Sequence[Message], branch_of: Callable[[str], BranchPlace] = lambda _id: ALONE
    ) -> None:
        """Show a conversation, scrolled to its end. See `TranscriptWriter.show` for `branch_of`."""
        self.set_waiting(waiting=False)
        self._set_following(following=True)
        self.writer.show(messages, branch_of)
        self._set_page_margins()
        self.follow()

    def restyle(self) -> None:
        """Write what is on the page anew, in the theme's colours."""
        self.writer.set_formats(Formats(self._theme.colors, self.document().defaultFont(), self._column()))
        self._set_page_margins()

    def set_zoom(self, percent: int) -> None:
        """Show the text at another size; what is read stays in view."""
        font = self.document().defaultFont()
        size = self._own_size * percent / 100
        if font.pointSizeF() == size:
            return
        place = None if self._following else self._top_position()[0]
        font.setPointSizeF(size)
        self.document().setDefaultFont(font)
        self.restyle()
        if place is not None:
            self._set_following(following=False)
            self._show_position(place)

    def _show_position(self, position: int) -> None:
        if not self.writer.is_settled:
            kind = Qt.ConnectionType.SingleShotConnection
            self.writer.settled.connect(lambda: self._show_position(position), kind)
            return
        self.document().documentLayout().documentSize()  # lays out what is not yet
        self._scroll_to(min(position, self.caret.last_position), 0)

    def append_segment(self, message_id: str, segment: Segment) -> None:
        """Show more of a message."""
        self.set_waiting(waiting=False)
        self.writer.append(message_id, segment)

    def set_waiting(self, *, waiting: bool) -> None:
        """Show or hide the dots that stand for an answer of which nothing has come yet."""
        self._dots.set_on(on=waiting)

    # --- following the end ---

    @property
    def is_following(self) -> bool:
        """Whether the view stays at the end while text arrives."""
        return self._following

    def follow(self) -> None:
        """Go to the end and stay there."""
        self.writer.show_end()
        self._set_following(following=True)
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())

    def stay(self) -> None:
        """Stay where the reader is, though more is written below."""
        self._set_following(following=False)

    def return_to(self, value: int) -> None:
        """Scroll to where the reader was, as soon as all is on the page."""
        if self.writer.is_settled:
            self.document().documentLayout().documentSize()  # lays out what is not yet
            self.verticalScrollBar().setValue(value)
        else:
            kind = Qt.ConnectionType.SingleShotConnection
            self.writer.settled.connect(lambda: self.return_to(value), kind)

    def _set_following(self, *, following: bool) -> None:
        if following != self._following:
            self._following = following
            self.following_changed.emit(following)

    def _on_scrolled(self, value: int) -> None:
        if self._anchor is not None:
            return  # the page's doing while something shifts, and not the reader's
        # The page grows without the value changing, so a value below the end is the user's. Who scrolls up by
        # a little means it; on the way down it is enough to come near the end.
        tolerance = _AT_END_PX if value > self._scrolled_to else 0
        self._scrolled_to = value
        bar = self.verticalScrollBar()
        is_at_end = value >= bar.maximum() - tolerance
        self._set_following(following=is_at_end and not self.writer.has_later)
        if value < bar.pageStep():
            self.writer.want_earlier()
        elif value > bar.maximum() - bar.pageStep():
            self.writer.want_later()

    def _note_place(self) -> None:
        """Something above may change its height: remember what is read, unless the end is followed."""
        if not self._following and self._anchor is None:
            cursor = self.cursorForPosition(self.viewport().rect().topLeft())
            self._anchor = cursor, self.cursorRect(cursor).top()

    def _keep_place(self) -> None:
        """What is read stays where it is, to the pixel."""
        if self._anchor is None:
            return
        cursor, top = self._anchor
        self._anchor = None
        self.document().documentLayout().documentSize()  # lays out what is not yet
        bar = self.verticalScrollBar()
        with QSignalBlocker(bar):
            bar.setValue(bar.value() + self.cursorRect(cursor).top() - top)
            self._scrolled_to = bar.value()
        self.viewport().update()

    def _on_range_changed(self, _low: int, high: int) -> None:
        if self._following:
            self.verticalScrollBar().setValue(high)

    @property
    def selection(self) -> tuple[int, int]:
        """Where the selection was begun and where it ends, as positions in the text."""
        cursor = self.textCursor()
        return cursor.anchor(), cursor.position()

    def select(self, selection: tuple[int, int]) -> None:
        """Select again what `selection` gave, as soon as all is on the page."""
        if not self.writer.is_settled:
            kind = Qt.ConnectionType.SingleShotConnection
            self.writer.settled.connect(lambda: self.select(selection), kind)
            return
        last = self.document().characterCount() - 1
        cursor = self.textCursor()
        cursor.setPosition(min(selection[0], last))
        cursor.setPosition(min(selection[1], last), QTextCursor.MoveMode.KeepAnchor)
        self.caret.place(cursor)

    # --- geometry ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the column centred and, unless the end is followed, the first visible line in its place."""
        anchor = None if self._following else self._top_position()
        # The same middle as the composer's: the scroll bar takes its width from the right side's.
        side = max(self.room_beside, (self.width() - COLUMN_WIDTH) // 2)
        bar = self.verticalScrollBar().width()
        right = max(self.room_beside - bar // 2, self.width() - COLUMN_WIDTH - side - bar)
        self.setViewportMargins(side, 0, right, 0)
        super().resizeEvent(event)
        self.writer.set_column(self._column())
        if anchor is not None:
            self._scroll_to(*anchor)
        elif self._following:
            self.follow()

    def _column(self) -> float:
        return float(self.viewport().width())

    def _top_position(self) -> tuple[int, int]:
        """The text position at the view's top, and how far its line stands above it in pixels."""
        cursor = self.cursorForPosition(self.viewport().rect().topLeft())
        return cursor.position(), self.cursorRect(cursor).top()

    def _scroll_to(self, position: int, offset: int) -> None:
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self.cursorRect(cursor).top() - offset)

    def _set_page_margins(self) -> None:
        frame = self.document().rootFrame()
        margins = frame.frameFormat()
        margins.setMargin(0)
        margins.setTopMargin(_TOP_MARGIN)
        margins.setBottomMargin(self.room_below)
        frame.setFrameFormat(margins)

    def event(self, event: QEvent) -> bool:
        """Let the wheel scroll from the margins beside the column too."""
        if event.type() is QEvent.Type.Wheel:
            return self.viewportEvent(event)
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl; Qt's own zoom would change the font under the formats."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_requested.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Let whoever knows what can be done here make the menu."""
        self.menu_requested.emit(event.pos())

    # --- links, safety and copy ---

    def loadResource(self, _kind: int, _name: QUrl | str) -> QByteArray:
        """Load nothing: no document may reach for a file or a server."""
        return QByteArray()  # without a value the document would look for a file by itself

    def createMimeDataFromSelection(self) -> QMimeData:
        """Markdown for whole blocks, plain text for parts."""
        return selection_data(self.textCursor(), self.writer)

    def _on_anchor(self, url: QUrl) -> None:
        at = self.textCursor().selectionStart() if self._clicked_at is None else self._clicked_at
        link, name = link_at(self.document(), at), url.toString()
        if not name.startswith(ACTION_SCHEME):
            if link is not None:
                self.link_requested.emit(*link)
            return
        if link is not None and QUrl(link.href) == url:
            name = link.href  # as it was written: a QUrl may spell an address anew
        action, _, target = name.removeprefix(ACTION_SCHEME).partition("/")
        self.action_requested.emit(action, target)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tell of the link that Tab comes to: Qt selects it and tells nobody."""
        if not self.hasFocus():  # a button over the view asks, and Qt would walk the links under it
            return QTextEdit.focusNextPrevChild(self, forward)
        is_done = super().focusNextPrevChild(forward)
        cursor = self.textCursor()
        if self.hasFocus() and cursor.hasSelection():
            link = link_at(self.document(), cursor.selectionStart())
            if link is not None:
                self.link_reached.emit(link)
        return is_done

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Remember which link is clicked: the same address may stand on the page in other words."""
        place = event.position() + QPointF(0, self.verticalScrollBar().value())
        self._clicked_at = self.document().documentLayout().hitTest(place, Qt.HitTestAccuracy.ExactHit)
        super().mouseReleaseEvent(event)
        self._clicked_at = None

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell over a link where it leads."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), tip(self.anchorAt(event.pos())), self)
            return True
        return super().viewportEvent(event)

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cards, then the text over them, then the waiting dots."""
        offset = self.verticalScrollBar().value()
        dirty = event.rect()
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(0, -offset)
        paint_cards(
            painter, self.document(), self._theme.colors, dirty.top() + offset, dirty.bottom() + offset
        )
        painter.end()
        super().paintEvent(event)
        self._paint_overlays(offset)
        self._paint_seams()
        if self._dots.is_on:
            layout = self.document().documentLayout()
            self._dots.paint(layout.blockBoundingRect(self.document().lastBlock()).bottom() - offset)

    def _paint_overlays(self, offset: int) -> None:
        if self.overlays:
            painter = QPainter(self.viewport())
            painter.translate(0, -offset)
            for paint in self.overlays:
                paint(painter)
            painter.end()

    def _paint_seams(self) -> None:
        if rows := [QRectF(self.cursorRect(seam)) for seam in self.writer.seams]:
            painter = QPainter(self.viewport())
            for row in rows:
                paint_seam(painter, row, self._theme.colors)
            painter.end()
