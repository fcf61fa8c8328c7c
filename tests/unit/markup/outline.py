"""Blocks in a line each, to compare and to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arvae_desktop.markup.blocks import (
    Alignment,
    Block,
    Code,
    DisplayMath,
    Footnote,
    Heading,
    Level,
    Paragraph,
    Plain,
    Quote,
    Rule,
    Span,
    SpanKind,
    Style,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_STYLES = ((Style.CODE, "`"), (Style.EMPHASIS, "/"), (Style.STRONG, "*"), (Style.STRIKE, "~"))
_ALIGNMENTS = {Alignment.NONE: "", Alignment.LEFT: "<", Alignment.CENTRE: "=", Alignment.RIGHT: ">"}
_TASKS = {None: "", True: "☑", False: "☐"}


def outline(blocks: Iterable[Block]) -> list[str]:
    return [_block(block) for block in blocks]


def _block(block: Block) -> str:
    marks = "".join(map(_level, block.levels))
    pieces = ("" if block.is_first else "…") + _inside(block) + ("" if block.is_last else "…")
    return f"{marks}{pieces}"


def _level(level: Level) -> str:
    if isinstance(level, Quote):
        return "> " if level.is_first else ") "
    return f"{level.marker or '_'}{_TASKS[level.task]} "


def _inside(block: Block) -> str:
    match block:
        case Paragraph(spans=spans):
            return f"P {_spans(spans)}"
        case Heading(level=level, spans=spans):
            return f"H{level} {_spans(spans)}"
        case Code(language=language):
            return f"C {language}: {block.text}"
        case Table():
            rows = ((block.header,) if block.header else ()) + block.rows
            marks = ",".join(_ALIGNMENTS[alignment] for alignment in block.alignments)
            return f"T {marks}: " + " // ".join("|".join(map(_spans, row)) for row in rows)
        case Rule():
            return "R"
        case DisplayMath(tex=tex):
            return f"M {tex}"
        case Footnote(label=label, spans=spans):
            return f"F {label}: {_spans(spans)}"
        case Plain(text=text):
            return f"X {text}"


def _spans(spans: Iterable[Span]) -> str:
    return "".join(map(_span, spans))


def _span(span: Span) -> str:
    text = span.text
    match span.kind:
        case SpanKind.BREAK:
            return "⏎"
        case SpanKind.MATH:
            text = f"‹{text}›"
        case SpanKind.IMAGE:
            return f"!({text}→{span.href})"
        case SpanKind.FOOTNOTE:
            text = f"^{text}"
    for style, mark in _STYLES:
        if style in span.style:
            text = f"{mark}{text}{mark}"
    return text if span.href is None else f"[{text}→{span.href}]"


def shown(block: Block) -> str:
    """What a block shows, without looks."""
    match block:
        case Paragraph(spans=spans) | Heading(spans=spans) | Footnote(spans=spans):
            return "".join(span.text for span in spans)
        case Code() | Plain():
            return block.text
        case Table(header=header, rows=rows):
            return "".join(span.text for row in (header, *rows) for cell in row for span in cell)
        case DisplayMath(tex=tex):
            return tex
        case Rule():
            return ""
