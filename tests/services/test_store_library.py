"""The store as a library: pages, searches, wishes and what becomes of them, with real files."""

import pytest

from arvae_desktop.domain.conversations import Conversation
from arvae_desktop.domain.errors import FolderTakenError
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
from arvae_desktop.domain.messages import Role
from tests.support.fake_library import attached, settle
from tests.unit.storage.keeping import done, fill, said

_WORK = Shelf(ShelfKind.FOLDER, "Work")
_DAY_S = 24 * 3600.0

pytestmark = pytest.mark.usefixtures("qapp")


def _read(library, shelf, qtbot, limit=2):
    """All of a shelf, page by page."""
    ids, after, is_last = [], None, False
    while not is_last:
        with qtbot.waitSignal(library.page_ready) as page:
            token = library.request_page(shelf, after, limit)
        assert page.args[0].token == token
        entries, is_last = page.args[0].entries, page.args[0].is_last
        assert len(entries) <= limit
        ids += [entry.id for entry in entries]
        after = entries[-1] if entries else None
    return "".join(ids)


# --- pages ---


@pytest.mark.parametrize("limit", [2, 4, 5, 6])
def test_pages_follow_each_other_newest_first(kept, qtbot, limit):
    assert _read(kept, RECENT, qtbot, limit) == "edcba"
    assert _read(kept, BIN, qtbot, limit) == ""


def test_a_page_goes_on_behind_a_conversation_that_has_moved(kept, qtbot):
    with qtbot.waitSignal(kept.page_ready) as page:
        kept.request_page(RECENT, None, 2)
    last = page.args[0].entries[-1]
    assert last.id == "d"
    kept.delete(["d"])
    settle(kept)
    with qtbot.waitSignal(kept.page_ready) as page:
        kept.request_page(RECENT, last, 2)
    assert [entry.id for entry in page.args[0].entries] == ["c", "b"]


def test_what_is_asked_before_the_store_is_open_is_answered_then(store_folder, errors, qtbot):
    first, _report = store_folder.opened()
    done(first.put(Conversation("a", folder="Work")))
    done(first.close())
    store = store_folder.store()
    library = attached(store, errors.append)
    library.request_page(_WORK, None, 10)
    assert library.overview == Overview()
    with qtbot.waitSignals([library.page_ready, library.overview_changed]):
        store.open()
    assert library.overview == Overview((Folder("Work", 1),))
    assert not errors


# --- wishes ---


def test_each_conversation_stands_on_one_shelf(kept, qtbot):
    kept.move(["a", "b"], "Work")
    kept.set_pinned(["b"], pinned=True)
    kept.set_archived(["c"], archived=True)
    kept.delete(["d"])
    settle(kept)
    shelves = {shelf: _read(kept, shelf, qtbot) for shelf in (_WORK, PINNED, ARCHIVE, BIN, RECENT)}
    assert shelves == {_WORK: "a", PINNED: "b", ARCHIVE: "c", BIN: "d", RECENT: "e"}
    assert kept.overview == Overview((Folder("Work", 1),), 1, 1)
    kept.restore(["d"])
    kept.delete_folder("Work")
    settle(kept)
    assert _read(kept, RECENT, qtbot) == "eda"


@pytest.mark.parametrize(
    ("wish", "is_so"),
    [
        (lambda library, ids: library.set_pinned(ids, pinned=True), lambda entry: entry.is_pinned),
        (lambda library, ids: library.set_archived(ids, archived=True), lambda entry: entry.is_archived),
        (lambda library, ids: library.set_unread(ids, unread=True), lambda entry: entry.is_unread),
        (lambda library, ids: library.move(ids, "Work"), lambda entry: entry.folder == "Work"),
        (lambda library, ids: library.delete(ids), lambda entry: entry.deleted_at is not None),
        (lambda library, ids: library.note(*ids), lambda entry: entry.shelf == RECENT),
    ],
)
def test_several_change_at_once_and_unknown_ones_are_passed_over(kept, heard, errors, wish, is_so):
    wish(kept, ["a", "no such", "c", "a"])
    assert heard == []
    settle(kept)
    ((name, entries),) = [each for each in heard if each[0] != "overview_changed"]
    assert (name, [entry.id for entry in entries]) == ("changed", ["a", "c"])
    assert all(map(is_so, entries))
    assert not errors


def test_a_title_of_the_users_own(kept, heard, store, errors):
    kept.rename("a", "Mine")
    kept.rename("no such", "Nobody's")
    settle(kept)
    assert heard == [("changed", (Entry("a", "Mine", 0.0),))]
    assert done(store.conversation("a")).has_own_title
    assert not errors


def test_only_what_is_in_the_bin_goes_for_good(kept, heard, store):
    kept.delete(["a", "b"])
    settle(kept)
    heard.clear()
    kept.delete_for_good(["a", "c", "no such"])
    settle(kept)
    assert heard == [("removed", ("a",)), ("overview_changed", Overview((), 0, 1))]
    kept.empty_bin()
    kept.empty_bin()
    settle(kept)
    assert heard[2:] == [("removed", ("b",)), ("overview_changed", Overview())]
    assert set(done(store.conversation_ids())) == {"c", "d", "e"}


def test_what_was_binned_long_ago_goes_when_the_bin_is_tidied(kept, heard, store, qtbot):
    done(store.move_to_bin(["a"], now=_DAY_S))
    kept.delete(["b"])
    kept.tidy_bin()
    settle(kept)
    assert [value for name, value in heard if name == "removed"] == [("a",)]
    assert _read(kept, BIN, qtbot) == "b"


def test_folders(kept, heard):
    kept.create_folder("Work")
    kept.create_folder("Work")
    settle(kept)
    assert heard == [("overview_changed", Overview((Folder("Work", 0),)))]
    kept.move(["a"], "Work")
    kept.rename_folder("Work", "play")
    kept.create_folder("Office")
    settle(kept)
    assert kept.overview.folders == (Folder("Office", 0), Folder("play", 1))
    assert ("changed", (Entry("a", "A", 0.0, "play"),)) in heard
    kept.delete_folder("play")
    kept.delete_folder("no such")
    settle(kept)
    assert heard[-2:] == [
        ("changed", (Entry("a", "A", 0.0),)),
        ("overview_changed", Overview((Folder("Office", 0),))),
    ]


def test_a_taken_name_is_told_and_nothing_is_merged(kept, heard, errors):
    kept.move(["a"], "Work")
    kept.create_folder("Play")
    settle(kept)
    heard.clear()
    kept.rename_folder("Play", "WORK")
    settle(kept)
    assert heard == []
    assert [type(error) for error in errors] == [FolderTakenError]
    assert kept.overview.folders == (Folder("Play", 0), Folder("Work", 1))


def test_a_large_folder_is_read_anew_when_it_is_renamed(kept, heard, monkeypatch):
    monkeypatch.setattr("arvae_desktop.storage.store.conversation_store._MOST_TOLD", 2)
    kept.move(["a", "b", "c"], "Work")
    settle(kept)
    heard.clear()
    kept.rename_folder("Work", "Office")
    settle(kept)
    assert heard == [("reset", None), ("overview_changed", Overview((Folder("Office", 3),)))]


def test_pinned_and_archived_ones_are_not_counted_in_their_folder(kept, qtbot):
    kept.move(["a", "b", "c", "d"], "Work")
    kept.set_pinned(["a"], pinned=True)
    kept.set_archived(["b"], archived=True)
    kept.delete(["c"])
    settle(kept)
    assert kept.overview == Overview((Folder("Work", 1),), 1, 1)
    assert _read(kept, _WORK, qtbot) == "d"


# --- what others say ---


def test_a_new_conversation_is_told_once_it_is_kept(kept, heard, store):
    kept.put(Conversation("new", "New", updated_at=9.0, folder="Work"))
    assert heard == []
    settle(kept)
    new = Entry("new", "New", 9.0, "Work")
    assert heard == [("changed", (new,)), ("overview_changed", Overview((Folder("Work", 1),)))]
    assert done(store.entries(["new"])) == (new,)


def test_what_is_noted_is_listed_as_it_is_after_all_that_was_asked_for(kept, heard, store):
    store.add_message("a", said("m", "hello", at=9.0))
    kept.note("a")
    kept.rename("a", "After")
    settle(kept)
    assert heard == [("changed", (Entry("a", "A", 9.0),)), ("changed", (Entry("a", "After", 9.0),))]


def test_running_ones_are_known_at_once(kept, heard):
    kept.set_running("a", is_running=True)
    kept.set_running("a", is_running=True)
    kept.set_running("b", is_running=True)
    kept.set_running("a", is_running=False)
    kept.set_running("no such", is_running=False)
    assert kept.running == {"b"}
    assert heard == [("running_changed", frozenset(name)) for name in "aba"]


def test_a_store_that_was_replaced_is_read_anew(kept, heard, store, qtbot):
    kept.create_folder("Work")
    settle(kept)
    heard.clear()
    done(store.delete_everything())
    kept.reload()
    settle(kept)
    assert heard == [("reset", None), ("overview_changed", Overview())]
    assert _read(kept, RECENT, qtbot) == ""


# --- search ---


@pytest.fixture
def searched(kept, store):
    fill(
        store,
        "x",
        said("m1", "the needle\nin the hay"),
        said("m2", "a Needle", role=Role.ASSISTANT, model="gpt"),
    )
    done(store.rename("b", "Needles"))
    return kept


def _search(library, query, qtbot):
    with qtbot.waitSignal(library.found) as found:
        token = library.search(query)
    assert found.args[0].token == token
    assert found.args[0].is_last
    return found.args[0].hits


def test_titles_are_found_first(searched, qtbot):
    hits = _search(searched, "needle", qtbot)
    assert [(hit.conversation.id, hit.message_id) for hit in hits] == [("b", None), ("x", "m2"), ("x", "m1")]
    assert hits[0].conversation == Entry("b", "Needles", 1.0)
    assert (hits[0].snippet, hits[0].ranges) == ("", ((0, 7),))
    assert (hits[2].snippet, hits[2].ranges) == ("the needle in the hay", ((4, 10),))


@pytest.mark.parametrize(
    ("query", "found"),
    [("in:title needle", [None]), ("role:assistant needle", ["m2"]), ("model:gpt", ["m2"])],
)
def test_filters_stand_in_the_query(searched, qtbot, query, found):
    assert [hit.message_id for hit in _search(searched, query, qtbot)] == found


def test_what_is_found_beyond_the_first_few_comes_behind_them(searched, store, qtbot):
    for number in range(60):
        done(store.add_message("x", said(f"n{number}", f"needle {number}", at=float(number))))
    parts = []
    searched.found.connect(parts.append)
    searched.search("needle")
    qtbot.waitUntil(lambda: bool(parts) and parts[-1].is_last)
    found = [hit.message_id for part in parts for hit in part.hits]
    assert len(parts) == 2
    assert len(found) == len(set(found)) == 63
    assert found[1] == "n59"


def test_nothing_found_is_an_answer_too(searched, qtbot):
    assert _search(searched, "haystack", qtbot) == ()


def test_only_the_last_search_is_answered(searched, heard):
    for query in ("n", "ne", "nee"):
        searched.search(query)
    token = searched.search("need")
    settle(searched)
    assert [(name, value.token) for name, value in heard] == [("found", token)]


def test_a_search_that_is_given_up_is_not_answered(searched, heard):
    searched.search("needle")
    searched.cancel_search()
    settle(searched)
    assert heard == []
