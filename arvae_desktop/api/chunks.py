"""What the chunks of a chat completion mean (the OpenAI chat-completions stream).

Servers send more than the format has, and less. A value of a wrong type means nothing and takes
nothing else with it.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from arvae_desktop.api.server_says import Complaint, complaint_in_stream, complaint_of, tidy
from arvae_desktop.api.strict_json import SurrogateJoiner, parse_json, valid_text
from arvae_desktop.api.think import Segment, ThinkSplitter
from arvae_desktop.api.tool_calls import ToolCallGatherer
from arvae_desktop.domain.errors import TooLargeError
from arvae_desktop.domain.events import (
    ReasoningDelta,
    RefusalDelta,
    StreamEvent,
    TextDelta,
    Usage,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_DONE = "[DONE]"
# More is no answer any more. Each costs an exception; a small compressed body may hold millions.
_MOST_SKIPPED = 1_000_000
_REASONING_NAMES = ("reasoning_content", "reasoning")
_TEXT_PARTS = (None, "text", "output_text")


class ChunkReader:
    """Reads one answer, event by event.

    Attributes:
        model: the model as the server names it, or None before it did.
        finish_reason: the server's own word for why it was done, or None before it was.
        is_done: whether ``[DONE]`` came; nothing after it is read.
        complaint: the error that the server reported inside the stream, or None.
        skipped: events that were no valid JSON.
        has_shown: whether text, reasoning or a refusal came out.
    """

    def __init__(self) -> None:
        self.model: str | None = None
        self.finish_reason: str | None = None
        self.is_done = False
        self.complaint: Complaint | None = None
        self.skipped = 0
        self.has_shown = False
        self._content = SurrogateJoiner()
        self._reasoning = SurrogateJoiner()
        self._refusal = SurrogateJoiner()
        self._think = ThinkSplitter()
        # What came while a piece of a tag was held back, and how long that piece was then.
        self._behind: list[tuple[int, ReasoningDelta | RefusalDelta]] = []
        self._tool_calls = ToolCallGatherer()

    def read(self, name: str, data: str) -> Sequence[StreamEvent]:
        """The meaning of one server-sent event. Raises `TooLargeError` after very many that are malformed."""
        if name == "error":
            return self._read_error(data)
        if data == _DONE:
            self.is_done = True
            return ()
        try:
            chunk = parse_json(data)
        except ValueError:
            self.skipped += 1
            if self.skipped > _MOST_SKIPPED:
                raise TooLargeError("The server sent over a million events that are no valid JSON.") from None
            return ()
        return self.read_document(chunk) if isinstance(chunk, dict) else ()

    def read_unfinished(self, name: str, data: str) -> Sequence[StreamEvent]:
        """The meaning of a last event that lacks its blank line: whole as it may be, or cut to nothing."""
        if data != _DONE:
            try:
                parse_json(data)
            except ValueError:
                return ()
        return self.read(name, data)

    def read_document(self, chunk: dict[str, Any]) -> Sequence[StreamEvent]:
        """The meaning of a chunk, or of a whole completion sent as one."""
        events: list[StreamEvent] = []
        if self.model is None and isinstance(model := chunk.get("model"), str):
            self.model = valid_text(model) or None
        choices = chunk.get("choices")
        if isinstance(choices, list):
            for choice in choices:
                if isinstance(choice, dict) and _is_first(choice.get("index")):
                    self._read_choice(choice, events)
        if isinstance(usage := chunk.get("usage"), dict):
            events.extend(_usage(usage))
        if "error" in chunk or chunk.get("object") == "error":
            self.complaint = complaint_in_stream(chunk)
        return events

    def rest(self) -> list[StreamEvent]:
        """What was held back, when no more comes: half a character, a piece of a tag, the tool calls."""
        events: list[StreamEvent] = []
        self._feed_think(self._content.rest(), events)
        self._settle(self._think.held, self._think.rest(), events)
        if text := self._reasoning.rest():
            events.append(ReasoningDelta(text))
        if text := self._refusal.rest():
            events.append(RefusalDelta(text))
        events.extend(self._tool_calls.take())
        return events

    def _read_choice(self, choice: dict[str, Any], events: list[StreamEvent]) -> None:
        delta = choice.get("delta")
        if delta is None and not self.has_shown:
            delta = choice.get("message")  # a whole completion; after deltas it would say all a second time
        if isinstance(delta, dict):
            for name, value in delta.items():
                if value:
                    self._read_field(name, value, delta, events)
        finish_reason = choice.get("finish_reason")
        if finish_reason and isinstance(finish_reason, str):
            self.finish_reason = valid_text(finish_reason)

    def _read_field(self, name: str, value: object, delta: dict[str, Any], events: list[StreamEvent]) -> None:
        if name == "content":
            if isinstance(value, str):
                self._add_content(value, events)
            elif isinstance(value, list):
                self._add_parts(value, events)
        elif name in _REASONING_NAMES:
            if isinstance(value, str) and (name == _REASONING_NAMES[0] or not _has_reasoning_content(delta)):
                self._add_reasoning(value, events)
        elif name == "refusal":
            if isinstance(value, str) and (text := self._refusal.feed(value)):
                self._add_beside(RefusalDelta(text), events)
        elif name == "tool_calls":
            self._tool_calls.add(value)

    def _add_content(self, piece: str, events: list[StreamEvent]) -> None:
        text = self._content.feed(piece)
        if "<" not in text and self._think.is_plain:
            if text:
                self.has_shown = True
                events.append(TextDelta(text))
        else:
            self._feed_think(text, events)

    def _add_parts(self, parts: list[Any], events: list[StreamEvent]) -> None:
        for part in parts:
            if isinstance(part, dict) and part.get("type") in _TEXT_PARTS:
                text = part.get("text")
                if isinstance(text, str):
                    self._add_content(text, events)

    def _feed_think(self, text: str, events: list[StreamEvent]) -> None:
        held = self._think.held
        segments = self._think.feed(text)
        if segments or not self._think.held:  # else it is still undecided
            self._settle(held, segments, events)

    def _settle(self, held: Segment | None, segments: list[Segment], events: list[StreamEvent]) -> None:
        """Add segments, and what came beside the piece that was held back in its place among them."""
        behind, self._behind = self._behind, []
        first, *rest = segments or [Segment("", is_reasoning=False)]
        # A piece that became a tag is gone: then there is nothing for it to stand between.
        is_text = held is not None and first.text.startswith(held.text) and first[1] == held[1]
        done = 0
        for length, event in behind:
            if is_text and length > done:
                self._add_segments([Segment(first.text[done:length], first.is_reasoning)], events)
                done = length
            self.has_shown = True
            events.append(event)
        self._add_segments([Segment(first.text[done:], first.is_reasoning), *rest], events)

    def _add_segments(self, segments: Iterable[Segment], events: list[StreamEvent]) -> None:
        for text, is_reasoning in segments:
            if text:
                self.has_shown = True
                events.append(ReasoningDelta(text) if is_reasoning else TextDelta(text))

    def _add_reasoning(self, piece: str, events: list[StreamEvent]) -> None:
        if text := self._reasoning.feed(piece):
            self._add_beside(ReasoningDelta(text), events)

    def _add_beside(self, event: ReasoningDelta | RefusalDelta, events: list[StreamEvent]) -> None:
        """Add what stands beside the content, after what of the content came before it."""
        if held := self._think.held:
            self._behind.append((len(held.text), event))
        else:
            self.has_shown = True
            events.append(event)

    def _read_error(self, data: str) -> Sequence[StreamEvent]:
        """An event named ``error`` is one, whatever its data says; if that is no JSON, it is the message."""
        events: Sequence[StreamEvent] = ()
        complaint = Complaint("", "")
        with contextlib.suppress(ValueError):
            document = parse_json(data)
            if isinstance(document, dict):
                events = self.read_document(document)
                complaint = complaint_of(document)
            elif isinstance(document, str):
                data = document
        self.complaint = complaint if complaint.message else Complaint(tidy(data), complaint.code)
        return events


def _is_first(index: object) -> bool:
    """Whether a choice is the one that is shown: number 0, or without a number."""
    return index is None or (index == 0 and not isinstance(index, bool))


def _has_reasoning_content(delta: dict[str, Any]) -> bool:
    value = delta.get(_REASONING_NAMES[0])
    return isinstance(value, str) and bool(value)


def _usage(usage: dict[str, Any]) -> Iterable[Usage]:
    prompt, completion = (_count(usage.get(name)) for name in ("prompt_tokens", "completion_tokens"))
    return () if prompt is None and completion is None else (Usage(prompt, completion),)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
