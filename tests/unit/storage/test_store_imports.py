"""Many conversations at once."""

import sqlite3
import threading
import time
from concurrent.futures import CancelledError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arvae_desktop.domain.conversations import Conversation
from arvae_desktop.domain.messages import AnswerState, Role
from arvae_desktop.storage.store import indexing, live_file, writer
from arvae_desktop.storage.store.reports import ImportCount
from arvae_desktop.storage.store.transfer import parents_first
from tests.unit.storage.keeping import done, fill, said


def conversations(count, messages=3):
    for number in range(count):
        parents = [None, *(f"m{index}" for index in range(messages))]
        kept = [said(f"m{index}", f"word{number}", parents[index]) for index in range(messages)]
        yield Conversation(f"c{number}", f"Title {number}"), kept


def test_importing_twice_makes_no_doubles(store):
    assert done(store.import_conversations(conversations(20)).done) == ImportCount(20, 60, 0)
    assert done(store.import_conversations(conversations(20, 4)).done) == ImportCount(0, 20, 60)
    assert len(done(store.conversation_ids())) == 20
    kept = done(store.load_messages("c7"))
    assert [(found.message.id, found.parent) for found in kept] == [
        ("m0", None), ("m1", "m0"), ("m2", "m1"), ("m3", "m2")
    ]  # fmt: skip
    assert len(done(store.search('"word7"')).messages) == 4


def test_what_is_there_stays_as_it_is(store):
    fill(store, "c0", said("m0", "mine"), title="My own")
    assert done(store.import_conversations(conversations(1)).done) == ImportCount(0, 2, 1)
    assert done(store.conversation("c0")).title == "My own"
    assert [kept.message.text for kept in done(store.load_messages("c0"))] == ["mine", "word0", "word0"]


def test_one_conversation_twice_in_one_import(store):
    found = [*conversations(1), *conversations(1, 5)]
    assert done(store.import_conversations(found).done) == ImportCount(1, 5, 3)


def test_parents_may_come_later_be_missing_or_go_in_circles(store):
    kept = [
        said("child", "1", "root"),
        said("root", "2"),
        said("orphan", "3", "nobody"),
        said("one", "4", "other"),
        said("other", "5", "one"),
    ]
    done(store.import_conversations([(Conversation("c"), kept)]).done)
    found = {kept.message.id: kept.parent for kept in done(store.load_messages("c"))}
    assert found == {"root": None, "child": "root", "orphan": None, "one": None, "other": "one"}


PAIRS = st.tuples(st.integers(0, 20), st.none() | st.integers(0, 25))


@given(st.lists(PAIRS, unique_by=lambda pair: pair[0]))
def test_no_message_stands_before_its_parent(pairs):
    kept = [said(str(name), "", None if parent is None else str(parent)) for name, parent in pairs]
    ordered = parents_first(kept)
    assert sorted(found.message.id for found in ordered) == sorted(found.message.id for found in kept)
    places = {found.message.id: place for place, found in enumerate(ordered)}
    parents = {found.message.id: found.parent for found in kept}

    def is_in_circle(name):
        way = set()
        while name in parents and name not in way:
            way.add(name)
            name = parents[name]
        return name in parents

    for found in ordered:
        if found.parent in places and not is_in_circle(found.message.id):
            assert places[found.parent] < places[found.message.id]


def test_progress_and_cancelling(store):
    counts, is_going = [], threading.Event()

    def endless():
        for conversation, kept in conversations(10**9, 50):
            yield conversation, kept
            if counts:
                is_going.set()

    importing = store.import_conversations(endless(), on_progress=counts.append)
    assert is_going.wait(60)
    importing.cancel()
    with pytest.raises(CancelledError):
        done(importing.done)
    assert counts == sorted(counts, key=lambda count: count.messages)
    listed = len(done(store.conversation_ids()))
    assert listed >= counts[-1].conversations > 0


def test_a_source_that_breaks_is_told_and_what_came_before_stays(store):
    def broken():
        yield from conversations(200, 50)
        raise ValueError("broken at byte 7")

    with pytest.raises(ValueError, match="byte 7"):
        done(store.import_conversations(broken()).done)
    assert len(done(store.conversation_ids())) >= 100


def test_what_is_said_meanwhile_is_saved_in_between(store):
    fill(store, "mine", said("a", "", role=Role.ASSISTANT, state=AnswerState.RUNNING))
    importing = store.import_conversations(conversations(600, 50))
    while not importing.done.done():
        done(store.save_draft("mine", "still here"))
    assert done(importing.done).messages == 30_000
    assert done(store.conversation("mine")).draft == "still here"


def test_nothing_to_import(store):
    assert done(store.import_conversations([]).done) == ImportCount()


def parts_of_index(path):
    connection = sqlite3.connect(path)
    try:
        (count,) = connection.execute("select count(distinct segid) from message_index_idx").fetchone()
    finally:
        connection.close()
    return count


def test_the_index_is_merged_in_a_pause_and_not_within_an_import(folder, store, monkeypatch):
    monkeypatch.setattr(indexing, "_ROWS_OF_A_PART", 100)
    monkeypatch.setattr(live_file.LiveFile, "tidy", lambda _self: None)
    done(store.import_conversations(conversations(400, 10)).done)
    assert parts_of_index(folder.file) == 40
    monkeypatch.undo()
    deadline = time.monotonic() + 60
    while parts_of_index(folder.file) > 4:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert done(store.search("word7")).messages


def test_steps_of_a_pause_follow_each_other_quickly(store, monkeypatch):
    steps, is_done = [], threading.Event()

    def tidy(file):
        steps.append(time.monotonic())
        if len(steps) >= 10:
            file.is_untidy = False
            is_done.set()

    monkeypatch.setattr(live_file.LiveFile, "tidy", tidy)
    monkeypatch.setattr(writer, "_PAUSE_S", 1.0)
    for turn in range(2):  # after a change there is a whole pause again
        done(store.save_new_draft(f"draft {turn}"))
        start = time.monotonic()
        assert is_done.wait(60)
        assert steps[0] - start > 0.5
        assert steps[-1] - steps[0] < 5
        steps.clear()
        is_done.clear()
