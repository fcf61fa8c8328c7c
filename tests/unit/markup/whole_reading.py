"""markdown-it-py's own reading of a whole document, in our blocks: the oracle for the block structure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from arvae_desktop.markup.blocks import (
    Alignment,
    Block,
    Code,
    Heading,
    Item,
    Level,
    Paragraph,
    Quote,
    Rule,
    Table,
    Token,
)
from arvae_desktop.markup.inline import Known, spans_of
from arvae_desktop.markup.inline_rules import InlineParser
from arvae_desktop.markup.leaves import language_of
from arvae_desktop.markup.safety import visible_controls

if TYPE_CHECKING:
    from collections.abc import Iterable

_ALIGNMENTS = {
    "": Alignment.NONE,
    "text-align:left": Alignment.LEFT,
    "text-align:center": Alignment.CENTRE,
    "text-align:right": Alignment.RIGHT,
}
_PARSER = InlineParser(guesses=False)
_PARSER.enable(["table"])


def whole_reading(text: str) -> list[Block]:
    """The blocks without sources, groups and colours."""
    environment: dict[str, Any] = {"footnotes": {}}
    reading = _Reading(Known(environment.setdefault("references", {})))
    for token in _PARSER.parse(text, environment):
        reading.add(token)
    return reading.blocks


def bare(blocks: Iterable[Block]) -> list[Block]:
    """Our blocks without sources, groups and colours; holders of source left out."""
    return [
        _stripped(block)
        for block in blocks
        if not isinstance(block, Paragraph) or block.spans or block.levels
    ]


def _stripped(block: Block) -> Block:
    levels = tuple(replace(level, task=None) if isinstance(level, Item) else level for level in block.levels)
    if isinstance(block, Code):
        block = replace(block, lines=_lines("".join(token.text for token in line) for line in block.lines))
    return replace(block, source="", group=0, levels=levels)


def _lines(texts: Iterable[str]) -> tuple[tuple[Token, ...], ...]:
    # In an item, how many blanks stay in a blank line of code is not agreed on, and can't be seen.
    return tuple((Token(text),) if text.strip(" ") else () for text in texts)


class _Reading:
    def __init__(self, known: Known) -> None:
        self.blocks: list[Block] = []
        self._known = known
        self._boxes: list[list[Any]] = []  # each: marker ("" for a quote), whether it is fresh
        self._numbers: list[int | None] = []
        self._inline: Any = None
        self._rows: list[list[Any]] = []
        self._alignments: list[Alignment] = []

    def add(self, token: Any) -> None:
        name = token.type
        if name.endswith(("blockquote_open", "list_item_open")):
            self._open_box(token)
        elif name.endswith(("blockquote_close", "list_item_close")):
            if self._boxes[-1][1]:
                self.blocks.append(Paragraph(spans=(), levels=self._levels()))
            self._boxes.pop()
        elif name == "bullet_list_open":
            self._numbers.append(None)
        elif name == "ordered_list_open":
            self._numbers.append(int(token.attrs.get("start", 1)))
        elif name in ("bullet_list_close", "ordered_list_close"):
            self._numbers.pop()
        else:
            self._add_leaf(token)

    def _open_box(self, token: Any) -> None:
        if token.type == "blockquote_open":
            self._boxes.append(["", True])
            return
        number = self._numbers[-1]
        self._boxes.append(["•" if number is None else f"{number}{token.markup}", True])
        if number is not None:
            self._numbers[-1] = number + 1

    def _levels(self) -> tuple[Level, ...]:
        levels: list[Level] = []
        for marker, is_fresh in self._boxes:
            depth = sum(isinstance(level, Item) for level in levels)
            levels.append(Item(marker if is_fresh else "", depth) if marker else Quote(is_fresh))
        for box in self._boxes:
            box[1] = False
        return tuple(levels)

    def _add_leaf(self, token: Any) -> None:
        match token.type:
            case "inline":
                # CommonMark 4.8 strips each line; markdown-it-py leaves blanks that stand in a code span.
                text = "\n".join(line.lstrip(" \t") for line in token.content.split("\n"))
                self._inline = spans_of(text, self._known) if text else ()
            case "paragraph_close":
                self.blocks.append(Paragraph(spans=self._inline, levels=self._levels()))
            case "heading_close":
                self.blocks.append(
                    Heading(level=int(token.tag[1]), spans=self._inline, levels=self._levels())
                )
            case "hr":
                self.blocks.append(Rule(levels=self._levels()))
            case "fence" | "code_block":
                language = language_of(token.info)
                text = token.content.removesuffix("\n")
                lines = _lines(map(visible_controls, text.split("\n"))) if token.content else ()
                self.blocks.append(Code(language=language, lines=lines, levels=self._levels()))
            case _:
                self._add_table(token)

    def _add_table(self, token: Any) -> None:
        match token.type:
            case "table_open":
                self._rows, self._alignments = [], []
            case "tr_open":
                self._rows.append([])
            case "th_open":
                self._alignments.append(_ALIGNMENTS[str(token.attrs.get("style", ""))])
            case "th_close" | "td_close":
                self._rows[-1].append(self._inline)
            case "table_close":
                header, *rows = map(tuple, self._rows)
                self.blocks.append(
                    Table(
                        alignments=tuple(self._alignments),
                        header=header,
                        rows=tuple(rows),
                        levels=self._levels(),
                    )
                )
