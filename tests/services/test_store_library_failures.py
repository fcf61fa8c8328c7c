"""What can't be read or kept, and answers that nobody waits for any more."""

import contextlib
import gc
import sqlite3
import threading
import weakref

import pytest
from PySide6.QtCore import QCoreApplication

from arvae_desktop.domain.conversations import Conversation
from arvae_desktop.domain.errors import StoreError
from arvae_desktop.domain.library import RECENT, Entry, Folder, Overview
from tests.support.fake_library import attached, settle
from tests.unit.storage.keeping import done

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def closed(kept, store):
    done(store.close())
    return kept


def test_a_wish_that_can_not_be_kept_changes_nothing_and_is_reported(closed, heard, errors):
    wishes = [
        lambda: closed.rename("a", "B"),
        lambda: closed.move(["a"], "Work"),
        lambda: closed.delete(["a"]),
        closed.empty_bin,
        lambda: closed.create_folder("Work"),
        lambda: closed.delete_folder("Work"),
        lambda: closed.put(Conversation("new")),
        lambda: closed.note("a"),
    ]
    for wish in wishes:
        wish()
    settle(closed)
    assert heard == []
    assert [type(error) for error in errors] == [StoreError] * len(wishes)


def test_what_can_not_be_read_is_reported(closed, heard, errors):
    closed.request_page(RECENT, None, 10)
    token = closed.search("needle")
    settle(closed)
    assert len(errors) == 2
    ((name, found),) = heard
    assert (name, found.token, found.hits, found.is_last) == ("found", token, (), True)


def test_what_can_not_be_saved_yet_is_listed_from_memory(kept, heard, store_folder, qtbot):
    with _locked(store_folder.file):
        kept.move(["a"], "Work")
        qtbot.waitUntil(lambda: bool(store_folder.troubles))
        assert heard == []
        kept.show_unsaved()
        qtbot.waitUntil(lambda: len(heard) == 2)
        moved = Entry("a", "A", 0.0, "Work")
        assert heard == [("changed", (moved,)), ("overview_changed", Overview((Folder("Work", 1),)))]
    settle(kept)
    assert heard[2:] == [("changed", (moved,))]
    kept.show_unsaved()
    assert not kept._answers._waiting


@contextlib.contextmanager
def _locked(file):
    """Another one writes to the file."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("begin immediate")
        yield


# --- the end ---


@pytest.mark.parametrize("is_under_way", [False, True])
def test_an_answer_after_the_library_has_gone_is_dropped(store, errors, is_under_way):
    held, library = threading.Event(), attached(store, errors.append)
    blocker = store._reader.submit(lambda _sources: held.wait(30))
    library.request_page(RECENT, None, 10)
    library.put(Conversation("late"))
    waiting = store.overview()
    told = []
    library.page_ready.connect(told.append)
    gone = weakref.ref(library)
    if is_under_way:  # it has been told of, and nobody has looked yet
        held.set()
        done(waiting)
    del library
    gc.collect()
    assert gone() is None
    held.set()
    done(blocker)
    done(waiting)
    QCoreApplication.processEvents()
    assert (told, errors) == ([], [])
    assert len(done(store.settled_entries(["late"]))) == 1


def test_libraries_may_go_while_answers_come(store, errors):
    for _ in range(200):
        library = attached(store, errors.append)
        for _ in range(5):
            library.request_page(RECENT, None, 10)
            library.note("a")
        QCoreApplication.processEvents()
        del library
    done(store.overview())
    QCoreApplication.processEvents()
    assert errors == []
