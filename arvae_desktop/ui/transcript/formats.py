"""How each part of the transcript is set: Qt's block and character formats, made from places and looks."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QTextBlockFormat,
    QTextCharFormat,
    QTextFormat,
    QTextFrameFormat,
    QTextOption,
    QTextTableFormat,
)

from arvae_desktop.markup.blocks import Style
from arvae_desktop.ui.transcript.lines import Chars, Look, Place

if TYPE_CHECKING:
    from arvae_desktop.ui.theme import Colors

CARD_PADDING = 14
ACTION_SCHEME = "arvae-action:"
_LEADING = 0.4
_CODE_LEADING = 0.3
_CELL_PADDING = 7
_USER = QTextFormat.Property.UserProperty.value


class Property(IntEnum):
    """Our own properties of blocks and characters."""

    LOOK = _USER + 1  # a `Look`'s value; the last, empty block of the document has none
    GROUP = _USER + 2  # blocks of one card share a number
    CONTINUES = _USER + 3  # the same line as the block before it
    BARS = _USER + 4  # where a quote's bars stand
    MESSAGE = _USER + 5  # the number of the message on the page
    BLOCK = _USER + 6  # which of the message's Markdown blocks it shows; -1 for none
    LEFT = _USER + 7  # where a card begins
    NEEDS = _USER + 9  # of a table: how wide each of its columns would like to be
    IS_ACTION = _USER + 8  # of characters: words that do something, and are no part of what was said
    SOURCE = _USER + 20  # of characters: the formula that they are, as it was written


class Formats:
    """All formats of the transcript for one theme, one font and one column width.

    Attributes:
        colors, font: what they are made from.
        column: the width of the text column; tab stops at its end follow it.
    """

    def __init__(self, colors: Colors, font: QFont, column: float) -> None:
        self.colors = colors
        self.font = font
        self.column = column
        self._mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
        self._chars: dict[Chars, QTextCharFormat] = {}

    def block(self, place: Place, message: int, block: int) -> QTextBlockFormat:
        """The format of a line, marked with where it came from."""
        made = QTextBlockFormat()
        made.setTopMargin(place.above)
        made.setBottomMargin(place.below)
        if place.is_rtl:
            made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            made.setLeftMargin(place.right)
            made.setRightMargin(place.left)
        else:
            made.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            made.setLeftMargin(place.left)
            made.setRightMargin(place.right)
        made.setTextIndent(0 if place.continues else -place.hang)
        self.lead(made, _CODE_LEADING if place.look is Look.CODE else _LEADING)
        if place.level:
            made.setHeadingLevel(place.level)
        if place.look is Look.FORMULA:
            made.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        if place.look is Look.BRANCHES:
            made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute)
        if place.look is Look.CODE_HEAD:
            end = self.column - place.left - place.right
            made.setTabPositions([QTextOption.Tab(end, QTextOption.TabType.RightTab)])
        elif place.stops:
            made.setTabPositions([QTextOption.Tab(at, QTextOption.TabType.LeftTab) for at in place.stops])
        made.setProperty(Property.LOOK, place.look.value)
        made.setProperty(Property.MESSAGE, message)
        made.setProperty(Property.BLOCK, block)
        made.setProperty(Property.GROUP, place.group)
        made.setProperty(Property.LEFT, place.right if place.is_rtl else place.left - place.hang)
        if place.bars:
            made.setProperty(Property.BARS, list(place.bars))
        if place.continues:
            made.setProperty(Property.CONTINUES, True)
        return made

    def lead(self, made: QTextBlockFormat, share: float) -> None:
        """Put this share of the font's height between rows, in whole pixels.

        Where rows end between pixels, what is read could not stay in its place when something above changes.
        """
        distance = round(QFontMetricsF(self.font).height() * share)
        made.setLineHeight(distance, QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value)

    @staticmethod
    def spacer(message: int = 0, block: int = -1) -> QTextBlockFormat:
        """The format of an empty block that is only there because Qt wants one."""
        made = QTextBlockFormat()
        made.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        if message:
            made.setProperty(Property.MESSAGE, message)
            made.setProperty(Property.BLOCK, block)
        return made

    def chars(self, chars: Chars) -> QTextCharFormat:
        """The format of characters; not to be changed."""
        made = self._chars.get(chars)
        if made is None:
            made = self._chars[chars] = self._made(chars)
        return made

    def table(self, place: Place) -> QTextTableFormat:
        """The format of a table."""
        made = QTextTableFormat()
        made.setBorder(0)
        made.setBorderCollapse(True)
        made.setCellPadding(_CELL_PADDING)
        made.setCellSpacing(0)
        made.setTopMargin(place.above)
        made.setBottomMargin(place.below)
        made.setLeftMargin(place.left)
        made.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
        made.setProperty(Property.GROUP, place.group)
        return made

    def _made(self, chars: Chars) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(QColor(getattr(self.colors, chars.ink.value)))
        if chars.size != 1.0:
            made.setFontPointSize(self.font.pointSizeF() * chars.size)
        self._style(made, chars)
        if chars.is_raised:
            made.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
        if chars.formula is not None:
            made.setFontItalic(True)
            made.setProperty(Property.SOURCE, chars.formula.source)
        if chars.is_drawn:
            _shrink(made)
        if chars.href is not None:
            self._link(made, chars)
        elif chars.is_action:
            made.setProperty(Property.IS_ACTION, True)
        return made

    def _style(self, made: QTextCharFormat, chars: Chars) -> None:
        if chars.style & Style.STRONG:
            made.setFontWeight(QFont.Weight.DemiBold)
        if chars.style & Style.EMPHASIS:
            made.setFontItalic(True)
        if chars.style & Style.STRIKE:
            made.setFontStrikeOut(True)
        if chars.is_mono:
            made.setFontFamilies([self._mono])
            made.setFontFixedPitch(True)
        if chars.is_mono and chars.style & Style.CODE:
            made.setBackground(QColor(self.colors.bubble))

    def _link(self, made: QTextCharFormat, chars: Chars) -> None:
        if not chars.is_action:
            made.setFontUnderline(True)
        elif not chars.is_said:
            made.setProperty(Property.IS_ACTION, True)
        if chars.href:
            made.setAnchor(True)
            made.setAnchorHref(f"{ACTION_SCHEME}{chars.href}" if chars.is_action else chars.href)


def _shrink(made: QTextCharFormat) -> None:
    """Leave characters in the text that are not to be seen there."""
    made.setForeground(QColor(Qt.GlobalColor.transparent))
    made.setFontPointSize(1)
    made.setFontLetterSpacingType(QFont.SpacingType.AbsoluteSpacing)
    made.setFontLetterSpacing(-1)
