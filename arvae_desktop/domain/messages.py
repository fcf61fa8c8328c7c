"""Messages of a conversation, and the states an answer can be in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from arvae_desktop.domain.errors import ErrorReport


_N = TypeVar("_N", int, float)


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


_CUT_OFF = {AnswerState.STOPPED, AnswerState.INTERRUPTED, AnswerState.FAILED, AnswerState.LENGTH}


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
        thinking_s: seconds from the first reasoning to what came after it, or to the end; None without any.
    """

    model: str
    finish_reason: str | None = None
    first_word_s: float | None = None
    duration_s: float | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    skipped_events: int = 0
    error: ErrorReport | None = None
    thinking_s: float | None = None

    def after(self, before: AnswerFacts) -> AnswerFacts:
        """The facts of a whole answer, whose end these are and whose beginning has those of `before`."""
        return replace(
            self,
            first_word_s=self.first_word_s if before.first_word_s is None else before.first_word_s,
            duration_s=_sum(before.duration_s, self.duration_s),
            prompt_tokens=_sum(before.prompt_tokens, self.prompt_tokens),
            completion_tokens=_sum(before.completion_tokens, self.completion_tokens),
            skipped_events=before.skipped_events + self.skipped_events,
            thinking_s=self.thinking_s if before.thinking_s is None else before.thinking_s,
        )


class SegmentKind(StrEnum):
    """What a piece of an answer is."""

    TEXT = "text"
    REASONING = "reasoning"
    REFUSAL = "refusal"
    TOOL_CALL = "tool_call"
    SEAM = "seam"  # where a rest joins an answer that was cut off; its text is what the rest repeated


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of one kind of text within a message."""

    kind: SegmentKind
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands at one moment.

    Attributes:
        id: unique for good, on any machine.
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

    @property
    def can_go_on(self) -> bool:
        """Whether this is an answer that ended too early and has text that a rest could join."""
        has_text = any(segment.kind is SegmentKind.TEXT for segment in self.segments)
        return self.role is Role.ASSISTANT and self.state in _CUT_OFF and has_text


def _sum(first: _N | None, second: _N | None) -> _N | None:
    """The sum of what is known."""
    if first is None or second is None:
        return second if first is None else first
    return first + second
