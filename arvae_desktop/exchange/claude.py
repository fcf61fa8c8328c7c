"""Claude's export: conversations with `chat_messages`, which name their parents in newer files.

Anthropic describes the format nowhere; this reads what its exports have held since 2024.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from arvae_desktop.domain.conversations import (
    Conversation,
    ConversationSettings,
    ConversationTree,
    KeptMessage,
)
from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Message, Role, SegmentKind
from arvae_desktop.exchange.trees import (
    Piece,
    enclosure,
    grown,
    segments_of,
    stable_id,
    tool_call,
    tool_result,
)
from arvae_desktop.exchange.values import (
    dict_of,
    flag_of,
    json_line,
    list_of,
    role_of,
    text_of,
    text_or_none,
    time_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_SOURCE = "claude"
_STATES = {"max_tokens": AnswerState.LENGTH, "user_canceled": AnswerState.STOPPED}


def looks_like_claude(value: object) -> bool:
    """Whether this may be a conversation of Claude's export."""
    return isinstance(value, dict) and isinstance(value.get("chat_messages"), list)


def from_claude(value: object) -> ConversationTree | None:
    """A conversation of Claude's export; None if it is none."""
    if not looks_like_claude(value):
        return None
    raw = dict_of(value)
    name = stable_id(_SOURCE, text_of(raw.get("uuid")) or json_line(value))
    created_at = time_of(raw.get("created_at")) or 0.0
    model = text_of(raw.get("model"))
    messages = list(_messages(name, list_of(raw["chat_messages"]), created_at, model))
    updated_at = time_of(raw.get("updated_at"))
    if updated_at is None:
        updated_at = max((kept.created_at for kept in messages), default=created_at)
    title = text_of(raw.get("name"))
    leaf = text_of(raw.get("current_leaf_message_uuid"))
    conversation = Conversation(
        id=name,
        title=title,
        has_own_title=bool(title),
        created_at=created_at,
        updated_at=updated_at,
        folder=text_or_none(dict_of(raw.get("project")).get("name")) or None,
        is_pinned=flag_of(raw.get("is_starred")),
        settings=ConversationSettings(model=model or None),
        tip=stable_id(_SOURCE, name, leaf) if leaf else None,
    )
    return grown(conversation, messages)


def _messages(name: str, values: list[object], default_time: float, model: str) -> Iterator[KeptMessage]:
    """The messages; where they name no parents, each follows the one before it."""
    last: str | None = None
    for index, value in enumerate(values):
        raw = dict_of(value)
        role = role_of(raw.get("sender"))
        if role is None:
            continue
        own_id = stable_id(_SOURCE, name, text_of(raw.get("uuid")) or str(index))
        parent = last
        if "parent_message_uuid" in raw:
            parent = stable_id(_SOURCE, name, text_of(raw["parent_message_uuid"]))
        is_answer = role is Role.ASSISTANT
        stop = text_or_none(raw.get("stop_reason"))
        message = Message(
            own_id,
            role,
            segments_of(_pieces(raw)),
            _STATES.get(stop or "", AnswerState.COMPLETE) if is_answer else AnswerState.COMPLETE,
            AnswerFacts(model, stop) if is_answer else None,
        )
        last = own_id
        yield KeptMessage(message, parent, time_of(raw.get("created_at")) or default_time)


def _pieces(message: dict[str, object]) -> Iterator[Piece]:
    # `text` says the same as `content` with less in it; old files have nothing else.
    blocks = [piece for block in list_of(message.get("content")) if (piece := _block(dict_of(block)))[1]]
    yield from _apart(blocks or [(SegmentKind.TEXT, text_of(message.get("text")))])
    for file in map(dict_of, [*list_of(message.get("attachments")), *list_of(message.get("files"))]):
        name = text_of(file.get("file_name")) or "file"
        yield SegmentKind.TEXT, "\n\n" + enclosure(name, text_of(file.get("extracted_content")))


def _apart(pieces: list[Piece]) -> Iterator[Piece]:
    """The pieces with a blank line between two texts in a row, which are paragraphs of their own."""
    last: SegmentKind | None = None
    for kind, text in pieces:
        yield kind, f"\n\n{text}" if kind is last is not SegmentKind.TOOL_CALL else text
        last = kind


def _block(block: dict[str, object]) -> Piece:
    match block.get("type"):
        case "text":
            return SegmentKind.TEXT, text_of(block.get("text"))
        case "thinking":
            return SegmentKind.REASONING, text_of(block.get("thinking"))
        case "tool_use":
            arguments = block.get("input")
            return tool_call(text_of(block.get("name")) or "tool", json_line(arguments) if arguments else "")
        case "tool_result":
            return tool_result(_result_text(block.get("content")))
    return SegmentKind.TEXT, ""


def _result_text(content: object) -> str:
    texts = (text_of(dict_of(part).get("text")) for part in list_of(content))
    return text_of(content) or "\n".join(filter(None, texts))
