"""The index of all words: kept in the transaction that changes the text.

A message is in the index if and only if it has ended; of running ones, which are few, search reads the text.
Besides its words each entry has tags for what can be asked for: the role, the model, and when it was said. A
tag begins with a character that `folding` never lets through.

The index keeps no positions (`detail=none`) and no text (`content=''`): with prefixes of up to three
characters it takes about half the size of the text, where positions would make it more than all of it. What
stands next to what is looked up in the texts that have all the words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from arvae_desktop.domain.messages import Segment, SegmentKind
from arvae_desktop.storage.store import bulk
from arvae_desktop.storage.store.codec import body_in, text_in
from arvae_desktop.storage.store.folding import index_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

_TAG = "\ue000"
_TIME_STEP_S = 2_629_746  # a twelfth of a year
_TIME_STEPS = 1_200  # a hundred years
_SPOKEN = (SegmentKind.TEXT, SegmentKind.REFUSAL)
# Words are gathered in memory up to this size before they are written: many messages at once go in faster.
_GATHERED_BYTES = 64 << 20
# What a statement puts in becomes a part of its own. Merging so many is left to a pause (`merge`): done
# within the changes it would take a fifth of an import's time. With more, which a long import makes, search
# would have too many to look into.
_PARTS = 64
_ROWS_OF_A_PART = 5_000
_MERGED_PAGES = 200
# Each of the two commands counts as one; beyond that, so SQLite says, there was something to merge.
_CHANGES_OF_A_MERGE = 3
LONGEST_PREFIX = 3
_OPTIONS = "text, content='', columnsize=0, detail=none, prefix='1 2 3', tokenize='ascii'"

_ENTRY = "(?, cast(? as text))"
_INSERT = f"insert into message_index(rowid, text) values{_ENTRY}"
_DELETE = "insert into message_index(message_index, rowid, text) values('delete', ?, cast(? as text))"
_INSERT_TITLE = f"insert into title_index(rowid, text) values{_ENTRY}"
_DELETE_TITLE = "insert into title_index(title_index, rowid, text) values('delete', ?, cast(? as text))"
_ENDED = """
select messages.key, role, model, created_at, layout, text
from messages join bodies on bodies.key = messages.key
"""


class Entry(NamedTuple):
    """A row of an index: its key, and the text that the tokenizer is given, in UTF-8."""

    key: int
    text: bytes


def make_index(connection: sqlite3.Connection) -> None:
    """Make the indexes and put everything that has been said into them."""
    for index in ("message_index", "title_index"):
        connection.execute(f"create virtual table {index} using fts5({_OPTIONS})")
        connection.execute(f"insert into {index}({index}, rank) values('hashsize', {_GATHERED_BYTES})")
        connection.execute(f"insert into {index}({index}, rank) values('automerge', 0)")
        connection.execute(f"insert into {index}({index}, rank) values('crisismerge', {_PARTS})")
    ended = connection.execute(f"{_ENDED} order by messages.key")
    connection.executemany(_INSERT, (_entry_of(row) for row in ended))
    titles = connection.execute("select key, title from conversations order by key")
    connection.executemany(_INSERT_TITLE, (title_entry(key, text_in(title)) for key, title in titles))


def merge(connection: sqlite3.Connection) -> bool:
    """Put together some of the parts in which the index was written; whether there is more of that to do.

    A step takes some hundredths of a second.
    """
    before = connection.total_changes
    for index in ("message_index", "title_index"):
        connection.execute(f"insert into {index}({index}, rank) values('merge', {_MERGED_PAGES})")
    return connection.total_changes - before >= _CHANGES_OF_A_MERGE


def words(role: str, created_at: float, segments: Iterable[Segment]) -> bytes:
    """What an entry says of a message, whatever file it is in."""
    tags = f"{role_tag(role)} {time_tag(time_step(created_at))} "
    return tags.encode() + index_text(searchable(segments)).encode()


def entry(key: int, model: int | None, found: bytes) -> Entry:
    """The entry of a message, with its `words`."""
    return Entry(key, found if model is None else f"{model_tag(model)} ".encode() + found)


def add_entries(connection: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Put messages into the index; ascending keys are faster."""
    insertion = "insert into message_index(rowid, text)"
    bulk.insert(connection, insertion, tuple(entries), marks=_ENTRY, at_once=_ROWS_OF_A_PART)


def add_message(connection: sqlite3.Connection, key: int) -> None:
    """Put a message that has ended into the index."""
    connection.execute(_INSERT, _stored_entry(connection, key))


def remove_message(connection: sqlite3.Connection, key: int) -> None:
    """Take a message out of the index, before anything about it changes."""
    connection.execute(_DELETE, _stored_entry(connection, key))


def title_entry(conversation: int, title: str) -> Entry:
    """The entry of a conversation's title."""
    return Entry(conversation, index_text(title).encode())


def add_titles(connection: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Put titles into the index; ascending keys are faster."""
    bulk.insert(connection, "insert into title_index(rowid, text)", tuple(entries), marks=_ENTRY)


def remove_title(connection: sqlite3.Connection, conversation: int, title: str) -> None:
    """Take a conversation's title, as it stands there, out of the index."""
    connection.execute(_DELETE_TITLE, title_entry(conversation, title))


def searchable(segments: Iterable[Segment]) -> str:
    """What search looks at: all that was said, and then what was thought."""
    found = tuple(segments)
    spoken = "".join(segment.text for segment in found if segment.kind in _SPOKEN)
    thoughts = "".join(segment.text for segment in found if segment.kind is SegmentKind.REASONING)
    return f"{spoken}\n{thoughts}" if thoughts else spoken


def role_tag(role: str) -> str:
    """The tag of everything that was said in a role."""
    return f"{_TAG}{role}"


def model_tag(model: int) -> str:
    """The tag of everything that a model said."""
    return f"{_TAG}m{model}"


def time_tag(step: int) -> str:
    """The tag of everything that was said within a step of time."""
    return f"{_TAG}t{step:04}"


def time_step(moment: float) -> int:
    """The step that a moment lies in; what is beyond the hundred years is in the first or the last."""
    return int(min(max(moment / _TIME_STEP_S, 0), _TIME_STEPS))


def time_tags(after: float | None, before: float | None) -> tuple[str, str]:
    """The first and the last tag of what was said between two moments."""
    return time_tag(time_step(after or 0)), time_tag(_TIME_STEPS if before is None else time_step(before))


def _stored_entry(connection: sqlite3.Connection, key: int) -> Entry:
    return _entry_of(connection.execute(f"{_ENDED} where messages.key = ?", (key,)).fetchone())


def _entry_of(row: tuple[int, str, int | None, float, str | None, bytes]) -> Entry:
    key, role, model, created_at, layout, text = row
    return entry(key, model, words(role, created_at, body_in(layout, text)))
