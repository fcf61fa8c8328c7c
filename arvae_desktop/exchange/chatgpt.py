"""ChatGPT's export: conversations whose messages are the nodes of a tree, `mapping`.

OpenAI describes the format nowhere; this reads what its exports have held since 2023. What ChatGPT thinks,
asks of tools and answers are nodes one after the other; here they are the segments of one answer.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from arvae_desktop.domain.conversations import Conversation, ConversationTree, KeptMessage
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
    duration_of,
    flag_of,
    json_line,
    list_of,
    role_of,
    text_of,
    time_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SOURCE = "chatgpt"
# Marks for the sources of a sentence, which only ChatGPT's own page can resolve: from U+E200 to U+E201.
_SOURCES = re.compile("\ue200[^\ue201]{0,2000}\ue201")
# What the user told ChatGPT about himself, and how long it thought: no words of the conversation.
_NOT_SAID = {"user_editable_context", "model_editable_context", "reasoning_recap"}
_STATES = {
    "max_tokens": AnswerState.LENGTH,
    "interrupted": AnswerState.STOPPED,
    "content_filter": AnswerState.CONTENT_FILTER,
}


def looks_like_chatgpt(value: object) -> bool:
    """Whether this may be a conversation of ChatGPT's export."""
    return isinstance(value, dict) and isinstance(value.get("mapping"), dict)


def from_chatgpt(value: object) -> ConversationTree | None:
    """A conversation of ChatGPT's export; None if it is none."""
    if not looks_like_chatgpt(value):
        return None
    raw = dict_of(value)
    mapping = dict_of(raw["mapping"])
    original = text_of(raw.get("conversation_id")) or text_of(raw.get("id"))
    title = text_of(raw.get("title"))
    created_at = time_of(raw.get("create_time"))
    said = _said(mapping, created_at or 0.0)
    messages = list(said.values())
    if created_at is None:
        created_at = min((kept.created_at for kept in messages), default=0.0)
    updated_at = time_of(raw.get("update_time"))
    if updated_at is None:
        updated_at = max((kept.created_at for kept in messages), default=created_at)
    conversation = Conversation(
        id=stable_id(_SOURCE, original or json_line(value)),
        title=title,
        has_own_title=bool(title),
        created_at=created_at,
        updated_at=updated_at,
        is_pinned=flag_of(raw.get("is_starred")),
        is_archived=flag_of(raw.get("is_archived")),
        tip=_nearest(mapping, said, [text_of(raw.get("current_node"))]).popitem()[1],
    )
    # In the file the nodes stand in any order.
    messages.sort(key=lambda kept: kept.created_at)
    return _with_whole_answers(grown(conversation, messages))


def _said(mapping: dict[str, object], default_time: float) -> dict[str, KeptMessage]:
    """A message for each node that says something; its parent is the nearest node above that does, too."""
    said: dict[str, Message] = {}
    moments: dict[str, float] = {}
    for name, value in mapping.items():
        raw = dict_of(dict_of(value).get("message"))
        role = _role(raw)
        segments = segments_of(_pieces(raw)) if role else ()
        if role and segments:
            is_answer = role is Role.ASSISTANT
            facts = _facts(_metadata(raw)) if is_answer else None
            said[name] = Message(
                name, role, segments, _state(raw) if is_answer else AnswerState.COMPLETE, facts
            )
            moments[name] = time_of(raw.get("create_time")) or default_time
    above = {name: text_of(dict_of(mapping[name]).get("parent")) for name in said}
    nearest = _nearest(mapping, said, above.values())
    return {name: KeptMessage(said[name], nearest[above[name]], moments[name]) for name in said}


def _nearest(
    mapping: dict[str, object], said: Mapping[str, object], names: Iterable[str]
) -> dict[str, str | None]:
    """Of each of these nodes the next that says something: itself, or one above it."""
    nearest: dict[str, str | None] = {}
    for first in names:
        way: list[str] = []
        name = first
        while name not in nearest and name not in said and name in mapping:
            nearest[name] = None  # so that parents in a ring come to an end
            way.append(name)
            name = text_of(dict_of(mapping[name]).get("parent"))
        found = name if name in said else nearest.get(name)
        nearest.update(dict.fromkeys([*way, first], found))
    return nearest


def _with_whole_answers(tree: ConversationTree) -> ConversationTree:
    """The tree with nodes of one answer put together, and with ids that no other conversation has.

    An answer goes on as long as ChatGPT or its tools are the only ones to speak next.
    """
    followers: dict[str | None, int] = {}
    for kept in tree.messages:
        followers[kept.parent] = followers.get(kept.parent, 0) + 1
    nodes: dict[str, list[KeptMessage]] = {}
    place: dict[str | None, str | None] = {None: None}
    for kept in tree.messages:
        before = nodes.get(place[kept.parent] or "")
        goes_on = before and before[0].message.role is kept.message.role is Role.ASSISTANT
        if before and goes_on and followers[kept.parent] == 1:
            before.append(kept)
            place[kept.message.id] = place[kept.parent]
        else:
            place[kept.message.id] = new = stable_id(_SOURCE, tree.conversation.id, kept.message.id)
            nodes[new] = [kept]
    messages = (
        KeptMessage(_joined(name, kept), place[kept[0].parent], kept[0].created_at)
        for name, kept in nodes.items()
    )
    return ConversationTree(replace(tree.conversation, tip=place[tree.conversation.tip]), tuple(messages))


def _joined(name: str, nodes: list[KeptMessage]) -> Message:
    """One message of nodes that follow each other."""
    last = nodes[-1].message
    if len(nodes) == 1:
        return Message(name, last.role, last.segments, last.state, last.facts)
    pieces: list[Piece] = []
    facts: AnswerFacts | None = None
    for node in nodes:
        first, *rest = ((segment.kind, segment.text) for segment in node.message.segments)
        if pieces and pieces[-1][0] is first[0] is not SegmentKind.TOOL_CALL:
            first = first[0], f"\n\n{first[1]}"
        pieces += [first, *rest]
        facts = _after(facts, node.message.facts)
    return Message(name, last.role, segments_of(pieces), last.state, facts)


def _after(before: AnswerFacts | None, facts: AnswerFacts | None) -> AnswerFacts | None:
    if before is None or facts is None:
        return facts
    return replace(facts.after(before), model=facts.model or before.model)


def _role(message: dict[str, object]) -> Role | None:
    """Who says a message that is meant to be seen."""
    if flag_of(_metadata(message).get("is_visually_hidden_from_conversation")):
        return None
    name = dict_of(message.get("author")).get("role")
    return Role.ASSISTANT if name == "tool" else role_of(name)


def _pieces(message: dict[str, object]) -> list[Piece]:
    content = dict_of(message.get("content"))
    author = dict_of(message.get("author"))
    if (plain := _plain_text(message, content, author)) is not None:
        return [(SegmentKind.TEXT, plain)]
    kind = text_of(content.get("content_type"))
    if kind in _NOT_SAID:
        return []
    if kind == "thoughts":
        return [(SegmentKind.REASONING, _thoughts(content))]
    text = _SOURCES.sub("", _content_text(content))
    recipient = text_of(message.get("recipient")) or "all"
    if author.get("role") == "tool":
        return [tool_result(text)]
    if recipient != "all":
        return [tool_call(recipient, text)] if text else []
    if kind == "code" and text:
        text = enclosure(text_of(content.get("language")) or "code", text)
    files = [text_of(dict_of(file).get("name")) for file in list_of(_metadata(message).get("attachments"))]
    return [(SegmentKind.TEXT, "\n\n".join([*filter(None, [text]), *map(enclosure, filter(None, files))]))]


def _plain_text(
    message: dict[str, object], content: dict[str, object], author: dict[str, object]
) -> str | None:
    """What nearly all messages are, quickly: one text, with nothing beside it; None for all others."""
    parts = content.get("parts")
    if (
        content.get("content_type") != "text"
        or len(content) != 2
        or author.get("role") == "tool"
        or message.get("recipient") != "all"
        or "attachments" in _metadata(message)
        or not isinstance(parts, list)
        or len(parts) != 1
        or not isinstance(parts[0], str)
    ):
        return None
    text = text_of(parts[0])
    return _SOURCES.sub("", text) if "\ue200" in text else text


def _metadata(message: dict[str, object]) -> dict[str, object]:
    return dict_of(message.get("metadata"))


def _content_text(content: dict[str, object]) -> str:
    """Everything that can be read of a node's content, of whatever type it is."""
    parts = [_part(part) for part in list_of(content.get("parts"))]
    parts += [text_of(content.get(name)) for name in ("text", "result")]
    return "\n".join(filter(None, parts))


def _part(part: object) -> str:
    if isinstance(part, str):
        return text_of(part)
    raw = dict_of(part)
    kind = text_of(raw.get("content_type"))
    return text_of(raw.get("text")) or (enclosure(kind.removesuffix("_asset_pointer")) if kind else "")


def _thoughts(content: dict[str, object]) -> str:
    thoughts = map(dict_of, list_of(content.get("thoughts")))
    lines = [(text_of(thought.get("summary")), text_of(thought.get("content"))) for thought in thoughts]
    return "\n\n".join(filter(None, ("\n\n".join(filter(None, pair)) for pair in lines)))


def _facts(metadata: dict[str, object]) -> AnswerFacts:
    finish = text_of(dict_of(metadata.get("finish_details")).get("type"))
    return AnswerFacts(
        model=text_of(metadata.get("model_slug")),
        finish_reason=finish or None,
        thinking_s=duration_of(metadata.get("finished_duration_sec")),
    )


def _state(message: dict[str, object]) -> AnswerState:
    if message.get("status") == "in_progress":
        return AnswerState.INTERRUPTED
    finish = text_of(dict_of(_metadata(message).get("finish_details")).get("type"))
    return _STATES.get(finish, AnswerState.COMPLETE)
