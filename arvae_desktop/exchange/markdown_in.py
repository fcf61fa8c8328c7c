"""Markdown that `markdown_out` wrote → conversations: each text of the shown branch as it was."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from arvae_desktop.domain.conversations import (
    Conversation,
    ConversationSettings,
    ConversationTree,
    KeptMessage,
)
from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Message, Role, SegmentKind
from arvae_desktop.exchange.elements import MOST_BYTES, Damage, Window
from arvae_desktop.exchange.markdown_marks import FORMAT, digest_of
from arvae_desktop.exchange.trees import Piece, grown, segments_of, stable_id
from arvae_desktop.exchange.values import id_of, member_of, text_of, text_or_none, time_of
from arvae_desktop.exchange.words import ANSWER, parts_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_SOURCE = "markdown"
_BEGINNING = re.compile(rb"---\r?\nformat: " + re.escape(FORMAT.encode()) + rb"\r?\n")
_FRONT_END = re.compile(rb"\n---\r?\n")
_BOUNDARY = re.compile(rb'^boundary: "([0-9a-f]{16}-\d{1,9})"\r?$', re.MULTILINE)
_FIELD = re.compile(r"^(\w+): (.*?)\r?$", re.MULTILINE)


def looks_like_markdown(head: bytes) -> bool:
    """Whether a file that begins so is Markdown that we wrote."""
    return _BEGINNING.match(head) is not None


class MarkdownReader:
    """Reads documents that stand one behind the other, from where the window stands."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._number = 0

    def __iter__(self) -> Iterator[ConversationTree | Damage | None]:
        """Conversations and faults in their order; None whenever more of the file was read.

        Raises `OSError` where the file can't be read.
        """
        window = self._window
        while (yield from self._find(_BEGINNING)):
            self._number += 1
            start = window.offset
            boundary = None
            if (end := (yield from self._find(_FRONT_END, moves=False))) is not None:
                boundary = _BOUNDARY.search(window.data, window.position, window.position + end)
            if boundary is None:
                yield Damage("has no boundary in its front matter", start, self._number)
                window.position += 1
                continue
            mark = re.compile(rb"\n<!-- " + boundary[1] + rb" end -->\r?\n?")
            end = yield from self._find(mark, moves=False)
            if end is None:
                following = _BEGINNING.search(window.data, window.position + 1)
                end = (following.start() if following else len(window.data)) - window.position
                yield Damage("has lost its end", window.offset + end, self._number, is_left_out=False)
            raw = window.data[window.position : window.position + end]
            window.position += end
            yield _document(raw.decode("utf-8", "replace"), boundary[1].decode())

    def _find(
        self, expression: re.Pattern[bytes], *, moves: bool = True
    ) -> Generator[None, None, int | None]:
        """How far behind the position the expression's match ends; with `moves`, go to its beginning.

        None if there is none, or only one that is too far away.
        """
        window = self._window
        while True:
            if found := expression.search(window.data, window.position):
                end = found.end() - window.position
                if moves:
                    window.position = found.start()
                return end
            if moves:  # all but what may be the beginning of a match
                window.position = max(window.position, len(window.data) - 64)
            if len(window.data) - window.position > MOST_BYTES or not window.grow():
                return None
            yield None


def _document(text: str, boundary: str) -> ConversationTree:
    front, _, body = text.partition("\n---")
    fields = {name: _value(value) for name, value in _FIELD.findall(front)}
    created_at = time_of(fields.get("date")) or 0.0
    drafts = list(_messages(body, boundary, created_at))
    texts = [text_of(fields.get("title"))]
    texts += [part for message, _ in drafts for _, part in parts_of(message)]
    # As long as nobody edited it, it is the conversation that it was.
    is_untouched = boundary.startswith(digest_of(texts))
    name = (is_untouched and id_of(fields.get("id"))) or stable_id(_SOURCE, text)
    updated_at = time_of(fields.get("updated"))
    conversation = Conversation(
        id=name,
        title=texts[0],
        has_own_title=bool(texts[0]),
        created_at=created_at,
        updated_at=created_at if updated_at is None else updated_at,
        folder=text_or_none(fields.get("folder")),
        settings=ConversationSettings(text_or_none(fields.get("model")), text_of(fields.get("system"))),
    )
    ids = [stable_id(_SOURCE, name, str(index)) for index in range(len(drafts))]
    messages = [
        KeptMessage(replace(message, id=own_id), parent, moment)
        for (message, moment), own_id, parent in zip(drafts, ids, [None, *ids], strict=False)
    ]
    return grown(conversation, messages)


def _value(written: str) -> object:
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        return written


def _messages(body: str, boundary: str, default_time: float) -> Iterator[tuple[Message, float]]:
    """The messages, without ids, and when they were created."""
    heading = re.compile(
        rf"^## ([^\n]*) <!-- {boundary} (user|assistant|system) ([\d.e+-]+) (\w+) -->\r?\n"
        rf"(?:\r?\n[^\n]*<!-- {boundary} note -->\r?\n)?",
        re.MULTILINE,
    )
    body = body.removesuffix("\n").removesuffix("\r").removesuffix(f"<!-- {boundary} end -->")
    headings = list(heading.finditer(body))
    ends = [following.start() for following in headings[1:]] + [len(body)]
    for found, end in zip(headings, ends, strict=False):
        role = Role(found[2])
        state = member_of(AnswerState, found[4], AnswerState.COMPLETE)
        if state is AnswerState.RUNNING:
            state = AnswerState.INTERRUPTED
        segments = segments_of(_pieces(_between(body[found.end() : end]), boundary))
        facts = AnswerFacts(_model(found[1])) if role is Role.ASSISTANT else None
        moment = time_of(_value(found[3]))
        yield Message("", role, segments, state, facts), default_time if moment is None else moment


def _model(words: str) -> str:
    name = re.sub(r"\\(.)", r"\1", words)
    return "" if name == ANSWER else name


def _between(text: str) -> str:
    """What stands between two marks, without the blank lines that belong to them."""
    for end in ("\n", "\r\n"):
        if text.startswith(end) and text.endswith(end + end):
            return text[len(end) : -2 * len(end)]
    return text.strip("\r\n")


def _pieces(text: str, boundary: str) -> Iterator[Piece]:
    quote = re.compile(
        rf"^> \*\*[^\n]*\*\* <!-- {boundary} (\w+) -->\r?((?:\n>[^\n]*)*)(?:\n\n|\Z)", re.MULTILINE
    )
    closed = re.compile(rf"\n[`~]+\r?\n<!-- {boundary} closed -->\Z")
    at = 0
    for found in quote.finditer(text):
        yield SegmentKind.TEXT, closed.sub("", text[at : found.start()].removesuffix("\n\n"))
        lines = found[2].split("\n")[1:]
        kind = member_of(SegmentKind, found[1], SegmentKind.REASONING)
        yield kind, "\n".join(line[2:] if line.startswith("> ") else line[1:] for line in lines)
        at = found.end()
    yield SegmentKind.TEXT, closed.sub("", text[at:])
