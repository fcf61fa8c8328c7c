"""Conversations → files, one conversation in memory at a time.

An export is a generator: each step writes one conversation. To cancel it, close it; what was begun is
removed.
"""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from arvae_desktop.exchange.html_out import HEAD, TAIL, to_article
from arvae_desktop.exchange.markdown_out import to_markdown
from arvae_desktop.exchange.own_json import FORMAT, VERSION, to_json
from arvae_desktop.exchange.plain_out import to_plain
from arvae_desktop.exchange.reports import Progress
from arvae_desktop.exchange.values import iso_time, text_of
from arvae_desktop.exchange.words import title_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from arvae_desktop.domain.conversations import ConversationTree

_LONGEST_NAME = 80
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+')


class Format(StrEnum):
    """What can be written; the value is the ending of a file's name."""

    MARKDOWN = "md"
    HTML = "html"
    JSON = "json"
    TEXT = "txt"


class _Writing(NamedTuple):
    """How a file is put together: `head`, then conversations with `joint` between them, then `tail`."""

    to_text: Callable[[ConversationTree], str]
    head: str = ""
    joint: str = "\n"
    tail: str = ""


_WRITINGS = {
    Format.MARKDOWN: _Writing(to_markdown),
    Format.HTML: _Writing(to_article, HEAD, "", TAIL),
    Format.JSON: _Writing(
        to_json, f'{{"format": "{FORMAT}", "version": {VERSION}, "conversations": [\n', ",\n", "\n]}\n"
    ),
    Format.TEXT: _Writing(to_plain, joint="\n\n"),
}


def export_file(
    trees: Iterable[ConversationTree], path: Path, form: Format, total: int | None = None
) -> Generator[Progress, None, None]:
    """Write all conversations to one file, which is there only when it is whole, for the user alone (0600).

    `trees` is read one at a time; `total` says how many they are, for the progress. Yields how far it is
    after each conversation. Raises `OSError`; then, and when it is closed early, no file is left and one that
    was there before is as it was.
    """
    with whole_file(path) as file:
        yield from write(trees, file, form, total)


def write(
    trees: Iterable[ConversationTree], file: IO[bytes], form: Format, total: int | None = None
) -> Generator[Progress, None, None]:
    """Write all conversations to an open file; as `export_file`, but what was written stays."""
    writing = _WRITINGS[form]
    file.write(writing.head.encode())
    for number, tree in enumerate(trees, 1):
        joint = writing.joint if number > 1 else ""
        file.write((joint + writing.to_text(tree)).encode())
        yield Progress(number, total, number)
    file.write(writing.tail.encode())


def export_folder(
    trees: Iterable[ConversationTree], folder: Path, form: Format, total: int | None = None
) -> Generator[Progress, None, None]:
    """Write each conversation to a file of its own, named by day and title; files that are there stay.

    Yields and raises as `export_file`; files that are whole stay when it is closed early.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number, tree in enumerate(trees, 1):
        for _ in export_file([tree], free_path(folder, tree, form), form):
            pass
        yield Progress(number, total, number)


def file_name(tree: ConversationTree) -> str:
    """A name for a conversation's file, without an ending, that every system takes."""
    title = _NOT_IN_NAMES.sub(" ", text_of(title_of(tree)))
    name = f"{iso_time(tree.conversation.created_at)[:10]} {' '.join(title.split())}"[:_LONGEST_NAME]
    # File systems count bytes, up to 255.
    return name.encode()[:200].decode("utf-8", "ignore").strip(" .")


def free_path(folder: Path, tree: ConversationTree, ending: str) -> Path:
    """A path for a conversation's file that is not taken, named by day and title."""
    name = file_name(tree)
    path, number = folder / f"{name}.{ending}", 1
    while path.exists():
        number += 1
        path = folder / f"{name} ({number}).{ending}"
    return path


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes its place when it is whole and safe on the disk, or never."""
    handle, name = tempfile.mkstemp(prefix=".export-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
