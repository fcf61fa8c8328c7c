"""What the store takes for one thing, measured in a process of its own; prints seconds as a JSON object.

python -m tests.benchmarks.inside.store WHAT FOLDER MESSAGES
"""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import sqlite3
import sys
import time
from pathlib import Path

from arvae_desktop.domain.conversations import Conversation, KeptMessage
from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Message, Role, Segment, SegmentKind
from arvae_desktop.services.file_reading import IMPORT, FileReading
from arvae_desktop.storage.store.transfer import Prepared
from tests.benchmarks.figures import percentile
from tests.benchmarks.stores import Texts, conversations, open_store
from tests.unit.exchange.foreign import chatgpt, node

_APPENDS = 3_000
_PIECE = "so he said that the words come in such pieces "
_COMMON = (0, 3, 10, 40, 150, 600, 2_500, 10_000, 40_000)  # ranks of words that are typed


def opening(folder: Path, _messages: int) -> dict[str, float]:
    """From nothing to the first page of the list and the newest messages of its first conversation."""
    start = time.perf_counter()
    store = open_store(folder)
    store.open()
    page = store.list_conversations().result()
    if page:
        store.load_newest(page[0].id).result()
    seconds = time.perf_counter() - start
    store.close().result()
    return {"seconds": seconds}


def appending(folder: Path, _messages: int) -> dict[str, float]:
    """A piece of an answer until it is committed; and the same with nothing but SQLite."""
    store = open_store(folder)
    store.open().result()
    store.put(Conversation("bench")).result()
    answer = KeptMessage(Message("answer", Role.ASSISTANT, (), AnswerState.RUNNING), None, 0.0)
    store.add_message("bench", answer).result()
    pieces = (Segment(SegmentKind.TEXT, _PIECE),)
    ours = [_seconds(lambda: store.append("bench", "answer", pieces).result()) for _ in range(_APPENDS)]
    store.end_message("bench", "answer", AnswerState.COMPLETE, AnswerFacts("bench")).result()
    store.purge(["bench"]).result()
    store.close().result()
    return {
        "p50": percentile(ours, 50),
        "p99": percentile(ours, 99),
        **{f"bare_{name}": value for name, value in _bare_appends(folder / "bare.db").items()},
    }


def searching(folder: Path, _messages: int) -> dict[str, float]:
    """Every keystroke of words of every commonness, one word and two, until the results are there."""
    store = open_store(folder)
    store.open().result()
    words, chance = Texts().words, random.Random(2)
    found = [words[rank] for rank in _COMMON] + chance.choices(words[:5_000], k=20)
    queries = [*found, *(f"{first} {second}" for first, second in itertools.pairwise(found))]
    typed = [query[:length] for query in queries for length in range(1, len(query) + 1)]
    times = [_seconds(lambda query=query: store.search(query).result()) for query in typed]
    store.close().result()
    return {"p50": percentile(times, 50), "p95": percentile(times, 95), "max": max(times)}


def importing(folder: Path, messages: int) -> dict[str, float]:
    """An import of a file of ChatGPT's into an empty store, from its first byte to the last message.

    It is read as the app reads it, in a process of its own, whose start counts, too.
    """
    found = list(conversations(messages, Texts()))
    path = folder / "conversations.json"
    path.write_text(json.dumps([_as_chatgpt(*each) for each in found]), "ascii")
    store = open_store(folder)
    store.open().result()
    start, used = time.perf_counter(), time.process_time()
    read = (item for item in FileReading(IMPORT, path) if isinstance(item, Prepared))
    count = store.import_conversations(read).done.result()
    seconds, used = time.perf_counter() - start, time.process_time() - used
    store.close().result()
    assert count.messages == messages
    return {"seconds": seconds, "processor_s": used, "bare_s": _bare_import(folder / "bare.db", found)}


def _as_chatgpt(conversation: Conversation, messages: list[KeptMessage]) -> dict[str, object]:
    nodes = [
        node(
            kept.message.id,
            kept.parent,
            kept.message.role.value,
            kept.message.text,
            metadata={"model_slug": "gpt-4o"} if kept.message.facts else {},
        )
        for kept in messages
    ]
    return chatgpt(*nodes, title=conversation.title, name=conversation.id)


def _bare_appends(path: Path) -> dict[str, float]:
    with contextlib.closing(_bare(path)) as connection:
        insert = "insert into said(text) values(?)"
        times = [_seconds(lambda: connection.execute(insert, (_PIECE,))) for _ in range(_APPENDS)]
    return {"p50": percentile(times, 50), "p99": percentile(times, 99)}


def _bare_import(path: Path, found: list[tuple[Conversation, list[KeptMessage]]]) -> float:
    texts = [(kept.message.text,) for _, messages in found for kept in messages]
    with contextlib.closing(_bare(path)) as connection:
        connection.execute("create virtual table words using fts5(text, content='', detail=none)")
        start = time.perf_counter()
        connection.execute("begin")
        connection.executemany("insert into said(text) values(?)", texts)
        connection.execute("insert into words(rowid, text) select key, text from said")
        connection.execute("commit")
        return time.perf_counter() - start


def _bare(path: Path) -> sqlite3.Connection:
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma journal_mode = wal").fetchall()
    connection.execute("pragma synchronous = normal")
    connection.execute("create table said(key integer primary key, text)")
    return connection


def _seconds(work: object) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    doing = {"opening": opening, "appending": appending, "searching": searching, "importing": importing}
    what, path, count = sys.argv[1:]
    print(json.dumps(doing[what](Path(path), int(count))))
