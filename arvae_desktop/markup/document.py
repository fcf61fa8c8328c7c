"""Lines → blocks: CommonMark's own algorithm, which reads each line once and never looks back.

markdown-it-py has no such mode: it would read an open list or quote from its start whenever a word arrives.
So the block structure is ours (CommonMark, "A parsing strategy"), and what is in a block's text is its.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from arvae_desktop.markup import prediction
from arvae_desktop.markup.budgets import COLUMNS, DEPTH
from arvae_desktop.markup.containers import (
    Box,
    ItemBox,
    OpenLists,
    QuoteBox,
    copies,
    open_item,
    open_note,
)
from arvae_desktop.markup.inline import Known
from arvae_desktop.markup.leaves import (
    CodeLeaf,
    Leaf,
    ParagraphLeaf,
    TableLeaf,
    display_math_closing,
    is_end_of_math,
    open_fence,
)
from arvae_desktop.markup.lines import Cursor
from arvae_desktop.markup.tables import alignments_of, cells_of
from arvae_desktop.markup.writing import BlockWriter

if TYPE_CHECKING:
    from arvae_desktop.markup.blocks import Block
    from arvae_desktop.markup.lines import Line

_CODE_INDENT = 4
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|\Z)")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*\Z")
_RULE = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})\Z")
# What a line must begin with to be anything but text.
_STARTS = frozenset("#`~>-+*_=0123456789$\\[|:")


class Document:
    """Reads lines; hands out blocks as soon as nothing can change them any more."""

    def __init__(self) -> None:
        self._boxes: list[Box] = []
        self._lists = OpenLists()
        self._leaf: Leaf | None = None
        self._writer = BlockWriter(Known())

    def take(self) -> tuple[Block, ...]:
        """The blocks that became final since the last call."""
        return self._writer.output.take()

    @property
    def open_language(self) -> str:
        """The language of the code that is open; "" for none."""
        return self._leaf.language if isinstance(self._leaf, CodeLeaf) else ""

    def finish(self) -> None:
        """Close everything: no more lines come."""
        self._close_to(0)
        self._writer.output.finish()

    def tail(self, partial: Line | None) -> tuple[Block, ...]:
        """How everything that may still change, with an unfinished line, will most likely look."""
        other = Document()
        other._boxes, other._lists = copies(self._boxes), self._lists.copy()
        other._leaf = self._leaf.copy() if self._leaf else None
        other._writer = self._writer.fork()
        if partial is not None:
            other.add(partial)
        other._close_leaf(guesses=True)
        other.finish()
        return other.take()

    def add(self, line: Line) -> None:
        """Read the next line."""
        if not line.starts:
            self._add_rest(line)
            return
        cursor = Cursor(line.text)
        matched = 0
        for box in self._boxes:
            if not box.goes_on(cursor):
                break
            matched += 1
        if matched == len(self._boxes) and self._goes_on_in_leaf(line, cursor):
            return
        self._read_starts(line, cursor, matched)

    # --- what is open goes on

    def _goes_on_in_leaf(self, line: Line, cursor: Cursor) -> bool:
        """Whether the line belongs to the open leaf, whatever it begins with."""
        match self._leaf:
            case CodeLeaf(fence=""):
                return self._goes_on_in_indented_code(self._leaf, line, cursor)
            case CodeLeaf():
                self._add_to_fence(self._leaf, line, cursor)
                return True
            case ParagraphLeaf(math_closing=closing) if closing and not cursor.is_blank:
                self._add_to_math(self._leaf, line, cursor)
                return True
        return False

    def _goes_on_in_indented_code(self, leaf: CodeLeaf, line: Line, cursor: Cursor) -> bool:
        if cursor.is_blank:
            if line.is_partial:
                return True
            cursor.skip_columns(_CODE_INDENT)
            leaf.blanks.append((line.raw, cursor.verbatim()))
            self._writer.bound_blanks(self._boxes, leaf)
            return True
        if cursor.indent < _CODE_INDENT:
            return False
        cursor.skip_columns(_CODE_INDENT)
        self._writer.add_code_line(self._boxes, leaf, line, cursor.verbatim())
        return True

    def _add_to_fence(self, leaf: CodeLeaf, line: Line, cursor: Cursor) -> None:
        if line.is_partial and prediction.may_close_fence(cursor.rest, leaf.fence[0]):
            return
        if line.ends and leaf.closes(cursor):
            self._writer.close_code(self._boxes, leaf, closing=line.raw)
            self._leaf = None
            return
        cursor.skip_columns(min(cursor.indent, leaf.indent))
        self._writer.add_code_line(self._boxes, leaf, line, cursor.verbatim())

    def _add_to_math(self, leaf: ParagraphLeaf, line: Line, cursor: Cursor) -> None:
        text = prediction.without_undecided_end(cursor.rest) if line.is_partial else cursor.rest
        leaf.add(line.raw, text)
        if line.ends and is_end_of_math(text, leaf.math_closing):
            self._writer.close_math(self._boxes, leaf)
            self._leaf = None
        else:
            self._cut(line, leaf)

    def _add_rest(self, line: Line) -> None:
        """Read a further part of a line that is longer than a line may be."""
        match self._leaf:
            case CodeLeaf() as leaf:
                self._writer.add_code_line(self._boxes, leaf, line, line.text)
            case ParagraphLeaf() as leaf:
                leaf.extend(line.raw, line.text)
                self._cut(line, leaf)
            case _ if line.text.strip():
                self._start_paragraph(line, line.text)
            case _:
                self._writer.output.add_loose(line.raw)

    # --- something begins

    def _read_starts(self, line: Line, cursor: Cursor, depth: int) -> None:
        """Read what begins in the line inside the first `depth` boxes; others end, unless it is lazy text."""
        matched = depth
        while True:
            cursor.look()
            if cursor.is_blank:
                self._read_blank(line, depth, opened=depth > matched)
                return
            if line.is_partial and cursor.indent < _CODE_INDENT and self._is_held_back(cursor, depth):
                return
            if cursor.indent >= _CODE_INDENT:
                if isinstance(self._leaf, ParagraphLeaf):
                    break
                self._start_indented_code(line, cursor, depth)
                return
            if cursor.char not in _STARTS:
                break
            if self._open_box(line, cursor, depth):
                depth += 1
                continue
            if self._start_leaf(line, cursor, depth):
                return
            break
        self._read_text(line, cursor, depth)

    def _is_held_back(self, cursor: Cursor, depth: int) -> bool:
        """Whether what has come of the line may still become a marker."""
        rest = cursor.rest
        leaf = self._leaf if depth == len(self._boxes) else None
        if prediction.is_undecided(rest):
            return True
        if isinstance(leaf, ParagraphLeaf):
            return leaf.lines[-1][1].startswith("|") and prediction.may_be_delimiter_row(rest)
        box = self._boxes[-1] if self._boxes else None
        if isinstance(box, ItemBox) and not box.has_child and prediction.may_be_task(rest):
            return True
        return self._leaf is None and prediction.may_be_definition(rest)

    def _open_box(self, line: Line, cursor: Cursor, depth: int) -> bool:
        """Open the quote, item or footnote that begins here; nothing where it would be too deep."""
        if depth >= DEPTH:
            return False
        box: Box | None
        if cursor.char == ">":
            box = QuoteBox()
            box.goes_on(cursor)
        elif cursor.char == "[":
            box = open_note(cursor)
        else:
            interrupts = isinstance(self._leaf, ParagraphLeaf) and depth == len(self._boxes)
            box = None if _RULE.match(cursor.rest) else open_item(cursor, interrupts=interrupts)
        if box is None:
            return False
        self._close_to(depth)
        if isinstance(box, ItemBox) and not box.label:
            self._lists.number(depth, box)
        else:
            self._lists.close(depth)
            if isinstance(box, ItemBox) and not line.is_partial:
                self._writer.known.footnotes[box.label] = None
        self._mark_child()
        self._boxes.append(box)
        return True

    def _start_leaf(self, line: Line, cursor: Cursor, depth: int) -> bool:
        """Start, and where it is a line, end the block that begins here."""
        if not line.ends and not line.is_partial:
            return False  # the line is too long to be anything but text
        rest = cursor.rest
        leaf = self._leaf if depth == len(self._boxes) else None
        if isinstance(leaf, ParagraphLeaf) and self._changes_paragraph(leaf, line, rest):
            return True
        if heading := _HEADING.match(rest):
            self._begin(depth)
            text = _without_closing(rest[heading.end() :])
            text = prediction.without_undecided_end(text) if line.is_partial else text
            self._writer.heading(self._boxes, len(heading[1]), text, line)
        elif fence := open_fence(cursor, line.raw, is_partial=line.is_partial):
            self._begin(depth)
            self._leaf = fence
        elif _RULE.match(rest):
            self._begin(depth)
            self._writer.rule(self._boxes, line.raw)
        elif closing := display_math_closing(rest):
            self._begin(depth)
            self._start_math(line, rest, closing)
        elif line.is_partial and rest.startswith("|") and not isinstance(leaf, TableLeaf):
            self._begin(depth)
            self._leaf = self._writer.table_to_be([line.raw], rest)
        else:
            return False
        return True

    def _start_math(self, line: Line, rest: str, closing: str) -> None:
        text = prediction.without_undecided_end(rest) if line.is_partial else rest
        self._leaf = math = ParagraphLeaf(math_closing=closing)
        math.add(line.raw, text)
        if not line.is_partial and is_end_of_math(rest[2:], closing):
            self._writer.close_math(self._boxes, math)
            self._leaf = None

    def _changes_paragraph(self, paragraph: ParagraphLeaf, line: Line, rest: str) -> bool:
        """Whether the line makes a table or a heading of the paragraph before it; not of one already cut."""
        if line.is_partial or paragraph.group:
            return False
        if self._start_table(paragraph, line, rest):
            return True
        return _UNDERLINE.match(rest) is not None and self._underline(paragraph, line, rest)

    def _start_table(self, paragraph: ParagraphLeaf, line: Line, rest: str) -> bool:
        """Make the paragraph's last line a table's header, if this is the line under one (GFM 4.10)."""
        raw, header = paragraph.lines[-1]
        if "|" not in header or (alignments := alignments_of(rest)) is None:
            return False
        cells = cells_of(header)
        if len(cells) != len(alignments) or len(cells) > COLUMNS:
            return False
        paragraph.drop_last()
        self._close_leaf()
        self._lists.close(len(self._boxes))
        self._leaf = self._writer.table(alignments, cells, [raw, line.raw])
        return True

    def _underline(self, paragraph: ParagraphLeaf, line: Line, rest: str) -> bool:
        """Make the paragraph a heading; not if it was nothing but link definitions."""
        self._writer.take_definitions(paragraph)
        if not paragraph.lines:
            return False
        self._writer.underlined(self._boxes, paragraph, 1 if rest[0] == "=" else 2, line)
        self._leaf = None
        return True

    def _start_indented_code(self, line: Line, cursor: Cursor, depth: int) -> None:
        self._begin(depth)
        cursor.skip_columns(_CODE_INDENT)
        self._leaf = leaf = CodeLeaf()
        self._writer.add_code_line(self._boxes, leaf, line, cursor.verbatim())

    def _begin(self, depth: int) -> None:
        """Make room for a block inside the first `depth` boxes."""
        self._close_to(depth)
        self._lists.close(depth)
        self._mark_child()

    def _mark_child(self) -> None:
        if self._boxes:
            self._boxes[-1].has_child = True

    # --- text, and what ends

    def _read_blank(self, line: Line, depth: int, *, opened: bool) -> None:
        if line.is_partial:
            return
        if depth < len(self._boxes):
            self._close_to(depth)
        else:
            self._close_leaf()
        if opened:
            self._writer.output.add_ahead(line.raw)
        else:
            self._writer.output.add_loose(line.raw)

    def _read_text(self, line: Line, cursor: Cursor, depth: int) -> None:
        leaf = self._leaf
        text = cursor.rest
        if line.is_partial:
            text = prediction.without_undecided_end(text)
            if not text:
                return
        if isinstance(leaf, ParagraphLeaf) and not leaf.math_closing:
            # Also where its boxes don't go on: a lazy line (CommonMark 5.1).
            leaf.add(line.raw, text)
            self._cut(line, leaf)
            return
        if depth == len(self._boxes) and isinstance(leaf, TableLeaf) and (line.ends or line.is_partial):
            self._writer.add_row(self._boxes, leaf, line, text)
            return
        self._begin(depth)
        self._start_paragraph(line, text)

    def _start_paragraph(self, line: Line, text: str) -> None:
        self._begin(len(self._boxes))
        self._leaf = leaf = ParagraphLeaf()
        leaf.add(line.raw, text)
        self._cut(line, leaf)

    def _cut(self, line: Line, leaf: ParagraphLeaf) -> None:
        """Bound an open paragraph; nothing of it is left if it was but link definitions."""
        if not line.is_partial:
            self._writer.cut_paragraph(self._boxes, leaf)
            if not leaf.lines:
                self._leaf = None

    def _close_to(self, depth: int) -> None:
        """End the open leaf and all boxes but the first `depth`."""
        self._close_leaf()
        while len(self._boxes) > depth:
            if self._boxes[-1].is_fresh:
                self._writer.empty(self._boxes)
            self._boxes.pop()

    def _close_leaf(self, *, guesses: bool = False) -> None:
        leaf, self._leaf = self._leaf, None
        match leaf:
            case ParagraphLeaf():
                self._writer.close_paragraph(self._boxes, leaf, guesses=guesses)
            case CodeLeaf():
                self._writer.close_code(self._boxes, leaf)
            case TableLeaf():
                self._writer.close_table(self._boxes, leaf)


def _without_closing(text: str) -> str:
    """A heading's text without the marks at its end (CommonMark 4.2)."""
    text = text.rstrip(" \t")
    bare = text.rstrip("#")
    return bare.rstrip(" \t") if not bare or bare[-1] in " \t" else text
