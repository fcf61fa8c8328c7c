"""How rows of the list look, and the field in which one is renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from arvae_desktop.ui.icons import line_icon
from arvae_desktop.ui.sidebar.model import ROW_ROLE, Row
from arvae_desktop.ui.sidebar.row_list import ROW_HEIGHT

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel, QObject

    from arvae_desktop.ui.theme import Colors, Theme

_Index = QModelIndex | QPersistentModelIndex
_State = QStyle.StateFlag
_MARGIN, _INDENT, _ICON, _DOT, _RADIUS = 12, 20, 16, 8, 8
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def more_rect(row: QRect) -> QRect:
    """Where in a row a click opens its menu."""
    return QRect(row.right() - 31, row.top() + 4, 28, 28)


class RowDelegate(QStyledItemDelegate):
    """Paints headings and conversations.

    Attributes:
        drop_row: the heading or conversation over which something is dragged and may be dropped, or None.
        is_many: whether several are selected; then the one in front, too, has to look it.
    """

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self.drop_row: int | None = None
        self.is_many = False

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """All rows have one height."""
        return QSize(0, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one row."""
        row: Row = index.data(ROW_ROLE)
        colors = self._theme.colors
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, row, index.row() == self.drop_row)
        if row.entry is None and row.folder is None:
            self._paint_day(painter, option, row, colors)
        elif row.entry is None:
            self._paint_folder(painter, option, row, colors)
        else:
            self._paint_conversation(painter, option, row, colors)
        painter.restore()

    # --- renaming ---

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: _Index) -> QWidget:
        """A field over the title."""
        field = QLineEdit(parent)
        field.setObjectName("renameField")
        row: Row = index.data(ROW_ROLE)
        what = "folder" if row.entry is None else "conversation"
        field.setAccessibleName(f"New name of the {what}")
        return field

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        """Begin with the whole title, ready to be replaced."""
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(index.data(Qt.ItemDataRole.EditRole))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        """Wish for the new title."""
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text(), Qt.ItemDataRole.EditRole)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: _Index) -> None:
        """Cover the row."""
        editor.setGeometry(option.rect.adjusted(0, 1, 0, -1))

    # --- painting ---

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Row, is_drop_target: bool
    ) -> None:
        colors, state = self._theme.colors, option.state
        can_hover = row.entry is not None or row.folder is not None
        is_selected = row.entry is not None and bool(state & _State.State_Selected)
        fill = None
        if is_drop_target or (is_selected and (self.is_many or not row.is_in_front)):
            fill = colors.selection
        elif row.is_in_front:
            fill = colors.pressed
        elif can_hover and state & _State.State_MouseOver:
            fill = colors.hover
        painter.setPen(Qt.PenStyle.NoPen)
        box = option.rect.adjusted(0, 1, 0, -1)
        if fill is not None:
            painter.setBrush(QColor(fill))
            painter.drawRoundedRect(box, _RADIUS, _RADIUS)
        if state & _State.State_HasFocus or is_drop_target:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.accent), 1.5))
            painter.drawRoundedRect(box.toRectF().adjusted(1, 1, -1, -1), _RADIUS - 1, _RADIUS - 1)

    def _paint_day(self, painter: QPainter, option: QStyleOptionViewItem, row: Row, colors: Colors) -> None:
        font = _small(option.font)
        painter.setFont(font)
        painter.setPen(QColor(colors.muted))
        # Nearer to what it stands over than to what is above it.
        box = option.rect.adjusted(_MARGIN, 8, -_MARGIN, 0)
        painter.drawText(box, _LEFT, _elided(row.title, font, box.width()))

    def _paint_folder(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Row, colors: Colors
    ) -> None:
        box = option.rect.adjusted(_MARGIN - 4, 0, -_MARGIN, 0)
        chevron = line_icon("chevron-down" if row.is_open else "chevron-right", colors.muted)
        chevron.paint(painter, QRect(box.left(), box.top() + 10, _ICON, _ICON))
        line_icon("folder", colors.muted).paint(painter, QRect(box.left() + 20, box.top() + 10, _ICON, _ICON))
        if option.state & _State.State_MouseOver:
            line_icon("more", colors.muted).paint(painter, more_rect(option.rect).adjusted(5, 5, -5, -5))
        else:
            painter.setFont(_small(option.font))
            painter.setPen(QColor(colors.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(row.total))
        painter.setFont(option.font)
        painter.setPen(QColor(colors.text))
        words = box.adjusted(44, 0, -36, 0)
        painter.drawText(words, _LEFT, _elided(row.title, option.font, words.width()))

    def _paint_conversation(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Row, colors: Colors
    ) -> None:
        box = option.rect.adjusted(_MARGIN + (_INDENT if row.folder else 0), 0, -_MARGIN, 0)
        font = QFont(option.font)
        is_unread = row.entry is not None and row.entry.is_unread
        if is_unread:
            font.setWeight(QFont.Weight.DemiBold)
        middle = option.rect.center().y() + 1
        if option.state & _State.State_MouseOver:
            line_icon("more", colors.muted).paint(painter, more_rect(option.rect).adjusted(5, 5, -5, -5))
            box.setRight(more_rect(option.rect).left() - 4)
        elif row.is_running:
            # A ring, where something that is there to be read is a disc.
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRect(box.right() - _DOT - 2, middle - _DOT // 2, _DOT, _DOT))
            box.setRight(box.right() - _DOT - 10)
        elif is_unread:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.accent))
            painter.drawEllipse(QRect(box.right() - _DOT - 2, middle - _DOT // 2, _DOT, _DOT))
            box.setRight(box.right() - _DOT - 10)
        painter.setFont(font)
        painter.setPen(QColor(colors.text))
        painter.drawText(box, _LEFT, _elided(row.title, font, box.width()))


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.9)
    small.setWeight(QFont.Weight.DemiBold)
    return small


def _elided(text: str, font: QFont, width: int) -> str:
    # A title of a hostile length is cut first: measuring takes as long as the text is.
    return QFontMetrics(font).elidedText(text[:500], Qt.TextElideMode.ElideRight, width)
