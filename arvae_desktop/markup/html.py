"""Blocks → HTML for clipboard and files: a few tags, no scripts, everything escaped, nothing loaded."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from arvae_desktop.markup.blocks import (
    Alignment,
    Block,
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
    SpanKind,
    Style,
    Table,
)
from arvae_desktop.markup.safety import safe_href

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_STYLES = ((Style.CODE, "code"), (Style.STRIKE, "s"), (Style.EMPHASIS, "em"), (Style.STRONG, "strong"))
_ALIGNMENTS = {Alignment.LEFT: "left", Alignment.CENTRE: "center", Alignment.RIGHT: "right"}
_TASKS = {True: "☑ ", False: "☐ ", None: ""}


def plain_code(pieces: Sequence[Code]) -> str:
    """A code block without colours."""
    language = f' class="language-{escape(pieces[0].language)}"' if pieces[0].language else ""
    parts = (part for piece in pieces for part in (piece.text, "" if piece.is_line_open else "\n"))
    return f"<pre><code{language}>{escape(''.join(parts).removesuffix(chr(10)))}\n</code></pre>"


def to_html(blocks: Iterable[Block], code: Callable[[Sequence[Code]], str] = plain_code) -> str:
    """The blocks as a fragment of HTML; `code` makes that of the pieces of a code block."""
    parts: list[str] = []
    open_tags: list[str] = []
    for _, pieces in groupby(blocks, lambda block: block.group):
        construct = list(pieces)
        parts += _nesting(open_tags, construct[0].levels)
        pieces_of_code = [piece for piece in construct if isinstance(piece, Code)]
        parts.append(code(pieces_of_code) if pieces_of_code else _construct(construct))
    parts += [_closing(tag) for tag in reversed(open_tags)]
    return "".join(parts)


def _nesting(open_tags: list[str], levels: Sequence[Level]) -> list[str]:
    """The tags between one block and the next; `open_tags` is brought up to date."""
    parts: list[str] = []
    shared = 0
    is_next_item = False
    for tag, level in zip(open_tags, levels, strict=False):
        if isinstance(level, Quote) != (tag == "blockquote") or (isinstance(level, Quote) and level.is_first):
            break
        if isinstance(level, Item) and level.marker:
            is_next_item = tag == _tag(level)
            shared += is_next_item
            break
        shared += 1
    while len(open_tags) > shared:
        parts.append(_closing(open_tags.pop()))
    if is_next_item:
        parts.append("</li><li>")
    for level in levels[shared:]:
        tag = _tag(level)
        parts.append(_opening(tag, level))
        open_tags.append(tag)
    tasks = [level.task for level in levels if isinstance(level, Item)]
    return [*parts, *(_TASKS[task] for task in tasks if task is not None)]


def _tag(level: Level) -> str:
    if isinstance(level, Quote):
        return "blockquote"
    return "ol" if level.marker[:1].isdigit() else "ul"


def _opening(tag: str, level: Level) -> str:
    if tag == "blockquote":
        return "<blockquote>"
    start = level.marker[:-1] if isinstance(level, Item) and tag == "ol" else "1"
    return f"<{tag}><li>" if start == "1" else f'<{tag} start="{int(start)}"><li>'


def _closing(tag: str) -> str:
    return "</blockquote>" if tag == "blockquote" else f"</li></{tag}>"


def _construct(pieces: list[Block]) -> str:
    """One construct, its pieces put together."""
    first = pieces[0]
    match first:
        case Heading():
            return f"<h{first.level}>{_spans(first.spans)}</h{first.level}>"
        case Table():
            return _table([piece for piece in pieces if isinstance(piece, Table)])
        case Rule():
            return "<hr>"
        case DisplayMath():
            return f"<p>{escape(first.written or first.tex)}</p>"
        case Footnote(label=label):
            return f"<p>[{escape(label)}] {_inside(pieces)}</p>"
        case _:
            return f"<p>{_inside(pieces)}</p>"


def _inside(pieces: list[Block]) -> str:
    parts = []
    for piece in pieces:
        match piece:
            case Paragraph(spans=spans) | Footnote(spans=spans):
                parts.append(_spans(spans))
            case Plain(text=text):
                parts.append(escape(text).replace("\n", "<br>"))
    return "".join(parts)


def _table(pieces: list[Table]) -> str:
    styles = [
        f' style="text-align:{_ALIGNMENTS[alignment]}"' if alignment in _ALIGNMENTS else ""
        for alignment in pieces[0].alignments
    ]
    parts = ["<table><thead>", _row(pieces[0].header, "th", styles), "</thead><tbody>"]
    parts += [_row(row, "td", styles) for piece in pieces for row in piece.rows]
    return "".join([*parts, "</tbody></table>"])


def _row(cells: Sequence[tuple[Span, ...]], tag: str, styles: list[str]) -> str:
    inside = (f"<{tag}{style}>{_spans(cell)}</{tag}>" for cell, style in zip(cells, styles, strict=False))
    return f"<tr>{''.join(inside)}</tr>"


def _spans(spans: Sequence[Span]) -> str:
    return "".join(map(_span, spans))


def _span(span: Span) -> str:
    text = escape(span.text)
    match span.kind:
        case SpanKind.BREAK:
            return "<br>"
        case SpanKind.MATH:
            text = escape(span.source or span.text)
        case SpanKind.FOOTNOTE:
            text = f"<sup>[{text}]</sup>"
    for style, tag in _STYLES:
        if style in span.style:
            text = f"<{tag}>{text}</{tag}>"
    href = safe_href(span.href or "")
    if not href:
        return text
    return f'<a href="{escape(href)}" rel="noopener noreferrer">{text or escape(href)}</a>'
