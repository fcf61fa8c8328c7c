"""Stores of other versions: older ones are brought up to date, newer ones are read."""

import contextlib
import signal
import sqlite3
import subprocess
import sys

import pytest

from arvae_desktop.domain.conversations import Conversation
from arvae_desktop.domain.errors import StoreTooNewError
from arvae_desktop.storage.store import schema
from tests.unit.storage.keeping import done
from tests.unit.storage.old_versions import make_store

# One after the backup, and one before and one after each step that is left.
_POINTS = 1 + 2 * (schema.VERSION - 1)


def test_an_older_store_is_brought_up_to_date(folder):
    make_store(folder.file, 1)
    store, report = folder.opened()
    assert report.migrated_from == 1
    check_whole(store, 10)
    (backup,) = done(store.list_backups())
    assert version_of(backup.path) == 1
    done(store.close())
    assert folder.opened()[1].migrated_from is None


def test_a_backup_of_an_older_version_can_be_restored(folder):
    make_store(folder.file, 1)
    store, _ = folder.opened()
    done(store.put(Conversation("later")))
    (backup,) = done(store.list_backups())
    assert done(store.restore_backup(backup.path)).migrated_from == 1
    assert done(store.conversation("later")) is None
    check_whole(store, 10)


@pytest.mark.parametrize("point", range(_POINTS))
def test_a_migration_killed_at_each_step_goes_on(folder, point):
    make_store(folder.file, 1)
    command = [
        sys.executable,
        "-m",
        "tests.unit.storage.doomed",
        "migrate",
        str(folder.path),
        "0",
        str(point),
    ]
    process = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert process.returncode == -signal.SIGKILL
    assert version_of(folder.file) in (1, schema.VERSION)
    store, report = folder.opened()
    assert report.salvage is None
    check_whole(store, 10)
    backups = done(store.list_backups())
    assert {version_of(backup.path) for backup in backups} == {1}


def test_a_newer_store_is_read_and_not_changed(folder):
    make_store(folder.file, schema.VERSION, user_version=schema.VERSION + 1)
    before = folder.file.read_bytes()
    store, report = folder.opened()
    assert report.is_read_only
    assert len(done(store.load_messages("c"))) == 10
    for change in (store.put(Conversation("d")), store.save_draft("c", "x")):
        with pytest.raises(StoreTooNewError):
            done(change)
    done(store.close())
    assert folder.file.read_bytes() == before


def check_whole(store, messages):
    kept = done(store.load_messages("c"))
    assert [found.message.id for found in kept] == [f"m{number}" for number in range(messages)]
    assert [hit.message_id for hit in done(store.search(f"word{messages - 1}")).messages] == [
        f"m{messages - 1}"
    ]
    assert len(done(store.search("title")).titles) == 1


def version_of(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute("pragma user_version").fetchone()[0]
