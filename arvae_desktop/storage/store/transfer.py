"""Whole conversations into a store: from an import, a backup, or the disk. What is there stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from arvae_desktop.domain.messages import AnswerState
from arvae_desktop.storage.store import bulk, conversations, indexing, messages
from arvae_desktop.storage.store.codec import body_in, body_out, model_out, text_out
from arvae_desktop.storage.store.reports import ImportCount

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from arvae_desktop.domain.conversations import Conversation, KeptMessage


class Prepared(NamedTuple):
    """A conversation of which all has been worked out that doesn't depend on the file.

    What is in it are tuples, texts, bytes and numbers of Python's own kinds, which `marshal` brings from one
    process to another.

    Attributes:
        title: what goes into the index of titles.
        folder: the name of its folder, or None.
        row: as of `conversations.row`.
        messages: no message stands before its parent.
    """

    title: str
    folder: str | None
    row: tuple[Any, ...]
    messages: tuple[PreparedMessage, ...]


# The parent's id and the model's name, as they are kept; its `messages.row`, layout and body; its words.
PreparedMessage: TypeAlias = tuple[bytes | None, bytes | None, tuple[Any, ...], str | None, bytes, bytes]


def prepare(conversation: Conversation, kept: Sequence[KeptMessage]) -> Prepared:
    """Get a conversation ready to be added; this can be done in any process."""
    return Prepared(
        conversation.title,
        conversation.folder,
        conversations.row(conversation),
        tuple(map(_prepare_message, parents_first(kept))),
    )


def add_conversations(connection: sqlite3.Connection, found: Iterable[Prepared]) -> ImportCount:
    """Add the conversations, and of those that are there the messages that aren't, by their ids.

    A message whose parent isn't among them stands at a beginning.
    """
    adding, everything = _Adding(connection), tuple(found)
    adding.find([prepared.row[0] for prepared in everything])
    for prepared in everything:
        adding.add(prepared)
    return adding.finish()


def copy_conversation(
    source: sqlite3.Connection, target: sqlite3.Connection, conversation_id: str
) -> ImportCount:
    """Copy a conversation, if there is one, from one store into another; what the other has of it stays."""
    conversation = conversations.load(source, conversation_id)
    if conversation is None:
        return ImportCount()
    return add_conversations(target, [prepare(conversation, messages.load_all(source, conversation_id))])


def parents_first(kept: Sequence[KeptMessage]) -> list[KeptMessage]:
    """The messages in their order, but none before its parent; those in a circle come last."""
    ids = {found.message.id for found in kept}
    done: set[str] = set()
    ordered: list[KeptMessage] = []
    waiting: dict[str | None, list[KeptMessage]] = {}
    for found in kept:
        if found.parent in ids and found.parent not in done:
            waiting.setdefault(found.parent, []).append(found)
            continue
        ready = [found]
        while ready:
            ordered.append(ready.pop())
            done.add(ordered[-1].message.id)
            ready.extend(reversed(waiting.pop(ordered[-1].message.id, ())))
    return ordered + [found for left in waiting.values() for found in left]


def _prepare_message(kept: KeptMessage) -> PreparedMessage:
    message = kept.message
    return (
        None if kept.parent is None else text_out(kept.parent),
        model_out(message.facts),
        messages.row(kept),
        *body_out(message.segments),
        indexing.words(message.role.value, kept.created_at, message.segments),
    )


# Values that a statement is given at once.
_AT_ONCE = 500


class _Adding:
    """Gathers the rows of many conversations, and writes each table in one go."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._models: dict[bytes, int | None] = {}
        self._next_key = _free_key(connection, "messages")
        self._next_conversation = _free_key(connection, "conversations")
        self._known: dict[bytes, int] = {}
        self._heads: list[tuple[Any, ...]] = []
        self._rows: list[tuple[Any, ...]] = []
        self._bodies: list[tuple[int, str | None, bytes]] = []
        self._entries: list[indexing.Entry] = []
        self._titles: list[indexing.Entry] = []
        self._new_conversations = 0
        self._count = 0
        self._skipped = 0

    def find(self, ids: Sequence[bytes]) -> None:
        """Find out which of these conversations are there, before they are added."""
        for start in range(0, len(ids), _AT_ONCE):
            part = ids[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(part))
            query = f"select id, key from conversations where id in ({marks})"
            self._known.update(self._connection.execute(query, part).fetchall())

    def add(self, prepared: Prepared) -> None:
        """Add a conversation that was looked for."""
        key, known = self._place(prepared)
        for message in prepared.messages:
            identity = message[2][0]
            if identity in known:
                self._skipped += 1
            else:
                known[identity] = self._add_message(key, known, message)

    def _place(self, prepared: Prepared) -> tuple[int, dict[bytes | None, int]]:
        """The key of a conversation, which is made if it isn't there, and those of the messages it has."""
        identity = prepared.row[0]
        key = self._known.get(identity)
        if key is None:
            key = self._known[identity] = self._next_conversation
            self._next_conversation += 1
            folder = conversations.key_of_folder(self._connection, prepared.folder)
            self._heads.append((key, folder, *prepared.row))
            self._titles.append(indexing.title_entry(key, prepared.title))
            return key, {}
        self._write()  # the same conversation may have come before
        query = "select id, key from messages where conversation = ?"
        return key, dict(self._connection.execute(query, (key,)).fetchall())

    def finish(self) -> ImportCount:
        """Write what was gathered; returns what was added."""
        self._write()
        # All words at the end: whatever else is written in between makes the index write what it has
        # gathered.
        indexing.add_titles(self._connection, self._titles)
        indexing.add_entries(self._connection, self._entries)
        return ImportCount(self._new_conversations, self._count, self._skipped)

    def _add_message(
        self, conversation: int, known: Mapping[bytes | None, int], prepared: PreparedMessage
    ) -> int:
        key = self._next_key
        self._next_key += 1
        parent, name, row, layout, body, words = prepared
        model = self._model(name)
        self._rows.append((key, conversation, known.get(parent), model, *row))
        if row[2] == AnswerState.RUNNING:
            messages.add_pieces(self._connection, key, body_in(layout, body))
        else:
            self._bodies.append((key, layout, body))
            self._entries.append(indexing.entry(key, model, words))
        return key

    def _model(self, name: bytes | None) -> int | None:
        if name is None:
            return None
        if name not in self._models:
            self._models[name] = messages.model_key(self._connection, name)
        return self._models[name]

    def _write(self) -> None:
        self._count += len(self._rows)
        self._new_conversations += len(self._heads)
        bulk.insert(self._connection, conversations.INSERT, self._heads)
        bulk.insert(self._connection, messages.INSERT, self._rows)
        bulk.insert(self._connection, messages.INSERT_BODY, self._bodies)
        self._heads, self._rows, self._bodies = [], [], []


def _free_key(connection: sqlite3.Connection, table: str) -> int:
    (last,) = connection.execute(f"select coalesce(max(key), 0) from {table}").fetchone()
    return int(last) + 1
