"""Conversations → one page of HTML that looks like the app: no script, and nothing that is loaded."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from arvae_desktop.domain.messages import AnswerState, Role, SegmentKind
from arvae_desktop.exchange.html_style import STYLE
from arvae_desktop.exchange.values import text_of
from arvae_desktop.exchange.words import dates_of, ending, heading_of, parts_of, speaker, title_of
from arvae_desktop.markup.blocks import Role as Colour
from arvae_desktop.markup.html import to_html
from arvae_desktop.markup.safety import visible_in_prose
from arvae_desktop.markup.stream import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arvae_desktop.domain.conversations import ConversationTree
    from arvae_desktop.domain.messages import Message
    from arvae_desktop.markup.blocks import Code, Token

# The texts of machines and strangers stand in this page: even if one broke out, nothing would run or load.
HEAD = (
    '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'\">\n"
    '<meta name="referrer" content="no-referrer">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    f"<title>Conversations</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n"
)
TAIL = "</main>\n</body>\n</html>\n"
_ERRORS = (AnswerState.FAILED, AnswerState.INTERRUPTED)
# Text as it is has no colour.
_COLOURLESS = (Colour.PLAIN, Colour.NAME, Colour.PUNCTUATION)


def to_article(tree: ConversationTree) -> str:
    """A conversation as a part of the page."""
    parts = [
        f'<article>\n<h1 dir="auto">{_words(title_of(tree))}</h1>\n<p class="note">{dates_of(tree)}</p>\n'
    ]
    for kept in tree.branch:
        message = kept.message
        parts.append("".join(_part(message, kind, text) for kind, text in parts_of(message)))
        if message.role is Role.ASSISTANT:
            if note := ending(message):
                look = "note error" if message.state in _ERRORS else "note"
                parts.append(f'<p class="{look}" dir="auto">{_words(note)}</p>\n')
            parts.append(f'<p class="facts">{_words(speaker(message))}</p>\n')
    return "".join([*parts, "</article>\n"])


def _part(message: Message, kind: SegmentKind, text: str) -> str:
    if kind is SegmentKind.REASONING:
        summary = heading_of(kind, message)
        return (
            f"<details><summary>{summary}</summary>"
            f'<div class="thoughts" dir="auto">{_words(text)}</div></details>\n'
        )
    if kind is SegmentKind.TOOL_CALL:
        return f"<figure><figcaption>Tool calls</figcaption><pre>{_words(text)}</pre></figure>\n"
    if message.role is not Role.ASSISTANT:
        return f'<div class="{message.role}" dir="auto">{_words(text)}</div>\n'
    return f'<div dir="auto">{to_html(parse(text_of(text)), _code_card)}</div>\n'


def _words(text: str) -> str:
    return "\n".join(escape(visible_in_prose(line)) for line in text_of(text).split("\n"))


def _code_card(pieces: Sequence[Code]) -> str:
    """A code block with its language over it, in colours."""
    lines: list[str] = []
    goes_on = False
    for piece in pieces:
        for index, tokens in enumerate(piece.lines):
            line = "".join(map(_token, tokens))
            if goes_on and not index:
                lines[-1] += line
            else:
                lines.append(line)
        goes_on = piece.is_line_open
    caption = f"<figcaption>{escape(pieces[0].language)}</figcaption>" if pieces[0].language else ""
    return f"<figure>{caption}<pre><code>{chr(10).join(lines)}\n</code></pre></figure>"


def _token(token: Token) -> str:
    text = escape(token.text)
    return text if token.role in _COLOURLESS else f'<span class="{token.role.name.lower()}">{text}</span>'
