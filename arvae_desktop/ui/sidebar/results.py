"""What a search finds: a line for the conversation, and one with the matched words in their context."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QDateTime,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPen,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from arvae_desktop.ui.sidebar.model import UNTITLED
from arvae_desktop.ui.sidebar.snippets import around_match

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject
    from PySide6.QtGui import QKeyEvent

    from arvae_desktop.domain.library import Hit
    from arvae_desktop.ui.theme import Theme

_Index = QModelIndex | QPersistentModelIndex
HIT_ROLE = Qt.ItemDataRole.UserRole
_HEIGHT, _MARGIN, _RADIUS = 56, 12, 8


class ResultModel(QAbstractListModel):
    """Hits in the order in which they came."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: list[Hit] = []

    def rowCount(self, parent: _Index | None = None) -> int:
        """How many hits there are so far."""
        return 0 if parent is not None and parent.isValid() else len(self._hits)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Title, words for assistive technology, and the whole `Hit`."""
        if not index.isValid():
            return None
        hit = self._hits[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return hit.conversation.title or UNTITLED
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{hit.conversation.title or UNTITLED}: {second_line(hit)}"
            case _ if role == HIT_ROLE:
                return hit
        return None

    def begin(self, hits: Sequence[Hit]) -> None:
        """Show these instead of all others."""
        self.beginResetModel()
        self._hits = list(hits)
        self.endResetModel()

    def add(self, hits: Sequence[Hit]) -> None:
        """Show these, too."""
        if hits:
            first = len(self._hits)
            self.beginInsertRows(QModelIndex(), first, first + len(hits) - 1)
            self._hits += hits
            self.endInsertRows()


class ResultList(QListView):
    """Shows hits.

    Signals:
        chosen: the `Hit` that the user wants to see.
        left: back to the field, by Up from the first.
        cleared: by Escape.
        typed: more words for the search.
    """

    chosen = Signal(object)
    left = Signal()
    cleared = Signal()
    typed = Signal(str)

    def __init__(self, model: ResultModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("searchResults")
        self.setAccessibleName("Search results")
        self.setModel(model)
        self.setItemDelegate(_ResultDelegate(theme, self))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.clicked.connect(self.choose)
        theme.changed.connect(self.viewport().update)

    def choose(self, index: QModelIndex | None = None) -> None:
        """Open a hit, or that which is current."""
        hit: Hit | None = (index or self.currentIndex()).data(HIT_ROLE)
        if hit is not None:
            self.chosen.emit(hit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Escape ends the search, Up leads back to the field."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose()
        elif event.key() == Qt.Key.Key_Escape:
            self.cleared.emit()
        elif event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, text: str) -> None:
        """Typing goes on with the search."""
        self.typed.emit(text)


class _ResultDelegate(QStyledItemDelegate):
    """Paints two lines; matches are bold and in the accent's colour."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """All have one height."""
        return QSize(0, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one hit."""
        hit: Hit = index.data(HIT_ROLE)
        colors, state = self._theme.colors, option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = option.rect.adjusted(0, 1, 0, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            is_selected = state & QStyle.StateFlag.State_Selected
            painter.setBrush(QColor(colors.pressed if is_selected else colors.hover))
            painter.drawRoundedRect(box, _RADIUS, _RADIUS)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.accent), 1.5))
            painter.drawRoundedRect(box.toRectF().adjusted(1, 1, -1, -1), _RADIUS - 1, _RADIUS - 1)
        upper = QRect(box.left() + _MARGIN, box.top() + 6, box.width() - 2 * _MARGIN, 20)
        small = QFont(option.font)
        small.setPointSizeF(option.font.pointSizeF() * 0.9)
        title_ranges = () if hit.snippet else hit.ranges
        self._paint_line(
            painter, upper, hit.conversation.title or UNTITLED, title_ranges, option.font, colors.text
        )
        ranges = hit.ranges if hit.snippet else ()
        self._paint_line(painter, upper.translated(0, 22), second_line(hit), ranges, small, colors.muted)
        painter.restore()

    def _paint_line(
        self,
        painter: QPainter,
        box: QRect,
        text: str,
        ranges: Sequence[tuple[int, int]],
        font: QFont,
        color: str,
    ) -> None:
        bold = QFont(font)
        bold.setWeight(QFont.Weight.Bold)
        metrics = QFontMetrics(bold if ranges else font)
        room = box.width() // max(1, metrics.averageCharWidth())
        shown, marks = around_match(text, ranges, room)
        # Measured in bold, so that it fits whatever is bold; and cut first, since measuring takes as long as
        # the text is.
        shown = metrics.elidedText(shown[: 4 * room], Qt.TextElideMode.ElideRight, box.width())
        layout = QTextLayout(shown, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        layout.setTextOption(option)
        layout.setFormats([self._mark(shown, first, last) for first, last in marks])
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(box.width())
        layout.endLayout()
        painter.setPen(QColor(color))
        top = box.top() + (box.height() - line.height()) / 2
        layout.draw(painter, QPointF(box.left(), top))

    def _mark(self, text: str, first: int, last: int) -> QTextLayout.FormatRange:
        """A match, its place told in UTF-16 units as Qt counts them."""
        mark = QTextLayout.FormatRange()
        mark.start = _units(text[:first])
        mark.length = _units(text[first:last])
        form = QTextCharFormat()
        form.setFontWeight(QFont.Weight.Bold)
        form.setForeground(QColor(self._theme.colors.accent))
        mark.format = form
        return mark


def second_line(hit: Hit) -> str:
    """The context of a match; for a title, where and of when the conversation is."""
    if hit.snippet:
        return hit.snippet
    entry = hit.conversation
    when = QLocale(QLocale.Language.English).toString(
        QDateTime.fromSecsSinceEpoch(int(entry.updated_at)), "d MMM yyyy"
    )
    where = "Bin" if entry.deleted_at is not None else "Archive" if entry.is_archived else entry.folder
    return f"{where} · {when}" if where else when


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
