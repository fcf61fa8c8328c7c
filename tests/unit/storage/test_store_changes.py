"""What can be done with conversations, folders and messages, and what is then there."""

import contextlib
import itertools
import os
import sqlite3
import stat
import threading

import pytest

from arvae_desktop.domain.conversations import Conversation, ConversationSettings
from arvae_desktop.domain.errors import FolderTakenError, StoreError, StoreInUseError
from arvae_desktop.domain.library import (
    ARCHIVE,
    BIN,
    PINNED,
    RECENT,
    Entry,
    Folder,
    Overview,
    Shelf,
    ShelfKind,
)
from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Role
from arvae_desktop.storage.store.shelves import page
from tests.unit.storage.keeping import done, fill, said, text

DAY_S = 24 * 3600.0
WORK = Shelf(ShelfKind.FOLDER, "Work")


def listed(store, *shelf):
    return [found.id for found in done(store.list_conversations(*shelf))]


def put_dated(store, **moments):
    for name, moment in moments.items():
        done(store.put(Conversation(name, updated_at=moment)))


def test_the_newest_come_first(store):
    put_dated(store, old=1.0, new=3.0, b=2.0, a=2.0)
    assert listed(store) == ["new", "b", "a", "old"]
    done(store.set_pinned(["old", "a"], True))
    assert (listed(store, PINNED), listed(store)) == (["a", "old"], ["new", "b"])


@pytest.mark.parametrize("shelf", [RECENT, PINNED, ARCHIVE, BIN, WORK])
def test_pages_have_all_of_a_shelf_once(store, shelf):
    placed = {
        "folder": shelf.folder,
        "is_pinned": shelf == PINNED,
        "is_archived": shelf == ARCHIVE,
        "deleted_at": 7.0 if shelf == BIN else None,
    }
    put = [Conversation(f"c{number}", updated_at=float(number % 5), **placed) for number in range(25)]
    for conversation in put:
        done(store.put(conversation))
    pages, last = [], None
    while page := done(store.list_conversations(shelf, after=last, limit=4)):
        pages += page
        last = page[-1]
    assert pages == sorted(map(Entry.of, put), key=lambda entry: entry.place, reverse=True)


def test_each_stands_on_the_first_shelf_that_fits(store):
    every_way = [
        Conversation(
            f"{ways}", folder=folder, is_pinned=is_pinned, is_archived=is_archived, deleted_at=deleted_at
        )
        for ways in itertools.product((None, "Work"), (False, True), (False, True), (None, 5.0))
        for folder, is_pinned, is_archived, deleted_at in [ways]
    ]
    for conversation in every_way:
        done(store.put(conversation))
    for shelf in (RECENT, PINNED, ARCHIVE, BIN, WORK):
        ids = sorted((each.id for each in every_way if Entry.of(each).shelf == shelf), reverse=True)
        assert listed(store, shelf) == ids
    assert listed(store, Shelf(ShelfKind.FOLDER, "Nothing")) == []
    assert done(store.overview()) == Overview((Folder("Work", 1),), 4, 8)


def test_changes_of_several_give_what_they_are_then(store):
    put_dated(store, a=1.0, b=2.0)
    (found,) = done(store.rename("a", "A"))
    assert found == Entry("a", "A", 1.0)
    ids = ["b", "no such", "a"]
    work = done(store.move(ids, "Work"))
    assert work == (Entry("b", "", 2.0, "Work"), Entry("a", "A", 1.0, "Work"))
    assert {entry.is_archived for entry in done(store.set_archived(ids, True))} == {True}
    pinned = done(store.set_pinned(ids, True))
    assert [entry.shelf for entry in pinned] == [PINNED, PINNED]
    assert {entry.deleted_at for entry in done(store.move_to_bin(ids, now=5.0))} == {5.0}
    assert done(store.restore_from_bin(ids)) == pinned
    assert done(store.move(ids, "Work")) == work
    assert done(store.settled_entries(ids)) == done(store.entries(ids)) == work
    assert done(store.move(ids, None)) == (Entry("b", "", 2.0), Entry("a", "A", 1.0))


def test_folders(store):
    put_dated(store, a=1.0, b=2.0)
    done(store.add_folder("Empty"))
    done(store.add_folder("Empty"))
    done(store.move(["a"], "one"))
    done(store.move(["b"], "Two"))
    assert done(store.rename_folder("one", "One")) == (Entry("a", "", 1.0, "One"),)
    assert done(store.overview()).folders == (Folder("Empty", 0), Folder("One", 1), Folder("Two", 1))
    done(store.set_pinned(["b"], True))
    assert done(store.overview()).folders[-1] == Folder("Two", 0)
    (found,) = done(store.remove_folder("Two"))
    assert found.folder is None
    assert done(store.overview()).folders == (Folder("Empty", 0), Folder("One", 1))
    assert done(store.remove_folder("Two")) == done(store.rename_folder("Two", "Three")) == ()
    assert len(done(store.overview()).folders) == 2


@pytest.mark.parametrize("taken", ["Two", "TWO"])
def test_a_folder_gets_no_name_that_another_has(store, taken):
    put_dated(store, a=1.0, b=2.0)
    done(store.move(["a"], "One"))
    done(store.move(["b"], "Two"))
    with pytest.raises(FolderTakenError):
        done(store.rename_folder("One", taken))
    assert done(store.overview()).folders == (Folder("One", 1), Folder("Two", 1))


def test_of_a_large_folder_is_not_told_what_is_in_it(store, monkeypatch):
    monkeypatch.setattr("arvae_desktop.storage.store.conversation_store._MOST_TOLD", 2)
    put_dated(store, a=1.0, b=2.0, c=3.0)
    done(store.move(["a", "b"], "Work"))
    assert len(done(store.rename_folder("Work", "Works"))) == 2
    done(store.move(["c"], "Works"))
    assert done(store.rename_folder("Works", "Work")) is None
    assert done(store.remove_folder("Work")) is None
    assert listed(store) == ["c", "b", "a"]


def test_no_shelf_is_sorted_when_it_is_read(store, folder):
    done(store.move([], "Work"))
    after = Entry("c", "", 1.0, deleted_at=1.0)
    with contextlib.closing(sqlite3.connect(folder.file)) as connection:
        queries = []
        connection.set_trace_callback(queries.append)
        for shelf in (RECENT, PINNED, ARCHIVE, BIN, WORK):
            page(connection, shelf, after, 10)
        connection.set_trace_callback(None)
        pages = [query for query in queries if "from conversations" in query]
        assert len(pages) == 5
        for query in pages:
            plan = str(connection.execute(f"explain query plan {query}").fetchall())
            assert "SEARCH conversations USING INDEX" in plan
            assert "TEMP B-TREE" not in plan


def test_only_what_is_in_the_bin_goes_where_that_is_wished(store):
    put_dated(store, a=1.0, b=2.0, c=3.0)
    done(store.move_to_bin(["a", "c"]))
    assert done(store.purge(["a", "b", "no such"], only_binned=True)) == ("a",)
    assert done(store.purge_bin()) == ("c",)
    assert done(store.conversation_ids()) == ("b",)


def test_details_of_a_conversation(store):
    done(store.put(Conversation("c", "First words")))
    settings = ConversationSettings(model="m", system="Be brief.", temperature=0.5)
    done(store.rename("c", "Mine"))
    done(store.save_draft("c", "half a thou"))
    done(store.set_unread(["c"], True))
    done(store.set_settings("c", settings))
    found = done(store.conversation("c"))
    assert (found.title, found.has_own_title, found.draft, found.is_unread) == (
        "Mine",
        True,
        "half a thou",
        True,
    )
    assert found.settings == settings


def test_the_bin_loses_what_has_been_there_for_long(store):
    put_dated(store, a=1.0, b=2.0)
    done(store.move_to_bin(["a"], now=DAY_S))
    done(store.move_to_bin(["b"], now=2 * DAY_S))
    assert done(store.purge_bin(before=1.5 * DAY_S)) == ("a",)
    assert listed(store, BIN) == ["b"]
    assert done(store.conversation("a")) is None


def test_nothing_of_a_purged_conversation_is_found(store):
    fill(store, "c", said("m", "needle"), title="needle")
    done(store.purge(["c", "no such"]))
    found = done(store.search("needle"))
    assert (found.titles, found.messages) == ((), ())


def test_a_message_moves_the_conversation_up_and_becomes_the_tip(store):
    put_dated(store, a=1.0, b=2.0)
    done(store.add_message("a", said("m", "hello", at=5.0)))
    assert listed(store) == ["a", "b"]
    assert done(store.conversation("a")).tip == "m"
    done(store.add_message("a", said("n", "aside", at=3.0), becomes_tip=False))
    found = done(store.conversation("a"))
    assert (found.tip, found.updated_at) == ("m", 5.0)


def test_pages_of_the_branch_that_is_shown(store):
    fill(store, "c", said("m0", "0"))
    for number in range(1, 10):
        done(store.add_message("c", said(f"m{number}", str(number), f"m{number - 1}")))
    done(store.add_message("c", said("other", "another way", "m4")))
    assert ids(done(store.load_newest("c", 3))) == (["m3", "m4", "other"], True)
    done(store.set_tip("c", "m9"))
    assert ids(done(store.load_newest("c", 3))) == (["m7", "m8", "m9"], True)
    assert ids(done(store.load_earlier("c", "m7", 4))) == (["m3", "m4", "m5", "m6"], True)
    assert ids(done(store.load_earlier("c", "m3", 4))) == (["m0", "m1", "m2"], False)
    assert ids(done(store.load_earlier("c", "m0", 4))) == ([], False)


def test_no_page_without_messages(store):
    done(store.put(Conversation("c", tip="gone")))
    assert ids(done(store.load_newest("c"))) == ([], False)


def test_removed_messages_close_the_gap(store):
    fill(store, "c", said("a", "needle"), said("b", "needle", "a"), said("d", "needle", "b"))
    done(store.remove_messages("c", ["b", "d", "no such"]))
    done(store.add_message("c", said("e", "last", "a")))
    done(store.remove_messages("c", ["a"]))
    (kept,) = done(store.load_messages("c"))
    assert (kept.message.id, kept.parent) == ("e", None)
    assert done(store.search("needle")).messages == ()


def test_the_tip_goes_back_when_it_is_removed(store):
    fill(store, "c", said("a", "1"), said("b", "2", "a"))
    done(store.remove_messages("c", ["b"]))
    assert done(store.conversation("c")).tip == "a"


def test_a_deleted_message_keeps_its_place_and_is_not_found(store):
    fill(store, "c", said("a", "needle"), said("b", "2", "a"))
    done(store.mark_message_deleted("c", "a", True))
    page = done(store.load_newest("c"))
    assert [(kept.message.id, kept.is_deleted) for kept in page.messages] == [("a", True), ("b", False)]
    assert done(store.search("needle")).messages == ()
    done(store.mark_message_deleted("c", "a", False))
    assert len(done(store.search("needle")).messages) == 1


def test_what_can_not_be_done_harms_nothing_else(store):
    fill(store, "c", said("m", "hello"))
    doomed = [
        (store.add_message("nowhere", said("x", "")), LookupError),
        (store.add_message("c", said("x", "", "no parent")), LookupError),
        (store.add_message("c", said("m", "again")), ValueError),
        (store.append("c", "m", text("not running")), LookupError),
        (store.end_message("c", "m", AnswerState.COMPLETE, None), LookupError),
        (store.rename("nowhere", ""), LookupError),
    ]
    good = store.add_message("c", said("n", "world", "m"))
    for future, error in doomed:
        with pytest.raises(error):
            done(future)
    done(good)
    assert len(done(store.load_messages("c"))) == 2


def test_a_change_that_fails_half_way_is_undone_alone(store):
    done(store.put(Conversation("c")))
    held = threading.Event()
    blocker = store._writer.do(held.wait)

    def fail_half_way(connection):
        connection.execute("update conversations set draft = x'41'")
        raise ValueError("half way")

    before, failing, after = (
        store.set_pinned(["c"], True),
        store._writer.change(fail_half_way, ("c",)),
        store.set_unread(["c"], True),
    )
    held.set()
    done(blocker)
    with pytest.raises(ValueError, match="half way"):
        done(failing)
    done(before)
    done(after)
    assert done(store.conversation("c")) == Conversation("c", is_pinned=True, is_unread=True)


def test_a_running_message_can_not_be_resumed(store):
    fill(store, "c", said("m", "", role=Role.ASSISTANT, state=AnswerState.RUNNING))
    with pytest.raises(ValueError, match="runs already"):
        done(store.resume_message("c", "m"))


def test_changes_asked_for_at_once_are_made_in_their_order(store):
    done(store.put(Conversation("c")))
    futures = [store.save_draft("c", str(number)) for number in range(500)]
    assert not any(future.cancel() for future in futures)
    for future in futures:
        done(future)
    assert done(store.conversation("c")).draft == "499"


def test_asking_costs_the_calling_thread_nothing(store):
    fill(store, "c", said("m", "", role=Role.ASSISTANT, state=AnswerState.RUNNING))
    held = threading.Event()
    blocker = store._writer.do(held.wait)
    futures = [store.append("c", "m", text("x")) for _ in range(100)]
    assert not any(future.done() for future in futures)
    held.set()
    done(blocker)
    for future in futures:
        done(future)
    assert done(store.load_messages("c"))[0].message.text == "x" * 100


def test_files_are_the_users_alone(folder, store):
    fill(store, "c", said("m", "secret"))
    done(store.back_up())
    files = [*folder.path.glob("*.db*"), *folder.backups.iterdir()]
    assert len(files) >= 4
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    for path in (folder.path, folder.backups):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


@pytest.fixture(autouse=True)
def no_umask():
    before = os.umask(0)
    yield
    os.umask(before)


def test_two_stores_never_have_one_file(folder, store):
    second = folder.store()
    with pytest.raises(StoreInUseError):
        done(second.open())
    with pytest.raises(StoreInUseError):
        done(second.put(Conversation("c")))
    with pytest.raises(StoreInUseError):
        done(second.overview())
    done(store.put(Conversation("c")))
    done(store.close())
    third, _ = folder.opened()
    assert listed(third) == ["c"]


def test_a_closed_store_takes_nothing(store):
    done(store.close())
    done(store.close())
    with pytest.raises(StoreError, match="closed"):
        done(store.put(Conversation("c")))
    with pytest.raises(StoreError, match="closed"):
        done(store.overview())


def test_everything_is_deleted(folder, store):
    fill(store, "c", said("m", "an unmistakable word"), title="unmistakable")
    done(store.back_up())
    (folder.path / "conversations-damaged-20200101-000000.db").write_bytes(b"unmistakable")
    done(store.delete_everything())
    assert listed(store) == []
    assert done(store.search("unmistakable")).messages == ()
    left = [
        path for path in folder.path.rglob("*") if path.is_file() and b"unmistakable" in path.read_bytes()
    ]
    assert left == []
    fill(store, "d", said("m", "life goes on"))
    assert listed(store) == ["d"]


def test_a_models_name_is_kept_with_the_answer(store):
    fill(store, "c", said("m", "", role=Role.ASSISTANT, state=AnswerState.RUNNING, model="asked/for"))
    done(store.end_message("c", "m", AnswerState.COMPLETE, AnswerFacts("really/answered")))
    (kept,) = done(store.load_messages("c"))
    assert kept.message.facts.model == "really/answered"


def ids(page):
    return [kept.message.id for kept in page.messages], page.has_earlier
