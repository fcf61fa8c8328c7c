"""Links on the page: where they lead, and the words that stand there."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from arvae_desktop.markup.safety import display_host
from arvae_desktop.ui.transcript.block_lines import COPY_CODE, OPEN_CODE, SHOW_DIAGRAM, SHOW_PICTURE
from arvae_desktop.ui.transcript.formats import ACTION_SCHEME
from arvae_desktop.ui.transcript.sentences import NEWER_BRANCH, OLDER_BRANCH

if TYPE_CHECKING:
    from PySide6.QtGui import QTextDocument

_TIP_WIDTH = 80
_TIP_ROWS = 8
_ACTION_TIPS = {
    COPY_CODE: "Copy the code",
    OPEN_CODE: "Open the code in a window of its own",
    SHOW_DIAGRAM: "Draw the diagram and show it in a window",
    OLDER_BRANCH: "Show the one before (Alt+Left)",
    NEWER_BRANCH: "Show the one after (Alt+Right)",
}


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


def spoken_link(link: Link) -> str:
    """What is said of a link: its words, and where it leads or what it does."""
    if link.href.startswith(ACTION_SCHEME):
        return f"{link.words}, button. {tip(link.href)}".strip()
    return f"{link.words}, link to {display_host(link.href)}."


def tip(href: str) -> str:
    """What a tip over a link tells: where it leads, or what a click does."""
    if not href.startswith(ACTION_SCHEME):
        return shown_target(href)
    action, _, target = href.removeprefix(ACTION_SCHEME).partition("/")
    if action == SHOW_PICTURE:
        return f"Load the picture, after asking, from\n{shown_target(target)}"
    return _ACTION_TIPS.get(action, "")


def shown_target(href: str) -> str:
    """What a tip over a link tells: its address in rows, under its host where that is spelled otherwise."""
    if not href:
        return ""
    rows = textwrap.wrap(href, _TIP_WIDTH)
    if len(rows) > _TIP_ROWS:
        rows = [*rows[:_TIP_ROWS], "…"]
    host = display_host(href)
    return "\n".join(rows if host in href else [host, *rows])
