"""Conversations → plain text: the branch that is shown, as it is read, without marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arvae_desktop.domain.messages import Role, SegmentKind
from arvae_desktop.exchange.values import text_of
from arvae_desktop.exchange.words import dates_of, ending, heading_of, parts_of, speaker, title_of
from arvae_desktop.markup.plain import plain_text
from arvae_desktop.markup.safety import visible_in_prose
from arvae_desktop.markup.stream import parse

if TYPE_CHECKING:
    from arvae_desktop.domain.conversations import ConversationTree
    from arvae_desktop.domain.messages import Message


def to_plain(tree: ConversationTree) -> str:
    """A conversation as text."""
    title = visible_in_prose(text_of(title_of(tree)))
    blocks = [f"{title}\n{'=' * len(title)}\n{dates_of(tree)}"]
    for kept in tree.branch:
        message = kept.message
        blocks.append(f"--- {visible_in_prose(text_of(speaker(message)))}:")
        blocks += [_part(message, kind, text) for kind, text in parts_of(message)]
        if message.role is Role.ASSISTANT and (note := ending(message)):
            blocks.append(f"({visible_in_prose(text_of(note))})")
    return "\n\n".join(blocks) + "\n"


def _part(message: Message, kind: SegmentKind, text: str) -> str:
    if kind is SegmentKind.TEXT and message.role is not Role.USER:
        return plain_text(parse(text_of(text)))
    shown = "\n".join(visible_in_prose(line) for line in text_of(text).split("\n"))
    if kind is SegmentKind.TEXT:
        return shown
    return f"[{heading_of(kind, message)}]\n{shown}\n[End]"
