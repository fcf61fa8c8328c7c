"""The conversations of this run as a library, and what is wished of those in memory."""

import pytest

from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.library import ARCHIVE, BIN, PINNED, RECENT, Entry, Folder, Shelf, ShelfKind
from arvae_desktop.domain.requests import Endpoint
from arvae_desktop.services.conversations import Conversations
from arvae_desktop.services.memory_library import MemoryLibrary
from arvae_desktop.services.session_library import SessionLibrary
from tests.services.scripted_client import COMPLETE, ScriptedClient


@pytest.fixture
def kept():
    library = MemoryLibrary()
    library.put(*(Entry(name, name, float(number)) for number, name in enumerate("abcde")))
    return library


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


def test_pages_follow_each_other_newest_first(kept, qtbot):
    assert _read(kept, RECENT, qtbot) == "edcba"
    assert _read(kept, RECENT, qtbot, limit=5) == "edcba"
    assert _read(kept, BIN, qtbot) == ""


def test_each_conversation_stands_on_one_shelf(kept, qtbot):
    work = Shelf(ShelfKind.FOLDER, "Work")
    kept.create_folder("Work")
    kept.move(["a", "b"], "Work")
    kept.set_pinned(["b"], pinned=True)
    kept.set_archived(["c"], archived=True)
    kept.delete(["d"])
    shelves = {shelf: _read(kept, shelf, qtbot) for shelf in (work, PINNED, ARCHIVE, BIN, RECENT)}
    assert shelves == {work: "a", PINNED: "b", ARCHIVE: "c", BIN: "d", RECENT: "e"}
    assert kept.overview.folders == (Folder("Work", 1),)
    assert (kept.overview.archived, kept.overview.binned) == (1, 1)
    kept.restore(["d"])
    kept.delete_folder("Work")
    assert _read(kept, RECENT, qtbot) == "eda"


def test_only_what_is_in_the_bin_goes_for_good(kept, qtbot):
    kept.delete(["a"])
    with qtbot.waitSignal(kept.removed) as removed:
        kept.delete_for_good(["a", "b", "unknown"])
    assert removed.args == [("a",)]
    kept.delete(["b", "c"])
    kept.empty_bin()
    assert _read(kept, RECENT, qtbot) == "ed"


def test_sessions_are_listed_marked_and_searched(qasync_loop, tasks, qtbot):
    assert qasync_loop.is_running()
    client = ScriptedClient()
    conversations = Conversations(client, tasks)
    library = SessionLibrary(conversations)
    session = conversations.start_new()
    assert library.id_of(session) is None
    session.send("About bridges", Endpoint(BaseUrl.parse("http://127.0.0.1:9/v1")), "some/model")
    conversation_id = library.id_of(session)
    assert library.session(conversation_id) is session
    assert library.running == {conversation_id}
    qtbot.waitUntil(lambda: bool(client.streams))
    client.last.say("They carry heavy loads.", COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    assert library.running == frozenset()
    with qtbot.waitSignal(library.found) as found:
        token = library.search("LOADS heavy")
    assert found.args[0].token == token
    (hit,) = found.args[0].hits
    assert hit.message_id == session.messages[-1].id
    assert [hit.snippet[first:last] for first, last in hit.ranges] == ["heavy", "loads"]
