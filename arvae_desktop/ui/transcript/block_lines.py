"""Markdown's blocks → lines of the page: distances, indents and looks of an answer's text."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from arvae_desktop.markup.blocks import (
    Code,
    DisplayMath,
    Footnote,
    Heading,
    Item,
    Paragraph,
    Plain,
    Quote,
    Role,
    Rule,
    SpanKind,
    Style,
    Table,
)
from arvae_desktop.markup.safety import display_host
from arvae_desktop.ui.transcript.lines import (
    HALF_FORMULA,
    Chars,
    Formula,
    Ink,
    Line,
    Look,
    Place,
    Run,
    TableLine,
    TextLine,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from arvae_desktop.markup.blocks import Block, Cell, Level, Span, Token

PARAGRAPH_GAP = 12
ITEM_GAP = 4
CARD_GAP = 14
CODE_PADDING = 14
# A wrapped line of code goes on this much further in, with a mark before it.
CODE_HANG = 20
_CODE_BOTTOM = 12
_QUOTE_INDENT = 18
_ITEM_INDENT = 28
_NOTE_INDENT = 28
_LONGEST_MARKER = 3
_HEADING_GAPS = {1: 28, 2: 26, 3: 22}
_HEADING_SIZES = {1: 1.5, 2: 1.28, 3: 1.12}
_SMALL = 0.88
_CODE_SIZE = 0.93
_BREAK = "\u2028"
_DISPLAY = ("$$", "\\[")
_NBSP = "\u00a0"
_TASKS = {None: "", False: "☐", True: "☑"}
_BULLETS = "•◦▪"
_INKS = {
    Role.KEYWORD: Ink.KEYWORD,
    Role.STRING: Ink.STRING,
    Role.NUMBER: Ink.NUMBER,
    Role.COMMENT: Ink.COMMENT,
    Role.FUNCTION: Ink.FUNCTION,
    Role.TYPE: Ink.TYPE,
    Role.ATTRIBUTE: Ink.ATTRIBUTE,
    Role.HEADING: Ink.KEYWORD,
    Role.DELETED: Ink.DELETED,
    Role.INSERTED: Ink.INSERTED,
}
_BETWEEN_ACTIONS = _NBSP * 4
# What is done to a code block or a picture; a click on the words asks for it.
COPY_CODE, OPEN_CODE, SHOW_DIAGRAM = "copy-code", "open-code", "show-diagram"
SHOW_PICTURE = "show-picture"


class BlockLines:
    """Makes the lines of one message's blocks.

    Args:
        name: the message's id, which actions carry.
        first_group: the number of the message's first card on the page.
        first_block: the number by which lines tell their first block.
        blocks: all of them; those before decide on distances.
        ink: the colour of plain text.
    """

    def __init__(
        self, name: str, first_group: int, first_block: int, blocks: Sequence[Block], ink: Ink = Ink.TEXT
    ) -> None:
        self._name = name
        self._first_group = first_group
        self._first_block = first_block
        self._ink = ink
        self._blocks = blocks

    def lines(self, index: int) -> list[Line]:
        """The lines of block number `index`."""
        block = self._blocks[index]
        return [*self._lone_markers(block, index), *self._own_lines(block, index)]

    def _lone_markers(self, block: Block, index: int) -> list[Line]:
        """Markers of items that begin with a quote, code, a table or a rule: lines of their own."""
        own = len(_marks(block.levels)) if isinstance(block, Paragraph | Heading | Plain) else 0
        before = block.levels[: len(block.levels) - own]
        lines: list[Line] = []
        for end, level in enumerate(before, 1):
            is_end = end == len(before) or not isinstance(before[end], Item)
            if is_end and isinstance(level, Item) and level.marker:
                item = Paragraph(spans=(), levels=before[:end])
                lines.append(self._text(item, index, (), Look.TEXT))
        return lines

    def _own_lines(self, block: Block, index: int) -> list[Line]:
        left, bars = _indents(block.levels)
        match block:
            case Paragraph(spans=()) if not _marks(block.levels):
                return []  # it holds source alone
            case Paragraph():
                return [self._text(block, index, self._runs(block.spans), Look.TEXT)]
            case Heading():
                size = _HEADING_SIZES.get(block.level, 1.0)
                runs = self._runs(block.spans, Chars(self._ink, Style.STRONG, size))
                return [self._text(block, index, runs, Look.HEADING)]
            case Plain():
                return [
                    self._text(
                        block, index, (Run(block.text.replace("\n", _BREAK), Chars(self._ink)),), Look.TEXT
                    )
                ]
            case Footnote():
                return [self._footnote(block, index)]
            case Rule():
                place = Place(Look.RULE, above=18, below=18, left=left, bars=bars)
                return [TextLine(place, (), index)]
            case DisplayMath():
                place = Place(Look.FORMULA, above=CARD_GAP, below=CARD_GAP, left=left, bars=bars)
                formula = _formula(block.tex, block.written, is_display=True)
                return [TextLine(place, (Run(block.tex, Chars(self._ink, formula=formula)),), index)]
            case Table():
                return [self._table(block, index, left, bars)]
            case Code():
                return self._code(block, index, left, bars)

    # --- text ---

    def _text(self, block: Block, index: int, runs: tuple[Run, ...], look: Look) -> TextLine:
        left, bars = _indents(block.levels)
        marks = _marks(block.levels)
        hang, stops, marker = _hanging(marks)
        is_rtl = is_right_to_left(runs)
        if marker:
            # Qt measures tab stops from the left, also where a line begins at the right.
            runs = (Run(marker.replace("\t", "\u2003") if is_rtl else marker, Chars(Ink.MUTED)), *runs)
        level = block.level if isinstance(block, Heading) else 0
        place = Place(
            look,
            above=self._gap_above(block, index),
            left=left,
            hang=hang,
            stops=stops,
            bars=bars,
            level=level,
            is_rtl=is_rtl,
            joins=block.continues and isinstance(block, Paragraph | Plain),
        )
        return TextLine(place, runs, index)

    def _footnote(self, block: Footnote, index: int) -> TextLine:
        label = Run(f"{block.label}.\t", Chars(Ink.MUTED, size=_SMALL))
        runs = (label, *self._runs(block.spans, Chars(self._ink, size=_SMALL)))
        place = Place(
            Look.TEXT,
            above=PARAGRAPH_GAP if block.is_first else ITEM_GAP,
            left=_NOTE_INDENT,
            hang=_NOTE_INDENT,
            stops=(_NOTE_INDENT,),
            is_rtl=is_right_to_left(runs),
        )
        return TextLine(place, runs, index)

    def _runs(self, spans: Iterable[Span], base: Chars | None = None) -> tuple[Run, ...]:
        base = base or Chars(self._ink)
        return tuple(self._run(span, base) for span in spans)

    def _run(self, span: Span, base: Chars) -> Run:
        match span.kind:
            case SpanKind.BREAK:
                return Run(_BREAK, base)
            case SpanKind.MATH:
                is_display = span.source.startswith(_DISPLAY)
                formula = _formula(span.text, span.source, is_display=is_display)
                return Run(span.text, base._replace(formula=formula))
            case SpanKind.IMAGE:
                return self._picture(span, base)
            case SpanKind.FOOTNOTE:
                return Run(span.text, base._replace(ink=Ink.ACCENT, is_raised=True))
        chars = base._replace(style=base.style | span.style)
        if span.style & Style.CODE:
            chars = chars._replace(is_mono=True, size=base.size * _CODE_SIZE)
        if span.href is not None:
            chars = chars._replace(ink=Ink.ACCENT, href=span.href)
        return Run(span.text, chars)

    def _picture(self, span: Span, base: Chars) -> Run:
        """Words in place of a picture: nothing is loaded because a model said so, but a click asks for it."""
        host = display_host(span.href) if span.href else ""
        words = " · ".join(filter(None, (f"Picture: {span.text}" if span.text else "Picture", host)))
        chars = base._replace(ink=Ink.MUTED)
        if span.href is not None and span.href[:4].lower() == "http":
            chars = chars._replace(href=f"{SHOW_PICTURE}/{span.href}", is_action=True, is_said=True)
        return Run(f"▣{_NBSP}{words}", chars)

    def _gap_above(self, block: Block, index: int) -> float:
        if isinstance(block, Heading):
            return _HEADING_GAPS.get(block.level, 18)
        if not _is_in_list(block) or (index and not _is_in_list(self._blocks[index - 1])):
            return PARAGRAPH_GAP
        marks = _marks(block.levels)
        if not marks or (index and _is_other_list(self._blocks[index - 1], block)):
            return ITEM_GAP * 2
        return ITEM_GAP

    # --- tables and code ---

    def _table(self, block: Table, index: int, left: float, bars: tuple[float, ...]) -> TableLine:
        head = Chars(self._ink, Style.STRONG)
        rows = [tuple(self._cell(cell) for cell in row) for row in block.rows]
        if block.header:
            rows.insert(0, tuple(self._cell(cell, head) for cell in block.header))
        place = Place(
            Look.TEXT,
            above=CARD_GAP if block.is_first else 0,
            below=CARD_GAP if block.is_last else 0,
            left=left,
            bars=bars,
            group=self._first_group + block.group,
        )
        goes_on = not block.is_first
        return TableLine(
            place, block.alignments, tuple(rows), bool(block.header), block.is_last, index, goes_on
        )

    def _cell(self, cell: Cell, base: Chars | None = None) -> tuple[Run, ...]:
        return self._runs(cell, base)

    def _code(self, block: Code, index: int, left: float, bars: tuple[float, ...]) -> list[Line]:
        group = self._first_group + block.group
        inner = Place(Look.CODE, left=left + CODE_PADDING, right=CODE_PADDING, bars=bars, group=group)
        lines: list[Line] = []
        if block.is_first:
            place = inner._replace(look=Look.CODE_HEAD, above=CARD_GAP + 2)
            lines.append(TextLine(place, self._code_head(block, index), index))
        count = len(block.lines)
        for number, tokens in enumerate(block.lines):
            is_end = block.is_last and number == count - 1
            place = inner._replace(
                left=left + CODE_PADDING + CODE_HANG,
                hang=CODE_HANG,
                above=8 if block.is_first and number == 0 else 0,
                below=_CODE_BOTTOM + CARD_GAP if is_end else 0,
                joins=number == 0 and self._goes_on_in_line(block, index),
            )
            lines.append(TextLine(place, tuple(_code_runs(tokens)), index))
        return lines

    def _goes_on_in_line(self, block: Code, index: int) -> bool:
        before = self._blocks[index - 1] if block.continues and index else None
        return isinstance(before, Code) and before.is_line_open

    def _code_head(self, block: Code, index: int) -> tuple[Run, ...]:
        """The language, and what can be done with the code: no part of what is copied."""
        words = Chars(Ink.MUTED, size=_SMALL, is_action=True)
        actions = [(OPEN_CODE, "Open"), (COPY_CODE, "Copy")]
        if block.language.lower() == "mermaid":
            actions.insert(0, (SHOW_DIAGRAM, "Show diagram"))
        runs = [Run(block.language or "text", words), Run("\t", words)]
        for number, (name, label) in enumerate(actions):
            if number:
                runs.append(Run(_BETWEEN_ACTIONS, words))
            href = f"{name}/{self._name}/{self._first_block + index}"
            runs.append(Run(label, words._replace(href=href)))
        return tuple(runs)


def is_right_to_left(runs: Iterable[Run]) -> bool:
    """By the first strong character (Unicode UAX #9, P2 and P3), code and formulas left out."""
    for run in runs:
        if run.chars.is_mono or run.chars.formula is not None:
            continue
        for character in run.text:
            kind = unicodedata.bidirectional(character)
            if kind == "L":
                return False
            if kind in ("R", "AL"):
                return True
    return False


def _formula(tex: str, written: str, *, is_display: bool) -> Formula:
    return Formula(tex, written, is_display) if written else HALF_FORMULA


def _indents(levels: Iterable[Level]) -> tuple[float, tuple[float, ...]]:
    """How far in the text stands, and where the quotes' bars do."""
    left, bars = 0.0, []
    for level in levels:
        if isinstance(level, Quote):
            bars.append(left)
            left += _QUOTE_INDENT
        else:
            left += _ITEM_INDENT
    return left, tuple(bars)


def _marks(levels: tuple[Level, ...]) -> list[str]:
    """The markers that stand before the text: those of the innermost items that begin here."""
    marks: list[str] = []
    for level in reversed(levels):
        if not isinstance(level, Item) or not level.marker:
            break
        bullet = _BULLETS[min(level.depth, len(_BULLETS) - 1)] if level.marker == "•" else level.marker
        marks.insert(0, _TASKS[level.task] or bullet)
    return marks


def _hanging(marks: list[str]) -> tuple[float, tuple[float, ...], str]:
    """The indent of rows after the first, the tab stops, and the markers as text."""
    stops = tuple(float(_ITEM_INDENT * (number + 1)) for number in range(len(marks)))
    # A number that is wider than its room is followed by a space alone.
    text = "".join(mark + ("\t" if len(mark) <= _LONGEST_MARKER else " ") for mark in marks)
    return float(_ITEM_INDENT * len(marks)), stops, text


def _is_other_list(before: Block, block: Block) -> bool:
    """Whether an item follows one of another kind, which ends that one's list."""
    first, second = _marks(before.levels), _marks(block.levels)
    if not first or len(before.levels) != len(block.levels):
        return False
    return first[-1][-1] != second[-1][-1] and "." in first[-1] + second[-1]


def _is_in_list(block: Block) -> bool:
    return any(isinstance(level, Item) for level in block.levels)


def _code_runs(tokens: Iterable[Token]) -> Iterable[Run]:
    for token in tokens:
        yield Run(token.text, Chars(_INKS.get(token.role, Ink.TEXT), size=_CODE_SIZE, is_mono=True))
