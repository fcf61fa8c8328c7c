"""Blocks → plain text, for the clipboard and for those who listen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arvae_desktop.markup.blocks import (
    Block,
    Code,
    DisplayMath,
    Footnote,
    Heading,
    Item,
    Paragraph,
    Plain,
    Quote,
    Rule,
    Span,
    SpanKind,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_TASKS = {True: "[x] ", False: "[ ] ", None: ""}


def span_text(spans: Iterable[Span]) -> str:
    """What is read of some spans."""
    return "".join(_text_of(span) for span in spans)


def _text_of(span: Span) -> str:
    match span.kind:
        case SpanKind.BREAK:
            return "\n"
        case SpanKind.FOOTNOTE:
            return f"[{span.text}]"
    return span.text


def _copied(spans: Iterable[Span]) -> str:
    """What is read, formulas between their delimiters."""
    return "".join(span.source or _text_of(span) for span in spans)


def plain_text(blocks: Iterable[Block]) -> str:
    """What is read: quotes begin with "> ", items with their marker, tabs part the cells of a table."""
    parts: list[str] = []
    last: Block | None = None
    for block in blocks:
        text = _with_levels(block, _block_text(block))
        if last is not None and block.continues and block.group == last.group:
            parts.append(_joint(last) + text)
        elif last is not None:
            parts.append(_gap(last, block) + text)
        else:
            parts.append(text)
        last = block
    return "".join(parts)


def _joint(last: Block) -> str:
    """What stands between two pieces of one construct."""
    if isinstance(last, Table) or (isinstance(last, Code) and not last.is_line_open):
        return "\n"
    return ""


def _gap(last: Block, block: Block) -> str:
    """One line break between items, two between everything else."""
    is_item = bool(block.levels) and isinstance(block.levels[-1], Item) and block.levels[-1].marker != ""
    return "\n" if is_item and last.levels and isinstance(last.levels[0], type(block.levels[0])) else "\n\n"


def _block_text(block: Block) -> str:
    match block:
        case Paragraph(spans=spans) | Heading(spans=spans):
            return _copied(spans)
        case Footnote(label=label, spans=spans):
            return f"[{label}] {_copied(spans)}"
        case Code():
            return block.text
        case Table(header=header, rows=rows):
            return "\n".join("\t".join(map(_copied, row)) for row in ((header,) if header else ()) + rows)
        case DisplayMath():
            return block.written or block.tex
        case Plain(text=text):
            return text
        case Rule():
            return "———"


def _with_levels(block: Block, text: str) -> str:
    """Put marks before the first line, and blanks as wide before the others."""
    first, further = "", ""
    for level in block.levels:
        match level:
            case Quote():
                first, further = first + "> ", further + "> "
            case Item(marker=marker, task=task):
                mark = f"{marker or ' '} {_TASKS[task]}"
                first, further = first + mark, further + " " * len(mark)
    if block.continues and isinstance(block, Paragraph | Plain):
        first = ""
    return first + text.replace("\n", "\n" + further)
