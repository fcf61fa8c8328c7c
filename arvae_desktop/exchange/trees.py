"""Messages from a file that nobody vouches for → a tree that holds together, with ids that stay."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from arvae_desktop.domain.conversations import Conversation, ConversationTree, KeptMessage
from arvae_desktop.domain.messages import Segment, SegmentKind

if TYPE_CHECKING:
    from collections.abc import Iterable

_VARIANT = tuple(f"{byte & 0x3F | 0x80:02x}" for byte in range(256))
_NAMESPACE = UUID("6d6a1f0e-2d0b-5c0c-9d2e-9a1c5f1b7a43")


def stable_id(*parts: str) -> str:
    """The id of what these parts name: the same on every machine and each time a file is imported.

    It is a UUID of version 5 (RFC 9562).
    """
    name = "\n".join(parts).encode("utf-8", "surrogatepass")
    digest = hashlib.sha1(_NAMESPACE.bytes + name, usedforsecurity=False).digest()
    # As `uuid.UUID` writes it, without making one: a file may name a million messages.
    text = f"{digest[:6].hex()}5{digest[6:8].hex()[1:]}{_VARIANT[digest[8]]}{digest[9:16].hex()}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


Piece: TypeAlias = tuple[SegmentKind, str]


def segments_of(pieces: Iterable[Piece]) -> tuple[Segment, ...]:
    """Segments, neighbours of one kind put together, without those that are empty."""
    runs: list[tuple[SegmentKind, list[str]]] = []
    for kind, text in pieces:
        if text and runs and runs[-1][0] is kind:
            runs[-1][1].append(text)
        elif text:
            runs.append((kind, [text]))
    return tuple(Segment(kind, "".join(texts)) for kind, texts in runs)


def enclosure(name: str, text: str = "") -> str:
    """A file that came with a message, as Markdown: its name, and in a code block what is in it."""
    if not text:
        return f"[{name}]"
    longest = max((len(run) for run in re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"[{name}]\n\n{fence}\n{text}\n{fence}"


def tool_call(name: str, arguments: str) -> Piece:
    """A tool call as the app shows it."""
    return SegmentKind.TOOL_CALL, f"{name}({arguments})\n"


def tool_result(text: str) -> Piece:
    """What a tool gave back, behind its call."""
    return SegmentKind.TOOL_CALL, f"→ {text}\n" if text else ""


def grown(conversation: Conversation, messages: Iterable[KeptMessage]) -> ConversationTree:
    """A tree in which every parent exists and stands before what follows it.

    Of messages with one id the first is taken. A parent that is not there, and one that would close a ring,
    become None. A tip that is not there becomes the last message that was not deleted.
    """
    waiting: dict[str, KeptMessage] = {}
    for kept in messages:
        waiting.setdefault(kept.message.id, kept)
    ordered: dict[str, KeptMessage] = {}
    for first in list(waiting):
        line = []
        name: str | None = first
        while name in waiting:
            line.append(waiting.pop(name))
            name = line[-1].parent
        for kept in reversed(line):
            is_rooted = kept.parent is None or kept.parent in ordered
            ordered[kept.message.id] = kept if is_rooted else replace(kept, parent=None)
    tip = conversation.tip
    if tip not in ordered:
        tip = next((name for name in reversed(ordered) if not ordered[name].is_deleted), None)
    return ConversationTree(replace(conversation, tip=tip), tuple(ordered.values()))
