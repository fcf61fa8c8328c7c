"""Conversations → Markdown with front matter: the branch that is shown, for people and for `markdown_in`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from arvae_desktop.domain.messages import Message, Role, SegmentKind
from arvae_desktop.exchange.markdown_marks import FORMAT, VERSION, boundary_for, open_fence
from arvae_desktop.exchange.values import iso_time, json_line, text_of
from arvae_desktop.exchange.words import ending, heading_of, parts_of, speaker, title_of

if TYPE_CHECKING:
    from arvae_desktop.domain.conversations import ConversationTree, KeptMessage

_ACTIVE = re.compile(r"[\\`*_\[\]<>#&~|]")
# YAML takes none of these in a double-quoted text, and JSON lets them stand.
_NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def to_markdown(tree: ConversationTree) -> str:
    """A conversation as one document."""
    branch = tree.branch
    said = [text_of(text) for kept in branch for _, text in parts_of(kept.message)]
    boundary = boundary_for([text_of(tree.conversation.title), *said])
    blocks = [f"---\n{_front_matter(tree, boundary)}---", f"# {_inline(title_of(tree))}"]
    for kept in branch:
        blocks.append(_heading(kept, boundary))
        blocks.append("\n\n".join(_part(kept.message, *part, boundary) for part in parts_of(kept.message)))
    return "\n\n".join([*blocks, f"<!-- {boundary} end -->\n"])


def _front_matter(tree: ConversationTree, boundary: str) -> str:
    conversation, settings = tree.conversation, tree.conversation.settings
    models = [kept.message.facts.model for kept in tree.branch if kept.message.facts]
    parents = {kept.parent for kept in tree.messages}
    values = {
        "boundary": boundary,
        "id": conversation.id,
        "title": conversation.title,
        "model": settings.model or next(filter(None, reversed(models)), None),
        "system": settings.system or None,
        "folder": conversation.folder,
    }
    lines = [f"format: {FORMAT}", f"version: {VERSION}"]
    lines += [f"{name}: {_yaml(value)}" for name, value in values.items() if value is not None]
    times = {"date": conversation.created_at, "updated": conversation.updated_at}
    lines += [f"{name}: {iso_time(moment)}" for name, moment in times.items()]
    # How many ways the conversation has gone; the file has the one that is shown.
    lines.append(f"branches: {sum(kept.message.id not in parents for kept in tree.messages)}")
    return "\n".join(lines) + "\n"


def _yaml(value: str) -> str:
    return _NOT_IN_YAML.sub(lambda match: f"\\u{ord(match[0]):04x}", json_line(value))


def _heading(kept: KeptMessage, boundary: str) -> str:
    message = kept.message
    mark = f"<!-- {boundary} {message.role} {kept.created_at!r} {message.state} -->"
    note = ending(message) if message.role is Role.ASSISTANT else ""
    return f"## {_inline(speaker(message))} {mark}" + (
        f"\n\n*{_inline(note)}* <!-- {boundary} note -->" * bool(note)
    )


def _part(message: Message, kind: SegmentKind, text: str, boundary: str) -> str:
    text = text_of(text)
    if kind is SegmentKind.TEXT:
        fence = open_fence(text)
        return f"{text}\n{fence}\n<!-- {boundary} closed -->" if fence else text
    head = f"**{heading_of(kind, message)}** <!-- {boundary} {kind} -->"
    return "\n".join(f"> {line}" for line in [head, *text.split("\n")])


def _inline(text: str) -> str:
    """Words in which nothing is Markdown."""
    return _ACTIVE.sub(r"\\\g<0>", " ".join(text_of(text).split()))
