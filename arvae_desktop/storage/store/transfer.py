"""Whole conversations into a store: from an import, a backup, or the disk. What is there stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from arvae_desktop.domain.messages import AnswerState
from arvae_desktop.storage.store import bulk, conversations, indexing, messages
from arvae_desktop.storage.store.codec import body_out, facts_out, text_in, text_out
from arvae_desktop.storage.store.reports import ImportCount

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from arvae_desktop.domain.conversations import Conversation, KeptMessage
    from arvae_desktop.domain.messages import AnswerFacts


class Prepared(NamedTuple):
    """A conversation of which all has been worked out that doesn't depend on the store."""

    conversation: Conversation
    messages: tuple[_PreparedMessage, ...]


class _PreparedMessage(NamedTuple):
    kept: KeptMessage
    facts: str | None
    layout: str | None
    body: bytes
    words: str


def prepare(conversation: Conversation, kept: Sequence[KeptMessage]) -> Prepared:
    """Get a conversation ready to be added; this can be done on any thread."""
    return Prepared(conversation, tuple(map(_prepare_message, parents_first(kept))))


def add_conversations(connection: sqlite3.Connection, found: Iterable[Prepared]) -> ImportCount:
    """Add the conversations, and of those that are there the messages that aren't, by their ids.

    A message whose parent isn't among them stands at a beginning.
    """
    adding, everything = _Adding(connection), tuple(found)
    adding.find([prepared.conversation.id for prepared in everything])
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


def _prepare_message(kept: KeptMessage) -> _PreparedMessage:
    segments = kept.message.segments
    return _PreparedMessage(
        kept, facts_out(kept.message.facts), *body_out(segments), indexing.words(segments)
    )


# Values that a statement is given at once.
_AT_ONCE = 500


class _Adding:
    """Gathers the rows of many conversations, and writes each table in one go."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._models: dict[str, int | None] = {}
        self._next_key = _free_key(connection, "messages")
        self._next_conversation = _free_key(connection, "conversations")
        self._known: dict[str, int] = {}
        self._heads: list[tuple[Any, ...]] = []
        self._rows: list[tuple[Any, ...]] = []
        self._bodies: list[tuple[int, str | None, bytes]] = []
        self._entries: list[indexing.Entry] = []
        self._titles: list[indexing.Entry] = []
        self._new_conversations = 0
        self._count = 0
        self._skipped = 0

    def find(self, ids: Sequence[str]) -> None:
        """Find out which of these conversations are there, before they are added."""
        for start in range(0, len(ids), _AT_ONCE):
            part = [text_out(each) for each in ids[start : start + _AT_ONCE]]
            marks = ", ".join("?" * len(part))
            query = f"select id, key from conversations where id in ({marks})"
            self._known.update(
                (text_in(identity), key) for identity, key in self._connection.execute(query, part)
            )

    def add(self, prepared: Prepared) -> None:
        """Add a conversation that was looked for."""
        conversation = prepared.conversation
        known: dict[str, int] = {}
        key = self._known.get(conversation.id)
        if key is None:
            key = self._known[conversation.id] = self._next_conversation
            self._next_conversation += 1
            self._heads.append((key, *conversations.row(self._connection, conversation)))
            self._titles.append(indexing.title_entry(key, conversation.title))
        else:
            self._write()  # the same conversation may have come before
            query = "select id, key from messages where conversation = ?"
            rows = self._connection.execute(query, (key,))
            known = {text_in(identity): message for identity, message in rows}
        for message in prepared.messages:
            identity, parent = message.kept.message.id, message.kept.parent
            if identity in known:
                self._skipped += 1
            else:
                above = None if parent is None else known.get(parent)
                known[identity] = self._add_message(key, above, message)

    def finish(self) -> ImportCount:
        """Write what was gathered; returns what was added."""
        self._write()
        # All words at the end: whatever else is written in between makes the index write what it has
        # gathered.
        indexing.add_titles(self._connection, self._titles)
        indexing.add_entries(self._connection, self._entries)
        return ImportCount(self._new_conversations, self._count, self._skipped)

    def _add_message(self, conversation: int, parent: int | None, prepared: _PreparedMessage) -> int:
        key = self._next_key
        self._next_key += 1
        kept, facts, layout, body, words = prepared
        message = kept.message
        model = self._model(message.facts)
        self._rows.append(messages.row(key, conversation, parent, model, kept, facts))
        if message.state is AnswerState.RUNNING:
            messages.add_pieces(self._connection, key, message.segments)
        else:
            self._bodies.append((key, layout, body))
            self._entries.append(indexing.entry(key, message.role, model, kept.created_at, words))
        return key

    def _model(self, facts: AnswerFacts | None) -> int | None:
        if facts is None:
            return None
        if facts.model not in self._models:
            self._models[facts.model] = messages.model_key(self._connection, facts)
        return self._models[facts.model]

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
