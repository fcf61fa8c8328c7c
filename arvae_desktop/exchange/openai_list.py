"""Lists of messages as the chat-completions protocol has them: ``[{"role": …, "content": …}, …]``."""

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
from arvae_desktop.exchange.values import dict_of, json_line, list_of, number_of, role_of, text_of, time_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_SOURCE = "openai"
_TOOL_ROLES = ("tool", "function")
_LONGEST_TITLE = 60


def looks_like_message(value: object) -> bool:
    """Whether this may be one message of such a list."""
    return isinstance(value, dict) and _speaker(value) is not None


def looks_like_list(value: object) -> bool:
    """Whether this may be such a list, or an object that holds one as `messages`."""
    return any(map(looks_like_message, _list_in(value)))


def from_openai(value: object) -> ConversationTree | None:
    """The conversation of such a list or object; None if it has no message.

    A system message at the beginning becomes the conversation's system prompt. Only an object can tell more:
    `title`, `model` and `created_at`.
    """
    members = [dict_of(member) for member in _list_in(value) if looks_like_message(member)]
    if not members:
        return None
    raw = dict_of(value)
    name = stable_id(_SOURCE, json_line(value))
    system = ""
    if _speaker(members[0]) is Role.SYSTEM:
        system = "".join(text for _, text in _pieces(members.pop(0)))
    model = text_of(raw.get("model"))
    created_at = time_of(raw.get("created_at")) or time_of(raw.get("created")) or 0.0
    messages = list(_messages(name, members, model, created_at))
    title = text_of(raw.get("title"))
    conversation = Conversation(
        id=name,
        title=title or _title(messages),
        has_own_title=bool(title),
        created_at=created_at,
        updated_at=max((kept.created_at for kept in messages), default=created_at),
        settings=ConversationSettings(
            model or None, system, number_of(raw.get("temperature")), number_of(raw.get("top_p"))
        ),
    )
    return grown(conversation, messages)


def _list_in(value: object) -> list[object]:
    return list_of(value) or list_of(dict_of(value).get("messages"))


def _speaker(message: dict[str, object]) -> Role | None:
    role = message.get("role")
    return Role.ASSISTANT if isinstance(role, str) and role in _TOOL_ROLES else role_of(role)


def _messages(
    name: str, members: list[dict[str, object]], model: str, created_at: float
) -> Iterator[KeptMessage]:
    last: str | None = None
    for index, member in enumerate(members):
        role = _speaker(member) or Role.ASSISTANT
        own_id = stable_id(_SOURCE, name, str(index))
        facts = AnswerFacts(model) if role is Role.ASSISTANT else None
        message = Message(own_id, role, segments_of(_pieces(member)), AnswerState.COMPLETE, facts)
        yield KeptMessage(message, last, created_at)
        last = own_id


def _pieces(message: dict[str, object]) -> Iterator[Piece]:
    if message.get("role") in _TOOL_ROLES:
        yield tool_result("".join(text for _, text in _content(message.get("content"))))
        return
    reasoning = text_of(message.get("reasoning_content")) or text_of(message.get("reasoning"))
    yield SegmentKind.REASONING, reasoning
    yield from _content(message.get("content"))
    yield SegmentKind.REFUSAL, text_of(message.get("refusal"))
    calls = filter(None, map(dict_of, list_of(message.get("tool_calls"))))
    for function in (dict_of(call.get("function")) for call in calls):
        yield tool_call(text_of(function.get("name")) or "tool", text_of(function.get("arguments")))


def _content(content: object) -> Iterator[Piece]:
    """A message's content: a text, or a list of parts."""
    yield SegmentKind.TEXT, text_of(content)
    for part in list_of(content):
        raw = dict_of(part)
        kind = text_of(raw.get("type"))
        if text := text_of(part) or text_of(raw.get("text")):
            yield SegmentKind.TEXT, text
        elif refusal := text_of(raw.get("refusal")):
            yield SegmentKind.REFUSAL, refusal
        elif kind:
            yield SegmentKind.TEXT, "\n\n" + enclosure(kind)


def _title(messages: list[KeptMessage]) -> str:
    """The beginning of the first prompt."""
    prompts = (kept.message.text for kept in messages if kept.message.role is Role.USER)
    return " ".join(next(prompts, "")[: 4 * _LONGEST_TITLE].split())[:_LONGEST_TITLE]
