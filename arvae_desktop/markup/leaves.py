"""Blocks that hold text while they are open."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from arvae_desktop.markup.budgets import LANGUAGE
from arvae_desktop.markup.highlight import Checkpoint
from arvae_desktop.markup.safety import visible_controls

if TYPE_CHECKING:
    from arvae_desktop.markup.blocks import Alignment, Cell
    from arvae_desktop.markup.lines import Cursor

_CODE_INDENT = 4
_FENCE = re.compile(r"(`{3,})([^`]*)\Z|(~{3,})(.*)\Z", re.DOTALL)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_MATH_CLOSINGS = {"$$": "$$", "\\[": "\\]"}


@dataclass(slots=True)
class ParagraphLeaf:
    """Lines of text.

    Attributes:
        lines: of each its source, and its text without what is in front of it.
        length: of the text.
        group: 0 until a piece of it has been handed out.
        math_closing: what ends it, if it began as a formula on lines of its own.
    """

    lines: list[tuple[str, str]] = field(default_factory=list)
    length: int = 0
    group: int = 0
    math_closing: str = ""

    def add(self, raw: str, text: str) -> None:
        """Take in a line."""
        self.lines.append((raw, text))
        self.length += len(text) + 1

    def extend(self, raw: str, text: str) -> None:
        """Go on in the last line."""
        if not self.lines:
            self.add(raw, text)
            return
        last_raw, last_text = self.lines[-1]
        self.lines[-1] = last_raw + raw, last_text + text
        self.length += len(text)

    @property
    def text(self) -> str:
        """The lines' text, line ends between them."""
        return "\n".join(text for _, text in self.lines)

    @property
    def source(self) -> str:
        """The lines' source."""
        return "".join(raw for raw, _ in self.lines)

    def drop_last(self) -> None:
        """Forget the last line."""
        _, text = self.lines.pop()
        self.length -= len(text) + 1

    def drop_lines(self, count: int) -> str:
        """Forget the first lines; returns their source."""
        source = "".join(raw for raw, _ in self.lines[:count])
        del self.lines[:count]
        self.length = sum(len(text) + 1 for _, text in self.lines)
        return source

    def drop_text(self, end: int) -> str:
        """Forget the text before `end`; returns its source."""
        count = 0
        while end > len(self.lines[count][1]):
            end -= len(self.lines[count][1]) + 1
            count += 1
        source = self.drop_lines(count)
        if end:
            raw, text = self.lines[0]
            at = len(raw.rstrip("\r\n")) - len(text) + end
            self.lines[0] = raw[at:], text[end:]
            self.length -= end
            source += raw[:at]
        return source

    def copy(self) -> ParagraphLeaf:
        """One that can go its own way."""
        return replace(self, lines=self.lines[:])


@dataclass(slots=True)
class CodeLeaf:
    """Lines of code, fenced or indented.

    Attributes:
        language: what the fence says.
        fence: the mark that closes it; "" for an indented block.
        indent: columns in front of the fence, which are taken off each line, too.
        opening: the source of the fence.
        raws: the source of each line in `lines`.
        lines: those that haven't been handed out.
        blanks: blank lines at the end of an indented block: its own only if more code follows.
        first_line: the number of the first of `lines`.
        is_line_open: the last line isn't complete.
        checkpoint: what the lexer knows where `lines` begin.
    """

    language: str = ""
    fence: str = ""
    indent: int = 0
    opening: str = ""
    raws: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    blanks: list[tuple[str, str]] = field(default_factory=list)
    first_line: int = 1
    is_line_open: bool = False
    group: int = 0
    checkpoint: Checkpoint = field(default_factory=Checkpoint)

    def add(self, raw: str, text: str) -> None:
        """Take in a line, and the blank ones before it."""
        for blank_raw, blank in self.blanks:
            self.raws.append(blank_raw)
            self.lines.append(blank)
        self.blanks.clear()
        self.raws.append(raw)
        self.lines.append(text)

    def closes(self, cursor: Cursor) -> bool:
        """Whether the line is the fence that ends it (CommonMark 4.5)."""
        rest = cursor.rest.rstrip(" \t")
        return (
            self.fence != ""
            and cursor.indent < _CODE_INDENT
            and rest.startswith(self.fence)
            and not rest.strip(self.fence[0])
        )

    def copy(self) -> CodeLeaf:
        """One that can go its own way."""
        return replace(self, raws=self.raws[:], lines=self.lines[:], blanks=self.blanks[:])


@dataclass(slots=True)
class TableLeaf:
    """Rows of cells."""

    alignments: tuple[Alignment, ...]
    header: tuple[Cell, ...]
    raws: list[str]
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    group: int = 0

    def copy(self) -> TableLeaf:
        """One that can go its own way."""
        return replace(self, raws=self.raws[:], rows=self.rows[:])


Leaf: TypeAlias = ParagraphLeaf | CodeLeaf | TableLeaf


def open_fence(cursor: Cursor, raw: str, *, is_partial: bool) -> CodeLeaf | None:
    """A code block if the line is a fence; an unfinished line's language isn't known yet."""
    match = _FENCE.match(cursor.rest)
    if match is None:
        return None
    fence, info = (match[1], match[2]) if match[1] else (match[3], match[4])
    language = "" if is_partial else language_of(info)
    return CodeLeaf(language, fence, cursor.indent, raw, checkpoint=Checkpoint(language))


def language_of(info: str) -> str:
    """The language in a fence's info string: its first word."""
    words = _ESCAPED.sub(r"\1", info).split(maxsplit=1)
    return visible_controls(words[0][:LANGUAGE]) if words else ""


def display_math_closing(text: str) -> str:
    """What closes the formula that a line begins on its own; "" if it begins none.

    An escaped bracket that is followed by a word is one, as CommonMark says.
    """
    closing = _MATH_CLOSINGS.get(text[:2], "")
    inside = text.rstrip()[2:]
    end = inside.find(closing) if closing else -1
    if end >= 0:
        is_whole = end == inside.rfind(closing) and is_end_of_math(inside, closing)
        return closing if is_whole and inside[:end].strip() else ""
    return closing if closing == "$$" or not inside or inside[0] in " \t\\" else ""


def is_end_of_math(text: str, closing: str) -> bool:
    """Whether a formula's line ends it; the sentence's comma or full stop may follow."""
    return text.rstrip().rstrip(".,;:").rstrip().endswith(closing)


def tex_of(text: str, closing: str) -> str:
    """The formula without its marks; the sentence's comma or full stop stays with it."""
    inside = text.strip()[2:]
    if is_end_of_math(inside, closing):
        before, _, after = inside.rpartition(closing)
        inside = before.rstrip() + after
    return inside.strip()


def math_source(tex: str, closing: str) -> str:
    """A formula between its marks."""
    opening = next(opening for opening, end in _MATH_CLOSINGS.items() if end == closing)
    return f"{opening}{tex}{closing}"
