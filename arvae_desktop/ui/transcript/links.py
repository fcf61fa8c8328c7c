"""Links on the page: where they lead, and the words that stand there."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from arvae_desktop.markup.safety import display_host

if TYPE_CHECKING:
    from PySide6.QtGui import QTextDocument

_TIP_WIDTH = 80
_TIP_ROWS = 8


class Link(NamedTuple):
    """An address as it was written, and all words of the link that leads there."""

    href: str
    words: str


def link_at(document: QTextDocument, position: int) -> Link | None:
    """The link at a character of the document."""
    links: list[tuple[int, Link]] = []  # with where each ends; what is no link parts them
    iterator = document.findBlock(position).begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        href, text = fragment.charFormat().anchorHref(), fragment.text()
        if links and links[-1][1].href == href:
            text = links.pop()[1].words + text
        links.append((fragment.position() + fragment.length(), Link(href, text)))
        iterator += 1
    link = next((link for end, link in links if position < end), None)
    return link if link is not None and link.href else None


def shown_target(href: str) -> str:
    """What a tip over a link tells: its address in rows, under its host where that is spelled otherwise."""
    if not href:
        return ""
    rows = textwrap.wrap(href, _TIP_WIDTH)
    if len(rows) > _TIP_ROWS:
        rows = [*rows[:_TIP_ROWS], "…"]
    host = display_host(href)
    return "\n".join(rows if host in href else [host, *rows])
