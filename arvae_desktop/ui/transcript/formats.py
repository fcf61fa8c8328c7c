"""How each part of the transcript is set: block and character formats, made from the theme's colours."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QTextBlockFormat, QTextCharFormat, QTextFormat

if TYPE_CHECKING:
    from arvae_desktop.ui.theme import Colors

COLUMN_WIDTH = 760
CARD_PADDING = 14
_GAP = 32
_WIDEST_BUBBLE_MARGIN = 72.0
_LINE_HEIGHT_PERCENT = 140.0


class Property(IntEnum):
    """Our own properties of a block."""

    CARD = QTextFormat.Property.UserProperty.value + 1  # a `Card`; blocks without one stand on the page
    GROUP = QTextFormat.Property.UserProperty.value + 2  # blocks of one card share a number
    CONTINUES = QTextFormat.Property.UserProperty.value + 3  # the same paragraph as the block before it


class Card(IntEnum):
    """What is painted under a block."""

    BUBBLE = 1
    ERROR = 2
    REASONING = 3


class Formats:
    """All formats of the transcript for one theme and one column width."""

    def __init__(self, colors: Colors, font: QFont) -> None:
        self.colors = colors
        self.text = QTextCharFormat()
        self.muted = _characters(colors.muted)
        self.small = _characters(colors.muted, size=font.pointSizeF() * 0.88)
        self.error_title = _characters(colors.danger, bold=True)
        self.action = _characters(colors.accent)
        self.action.setFontUnderline(True)

    def answer(self, *, first: bool) -> QTextBlockFormat:
        """A paragraph of an answer. `first` of its run keeps its distance from what stands above."""
        return _block(top=_GAP if first else 0)

    def bubble(self, group: int, left_margin: float, *, first: bool) -> QTextBlockFormat:
        """A paragraph of a user's message."""
        block = _block(top=_GAP if first else 0)
        block.setLeftMargin(left_margin)
        block.setRightMargin(CARD_PADDING)
        return _on_card(block, Card.BUBBLE, group)

    def reasoning(self, group: int, *, first: bool) -> QTextBlockFormat:
        """A paragraph of what the model thought."""
        block = _block(top=_GAP if first else 0)
        block.setLeftMargin(CARD_PADDING)
        return _on_card(block, Card.REASONING, group)

    def error(self, group: int, *, first: bool) -> QTextBlockFormat:
        """A line of an error."""
        block = _block(top=_GAP if first else 4)
        block.setLeftMargin(CARD_PADDING)
        block.setRightMargin(CARD_PADDING)
        return _on_card(block, Card.ERROR, group)

    def note(self, *, first: bool) -> QTextBlockFormat:
        """A quiet line under an answer."""
        return _block(top=12 if first else 2)


def bubble_margin(column: float, text_width: float) -> float:
    """The left margin that puts a bubble of a given text width at the column's right edge."""
    return max(_WIDEST_BUBBLE_MARGIN, column - CARD_PADDING - text_width)


def _block(*, top: float) -> QTextBlockFormat:
    block = QTextBlockFormat()
    block.setTopMargin(top)
    block.setLineHeight(_LINE_HEIGHT_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    # Each paragraph by its own first strong character (Unicode UAX #9, P2 and P3).
    block.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    return block


def _on_card(block: QTextBlockFormat, card: Card, group: int) -> QTextBlockFormat:
    block.setProperty(Property.CARD, int(card))
    block.setProperty(Property.GROUP, group)
    return block


def _characters(color: str, *, size: float | None = None, bold: bool = False) -> QTextCharFormat:
    characters = QTextCharFormat()
    characters.setForeground(QColor(color))
    if size is not None:
        characters.setFontPointSize(size)
    if bold:
        characters.setFontWeight(QFont.Weight.DemiBold)
    return characters
