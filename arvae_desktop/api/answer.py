"""One answer: the bytes of a successful response become stream events and, at last, an end.

The body decides what it is, not its label: an event stream, a whole JSON completion, or a web page.
Pure: knows no sockets.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from arvae_desktop.api.body_kind import BodyKind, body_kind
from arvae_desktop.api.chunks import ChunkReader
from arvae_desktop.api.key_cutter import KeyCutter
from arvae_desktop.api.server_says import complaint_in_stream, web_page_title
from arvae_desktop.api.sse import MAX_EVENT_BYTES, SseDecoder
from arvae_desktop.api.strict_json import parse_json
from arvae_desktop.domain.errors import (
    ArvaeError,
    ConnectionFailedError,
    EmptyAnswerError,
    HtmlError,
    ProtocolError,
    ServerSaidError,
    SilenceError,
    TooLargeError,
)
from arvae_desktop.domain.events import End, ReasoningDelta, RefusalDelta, TextDelta, ToolCall
from arvae_desktop.domain.messages import AnswerState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from arvae_desktop.domain.events import StreamEvent
    from arvae_desktop.domain.secret import Secret

_PAGE_BYTES = 4096  # a title stands near the beginning
_TEXTS = (TextDelta, ReasoningDelta, RefusalDelta)
# A shorter key is no secret (local servers take any word), and cutting it out would damage answers.
MIN_KEY_CHARACTERS = 12

_STATES = {
    "length": AnswerState.LENGTH,
    "content_filter": AnswerState.CONTENT_FILTER,
    "tool_calls": AnswerState.TOOL_CALLS,
    "function_call": AnswerState.TOOL_CALLS,
}


class Answer:
    """Decodes one body and knows how the answer ended.

    Args:
        content_type: the header's value; anything, or nothing.
        key: taken out of whatever the server says back.
    """

    def __init__(self, content_type: str = "", key: Secret | None = None) -> None:
        self._media_type = content_type.partition(";")[0].strip().lower()
        self._key = key
        self._key_text = key.reveal() if key and len(key.reveal()) >= MIN_KEY_CHARACTERS else ""
        self._kind: BodyKind | None = None
        self._body = bytearray()  # until the kind is known, and of a body that is read whole
        self._has_bytes = False
        self._is_whole = False
        self._sse = SseDecoder()
        self._chunks = ChunkReader()
        self._cutters: dict[type, KeyCutter] = {}
        if self._key_text:
            self._cutters = {kind: KeyCutter(self._key_text) for kind in _TEXTS}
        # The kind of text of which something is held back: it may be the key's beginning.
        self._holding: type[TextDelta | ReasoningDelta | RefusalDelta] | None = None

    @property
    def model(self) -> str | None:
        """The model as the server names it, once it did."""
        return self._chunks.model and self._redacted(self._chunks.model)

    @property
    def has_shown(self) -> bool:
        """Whether text, reasoning or a refusal came out."""
        return self._chunks.has_shown

    @property
    def is_over(self) -> bool:
        """Whether the server said that no more comes, so that nobody waits for it to close."""
        return self._chunks.is_done or self._chunks.complaint is not None

    @property
    def is_finished(self) -> bool:
        """Whether the server said that it is done; what breaks after that changes nothing."""
        return self._is_whole or self._chunks.is_done or self._chunks.finish_reason is not None

    def feed(self, piece: bytes) -> Iterator[StreamEvent]:
        """Yield what `piece` says. To be exhausted before the next call; pointless once `is_over`.

        Raises `TooLargeError` after what came before it, and `HtmlError` for a web page.
        """
        self._has_bytes = self._has_bytes or bool(piece)
        if self._kind is BodyKind.STREAM:
            yield from self._feed_stream(piece)
            return
        self._body += piece
        kind = self._kind or self._find_kind(is_whole=False)
        if kind is BodyKind.STREAM:
            start = bytes(self._body)
            self._body.clear()
            yield from self._feed_stream(start)
        elif kind is BodyKind.PAGE and len(self._body) >= _PAGE_BYTES:
            raise self._page_error()
        elif len(self._body) > MAX_EVENT_BYTES:
            raise TooLargeError(f"The answer is larger than {MAX_EVENT_BYTES // (1024 * 1024)} MB.")

    def finish(self, fault: ArvaeError | None = None, request_id: str | None = None) -> list[StreamEvent]:
        """The last events: what the end of the body still says, what was held back, and the `End`.

        `fault` is what broke the answer off, or None if the body came to its own end; `request_id` the
        server's own name for the request.
        """
        events: list[StreamEvent] = []
        try:
            if not self.is_over:
                events += self._last_events(is_whole=fault is None)
        except ArvaeError as error:
            fault = error
        events += self.rest()
        end = self._end(fault)
        if end.error:
            report = replace(end.error, request_id=request_id)
            end = replace(end, error=report.redacted(self._key.redact) if self._key else report)
        return [*events, end]

    def rest(self) -> list[StreamEvent]:
        """What was held back, for an answer that is stopped and has no `End`."""
        return self._without_key(self._chunks.rest()) + self._held_of_others(None)

    def _find_kind(self, *, is_whole: bool) -> BodyKind | None:
        self._kind, start = body_kind(self._media_type, bytes(self._body), is_whole=is_whole)
        self._body = bytearray(start)
        return self._kind

    def _feed_stream(self, piece: bytes) -> Iterator[StreamEvent]:
        read, key_text = self._chunks.read, self._key_text
        for name, data in self._sse.feed(piece):
            if not key_text:
                yield from read(name, data)
            else:
                for event in read(name, data if key_text not in data else self._redacted(data)):
                    yield from self._cut(event)
            if self.is_over:
                return

    def _last_events(self, *, is_whole: bool) -> list[StreamEvent]:
        events: list[StreamEvent] = []
        kind = self._kind
        if kind is None and self._body:
            kind = self._find_kind(is_whole=True)
            if kind is BodyKind.STREAM:
                events += self._feed_stream(bytes(self._body))
        if kind is BodyKind.PAGE:
            raise self._page_error()
        if kind is BodyKind.JSON and is_whole:
            return self._read_json()
        if kind is BodyKind.STREAM and (last := self._sse.unfinished()):
            name, data = last
            events += self._without_key(self._chunks.read_unfinished(name, self._redacted(data)))
        return events

    def _read_json(self) -> list[StreamEvent]:
        try:
            document = parse_json(self._redacted(self._body.decode("utf-8-sig", "replace")))
        except ValueError:
            raise ProtocolError("The server answered with broken JSON.") from None
        if not isinstance(document, dict) or not (_has_choices(document) or complaint_in_stream(document)):
            raise ProtocolError("The server answered with JSON that is no chat completion.")
        events = self._chunks.read_document(document)
        self._is_whole = True
        return self._without_key(events)

    def _page_error(self) -> HtmlError:
        title = web_page_title(self._redacted(self._body.decode("utf-8", "replace")))
        return HtmlError(f"The server answered with a web page{f', “{title}”' if title else ''}.")

    def _redacted(self, data: str) -> str:
        return self._key.redact(data) if self._key and self._key_text else data

    def _without_key(self, events: Iterable[StreamEvent]) -> list[StreamEvent]:
        """The events with the key taken out of every text; what may be its beginning is held back."""
        if not self._key_text:
            return list(events)
        return [shown for event in events for shown in self._cut(event)]

    def _cut(self, event: StreamEvent) -> Iterable[StreamEvent]:
        """An event without the key, behind what was held back of texts of other kinds."""
        if isinstance(event, ToolCall):
            return (ToolCall(event.index, *map(self._redacted, (event.id, event.name, event.arguments))),)
        if not isinstance(event, TextDelta | ReasoningDelta | RefusalDelta):
            return (event,)
        kind = type(event)
        ready = self._held_of_others(kind)
        cutter = self._cutters[kind]
        text = cutter.feed(event.text)
        if text is event.text and not ready:  # nearly always
            return (event,)
        self._holding = kind if cutter.held else None
        if text:
            ready.append(replace(event, text=text))
        return ready

    def _held_of_others(self, kind: type[StreamEvent] | None) -> list[StreamEvent]:
        """What was held back of a text of another kind than `kind`, taken out."""
        if self._holding is None or self._holding is kind:
            return []
        held = self._holding(self._cutters[self._holding].rest())
        self._holding = None
        return [held]

    def _end(self, fault: ArvaeError | None) -> End:
        skipped = self._chunks.skipped
        finish_reason = self._chunks.finish_reason and self._redacted(self._chunks.finish_reason)
        if complaint := self._chunks.complaint:
            said = complaint.message or complaint.code or "it does not say which"
            report = ServerSaidError(f"The server reported an error: {said}").report
            return End(AnswerState.FAILED, finish_reason, skipped, report)
        if self.is_finished:
            return End(_STATES.get(finish_reason or "", AnswerState.COMPLETE), finish_reason, skipped)
        if fault is None:
            fault = _early_end() if self._has_bytes else EmptyAnswerError("The server sent an empty answer.")
        is_broken_off = isinstance(fault, ConnectionFailedError) and self._has_bytes
        is_cut = is_broken_off or isinstance(fault, SilenceError)
        state = AnswerState.INTERRUPTED if is_cut else AnswerState.FAILED
        return End(state, None, skipped, fault.report)


def _has_choices(document: dict[str, Any]) -> bool:
    choices = document.get("choices")
    return isinstance(choices, list) and bool(choices)


def _early_end() -> ConnectionFailedError:
    return ConnectionFailedError(
        "The answer ended before the server said that it was done.", "The text so far is kept."
    )
