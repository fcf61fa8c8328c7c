"""Values to columns and back, without loss.

Text is kept as UTF-8 bytes in which lone surrogates may stand, since SQLite's own text can't have them.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from arvae_desktop.domain.conversations import ConversationSettings
from arvae_desktop.domain.errors import ErrorReport
from arvae_desktop.domain.messages import AnswerFacts, Segment, SegmentKind

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLAIN = '[["text", null]]'


def text_out(text: str) -> bytes:
    """Text as it is kept."""
    return text.encode("utf-8", "surrogatepass")


def text_in(kept: object) -> str:
    """Text as it was; from a damaged file with U+FFFD where it can't be read, or what else is there."""
    if not isinstance(kept, bytes):
        return "" if kept is None else str(kept)
    try:
        return kept.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return kept.decode("utf-8", "replace")


def body_out(segments: Iterable[Segment]) -> tuple[str | None, bytes]:
    """Segments as their layout and their text in one piece.

    The layout is JSON, ``[[kind, bytes], …]``; None stands for one segment of text, which most messages are.
    """
    parts = [(segment.kind, text_out(segment.text)) for segment in segments]
    is_plain = len(parts) == 1 and parts[0][0] is SegmentKind.TEXT
    layout = None if is_plain else json.dumps([[kind, len(text)] for kind, text in parts])
    return layout, b"".join(text for _, text in parts)


def body_in(layout: str | None, body: bytes) -> tuple[Segment, ...]:
    """The segments that `body_out` was given."""
    segments, start = [], 0
    try:
        for kind, size in json.loads(layout or _PLAIN):
            end = len(body) if size is None else start + size
            segments.append(Segment(SegmentKind(kind), text_in(body[start:end])))
            start = end
    except (ValueError, TypeError):  # a damaged layout; the text is still there
        segments = [Segment(SegmentKind.TEXT, text_in(body))]
    return tuple(segments)


def joined(pieces: Iterable[tuple[str, bytes]]) -> tuple[Segment, ...]:
    """Pieces of a stream, as kind and text, as segments: neighbours of one kind become one."""
    runs: list[tuple[str, list[bytes]]] = []
    for kind, text in pieces:
        if runs and runs[-1][0] == kind:
            runs[-1][1].append(text)
        else:
            runs.append((kind, [text]))
    return tuple(Segment(SegmentKind(kind), text_in(b"".join(texts))) for kind, texts in runs)


def model_out(facts: AnswerFacts | None) -> bytes | None:
    """The name of the model that the facts name, as it is kept."""
    return None if facts is None else text_out(facts.model)


def facts_out(facts: AnswerFacts | None) -> str | None:
    """What differs from the defaults, as JSON without the model, which has a column; None without facts."""
    if facts is None:
        return None
    found = _changed(facts, _FACTS)
    if facts.error is not None:
        found["error"] = {name: getattr(facts.error, name) for name in _ERROR}
    return json.dumps(found) if found else "{}"


def facts_in(model: str, kept: str | None) -> AnswerFacts | None:
    """The facts that `facts_out` was given."""
    if kept is None:
        return None
    found = json.loads(kept)
    if "error" in found:
        found["error"] = ErrorReport(**found["error"])
    return AnswerFacts(model, **found)


def settings_out(settings: ConversationSettings) -> str | None:
    """What differs from the defaults, as JSON; None where nothing does."""
    found = _changed(settings, _SETTINGS)
    return json.dumps(found) if found else None


def settings_in(kept: str | None) -> ConversationSettings:
    """The settings that `settings_out` was given."""
    return ConversationSettings(**json.loads(kept)) if kept else ConversationSettings()


def _defaults(value: AnswerFacts | ConversationSettings) -> tuple[tuple[str, object], ...]:
    return tuple((field.name, getattr(value, field.name)) for field in fields(value))


_FACTS = tuple(pair for pair in _defaults(AnswerFacts("")) if pair[0] != "model")
_SETTINGS = _defaults(ConversationSettings())
_ERROR = tuple(field.name for field in fields(ErrorReport))


def _changed(value: object, defaults: tuple[tuple[str, object], ...]) -> dict[str, Any]:
    return {name: found for name, default in defaults if (found := getattr(value, name)) != default}
