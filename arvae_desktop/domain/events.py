"""What a stream of one answer says, in the order in which it says it.

A stream is any number of events and, always last, one `End`. A consumer that is cancelled gets no
`End`: whoever cancelled knows that the answer is stopped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from arvae_desktop.domain.errors import ErrorReport
    from arvae_desktop.domain.messages import AnswerState


@dataclass(frozen=True, slots=True)
class Start:
    """The server accepted the request. Comes once, before any text.

    Attributes:
        status: the HTTP status, 200 to 299.
        model: the model as the server names it, else as it was asked for.
    """

    status: int
    model: str


@dataclass(frozen=True, slots=True)
class Seam:
    """The rest of an answer that was cut off begins here. Comes once, before the first of its text.

    Attributes:
        repeated: what the model said a second time to find its place: the end of the answer so far, letter
            for letter. It is no part of the rest.
    """

    repeated: str = ""


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More of the answer's text; never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """More of what the model thought before it answered; never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class RefusalDelta:
    """More of the sentence with which the model refuses; never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool call that the model asked for, gathered to its end. It is shown and never run.

    Attributes:
        arguments: the JSON text as it came, not parsed.
    """

    index: int
    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the server counted them; a later one replaces an earlier one."""

    prompt_tokens: int | None
    completion_tokens: int | None


@dataclass(frozen=True, slots=True)
class Retry:
    """The request failed in a way that another try may mend; the next one comes after `delay_s` seconds.

    Attributes:
        attempt: 1 for the first retry.
    """

    attempt: int
    delay_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class End:
    """The last event of every stream.

    Attributes:
        state: any but `RUNNING`.
        finish_reason: the server's own word, or None.
        skipped_events: events that were no valid JSON and were left out.
        error: always there if `state` is `FAILED`; may be there if it is `INTERRUPTED`; else None.
    """

    state: AnswerState
    finish_reason: str | None = None
    skipped_events: int = 0
    error: ErrorReport | None = None


StreamEvent: TypeAlias = (
    Start | Seam | TextDelta | ReasoningDelta | RefusalDelta | ToolCall | Usage | Retry | End
)
