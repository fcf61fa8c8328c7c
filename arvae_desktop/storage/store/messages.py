"""Messages in the file.

Functions run within a transaction; an id that isn't there is a `LookupError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arvae_desktop.domain.conversations import KeptMessage
from arvae_desktop.domain.messages import AnswerState, Message, Role, Segment
from arvae_desktop.storage.store import conversations, indexing
from arvae_desktop.storage.store.codec import (
    body_in,
    body_out,
    facts_in,
    facts_out,
    joined,
    model_out,
    text_in,
    text_out,
)
from arvae_desktop.storage.store.reports import BranchPage, OutlineEntry

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from arvae_desktop.domain.messages import AnswerFacts

_COLUMNS = """
messages.key, messages.id, (select id from messages as parents where parents.key = messages.parent) as
parent_id, role, state, (select name from models where models.key = model) as model_name, facts, created_at,
is_deleted, layout, text
"""
_WITH_BODIES = "messages left join bodies on bodies.key = messages.key"
# From one message up to the beginning, newest first. Keys grow from parent to child, which also keeps a
# damaged file's circle from going on for ever.
_WAY = """
with recursive way(key, parent, depth) as (
    select key, parent, 0 from messages where key = :start
    union all
    select messages.key, messages.parent, depth + 1 from way join messages
    on messages.key = way.parent and messages.key < way.key where depth < :limit
)
"""
INSERT = """
insert into messages(key, conversation, parent, model, id, role, state, facts, created_at, is_deleted)
"""
INSERT_BODY = "insert into bodies(key, layout, text)"
_ONE = f"{INSERT} values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ONE_BODY = f"{INSERT_BODY} values(?, ?, ?)"


# --- reading ---


def outline(connection: sqlite3.Connection, conversation_id: str) -> tuple[OutlineEntry, ...]:
    """All messages of a conversation without their texts, in the order in which they came."""
    query = (
        "select id, (select id from messages as parents where parents.key = messages.parent), role, state,"
        " created_at, is_deleted from messages where conversation = ? order by key"
    )
    rows = connection.execute(query, (conversations.key_of(connection, conversation_id),))
    return tuple(
        OutlineEntry(
            text_in(identity),
            None if parent is None else text_in(parent),
            Role(role),
            AnswerState(state),
            created_at,
            bool(deleted),
        )
        for identity, parent, role, state, created_at, deleted in rows
    )


def load_all(connection: sqlite3.Connection, conversation_id: str) -> tuple[KeptMessage, ...]:
    """All messages of a conversation, in the order in which they came."""
    key = conversations.key_of(connection, conversation_id)
    query = f"select {_COLUMNS} from {_WITH_BODIES} where conversation = ? order by messages.key"
    return tuple(_read(connection, row) for row in connection.execute(query, (key,)).fetchall())


def load_some(
    connection: sqlite3.Connection, conversation_id: str, message_ids: Iterable[str]
) -> tuple[KeptMessage, ...]:
    """These messages, in this order; ids that aren't there are passed over."""
    key = conversations.key_of(connection, conversation_id)
    query = f"select {_COLUMNS} from {_WITH_BODIES} where conversation = ? and messages.id = ?"
    rows = (connection.execute(query, (key, text_out(found))).fetchone() for found in message_ids)
    return tuple(_read(connection, row) for row in rows if row is not None)


def branch_page(
    connection: sqlite3.Connection, conversation_id: str, before: str | None, limit: int
) -> BranchPage:
    """The newest messages of the branch that ends at the tip, or those before one; oldest first."""
    conversation = conversations.key_of(connection, conversation_id)
    start = _start(connection, conversation, before)
    if start is None:
        return BranchPage((), has_earlier=False)
    query = (
        f"{_WAY} select {_COLUMNS} from way join {_WITH_BODIES} where messages.key = way.key order by depth"
    )
    # `way` is joined first on purpose: it is the short side.
    query = query.replace("from way join messages", "from way cross join messages")
    rows = connection.execute(query, {"start": start, "limit": limit}).fetchall()
    found = tuple(_read(connection, row) for row in reversed(rows[:limit]))
    return BranchPage(found, has_earlier=len(rows) > limit)


def _start(connection: sqlite3.Connection, conversation: int, before: str | None) -> int | None:
    if before is not None:
        query = "select parent from messages where conversation = ? and id = ?"
        row = connection.execute(query, (conversation, text_out(before))).fetchone()
        if row is None:
            raise LookupError(f"no message {before!r}")
    else:
        query = "select messages.key from conversations join messages on conversation = conversations.key"
        query += " and messages.id = tip where conversations.key = ?"
        row = connection.execute(query, (conversation,)).fetchone()
    return None if row is None or row[0] is None else int(row[0])


def _read(connection: sqlite3.Connection, row: tuple[Any, ...]) -> KeptMessage:
    key, identity, parent, role, state, model, facts, created_at, deleted, layout, text = row
    segments = _running(connection, key) if text is None else body_in(layout, text)
    found = facts_in(text_in(model or b""), facts)
    message = Message(text_in(identity), Role(role), segments, AnswerState(state), found)
    return KeptMessage(message, None if parent is None else text_in(parent), created_at, bool(deleted))


def _running(connection: sqlite3.Connection, key: int) -> tuple[Segment, ...]:
    return joined(
        connection.execute("select kind, text from journal where message = ? order by place", (key,))
    )


# --- writing ---


def key_of(connection: sqlite3.Connection, conversation: int, message_id: str) -> int:
    """The key of a message."""
    query = "select key from messages where conversation = ? and id = ?"
    row = connection.execute(query, (conversation, text_out(message_id))).fetchone()
    if row is None:
        raise LookupError(f"no message {message_id!r}")
    return int(row[0])


def add(
    connection: sqlite3.Connection, conversation_id: str, kept: KeptMessage, *, becomes_tip: bool = True
) -> None:
    """Add a message, whose parent must be there. One whose id is there already: `ValueError`."""
    conversation = conversations.key_of(connection, conversation_id)
    taken = "select 1 from messages where conversation = ? and id = ?"
    if connection.execute(taken, (conversation, text_out(kept.message.id))).fetchone():
        raise ValueError(f"there is a message {kept.message.id!r} already")
    parent = None if kept.parent is None else key_of(connection, conversation, kept.parent)
    model = model_key(connection, model_out(kept.message.facts))
    key = connection.execute(_ONE, (None, conversation, parent, model, *row(kept))).lastrowid or 0
    if kept.message.state is AnswerState.RUNNING:
        add_pieces(connection, key, kept.message.segments)
    else:
        connection.execute(_ONE_BODY, body_row(key, kept.message.segments))
        indexing.add_message(connection, key)
    update = "update conversations set updated_at = max(updated_at, ?), tip = iif(?, ?, tip) where key = ?"
    tip = text_out(kept.message.id)
    connection.execute(update, (kept.created_at, becomes_tip, tip, conversation))


def row(kept: KeptMessage) -> tuple[Any, ...]:
    """The values for `INSERT` that don't depend on the file: all behind the keys."""
    message = kept.message
    return (
        text_out(message.id),
        message.role.value,
        message.state.value,
        facts_out(message.facts),
        kept.created_at,
        kept.is_deleted,
    )


def body_row(key: int, segments: Iterable[Segment]) -> tuple[int, str | None, bytes]:
    """The values for `INSERT_BODY`."""
    return (key, *body_out(segments))


def append(
    connection: sqlite3.Connection, conversation_id: str, message_id: str, pieces: Sequence[Segment]
) -> None:
    """Add pieces to an answer, which must be running."""
    key = _running_key(connection, conversation_id, message_id)
    add_pieces(connection, key, pieces)


def end(
    connection: sqlite3.Connection,
    conversation_id: str,
    message_id: str,
    state: AnswerState,
    facts: AnswerFacts | None,
) -> None:
    """End a running answer."""
    key = _running_key(connection, conversation_id, message_id)
    values = (state, model_key(connection, model_out(facts)), facts_out(facts), key)
    connection.execute("update messages set state = ?, model = ?, facts = ? where key = ?", values)
    _close_journal(connection, key)
    indexing.add_message(connection, key)


def resume(connection: sqlite3.Connection, conversation_id: str, message_id: str) -> None:
    """Let an answer that has ended run again, so that a rest can be appended."""
    key = key_of(connection, conversations.key_of(connection, conversation_id), message_id)
    if not connection.execute("select 1 from bodies where key = ?", (key,)).fetchone():
        raise ValueError(f"message {message_id!r} runs already")
    _resume(connection, key)


def mark_deleted(
    connection: sqlite3.Connection, conversation_id: str, message_id: str, *, is_deleted: bool
) -> None:
    """Say that the user deleted a message, or brought it back."""
    key = key_of(connection, conversations.key_of(connection, conversation_id), message_id)
    connection.execute("update messages set is_deleted = ? where key = ?", (is_deleted, key))


def remove(connection: sqlite3.Connection, conversation_id: str, message_ids: Iterable[str]) -> None:
    """Remove messages for good; what followed one follows what it followed. Ids not there are passed over."""
    conversation = conversations.key_of(connection, conversation_id)
    for message_id in message_ids:
        query = "select key, parent from messages where conversation = ? and id = ?"
        row = connection.execute(query, (conversation, text_out(message_id))).fetchone()
        if row is None:
            continue
        key, parent = row
        move = "update messages set parent = ? where conversation = ? and parent = ?"
        connection.execute(move, (parent, conversation, key))
        move = (
            "update conversations set tip = (select id from messages where key = ?) where key = ? and tip = ?"
        )
        connection.execute(move, (parent, conversation, text_out(message_id)))
        conversations.forget_message(connection, key)


def interrupt_running(connection: sqlite3.Connection) -> tuple[tuple[str, str], ...]:
    """End all running answers, after a crash; returns the ids of their conversations and their own."""
    query = (
        "select messages.key, conversations.id, messages.id from messages"
        " join conversations on conversations.key = conversation where state = 'running'"
    )
    rows = connection.execute(query).fetchall()
    for key, _, _ in rows:
        interrupt(connection, key)
        indexing.add_message(connection, key)
    return tuple((text_in(conversation), text_in(message)) for _, conversation, message in rows)


def interrupt(connection: sqlite3.Connection, key: int) -> None:
    """End an answer as interrupted, but put nothing into the index."""
    connection.execute("update messages set state = 'interrupted' where key = ?", (key,))
    _close_journal(connection, key)


def model_key(connection: sqlite3.Connection, name: bytes | None) -> int | None:
    """The key of a model, by its name as it is kept."""
    if name is None:
        return None
    row = connection.execute("select key from models where name = ?", (name,)).fetchone()
    return int(row[0]) if row else connection.execute("insert into models(name) values(?)", (name,)).lastrowid


def _running_key(connection: sqlite3.Connection, conversation_id: str, message_id: str) -> int:
    """The key of a running answer, or of an interrupted one, which then runs again.

    An answer that is still being written can be interrupted here when the file is opened anew in the middle
    of it.
    """
    conversation = conversations.key_of(connection, conversation_id)
    query = "select key, state from messages where conversation = ? and id = ?"
    row = connection.execute(query, (conversation, text_out(message_id))).fetchone()
    if row is None or row[1] not in (AnswerState.RUNNING, AnswerState.INTERRUPTED):
        raise LookupError(f"no running message {message_id!r}")
    if row[1] == AnswerState.INTERRUPTED:
        _resume(connection, row[0])
    return int(row[0])


def _resume(connection: sqlite3.Connection, key: int) -> None:
    body = connection.execute("select layout, text from bodies where key = ?", (key,)).fetchone()
    indexing.remove_message(connection, key)
    connection.execute("delete from bodies where key = ?", (key,))
    connection.execute("update messages set state = 'running' where key = ?", (key,))
    add_pieces(connection, key, body_in(*body))


def add_pieces(connection: sqlite3.Connection, key: int, pieces: Iterable[Segment]) -> None:
    """Write pieces of a running answer."""
    rows = ((key, piece.kind, text_out(piece.text)) for piece in pieces)
    connection.executemany("insert into journal(message, kind, text) values(?, ?, ?)", rows)


def _close_journal(connection: sqlite3.Connection, key: int) -> None:
    """Make a body of a message's pieces."""
    connection.execute(_ONE_BODY, body_row(key, _running(connection, key)))
    connection.execute("delete from journal where message = ?", (key,))
