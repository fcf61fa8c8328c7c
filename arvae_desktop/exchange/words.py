"""The words around messages in files for people: who speaks, when, and how an answer ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arvae_desktop.domain.messages import AnswerState, Message, Role, SegmentKind
from arvae_desktop.domain.wording import thought_words
from arvae_desktop.exchange.values import iso_time

if TYPE_CHECKING:
    from arvae_desktop.domain.conversations import ConversationTree

UNTITLED = "Untitled conversation"
ANSWER = "Answer"  # of an unknown model
_SPEAKERS = {Role.USER: "You", Role.SYSTEM: "System", Role.ASSISTANT: ANSWER}
_ENDINGS = {
    AnswerState.LENGTH: "The answer reached the model’s length limit and ends here.",
    AnswerState.CONTENT_FILTER: "The server’s content filter ended this answer.",
    AnswerState.TOOL_CALLS: "The model asked to use a tool.",
    AnswerState.STOPPED: "Stopped.",
    AnswerState.INTERRUPTED: "This answer ended before it was complete.",
    AnswerState.FAILED: "The answer failed.",
    AnswerState.RUNNING: "The answer was still arriving.",
}


def title_of(tree: ConversationTree) -> str:
    """The title in one line."""
    return " ".join(tree.conversation.title.split()) or UNTITLED


def dates_of(tree: ConversationTree) -> str:
    """When the conversation began, as people read it."""
    return iso_time(tree.conversation.created_at).replace("T", " ").replace("Z", " UTC")


def speaker(message: Message) -> str:
    """Who speaks: "You", or the model's name where it is known; in one line."""
    model = " ".join(message.facts.model.split()) if message.facts else ""
    return model or _SPEAKERS[message.role]


def ending(message: Message) -> str:
    """What there is to say of an answer's end; "" if it is complete."""
    error = message.facts.error if message.facts else None
    return error.title if error else _ENDINGS.get(message.state, "")


def heading_of(kind: SegmentKind, message: Message) -> str:
    """What stands over a segment that is no text of the answer."""
    if kind is SegmentKind.REASONING:
        seconds = message.facts.thinking_s if message.facts else None
        return thought_words(seconds)
    return "Refusal" if kind is SegmentKind.REFUSAL else "Tool calls"


def parts_of(message: Message) -> list[tuple[SegmentKind, str]]:
    """What a reader sees of a message: its segments, with text that was continued in one piece."""
    parts: list[tuple[SegmentKind, str]] = []
    for segment in message.segments:
        if segment.kind is SegmentKind.SEAM or not segment.text:
            continue
        if parts and parts[-1][0] is segment.kind:
            parts[-1] = segment.kind, parts[-1][1] + segment.text
        else:
            parts.append((segment.kind, segment.text))
    return parts
