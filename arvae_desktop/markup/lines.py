"""Text as it arrives → lines; and a cursor that reads one line by columns, as CommonMark counts them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from arvae_desktop.markup.budgets import DENSE, LINE
from arvae_desktop.markup.cutting import cut_near, is_dense

_LINE_END = re.compile(r"[\r\n]")
_TAB_STOP = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or a part of one that is longer than `LINE`.

    Attributes:
        raw: as it came, with its end.
        text: without it, NUL replaced (CommonMark 2.3).
        starts: whether it is a line's beginning.
        ends: whether the line ends with it.
        is_partial: more of it may come; it is only looked at.
    """

    raw: str
    text: str
    starts: bool = True
    ends: bool = True
    is_partial: bool = False


class LineReader:
    """Cuts text into lines: the same ones wherever the pieces that are fed begin and end.

    Lines end with LF, CRLF or CR, and with nothing else that Unicode knows.
    """

    def __init__(self) -> None:
        self._text = ""
        self._at = 0
        self._fed: list[str] = []
        self._is_inside_line = False
        self.is_finished = False

    def feed(self, text: str) -> None:
        """Take in more text."""
        self._fed.append(text)

    def next(self) -> Line | None:
        """The next line that is complete, or part of a long one; None if more must come first."""
        self._gather()
        text, at = self._text, self._at
        longest = DENSE if is_dense(text[at : at + DENSE]) else LINE
        match = _LINE_END.search(text, at, at + longest + 1)
        if match is None:
            if len(text) - at > longest:
                return self._line(at + cut_near(text[at : at + longest + 1], longest), None)
            return self._line(len(text), len(text)) if self.is_finished and at < len(text) else None
        end = match.end()
        if match[0] == "\r":
            if end == len(text) and not self.is_finished:
                return None  # a LF may follow
            end += text.startswith("\n", end)
        return self._line(match.start(), end)

    def partial(self) -> Line | None:
        """What there is of a line that isn't complete."""
        self._gather()
        raw = self._text[self._at :]
        if not raw:
            return None
        text = raw.removesuffix("\r").replace("\0", "\ufffd")
        return Line(raw, text, starts=not self._is_inside_line, ends=False, is_partial=True)

    @property
    def is_empty(self) -> bool:
        """Whether all that was fed has been read."""
        return not self._fed and self._at == len(self._text)

    def _gather(self) -> None:
        if self._fed:
            self._text = self._text[self._at :] + "".join(self._fed)
            self._at = 0
            self._fed.clear()

    def _line(self, text_end: int, end: int | None) -> Line:
        """The line from here; without an `end`, the part of a long one up to `text_end`."""
        after = text_end if end is None else end
        text = self._text[self._at : text_end]
        if "\0" in text:
            text = text.replace("\0", "\ufffd")
        line = Line(self._text[self._at : after], text, not self._is_inside_line, end is not None)
        self._at = after
        self._is_inside_line = end is None
        return line


class Cursor:
    """A place in a line. Columns count tabs as reaching to the next multiple of four (CommonMark 2.2).

    Attributes:
        text: the line.
        offset: the next character's index.
        first: the index of the next character that is no blank.
        indent: columns between the two.
        is_blank: nothing but blanks is left.
    """

    __slots__ = ("_column", "_is_inside_tab", "first", "indent", "is_blank", "offset", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.offset = 0
        self._column = 0
        self._is_inside_tab = False
        self.look()

    def look(self) -> None:
        """Find the next character that is no blank."""
        text, at, column = self.text, self.offset, self._column
        size = len(text)
        while at < size:
            char = text[at]
            if char == " ":
                column += 1
            elif char == "\t":
                column += _TAB_STOP - column % _TAB_STOP
            else:
                break
            at += 1
        self.first = at
        self.indent = column - self._column
        self.is_blank = at == size

    @property
    def char(self) -> str:
        """The next character that is no blank; "" at the end."""
        return self.text[self.first : self.first + 1]

    @property
    def rest(self) -> str:
        """The line from the next character on that is no blank."""
        return self.text[self.first :]

    @property
    def is_at_blank(self) -> bool:
        """Whether the next character is a blank."""
        return self.text[self.offset : self.offset + 1] in (" ", "\t")

    def go_to_first(self) -> None:
        """Skip the blanks."""
        self._column += self.indent
        self.offset = self.first
        self._is_inside_tab = False
        self.indent = 0

    def skip_characters(self, count: int) -> None:
        """Go on by characters that are no tabs."""
        self.offset += count
        self._column += count
        self.look()

    def skip_columns(self, count: int) -> None:
        """Go on by columns of blanks; may end inside a tab."""
        while count > 0 and self.is_at_blank:
            if self.text[self.offset] == "\t":
                to_stop = _TAB_STOP - self._column % _TAB_STOP
                self._is_inside_tab = to_stop > count
                step = min(count, to_stop)
                self._column += step
                count -= step
                self.offset += not self._is_inside_tab
            else:
                self._is_inside_tab = False
                self.offset += 1
                self._column += 1
                count -= 1
        self.look()

    def verbatim(self) -> str:
        """What is left, with the blanks; the rest of a tab that was entered as spaces."""
        if self._is_inside_tab:
            return " " * (_TAB_STOP - self._column % _TAB_STOP) + self.text[self.offset + 1 :]
        return self.text[self.offset :]
