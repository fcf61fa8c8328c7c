"""Open leaves → blocks: where budgets are kept, and long constructs are handed out in pieces."""

from __future__ import annotations

import re
from collections import ChainMap
from typing import TYPE_CHECKING

from arvae_desktop.markup.blocks import (
    Alignment,
    Code,
    DisplayMath,
    Footnote,
    Heading,
    Item,
    Level,
    Paragraph,
    Plain,
    Quote,
    Rule,
    Span,
    Table,
)
from arvae_desktop.markup.budgets import (
    CODE_BLANKS,
    CODE_LINES,
    CODE_LINES_AHEAD,
    COLUMNS,
    DELIMITERS,
    DENSE,
    DISPLAY_MATH,
    PARAGRAPH,
    PIECE,
    TABLE_CELLS,
    TABLE_ROWS,
)
from arvae_desktop.markup.containers import Box, ItemBox, QuoteBox
from arvae_desktop.markup.cutting import cut_sentences, is_dense, pieces
from arvae_desktop.markup.highlight import coloured, looking
from arvae_desktop.markup.inline import Known, open_spans_of, read_definitions, spans_of
from arvae_desktop.markup.leaves import (
    CodeLeaf,
    ParagraphLeaf,
    TableLeaf,
    is_end_of_math,
    math_source,
    tex_of,
)
from arvae_desktop.markup.output import Output
from arvae_desktop.markup.safety import visible_controls, visible_in_prose
from arvae_desktop.markup.tables import cells_of, fitted

if TYPE_CHECKING:
    from arvae_desktop.markup.blocks import Cell
    from arvae_desktop.markup.lines import Line

# GFM 5.3
_TASK = re.compile(r"\[([ xX])\]\s\s*")
_DELIMITER_MARKS = "*_`[]<&$\\~!"


class BlockWriter:
    """Makes blocks of leaves.

    Attributes:
        known: what later text may refer to.
        output: the finished blocks.
    """

    def __init__(self, known: Known, output: Output | None = None) -> None:
        self.known = known
        self.output = output or Output()
        self._is_fork = output is not None
        self._memory: dict[str, tuple[Span, ...]] = {}  # of the open paragraph's sentences

    def fork(self) -> BlockWriter:
        """A copy to look ahead with; what it learns is forgotten with it."""
        known = Known(ChainMap({}, self.known.definitions), ChainMap({}, self.known.footnotes))
        fork = BlockWriter(known, self.output.fork())
        fork._memory = self._memory
        return fork

    # --- paragraphs and headings

    def take_definitions(self, leaf: ParagraphLeaf) -> None:
        """Remember the link definitions that a paragraph begins with, and take them out."""
        if leaf.lines and leaf.lines[0][1].startswith("[") and not leaf.group:
            count = read_definitions(leaf.text, self.known)
            if count:
                self.output.add_loose(leaf.drop_lines(count))

    def cut_paragraph(self, boxes: list[Box], leaf: ParagraphLeaf) -> None:
        """Hand out the beginning of a paragraph that has become too long to be read again and again."""
        if leaf.math_closing and leaf.length > DISPLAY_MATH:
            leaf.math_closing = ""
        if leaf.math_closing or leaf.length <= self._limit(leaf):
            return
        self.take_definitions(leaf)
        while leaf.length > (limit := self._limit(leaf)):
            text = leaf.text
            cut = cut_sentences(text, limit)
            if cut >= len(text):
                return
            self._text(boxes, leaf, text[:cut], leaf.drop_text(cut), is_last=False)

    @staticmethod
    def _limit(leaf: ParagraphLeaf) -> int:
        """How long an open paragraph may become."""
        return DENSE if leaf.length > DENSE and is_dense(leaf.text[:DENSE]) else PARAGRAPH

    def close_paragraph(self, boxes: list[Box], leaf: ParagraphLeaf, *, guesses: bool = False) -> None:
        """Hand out a paragraph; with `guesses` as what it will most likely become."""
        if guesses and leaf.math_closing:
            self.close_math(boxes, leaf)
            return
        self.take_definitions(leaf)
        if not leaf.lines:
            return
        if guesses and leaf.lines[-1][1].startswith("|"):
            raw, header = leaf.lines.pop()
            if leaf.lines:
                self.close_paragraph(boxes, leaf)
            self.close_table(boxes, self.table_to_be([raw], header))
            return
        self._text(boxes, leaf, leaf.text.rstrip(), leaf.source, is_last=True, guesses=guesses)

    def close_math(self, boxes: list[Box], leaf: ParagraphLeaf) -> None:
        """Hand out a formula on lines of its own."""
        closing = leaf.math_closing
        tex = visible_controls(tex_of(leaf.text, closing))
        inside = leaf.text.strip()[2:]
        written = math_source(tex, closing) if is_end_of_math(inside, closing) else ""
        self.output.add(
            DisplayMath(
                tex=tex,
                written=written,
                levels=self._levels(boxes),
                source=leaf.source,
                group=self.output.new_group(),
            )
        )

    def heading(self, boxes: list[Box], level: int, text: str, line: Line) -> None:
        """Hand out a heading."""
        spans = self.spans(text, guesses=line.is_partial)
        levels = self._levels(boxes)
        group = self.output.new_group()
        self.output.add(Heading(level=level, spans=spans, levels=levels, source=line.raw, group=group))

    def underlined(self, boxes: list[Box], leaf: ParagraphLeaf, level: int, line: Line) -> None:
        """Make a heading of a paragraph."""
        spans = self.spans(leaf.text.rstrip())
        levels, source = self._levels(boxes), leaf.source + line.raw
        group = self.output.new_group()
        self.output.add(Heading(level=level, spans=spans, levels=levels, source=source, group=group))

    def rule(self, boxes: list[Box], source: str) -> None:
        """Hand out a line across."""
        self.output.add(Rule(levels=self._levels(boxes), source=source, group=self.output.new_group()))

    def empty(self, boxes: list[Box]) -> None:
        """Show that there is an item or a quote though nothing is in it."""
        self._text(boxes, ParagraphLeaf(), "", "", is_last=True)

    def spans(self, text: str, *, guesses: bool = False) -> tuple[Span, ...]:
        """Read inline text; what is too entangled is shown as written."""
        if _is_entangled(text):
            return (Span(visible_in_prose(text)),)
        return spans_of(text, self.known, guesses=guesses)

    def _text(
        self,
        boxes: list[Box],
        leaf: ParagraphLeaf,
        text: str,
        source: str,
        *,
        is_last: bool,
        guesses: bool = False,
    ) -> None:
        """Hand out a paragraph or a piece of one, as what the box around it makes of it."""
        is_first = not leaf.group
        leaf.group = leaf.group or self.output.new_group()
        box = boxes[-1] if boxes else None
        task = None
        if isinstance(box, ItemBox) and box.is_fresh:
            if box.label:
                box.is_fresh = False
                spans = self.spans(text, guesses=guesses)
                self._footnote(boxes[:-1], box.label, spans, source, leaf.group, is_last=is_last)
                return
            if is_first and (match := _TASK.match(text)):
                task, text = match[1] != " ", text[match.end() :]
        levels = self._levels(boxes, task)
        if _is_entangled(text):
            self._plain(levels, text, source, leaf.group, is_first=is_first, is_last=is_last)
            return
        if guesses:
            spans = open_spans_of(text, self.known, self._memory)
        else:
            self._memory.clear()
            spans = spans_of(text, self.known)
        self.output.add(
            Paragraph(
                spans=spans,
                levels=levels,
                source=source,
                group=leaf.group,
                is_first=is_first,
                is_last=is_last,
            )
        )

    def _footnote(
        self, boxes: list[Box], label: str, spans: tuple[Span, ...], source: str, group: int, *, is_last: bool
    ) -> None:
        levels = self._levels(boxes)
        label = visible_controls(label)
        self.output.add(
            Footnote(label=label, spans=spans, levels=levels, source=source, group=group, is_last=is_last)
        )

    def _plain(
        self, levels: tuple[Level, ...], text: str, source: str, group: int, *, is_first: bool, is_last: bool
    ) -> None:
        """Hand out text that isn't read as Markdown. The first piece has the source of all."""
        texts = pieces(text, PIECE)
        for number, piece in enumerate(texts):
            self.output.add(
                Plain(
                    text=visible_in_prose(piece),
                    levels=levels if not number else _further(levels),
                    source=source if not number else "",
                    group=group,
                    is_first=is_first and not number,
                    is_last=is_last and number == len(texts) - 1,
                )
            )

    def _levels(self, boxes: list[Box], task: bool | None = None) -> tuple[Level, ...]:
        """The levels of the next block, the first in those boxes that had none."""
        if not boxes:
            return ()
        last = boxes[-1]
        for index, box in enumerate(boxes):
            if isinstance(box, ItemBox) and box.label and box.is_fresh:
                self._text(boxes[: index + 1], ParagraphLeaf(), "", "", is_last=True)
        levels: list[Level] = []
        depth = 0
        for box in boxes:
            if isinstance(box, QuoteBox):
                levels.append(Quote(box.is_fresh))
            else:
                levels.append(
                    Item(
                        box.marker if box.is_fresh else "",
                        depth,
                        task if box is last and box.is_fresh else None,
                    )
                )
                depth += 1
        for box in boxes:
            box.is_fresh = False
        return tuple(levels)

    # --- code

    def add_code_line(self, boxes: list[Box], leaf: CodeLeaf, line: Line, text: str) -> None:
        """Take in a line, or a part of one; hand out lines that nothing changes any more."""
        if leaf.is_line_open and line.is_partial:
            leaf.lines[-1] += text
            leaf.raws[-1] += line.raw
            return
        if leaf.is_line_open:
            self._hand_out_code(boxes, leaf, len(leaf.lines), is_last=False, is_line_open=True)
        leaf.add(line.raw, text)
        leaf.is_line_open = not line.ends and not line.is_partial
        if not line.is_partial:
            self._cut_code(boxes, leaf)

    def _cut_code(self, boxes: list[Box], leaf: CodeLeaf) -> None:
        """Hand out pieces of open code: several, where a line brought the blank ones before it along."""
        while len(leaf.lines) >= CODE_LINES + CODE_LINES_AHEAD:
            self._hand_out_code(boxes, leaf, CODE_LINES, is_last=False)

    def bound_blanks(self, boxes: list[Box], leaf: CodeLeaf) -> None:
        """Take many blank lines behind indented code for its own: they must not pile up."""
        if len(leaf.blanks) > CODE_BLANKS:
            raw, text = leaf.blanks.pop()
            leaf.add(raw, text)
            self._cut_code(boxes, leaf)

    def close_code(self, boxes: list[Box], leaf: CodeLeaf, closing: str = "") -> None:
        """Hand out what is left of a code block."""
        self._hand_out_code(boxes, leaf, len(leaf.lines), is_last=True, closing=closing)
        for raw, _ in leaf.blanks:
            self.output.add_loose(raw)

    def _hand_out_code(
        self,
        boxes: list[Box],
        leaf: CodeLeaf,
        count: int,
        *,
        is_last: bool,
        is_line_open: bool = False,
        closing: str = "",
    ) -> None:
        is_first = not leaf.group
        leaf.group = leaf.group or self.output.new_group()
        checkpoint = leaf.checkpoint
        if self._is_fork:
            lines = looking(checkpoint, leaf.lines)
        else:
            lines, checkpoint = coloured(checkpoint, leaf.lines, count)
        self.output.add(
            Code(
                language=leaf.language,
                lines=tuple(lines),
                first_line=leaf.first_line,
                is_line_open=is_line_open,
                levels=self._levels(boxes),
                source=leaf.opening + "".join(leaf.raws[:count]) + closing,
                group=leaf.group,
                is_first=is_first,
                is_last=is_last,
            )
        )
        leaf.opening, leaf.checkpoint = "", checkpoint
        leaf.first_line += count - is_line_open
        del leaf.raws[:count], leaf.lines[:count]

    # --- tables

    def table(self, alignments: tuple[Alignment, ...], cells: list[str], raws: list[str]) -> TableLeaf:
        """A table of which the header and the line under it have come."""
        return TableLeaf(alignments, self._cells(cells), raws)

    def table_to_be(self, raws: list[str], header: str) -> TableLeaf:
        """The table that a row most likely begins."""
        cells = self._cells(cells_of(header)[:COLUMNS], guesses=True) or ((),)
        return TableLeaf((Alignment.NONE,) * len(cells), cells, raws)

    def add_row(self, boxes: list[Box], leaf: TableLeaf, line: Line, text: str) -> None:
        """Take in a row; hand out a piece when another one begins."""
        if len(leaf.rows) >= min(TABLE_ROWS, TABLE_CELLS // len(leaf.alignments)):
            self._hand_out_table(boxes, leaf, is_last=False)
        row = self._cells(cells_of(text), guesses=line.is_partial and not text.endswith("|"))
        leaf.raws.append(line.raw)
        leaf.rows.append(fitted(row, len(leaf.alignments)))

    def close_table(self, boxes: list[Box], leaf: TableLeaf) -> None:
        """Hand out what is left of a table."""
        self._hand_out_table(boxes, leaf, is_last=True)

    def _hand_out_table(self, boxes: list[Box], leaf: TableLeaf, *, is_last: bool) -> None:
        is_first = not leaf.group
        leaf.group = leaf.group or self.output.new_group()
        self.output.add(
            Table(
                alignments=leaf.alignments,
                header=leaf.header if is_first else (),
                rows=tuple(leaf.rows),
                levels=self._levels(boxes),
                source="".join(leaf.raws),
                group=leaf.group,
                is_first=is_first,
                is_last=is_last,
            )
        )
        leaf.raws, leaf.rows = [], []

    def _cells(self, texts: list[str], *, guesses: bool = False) -> tuple[Cell, ...]:
        """Read the cells of a row; with `guesses` the last one is still arriving."""
        if _is_entangled("".join(texts)):
            return tuple((Span(visible_in_prose(text)),) if text else () for text in texts)
        last = len(texts) - 1
        return tuple(
            spans_of(text, self.known, guesses=guesses and index == last) if text else ()
            for index, text in enumerate(texts)
        )


def _is_entangled(text: str) -> bool:
    """Whether reading the text could take the square of its length."""
    return sum(map(text.count, _DELIMITER_MARKS)) > DELIMITERS


def _further(levels: tuple[Level, ...]) -> tuple[Level, ...]:
    """The levels of the next block inside the same boxes."""
    return tuple(
        Quote(is_first=False) if isinstance(level, Quote) else Item("", level.depth) for level in levels
    )
