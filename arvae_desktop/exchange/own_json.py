"""Conversations ↔ our own JSON, without loss; docs/exchange-format.md says what stands where."""

from __future__ import annotations

from dataclasses import asdict

from arvae_desktop.domain.conversations import (
    Conversation,
    ConversationSettings,
    ConversationTree,
    KeptMessage,
)
from arvae_desktop.domain.errors import ErrorReport
from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Message, Role, Segment, SegmentKind
from arvae_desktop.exchange.trees import grown, stable_id
from arvae_desktop.exchange.values import (
    count_of,
    dict_of,
    duration_of,
    flag_of,
    id_of,
    json_line,
    list_of,
    member_of,
    number_of,
    role_of,
    text_of,
    text_or_none,
    time_of,
)

FORMAT = "arvae-desktop/conversations"
VERSION = 1


def to_json(tree: ConversationTree) -> str:
    """A conversation as one line of JSON. What no JSON has, such as an infinite number, becomes null."""
    conversation = asdict(tree.conversation)
    conversation["messages"] = [_message_json(kept) for kept in tree.messages]
    return json_line(_finite(conversation))


def _message_json(kept: KeptMessage) -> dict[str, object]:
    message = asdict(kept.message)
    place = {"parent": kept.parent, "created_at": kept.created_at, "is_deleted": kept.is_deleted}
    return {"id": message.pop("id"), **place, **message}


def _finite(value: object) -> object:
    if isinstance(value, dict):
        return {name: _finite(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(member) for member in value]
    return number_of(value) if isinstance(value, float) else value


def looks_like_own(value: object) -> bool:
    """Whether this may be a conversation in our JSON."""
    messages = value.get("messages") if isinstance(value, dict) else None
    if not isinstance(messages, list):
        return False
    return "segments" in dict_of(messages[0]) if messages else "settings" in dict_of(value)


def from_json(value: object) -> ConversationTree | None:
    """A conversation from our JSON; None if it is none.

    What is missing or of a wrong type is as in a new conversation. An answer that was running is interrupted.
    """
    if not looks_like_own(value):
        return None
    raw = dict_of(value)
    conversation = _conversation(raw, id_of(raw.get("id")) or stable_id("own", json_line(value)))
    messages = (
        _kept(dict_of(member), (conversation.id, str(index)), conversation.created_at)
        for index, member in enumerate(list_of(raw["messages"]))
    )
    return grown(conversation, messages)


def _conversation(raw: dict[str, object], name: str) -> Conversation:
    created_at = time_of(raw.get("created_at")) or 0.0
    updated_at = time_of(raw.get("updated_at"))
    return Conversation(
        id=name,
        title=text_of(raw.get("title")),
        has_own_title=flag_of(raw.get("has_own_title")),
        created_at=created_at,
        updated_at=created_at if updated_at is None else updated_at,
        folder=text_or_none(raw.get("folder")),
        is_pinned=flag_of(raw.get("is_pinned")),
        is_archived=flag_of(raw.get("is_archived")),
        is_unread=flag_of(raw.get("is_unread")),
        deleted_at=time_of(raw.get("deleted_at")),
        draft=text_of(raw.get("draft")),
        settings=_settings(dict_of(raw.get("settings"))),
        tip=text_or_none(raw.get("tip")),
    )


def _settings(raw: dict[str, object]) -> ConversationSettings:
    return ConversationSettings(
        model=text_or_none(raw.get("model")),
        system=text_of(raw.get("system")),
        temperature=number_of(raw.get("temperature")),
        top_p=number_of(raw.get("top_p")),
        max_tokens=count_of(raw.get("max_tokens")),
    )


def _kept(raw: dict[str, object], place: tuple[str, str], default_time: float) -> KeptMessage:
    state = member_of(AnswerState, raw.get("state"), AnswerState.COMPLETE)
    facts = raw.get("facts")
    message = Message(
        id=id_of(raw.get("id")) or stable_id("own", *place),
        role=role_of(raw.get("role")) or Role.ASSISTANT,
        segments=tuple(map(_segment, list_of(raw.get("segments")))),
        state=AnswerState.INTERRUPTED if state is AnswerState.RUNNING else state,
        facts=_facts(facts) if isinstance(facts, dict) else None,
    )
    created_at = time_of(raw.get("created_at"))
    return KeptMessage(
        message,
        text_or_none(raw.get("parent")),
        default_time if created_at is None else created_at,
        flag_of(raw.get("is_deleted")),
    )


def _segment(value: object) -> Segment:
    raw = dict_of(value)
    return Segment(member_of(SegmentKind, raw.get("kind"), SegmentKind.TEXT), text_of(raw.get("text")))


def _facts(raw: dict[str, object]) -> AnswerFacts:
    error = raw.get("error")
    return AnswerFacts(
        model=text_of(raw.get("model")),
        finish_reason=text_or_none(raw.get("finish_reason")),
        first_word_s=duration_of(raw.get("first_word_s")),
        duration_s=duration_of(raw.get("duration_s")),
        prompt_tokens=count_of(raw.get("prompt_tokens")),
        completion_tokens=count_of(raw.get("completion_tokens")),
        skipped_events=count_of(raw.get("skipped_events")) or 0,
        error=_error(error) if isinstance(error, dict) else None,
        thinking_s=duration_of(raw.get("thinking_s")),
    )


def _error(raw: dict[str, object]) -> ErrorReport:
    return ErrorReport(
        kind=text_of(raw.get("kind")),
        title=text_of(raw.get("title")),
        hint=text_of(raw.get("hint")),
        status=count_of(raw.get("status")),
        retryable=flag_of(raw.get("retryable")),
        request_id=text_or_none(raw.get("request_id")),
    )
