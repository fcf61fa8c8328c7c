"""Code as it is: unwrapped, coloured, with line numbers, at any length."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QMimeData, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QPainter,
    QTextCharFormat,
    QTextCursor,
    QTextLayout,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QWidget

from arvae_desktop.markup.blocks import Role
from arvae_desktop.ui.code_rows import rows_of, utf16_length
from arvae_desktop.ui.slices import Slices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QPaintEvent, QResizeEvent, QTextBlock

    from arvae_desktop.markup.blocks import Token
    from arvae_desktop.ui.theme import Colors, Theme

MOST_MATCHES = 10_000
_ROWS_A_STEP = 500
_CHARACTERS_A_STEP = 100_000
_ROWS_A_SEARCH_STEP = 64
_FIRST_ROWS = 2000  # more than a screen holds: what is seen at once needs no second slice
_TAB_SPACES = 4
_SMALLEST_PT, _LARGEST_PT = 6.0, 40.0
_ZOOM_PT = 1.0
_NUMBERS_LEFT, _NUMBERS_RIGHT = 16, 12
_TEXT_LEFT = 8
_ROLE_COLORS = {
    Role.KEYWORD: "codeKeyword",
    Role.STRING: "codeString",
    Role.NUMBER: "codeNumber",
    Role.COMMENT: "codeComment",
    Role.FUNCTION: "codeFunction",
    Role.TYPE: "codeType",
    Role.ATTRIBUTE: "codeAttribute",
    Role.HEADING: "codeKeyword",
    Role.DELETED: "codeDeleted",
    Role.INSERTED: "codeInserted",
}


class Match(NamedTuple):
    """Where words were found: a row of the view, and positions in it as Qt counts them."""

    row: int
    start: int
    end: int


class CodeView(QPlainTextEdit):
    """Shows lines of code. They are put in over several turns of the event loop, coloured when they are seen.

    A line of more than 20,000 characters is shown as several rows, of which the first has the number.

    Signals:
        filled: all lines are there.
        counted: the number of the match in front from 1 (0 for none), how many there are so far, and whether
            counting was given up.
    """

    filled = Signal()
    counted = Signal(int, int, bool)
    _is_built = False  # Qt sets a font before there is anything to fit

    def __init__(
        self, lines: Sequence[tuple[Token, ...]], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._lines = lines
        self._digits = len(str(max(1, len(lines))))
        self._rows: list[tuple[Token, ...]] = []
        self._numbers: list[int] = []  # of each row's line; 0 where the row goes on from the one before
        self._generation = 0  # of the colours; a block's state says with which it was coloured
        self._margin = _NumberMargin(self)
        self._filling = Slices(self)
        self._search = Slices(self)
        self._words = ""
        self._matches: list[Match] = []
        self._current = -1
        self._set_up()
        self._use_colors(theme.colors)
        self.updateRequest.connect(self._on_update_request)
        theme.changed.connect(self._use_colors)
        self._filling.finished.connect(self._on_filled)
        steps = self._fill()
        next(steps, None)
        self._filling.start(steps)

    def _set_up(self) -> None:
        self.setObjectName("codeView")
        self.setAccessibleName("Code")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setUndoRedoEnabled(False)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        interaction = Qt.TextInteractionFlag
        self.setTextInteractionFlags(interaction.TextSelectableByMouse | interaction.TextSelectableByKeyboard)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # code is, in every language
        self.document().setDocumentMargin(_TEXT_LEFT)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setPointSizeF(self.font().pointSizeF())
        self._own_size = font.pointSizeF()
        self._is_built = True
        self.setFont(font)
        self._fit_margin()

    @property
    def is_filled(self) -> bool:
        """Whether all lines are there."""
        return not self._filling.is_running

    def text(self) -> str:
        """The whole code, also before it is all on the page."""
        return "\n".join("".join(token.text for token in line) for line in self._lines)

    # --- zoom ---

    def zoom(self, steps: int) -> None:
        """Make the text larger by some steps, or smaller; 0 steps give it its own size again."""
        font = self.font()
        size = font.pointSizeF() + steps * _ZOOM_PT if steps else self._own_size
        font.setPointSizeF(min(_LARGEST_PT, max(_SMALLEST_PT, size)))
        self.setFont(font)

    def changeEvent(self, event: QEvent) -> None:
        """Fit what depends on the font."""
        super().changeEvent(event)
        if event.type() is event.Type.FontChange and self._is_built:
            self._fit_margin()

    # --- finding ---

    def find_words(self, words: str) -> None:
        """Mark all places where the words stand, in either case, and go to the first one below the top."""
        self._words = words
        self._matches = []
        self._current = -1
        if words:
            self._search.start(self._find(re.compile(re.escape(words), re.IGNORECASE)))
        else:
            self._search.stop()
            self._tell_count()
        self._mark_visible()

    def go_to_match(self, step: int) -> None:
        """Go on to the next match (1) or back to the previous one (-1), around the ends."""
        if not self._matches:
            return
        if self._current < 0:
            top = Match(self.firstVisibleBlock().blockNumber(), 0, 0)
            self._current = bisect_left(self._matches, top) - (step < 0)
        else:
            self._current += step
        self._current %= len(self._matches)
        row, start, end = self._matches[self._current]
        block = self.document().findBlockByNumber(row)
        cursor = QTextCursor(block)
        for place in (end, start):  # last the start: it is in view even if both don't fit
            cursor.setPosition(block.position() + place)
            self.setTextCursor(cursor)
        self._mark_visible()
        self._tell_count()

    def _find(self, pattern: re.Pattern[str]) -> Iterator[None]:
        for at, row in enumerate(self._rows):
            text = "".join(token.text for token in row)
            for match in pattern.finditer(text):
                start = utf16_length(text[: match.start()])
                self._matches.append(Match(at, start, start + utf16_length(match[0])))
            if len(self._matches) >= MOST_MATCHES:
                break
            if at % _ROWS_A_SEARCH_STEP == 0:
                yield
        self._tell_count()
        self.go_to_match(1)

    def _tell_count(self) -> None:
        count = len(self._matches)
        self.counted.emit(self._current + 1, count, count >= MOST_MATCHES)

    def _mark_visible(self) -> None:
        """Mark the matches that are seen: marks for all would slow every change down."""
        marks = []
        first, last = self._visible_rows()
        at = bisect_left(self._matches, Match(first, 0, 0))
        while at < len(self._matches) and self._matches[at].row <= last:
            row, start, end = self._matches[at]
            mark = QTextEdit.ExtraSelection()
            position = self.document().findBlockByNumber(row).position()
            cursor = QTextCursor(self.document())
            cursor.setPosition(position + start)
            cursor.setPosition(position + end, QTextCursor.MoveMode.KeepAnchor)
            mark.cursor, mark.format = cursor, self._match_formats[at == self._current]
            marks.append(mark)
            at += 1
        self.setExtraSelections(marks)

    # --- filling ---

    def _fill(self) -> Iterator[None]:
        cursor = QTextCursor(self.document())
        texts: list[str] = []
        size = 0
        for number, line in enumerate(self._lines, 1):
            for index, row in enumerate(rows_of(line)):
                texts.append("".join(token.text for token in row))
                size += len(texts[-1])
                self._rows.append(row)
                self._numbers.append(0 if index else number)
                is_first_step = len(self._rows) == len(texts)
                if (
                    len(texts) >= (_FIRST_ROWS if is_first_step else _ROWS_A_STEP)
                    or size >= _CHARACTERS_A_STEP
                ):
                    self._append(cursor, texts)
                    size = 0
                    yield
        self._append(cursor, texts)

    def _append(self, cursor: QTextCursor, texts: list[str]) -> None:
        if texts:
            separator = "" if len(self._rows) == len(texts) else "\n"
            cursor.insertText(separator + "\n".join(texts))
            texts.clear()
            self._margin.update()
            self._colour_visible()

    def _on_filled(self) -> None:
        if self._words:
            self.find_words(self._words)  # what came after the search began is not searched yet
        self.filled.emit()

    # --- colours ---

    def _use_colors(self, colors: Colors) -> None:
        self._colors = colors
        self._generation += 1
        self._formats = {role: _format(getattr(colors, name)) for role, name in _ROLE_COLORS.items()}
        self._match_formats = (
            _format(colors.text, colors.noticeEdge),
            _format(colors.onAccent, colors.accent),
        )
        self._colour_visible()
        self._mark_visible()
        self._margin.update()

    def _visible_rows(self) -> tuple[int, int]:
        first = self.firstVisibleBlock().blockNumber()
        height = max(1.0, self.blockBoundingRect(self.document().firstBlock()).height())
        return first, min(len(self._rows) - 1, first + int(self.viewport().height() / height) + 1)

    def _colour_visible(self) -> None:
        first, last = self._visible_rows()
        block = self.document().findBlockByNumber(first)
        while block.isValid() and block.blockNumber() <= last:
            if block.userState() != self._generation:
                block.setUserState(self._generation)
                self._colour(block)
            block = block.next()

    def _colour(self, block: QTextBlock) -> None:
        ranges = []
        start = 0
        for token in self._rows[block.blockNumber()]:
            length = utf16_length(token.text)
            if token.role in self._formats:
                piece = QTextLayout.FormatRange()
                piece.start, piece.length, piece.format = start, length, self._formats[token.role]
                ranges.append(piece)
            start += length
        block.layout().setFormats(ranges)

    # --- geometry ---

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Colour what comes into view."""
        super().scrollContentsBy(dx, dy)
        if dy:
            self._colour_visible()
            self._mark_visible()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the numbers beside the text."""
        super().resizeEvent(event)
        self._place_margin()
        self._colour_visible()
        self._mark_visible()

    @property
    def numbers_width(self) -> int:
        """The width of the margin with the line numbers; it doesn't change while lines are put in."""
        return _NUMBERS_LEFT + self.fontMetrics().horizontalAdvance("8" * self._digits) + _NUMBERS_RIGHT

    def _fit_margin(self) -> None:
        self.setTabStopDistance(_TAB_SPACES * QFontMetricsF(self.font()).horizontalAdvance(" "))
        self.setViewportMargins(self.numbers_width, 0, 0, 0)
        self._place_margin()

    def _place_margin(self) -> None:
        area = self.contentsRect()
        self._margin.setGeometry(QRect(area.left(), area.top(), self.numbers_width, self.viewport().height()))

    def _on_update_request(self, area: QRect, dy: int) -> None:
        if dy:
            self._margin.scroll(0, dy)
        else:
            self._margin.update(0, area.y(), self._margin.width(), area.height())

    def paint_numbers(self, painter: QPainter, dirty: QRect) -> None:
        """Paint the numbers of the rows that meet `dirty`, in the margin's coordinates."""
        painter.setFont(self.font())
        painter.setPen(QColor(self._colors.muted))
        width, height = self.numbers_width - _NUMBERS_RIGHT, self.fontMetrics().lineSpacing()
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= dirty.bottom():
            bottom = top + self.blockBoundingRect(block).height()
            row = block.blockNumber()
            if bottom >= dirty.top() and row < len(self._numbers) and self._numbers[row]:
                flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
                painter.drawText(QRect(0, round(top), width, height), flags, str(self._numbers[row]))
            block, top = block.next(), bottom

    def createMimeDataFromSelection(self) -> QMimeData:
        """Plain text, with long lines whole."""
        cursor = self.textCursor()
        first = self.document().findBlock(cursor.selectionStart()).blockNumber()
        rows = cursor.selectedText().split("\u2029")  # as Qt writes the end of a block
        parts = [rows[0]]
        for row, text in enumerate(rows[1:], first + 1):
            parts.append(("\n" if self._numbers[row] else "") + text)
        data = QMimeData()
        data.setText("".join(parts))
        return data


class _NumberMargin(QWidget):
    """The line numbers beside a `CodeView`."""

    def __init__(self, view: CodeView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self) -> QSize:
        """As wide as the numbers."""
        return QSize(self._view.numbers_width, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Let the view paint: it knows where its rows are."""
        painter = QPainter(self)
        self._view.paint_numbers(painter, event.rect())
        painter.end()


def _format(color: str, ground: str | None = None) -> QTextCharFormat:
    characters = QTextCharFormat()
    characters.setForeground(QColor(color))
    if ground is not None:
        characters.setBackground(QColor(ground))
    return characters
