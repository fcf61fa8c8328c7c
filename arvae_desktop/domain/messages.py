"""Messages of a conversation, and the states an answer can be in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arvae_desktop.domain.errors import ErrorReport


class Role(StrEnum):
    """Who speaks, in the words of the chat-completions protocol."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class AnswerState(StrEnum):
    """Where an answer stands. All but `RUNNING` are final."""

    RUNNING = "running"
    COMPLETE = "complete"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"
    TOOL_CALLS = "tool_calls"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"  # the connection ended before the server said it was done
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message as it is sent to a server: a role and plain text."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """What is known of an answer beside its text.

    Attributes:
        model: the model that answered, as the server names it, else as it was asked for.
        finish_reason: the server's own word, or None if it gave none.
        first_word_s: seconds from sending to the first visible text, or None if none came.
        duration_s: seconds from sending to the end.
        prompt_tokens, completion_tokens: as the server counted them, or None.
        skipped_events: events of the stream that were no valid JSON and were left out.
        error: why the answer ended early, or None.
    """

    model: str
    finish_reason: str | None = None
    first_word_s: float | None = None
    duration_s: float | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    skipped_events: int = 0
    error: ErrorReport | None = None


class SegmentKind(StrEnum):
    """What a piece of an answer is."""

    TEXT = "text"
    REASONING = "reasoning"
    REFUSAL = "refusal"
    TOOL_CALL = "tool_call"


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of one kind of text within a message."""

    kind: SegmentKind
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands at one moment.

    Attributes:
        id: unique within the program's run.
        segments: in the order in which they arrived; neighbours differ in kind.
        facts: of an answer only; None for a user's message.
    """

    id: str
    role: Role
    segments: tuple[Segment, ...]
    state: AnswerState = AnswerState.COMPLETE
    facts: AnswerFacts | None = None

    @property
    def text(self) -> str:
        """What was said, without reasoning and tool calls."""
        spoken = (SegmentKind.TEXT, SegmentKind.REFUSAL)
        return "".join(segment.text for segment in self.segments if segment.kind in spoken)
