"""Where messages stand in the view, in its viewport's coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, Qt

from arvae_desktop.ui.transcript.cards import OVERHANGS, look_of
from arvae_desktop.ui.transcript.lines import Look

if TYPE_CHECKING:
    from PySide6.QtGui import QTextCursor

    from arvae_desktop.ui.transcript.view import TranscriptView

_ABOVE = 20


def position_at(view: TranscriptView, point: QPoint) -> int:
    """The position in the document that stands at or next to a point of the viewport."""
    place = QPointF(point.x(), point.y() + view.verticalScrollBar().value())
    return view.document().documentLayout().hitTest(place, Qt.HitTestAccuracy.FuzzyHit)


def message_at(view: TranscriptView, point: QPoint) -> str | None:
    """The id of the message that stands at or next to a point of the viewport."""
    position = position_at(view, point)
    return None if position < 0 else view.writer.message_of(view.document().findBlock(position))


def area_of(view: TranscriptView, message_id: str) -> QRect | None:
    """What a message takes up, as wide as the column, with its bubble; None if it is not on the page."""
    span = view.writer.span_of(message_id)
    if span is None or not span:
        return None
    layout = view.document().documentLayout()
    first = view.document().findBlock(span.start)
    last = view.document().findBlock(span.stop - 1)
    top = layout.blockBoundingRect(first).top() - view.verticalScrollBar().value()
    bottom = layout.blockBoundingRect(last).bottom() - view.verticalScrollBar().value()
    above, below = OVERHANGS[Look.BUBBLE] if look_of(first) is Look.BUBBLE else (0, 0)
    return QRect(0, round(top) - above, view.viewport().width(), round(bottom - top) + above + below)


def is_near(view: TranscriptView, start: int, end: int) -> bool:
    """Whether any of the positions from `start` to `end` is seen, or nearly: within a screen of what is."""
    layout, document = view.document().documentLayout(), view.document()
    height, value = view.viewport().height(), view.verticalScrollBar().value()
    top = layout.blockBoundingRect(document.findBlock(start)).top()
    bottom = layout.blockBoundingRect(document.findBlock(max(start, end - 1))).bottom()
    return top < value + 2 * height and bottom > value - height


def reveal(view: TranscriptView, message_id: str) -> None:
    """Scroll to where a message begins, as soon as it is on the page."""
    view.writer.show_around(message_id)
    if not view.writer.is_settled:
        kind = Qt.ConnectionType.SingleShotConnection
        view.writer.settled.connect(lambda: reveal(view, message_id), kind)
        return
    view.document().documentLayout().documentSize()  # lays out what is not yet
    if (area := area_of(view, message_id)) is not None:
        bar = view.verticalScrollBar()
        bar.setValue(bar.value() + area.top() - _ABOVE)


def bring_into_view(view: TranscriptView, cursor: QTextCursor) -> None:
    """Scroll as little as needed to show a place, with a little around it."""
    view.document().documentLayout().documentSize()  # lays out what is not yet
    rect, height, bar = view.cursorRect(cursor), view.viewport().height(), view.verticalScrollBar()
    margin = min(height // 4, 80)
    if rect.top() < margin:
        bar.setValue(bar.value() + rect.top() - margin)
    elif rect.bottom() > height - margin:
        bar.setValue(bar.value() + rect.bottom() - height + margin)
