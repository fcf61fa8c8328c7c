"""An answer while it arrives: what has come, what is not yet shown, and the facts about it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from arvae_desktop.domain.events import (
    End,
    ReasoningDelta,
    RefusalDelta,
    Seam,
    Start,
    TextDelta,
    ToolCall,
    Usage,
)
from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Message, Role, Segment, SegmentKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arvae_desktop.domain.events import StreamEvent


class Answer:
    """Gathers stream events into segments.

    `take_pending` gives what came since it was last asked, so that a frame shows a batch and not a delta.

    Args:
        before: the answer that was cut off and now goes on; what comes is added to it.
    """

    def __init__(self, message_id: str, model: str, before: Message | None = None) -> None:
        self.message_id = message_id
        self.state = AnswerState.RUNNING
        self._model = model
        self._before = before.facts if before else None
        self._sent_at = time.monotonic()
        self._first_word_s: float | None = None
        self._duration_s: float | None = None
        self._thinks_since: float | None = None
        self._thinking_s: float | None = None
        self._usage: Usage | None = None
        self._end: End | None = None
        self._told = _Runs()
        self._pending = _Runs()
        for segment in before.segments if before else ():
            self._told.add(segment.kind, segment.text)

    def feed(self, event: StreamEvent) -> bool:
        """Take one event. Returns whether there is something new to show."""
        match event:
            case TextDelta(text):
                self._add(SegmentKind.TEXT, text)
            case ReasoningDelta(text):
                self._add(SegmentKind.REASONING, text)
            case RefusalDelta(text):
                self._add(SegmentKind.REFUSAL, text)
            case ToolCall():
                self._add(SegmentKind.TOOL_CALL, f"{event.name}({event.arguments})\n")
            case Seam(repeated):
                self._add(SegmentKind.SEAM, repeated)
            case Start():
                self._model = event.model
            case Usage():
                self._usage = event
            case End():
                self._end = event
                self._finish(event.state)
            case _:
                pass
        return bool(self._pending)

    def stop(self) -> None:
        """End the answer on the user's wish."""
        self._finish(AnswerState.STOPPED)

    def take_pending(self) -> list[Segment]:
        """What came since the last call, neighbours of one kind joined."""
        pending, self._pending = self._pending, _Runs()
        return pending.segments()

    def tell(self, pieces: Sequence[Segment]) -> None:
        """Note that these have been told; until then they are no part of `message`."""
        for piece in pieces:
            self._told.add(piece.kind, piece.text)

    def message(self) -> Message:
        """The answer as far as it has been told."""
        return Message(
            id=self.message_id,
            role=Role.ASSISTANT,
            segments=tuple(self._told.segments()),
            state=self.state,
            facts=self._facts(),
        )

    def _facts(self) -> AnswerFacts:
        facts = AnswerFacts(
            model=self._model,
            finish_reason=self._end.finish_reason if self._end else None,
            first_word_s=self._first_word_s,
            duration_s=self._duration_s,
            prompt_tokens=self._usage.prompt_tokens if self._usage else None,
            completion_tokens=self._usage.completion_tokens if self._usage else None,
            skipped_events=self._end.skipped_events if self._end else 0,
            error=self._end.error if self._end else None,
            thinking_s=self._thinking_s,
        )
        return facts.after(self._before) if self._before else facts

    def _add(self, kind: SegmentKind, text: str) -> None:
        now = time.monotonic()
        if self._first_word_s is None:
            self._first_word_s = now - self._sent_at
        if kind is not SegmentKind.REASONING:
            self._end_thinking(now)
        elif self._thinks_since is None:
            self._thinks_since = now
        self._pending.add(kind, text)

    def _finish(self, state: AnswerState) -> None:
        now = time.monotonic()
        self.state = state
        self._duration_s = now - self._sent_at
        self._end_thinking(now)

    def _end_thinking(self, now: float) -> None:
        """Note how long it thought before it first said something, or called a tool, or ended."""
        if self._thinks_since is not None and self._thinking_s is None:
            self._thinking_s = now - self._thinks_since


class _Runs:
    """Pieces of text, neighbours of one kind joined when asked for."""

    def __init__(self) -> None:
        self._runs: list[tuple[SegmentKind, list[str]]] = []

    def add(self, kind: SegmentKind, text: str) -> None:
        if not self._runs or self._runs[-1][0] is not kind:
            self._runs.append((kind, []))
        self._runs[-1][1].append(text)

    def segments(self) -> list[Segment]:
        return [Segment(kind, "".join(pieces)) for kind, pieces in self._runs]

    def __bool__(self) -> bool:
        return bool(self._runs)
