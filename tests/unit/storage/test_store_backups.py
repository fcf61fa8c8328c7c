"""Backups, and what is looked after while nobody asks."""

import os
import time

import pytest

from arvae_desktop.domain.conversations import Conversation
from arvae_desktop.domain.errors import StoreError
from arvae_desktop.storage.store import keeper
from tests.unit.storage.keeping import done, everything, fill, said

DAY_S = 24 * 3600.0


def make_older(folder, days):
    for path in folder.backups.iterdir():
        moment = time.time() - days * DAY_S
        os.utime(path, (moment, moment))


def test_five_are_kept(folder, store):
    fill(store, "c", said("m", "words"))
    made = []
    for _ in range(7):
        made.append(done(store.back_up()))
        make_older_by_a_second(folder)
    kept = done(store.list_backups())
    assert [backup.path for backup in kept] == [backup.path for backup in reversed(made[2:])]
    assert all(backup.size > 0 for backup in kept)


def make_older_by_a_second(folder):
    for path in folder.backups.iterdir():
        moment = path.stat().st_mtime - 1
        os.utime(path, (moment, moment))


def test_a_backup_is_restored_and_what_was_there_is_moved_aside(folder, store):
    fill(store, "c", said("m", "before"))
    before = everything(store)
    backup = done(store.back_up())
    fill(store, "d", said("m", "after"))
    done(store.restore_backup(backup.path))
    assert everything(store) == before
    done(store.put(Conversation("e")))
    assert [path.name[:22] for path in folder.path.glob("*replaced*.db")] == ["conversations-replaced"]
    done(store.close())
    again, _ = folder.opened()
    assert len(everything(again)) == 2


def test_a_damaged_backup_is_not_restored(store):
    fill(store, "c", said("m", "words"))
    backup = done(store.back_up())
    backup.path.write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError, match="damaged"):
        done(store.restore_backup(backup.path))
    done(store.save_draft("c", "life goes on"))
    assert len(everything(store)) == 1


def test_a_backup_is_made_once_a_day(folder, store):
    store._keeper._look()
    assert done(store.list_backups()) == ()
    fill(store, "c", said("m", "words"))
    store._keeper._look()
    store._keeper._look()
    assert len(done(store.list_backups())) == 1
    make_older(folder, days=1.1)
    store._keeper._look()
    assert len(done(store.list_backups())) == 2


def test_the_file_is_checked_after_a_crash_and_once_a_week(folder, store, monkeypatch):
    checks = []
    monkeypatch.setattr(keeper, "is_intact", lambda path: checks.append(path) or True)
    fill(store, "c", said("m", "words"))
    store._keeper._look()
    store._keeper._look()
    assert len(checks) == 1
    store._keeper._must_check = True  # as after a crash
    store._keeper._look()
    store._keeper._look()
    assert len(checks) == 2
    assert set(checks) == {folder.file}


def test_a_store_that_was_not_closed_is_known(folder, store):
    done(store.put(Conversation("c")))
    # As the system does with a process that ends.
    done(store._writer.do(store._live._disconnect))
    store._live._lock.let_go()
    _, report = folder.opened()
    assert not report.was_closed
