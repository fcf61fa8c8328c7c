"""Changes that the disk refuses half way, and damage that a change meets."""

import contextlib
import sqlite3

import pytest

from arvae_desktop.domain.conversations import Conversation
from arvae_desktop.storage.store import conversations
from arvae_desktop.storage.store.connections import open_for_writing
from tests.unit.storage.keeping import done, fill, said


def refused_once(code):
    """A change that makes a conversation and, the first time, then meets an error with a code of SQLite's."""
    refused = []

    def run(connection):
        conversations.put(connection, Conversation("new"))
        if not refused:
            refused.append(code)
            error = sqlite3.OperationalError("no")
            error.sqlite_errorcode = code
            raise error

    return run


def test_what_was_refused_half_way_is_undone_and_done_again(folder, store):
    done(store._writer.change(refused_once(sqlite3.SQLITE_FULL), ("new",)))
    assert [trouble is None for trouble in folder.troubles] == [False, True]
    assert done(store.conversation_ids()) == ("new",)
    fill(store, "after", said("m", "it goes on"))
    assert set(done(store.conversation_ids())) == {"new", "after"}


def test_a_change_that_meets_damage_is_made_in_the_salvaged_file(folder, store):
    fill(store, "before", said("m", "something"))
    done(store._writer.change(refused_once(sqlite3.SQLITE_CORRUPT), ("new",)))
    assert len(folder.salvages) == 1
    assert set(done(store.conversation_ids())) == {"before", "new"}


def test_a_file_that_two_find_damaged_is_replaced_once(folder, store):
    fill(store, "before", said("m", "something"))
    generation = store._writer.generation
    for _ in range(2):
        done(store._writer.rescue(generation))
    assert len(folder.salvages) == 1
    assert done(store.conversation_ids()) == ("before",)


def test_a_reader_that_meets_damage_has_the_file_replaced_and_reads_again(folder, store):
    fill(store, "before", said("m", "something"))
    met = []

    def read(_sources):
        if not met:
            met.append(error := sqlite3.DatabaseError("no"))
            error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise error
        return len(folder.salvages)

    assert done(store._reader.submit(read)) == 1


@pytest.mark.usefixtures("store")
def test_the_log_keeps_a_power_cut_from_damaging_the_file(folder):
    with contextlib.closing(open_for_writing(folder.file)) as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("wal",)
        assert connection.execute("pragma synchronous").fetchone() == (1,)  # normal
