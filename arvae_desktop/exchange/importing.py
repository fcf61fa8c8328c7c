"""Files of other programs, and our own → conversations, one at a time, whatever is wrong with the rest.

An import is a generator that a thread can pull. To cancel it, close it.
"""

from __future__ import annotations

import json
import re
from typing import IO, TYPE_CHECKING, NamedTuple

from arvae_desktop.exchange.archives import ArchiveError, conversation_members, is_archive
from arvae_desktop.exchange.chatgpt import from_chatgpt, looks_like_chatgpt
from arvae_desktop.exchange.claude import from_claude, looks_like_claude
from arvae_desktop.exchange.elements import MOST_BYTES, Damage, Element, ElementReader, Source, Window
from arvae_desktop.exchange.markdown_in import MarkdownReader, looks_like_markdown
from arvae_desktop.exchange.openai_list import from_openai, looks_like_list, looks_like_message
from arvae_desktop.exchange.own_json import FORMAT, VERSION, from_json, looks_like_own
from arvae_desktop.exchange.reports import Imported, Problem, Progress
from arvae_desktop.exchange.values import dict_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from arvae_desktop.domain.conversations import ConversationTree

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# The list in an object that holds nothing else of interest.
_HEADER = re.compile(rb'"conversations"\s*:\s*\[')
# What holds the messages of a conversation.
_HOLDER = re.compile(rb'"(?:messages|chat_messages|mapping)"\s*:')
_MOST_HEADER = 1 << 16
_FORMAT_SENTENCE = "This file is in no format that can be imported."
# A file that is broken everywhere has more to tell than anybody reads.
_MOST_PROBLEMS = 100
# The most that a list of messages, which is one conversation, may have.
_MOST_MESSAGES = 100_000


class _Kind(NamedTuple):
    """A format whose elements are conversations."""

    looks_right: Callable[[object], bool]
    read: Callable[[object], ConversationTree | None]


_KINDS = (
    _Kind(looks_like_chatgpt, from_chatgpt),
    _Kind(looks_like_claude, from_claude),
    _Kind(looks_like_own, from_json),
    _Kind(looks_like_list, from_openai),
)


def import_file(path: Path) -> Iterator[Imported]:
    """The conversations of a file, whose format is found by what is in it.

    Knows our JSON, Markdown and backups, the exports of ChatGPT and Claude (also in their archives), and
    lists of messages as the chat-completions protocol has them. The same file makes the same ids each time.

    Yields conversations, `Problem`s where something can't be read, and `Progress` in bytes; in an archive, of
    what is packed in it. Raises nothing but `OSError`, where the disk won't give the file.
    """
    with path.open("rb") as file:
        if is_archive(file):
            yield from _import_archive(file, path.stat().st_size)
        else:
            yield from import_stream(file, path.stat().st_size)


def import_stream(source: Source, size: int | None) -> Iterator[Imported]:
    """The same for something open that is no archive, of `size` bytes."""
    window = Window(source)
    conversations = problems = 0
    for found in _read(window):
        match found:
            case None:
                yield Progress(window.read_bytes, size, conversations)
            case Problem():
                problems += 1
                if problems <= _MOST_PROBLEMS:
                    yield found
            case _:
                conversations += 1
                yield found
    if problems > _MOST_PROBLEMS:
        yield Problem(f"There were {problems - _MOST_PROBLEMS:,} more problems of this kind.")
    if not conversations and not problems:
        yield Problem("There is no conversation in this file.")
    yield Progress(window.read_bytes, size, conversations)


def _import_archive(file: IO[bytes], size: int) -> Iterator[Imported]:
    """The conversations of each fitting member of an archive."""
    try:
        members = conversation_members(file, size)
    except ArchiveError as error:
        yield Problem(str(error))
        return
    total, done, conversations = sum(member.size for member in members), 0, 0
    for member in members:
        found_here = 0
        for found in import_stream(member, member.size):
            if isinstance(found, Progress):
                found_here = found.conversations
                yield Progress(done + found.done, total, conversations + found_here)
            else:
                yield found
        if member.fault:
            yield Problem(member.fault)
        done, conversations = done + member.size, conversations + found_here


def _read(window: Window) -> Iterator[ConversationTree | Problem | None]:
    """Find the format and read; None whenever more was read."""
    while len(window.data) < _MOST_HEADER and window.grow():
        yield None
    if window.data.startswith(_UTF16):
        yield Problem("The file is in UTF-16. Save it as UTF-8 and import it again.", 0)
        return
    if window.data.startswith(_BOM):
        window.position = len(_BOM)
    if looks_like_markdown(window.data[window.position : window.position + 64]):
        for found in MarkdownReader(window):
            yield _problem(found) if isinstance(found, Damage) else found
        return
    start = window.data[window.position :][:_MOST_HEADER]
    if start.lstrip()[:1] not in (b"[", b"{"):
        yield Problem(_FORMAT_SENTENCE if start.strip() else "The file is empty.", 0)
        return
    header, length = _header(start)
    version = header.get("version")
    if header.get("format") == FORMAT and version != VERSION:
        yield Problem("The file was written by a newer version of Arvae Desktop.", 0)
        return
    window.position += length
    # Behind a fault, a message is an element only in a file of messages; else it is a part of the fault.
    looks_right = _is_conversation if _HOLDER.search(start) else _is_element
    yield from _Gathering(ElementReader(window, is_in_list=length > 0, looks_right=looks_right)).read()


def _header(start: bytes) -> tuple[dict[str, object], int]:
    """What an object says before its list of conversations, and where that begins; without one, 0."""
    found = _HEADER.search(start)
    if found is None or not start.lstrip().startswith(b"{"):
        return {}, 0
    try:
        header = json.loads(start[: found.end()].decode() + "]}")
    except (ValueError, RecursionError):
        return {}, 0
    return dict_of(header), found.end()


def _is_conversation(value: object) -> bool:
    return any(kind.looks_right(value) for kind in _KINDS)


def _is_element(value: object) -> bool:
    return looks_like_message(value) or _is_conversation(value)


class _Gathering:
    """Elements → conversations: an element is one, or a message of the one that its list is."""

    def __init__(self, reader: ElementReader) -> None:
        self._reader = reader
        self._messages: list[object] = []
        self._size = 0
        self._run = 0

    def read(self) -> Iterator[ConversationTree | Problem | None]:
        """The conversations and what is wrong with others; None whenever more was read."""
        for found in self._reader:
            match found:
                case None:
                    yield None
                case Damage():
                    yield _problem(found)
                case Element():
                    yield from self._take(found)
        yield from self._flush()

    def _take(self, element: Element) -> Iterator[ConversationTree | Problem]:
        if element.is_mended:
            yield Problem(
                f"Conversation {element.number} holds bytes that are no text; they are shown as \ufffd.",
                element.offset,
                element.number,
            )
        kind = next((kind for kind in _KINDS if kind.looks_right(element.value)), None)
        if kind is None and looks_like_message(element.value):
            if element.run != self._run:
                yield from self._flush()
            self._run = element.run
            self._size += element.size
            if self._size <= MOST_BYTES and len(self._messages) < _MOST_MESSAGES:
                self._messages.append(element.value)
                return
            yield Problem("The conversation is too long; its end was left out.", element.offset)
            return
        yield from self._flush()
        tree = kind.read(element.value) if kind else None
        yield tree or _problem(Damage("is in no format that is known", element.offset, element.number))

    def _flush(self) -> Iterator[ConversationTree]:
        if self._messages and (tree := from_openai(self._messages)):
            yield tree
        self._messages, self._size = [], 0


def _problem(damage: Damage) -> Problem:
    sentence = f"Conversation {damage.number} {damage.reason}, at byte {damage.offset:,}."
    return Problem(sentence + " It was left out." * damage.is_left_out, damage.offset, damage.number)
