"""Finding messages and titles by a query.

The index tells which messages have all the words; whether words stand next to each other is looked up in the
texts. Of running answers, which aren't in the index, the texts are read.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from arvae_desktop.domain.messages import Role
from arvae_desktop.storage.store import indexing
from arvae_desktop.storage.store.codec import body_in, joined, text_in
from arvae_desktop.storage.store.folding import index_tokens, is_unspaced, units
from arvae_desktop.storage.store.reports import Hit, SearchResults
from arvae_desktop.storage.store.shelves import COLUMN_COUNT, COLUMNS, read_entry
from arvae_desktop.storage.store.snippets import find, in_one_line, matches, snippet

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from arvae_desktop.storage.store.query import Query, Term

# Of the messages that came last into the file so many are put in the order of their times. Only with more of
# them, and an import whose messages are older than what was there, is the order that in which they came in.
_ORDERED = 500
_ORDERED_IF_READ = 100  # where each text has to be read
_MOST_WORDS = 400
_LAST = "\U0010ffff"
_ALL_IN_INDEX = (
    "create virtual table if not exists temp.tokens using fts5vocab(main, message_index, instance)"
)
_NEXT_IN_INDEX = "select term from temp.tokens where term >= ? and term < ? limit 1"
_CANDIDATES = """
select messages.key, messages.created_at from message_index
cross join messages on messages.key = message_index.rowid
cross join conversations on conversations.key = conversation
where message_index match :match and is_deleted = 0 and deleted_at is null
    and (:before is null or messages.created_at < :before)
    and (:after is null or messages.created_at >= :after)
order by message_index.rowid desc
"""
_RUNNING = """
select messages.key, messages.created_at, role, (select name from models where models.key = model)
from messages join conversations on conversations.key = conversation
where state = 'running' and is_deleted = 0 and deleted_at is null
    and (:before is null or messages.created_at < :before)
    and (:after is null or messages.created_at >= :after)
"""
_SHOWN = f"""
select {COLUMNS}, messages.id, role, messages.created_at from messages
join conversations on conversations.key = conversation where messages.key = ?
"""
_TITLES = f"""
select {COLUMNS}
from title_index cross join conversations on conversations.key = title_index.rowid
where title_index match :match and deleted_at is null
    and (:before is null or updated_at < :before) and (:after is null or updated_at >= :after)
order by title_index.rowid desc
"""


def search(connection: sqlite3.Connection, query: Query, limit: int) -> SearchResults:
    """The newest messages, and titles, for which all of the query holds; at most `limit` of each."""
    if query.is_empty:
        return SearchResults()
    titles = _titles(connection, query, limit)
    if query.is_in_title:
        return SearchResults(titles[:limit], (), len(titles) > limit)
    found = [*_running(connection, query), *_ended(connection, query, limit)]
    found.sort(key=lambda row: row[1], reverse=True)
    hits = tuple(_hit(connection, key, query.terms) for key, _ in found[:limit])
    return SearchResults(titles[:limit], hits, len(found) > limit or len(titles) > limit)


def _ended(connection: sqlite3.Connection, query: Query, limit: int) -> list[tuple[int, float]]:
    match = _match(connection, query)
    if match is None:
        return []
    times = {"match": match, "before": query.before, "after": query.after}
    rows = connection.execute(_CANDIDATES, times)
    to_check = tuple(term for term in query.terms if len(term.units) > 1)
    wanted = max(limit + 1, _ORDERED_IF_READ if to_check else _ORDERED)
    found: list[tuple[int, float]] = []
    for key, created_at in rows:
        if not to_check or matches(units(_text(connection, key)), to_check):
            found.append((key, created_at))
            if len(found) == wanted:
                break
    return found


def _running(connection: sqlite3.Connection, query: Query) -> Iterator[tuple[int, float]]:
    rows = connection.execute(_RUNNING, {"before": query.before, "after": query.after}).fetchall()
    for key, created_at, role, model in rows:
        if query.roles and role not in query.roles:
            continue
        if query.models and not _has_part(text_in(model or b""), query.models):
            continue
        if matches(units(_text(connection, key)), query.terms):
            yield key, created_at


def _titles(connection: sqlite3.Connection, query: Query, limit: int) -> tuple[Hit, ...]:
    """Titles, which have no role and no model; one more than the limit, if there are."""
    if not query.terms or query.roles or query.models:
        return ()
    match = " AND ".join(_term_match(term, _beginning) for term in query.terms)
    rows = connection.execute(_TITLES, {"match": match, "before": query.before, "after": query.after})
    hits = []
    for entry in map(read_entry, rows):
        title = entry.title
        if matches(units(title), query.terms):
            ranges = tuple(find(title, query.terms))
            hits.append(Hit(entry, None, None, entry.updated_at, in_one_line(title), ranges))
            if len(hits) > limit:
                break
    return tuple(hits)


def _match(connection: sqlite3.Connection, query: Query) -> str | None:
    """The expression for the index, or None if nothing can be found."""
    expand = _expansion(connection)
    parts = [_term_match(term, expand) for term in query.terms]
    if query.roles:
        parts.append(_any(map(indexing.role_tag, query.roles)))
    if query.models:
        rows = connection.execute("select key, name from models").fetchall()
        keys = [key for key, name in rows if _has_part(text_in(name), query.models)]
        if not keys:
            return None
        parts.append(_any(map(indexing.model_tag, keys)))
    if query.before is not None or query.after is not None:
        first, last = indexing.time_tags(query.after, query.before)
        steps = list(_tokens(connection, first, f"{last}{_LAST}"))
        if not steps:
            return None
        parts.append(_any(steps))
    return " AND ".join(parts)


def _term_match(term: Term, expand: Callable[[str], str]) -> str:
    """The expression for a term; `expand` makes one of the beginning of a token."""
    tokens = index_tokens(term.units)
    *whole, last = tokens
    # A single character of a script without spaces begins a token, whatever follows it.
    is_beginning = len(last) == 1 if is_unspaced(last) else term.is_prefix
    return " AND ".join((*map(_quoted, whole), expand(last) if is_beginning else _quoted(last)))


def _beginning(token: str) -> str:
    return f"{_quoted(token)} *"


def _expansion(connection: sqlite3.Connection) -> Callable[[str], str]:
    """What finds the words with a beginning: up to three letters the index itself, else all their names.

    For longer ones the index would put the places of all of them together before it told the first one; the
    words themselves it goes through as far as results are wanted. Where there are very many, each is rare.
    """

    def expand(beginning: str) -> str:
        if len(beginning) <= indexing.LONGEST_PREFIX:
            return _beginning(beginning)
        found = _tokens(connection, beginning, f"{beginning}{_LAST}")
        words = list(itertools.islice(found, _MOST_WORDS + 1))
        return _any(words) if 0 < len(words) <= _MOST_WORDS else _beginning(beginning)

    return expand


def _tokens(connection: sqlite3.Connection, first: str, end: str) -> Iterator[str]:
    """What is in the index from one token on and before another, in the order of their bytes."""
    connection.execute(_ALL_IN_INDEX)
    while row := connection.execute(_NEXT_IN_INDEX, (first, end)).fetchone():
        yield row[0]
        first = f"{row[0]}\0"


def _any(tags: Iterable[str]) -> str:
    return f"({' OR '.join(map(_quoted, tags))})"


def _quoted(token: str) -> str:
    return f'"{token}"'


def _has_part(model: str, parts: Sequence[str]) -> bool:
    return any(part in model.casefold() for part in parts)


def _hit(connection: sqlite3.Connection, key: int, terms: Sequence[Term]) -> Hit:
    row = connection.execute(_SHOWN, (key,)).fetchone()
    message, role, created_at = row[COLUMN_COUNT:]
    text, ranges = snippet(_text(connection, key), terms)
    return Hit(read_entry(row[:COLUMN_COUNT]), text_in(message), Role(role), created_at, text, ranges)


def _text(connection: sqlite3.Connection, key: int) -> str:
    row: Any = connection.execute("select layout, text from bodies where key = ?", (key,)).fetchone()
    if row is not None:
        return indexing.searchable(body_in(*row))
    pieces = connection.execute("select kind, text from journal where message = ? order by place", (key,))
    return indexing.searchable(joined(pieces))
