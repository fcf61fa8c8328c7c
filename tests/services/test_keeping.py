"""The store while the app runs: what is shown is saved, and what becomes of that when the disk won't."""

import asyncio
import sqlite3
import threading
from contextlib import closing, contextmanager

import pytest
from shiboken6 import isValid

from arvae_desktop.domain.conversations import Conversation
from arvae_desktop.domain.errors import StoreError, StoreInUseError
from arvae_desktop.domain.messages import AnswerState, Message, Role, Segment, SegmentKind
from arvae_desktop.services import store_journal
from arvae_desktop.services.keeping import Keeping
from arvae_desktop.services.store_journal import StoreJournal
from arvae_desktop.storage.store import schema
from arvae_desktop.storage.store.place import StorePlace
from tests.unit.storage.keeping import done, said


@pytest.fixture
def patient(monkeypatch):
    """No disk is slow, however long it takes: what is not saved is not told."""
    monkeypatch.setattr(store_journal, "SLOW_MS", 60_000)


@pytest.fixture
def journal(keeping):
    journal = StoreJournal(keeping, "c", is_kept=False)
    journal.set_title("A conversation")
    journal.add(said("prompt", "Why?"))
    journal.add(said("answer", "", "prompt", role=Role.ASSISTANT, state=AnswerState.RUNNING))
    done(keeping.store.settled_entries(["c"]))
    return journal


def _text(words):
    return (Segment(SegmentKind.TEXT, words),)


def _kept(keeping):
    return [each.message.text for each in done(keeping.store.load_messages("c"))]


@contextmanager
def _held_up(keeping):
    """The writer does nothing meanwhile."""
    go_on = threading.Event()
    waiting = keeping.store._writer.do(lambda: go_on.wait(30))
    try:
        yield
    finally:
        go_on.set()
        done(waiting)


@contextmanager
def _locked(keeping):
    """Another program holds the file meanwhile."""
    with closing(sqlite3.connect(keeping._place.file, isolation_level=None)) as other:
        other.execute("begin immediate")
        yield
        other.execute("rollback")


async def _turns(count):
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.mark.usefixtures("patient")
def test_what_is_told_is_saved(journal, keeping, qtbot):
    seen = []
    for number in range(50):
        journal.append(
            "answer", _text(f"{number} "), lambda number=number: seen.append((number, _kept(keeping)[1]))
        )
    qtbot.waitUntil(lambda: len(seen) == 50)
    assert [number for number, _text in seen] == list(range(50))
    for number, text in seen:
        assert text.startswith("".join(f"{earlier} " for earlier in range(number + 1)))


@pytest.mark.usefixtures("patient")
def test_an_answer_ends_behind_its_last_words(journal, keeping, qtbot):
    told = []
    journal.append("answer", _text("So."), lambda: told.append("text"))
    message = Message("answer", Role.ASSISTANT, _text("So."), AnswerState.COMPLETE)
    journal.end(message, lambda: told.append("end"))
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == ["text", "end"]
    (_, answer) = done(keeping.store.load_messages("c"))
    assert answer.message.state is AnswerState.COMPLETE


@pytest.mark.usefixtures("patient")
def test_a_prompt_is_saved_before_anything_goes_out(keeping, run, qasync_loop, qtbot):
    done(keeping.store.conversation_ids())
    journal = StoreJournal(keeping, "c", is_kept=False)
    with _held_up(keeping):
        journal.add(said("prompt", "Why?"))
        written = qasync_loop.create_task(journal.written())
        run(_turns(20))
        assert not written.done()
    qtbot.waitUntil(written.done)
    with closing(sqlite3.connect(keeping._place.file)) as other:
        (text,) = other.execute("select text from bodies").fetchone()
    assert text == b"Why?"


def test_text_is_shown_all_the_same_where_the_disk_is_slow(journal, keeping, notices, notifier, qtbot):
    withdrawn, told = [], []
    notifier.withdrawn.connect(withdrawn.append)
    with _held_up(keeping):
        journal.append("answer", _text("a"), lambda: told.append("a"))
        journal.append("answer", _text("b"), lambda: told.append("b"))
        qtbot.waitUntil(lambda: told == ["a", "b"])
        assert "not saved yet" in notices[-1].title
    qtbot.waitUntil(lambda: withdrawn == ["store"])
    assert _kept(keeping) == ["Why?", "ab"]
    assert told == ["a", "b"]


def test_a_conversation_that_is_closed_before_the_disk_answers_leaves_no_notice(
    journal, keeping, notices, notifier, qtbot
):
    withdrawn, told = [], []
    notifier.withdrawn.connect(withdrawn.append)
    with _held_up(keeping):
        journal.append("answer", _text("a"), lambda: told.append("a"))
        qtbot.waitUntil(lambda: told == ["a"])
        assert len(notices) == 1
        journal.deleteLater()
        qtbot.waitUntil(lambda: not isValid(journal))
    qtbot.waitUntil(lambda: withdrawn == ["store"])
    assert _kept(keeping) == ["Why?", "a"]


def test_nobody_waits_for_a_slow_disk_before_a_prompt_goes_out(journal, keeping, run):
    with _held_up(keeping):
        journal.append("answer", _text("a"), lambda: None)
        run(journal.written())


@pytest.mark.expected_log("nothing can be saved")
def test_the_chat_goes_on_while_nothing_can_be_saved(journal, keeping, notices, notifier, qtbot, run):
    withdrawn, told = [], []
    notifier.withdrawn.connect(withdrawn.append)
    with _locked(keeping):
        journal.append("answer", _text("a"), lambda: told.append("a"))
        qtbot.waitUntil(lambda: keeping.is_troubled)
        assert (
            notices[-1].title == "Another program holds the file of your conversations. Nothing can be saved."
        )
        journal.append("answer", _text("b"), lambda: told.append("b"))
        assert told == ["a", "b"]
        run(journal.written())
        assert _kept(keeping) == ["Why?", "ab"]
    qtbot.waitUntil(lambda: not keeping.is_troubled)
    assert withdrawn[-1] == "store"
    with closing(sqlite3.connect(keeping._place.file)) as other:
        pieces = other.execute("select text from journal order by place").fetchall()
    assert b"".join(piece for (piece,) in pieces) == b"ab"


@pytest.mark.expected_log("nothing can be saved")
def test_what_could_not_be_saved_is_told_at_the_end(tmp_path, notifier, run, qtbot):
    keeping = Keeping(StorePlace(tmp_path / "c.db", tmp_path / "backups"), notifier)
    done(keeping.store.put(Conversation("c")))
    with _locked(keeping):
        keeping.library.put(Conversation("d"))
        qtbot.waitUntil(lambda: keeping.is_troubled)
        with pytest.raises(StoreError, match="could not be saved"):
            run(keeping.close())


@pytest.mark.usefixtures("patient")
def test_a_conversation_that_was_deleted_meanwhile_takes_nothing_more(journal, keeping, notices, qtbot):
    done(keeping.store.purge(["c"]))
    told = []
    journal.append("answer", _text("a"), lambda: told.append("a"))
    qtbot.waitUntil(lambda: told == ["a"])
    assert notices == []


def test_two_never_have_one_store(keeping, notifier):
    keeping.reserve()
    other = Keeping(keeping._place, notifier)
    with pytest.raises(StoreInUseError):
        other.reserve()
    done(keeping.begin_to_close())


def test_nothing_is_opened_before_it_is_needed(keeping):
    keeping.reserve()
    assert not keeping._place.file.exists()
    keeping.library.request_page(None, None, 10)
    keeping.library.search("words")
    keeping.library.cancel_search()
    assert not keeping._place.file.exists()


@pytest.mark.expected_log("store_too_new")
def test_a_store_of_a_newer_version_is_read_and_said(tmp_path, notifier, notices, run, qtbot):
    place = StorePlace(tmp_path / "c.db", tmp_path / "backups")
    first = Keeping(place, notifier)
    done(first.store.put(Conversation("c", "Kept")))
    run(first.close())
    with closing(sqlite3.connect(place.file)) as file:
        file.execute(f"pragma user_version = {schema.VERSION + 1}")
    second = Keeping(place, notifier)
    with qtbot.waitSignal(second.opened):
        assert done(second.store.conversation("c")).title == "Kept"
    assert notices[-1].title == "A newer version of the app wrote your conversations."
    journal, told = StoreJournal(second, "d", is_kept=False), []
    journal.add(said("prompt", "Why?"))
    journal.append("answer", _text("a"), lambda: told.append("a"))
    qtbot.waitUntil(lambda: told == ["a"])
    assert {notice.kind for notice in notices} == {"store_too_new"}
    run(second.close())


@pytest.mark.expected_log("damaged|store")
def test_a_damaged_file_is_said_with_what_was_rescued(tmp_path, notifier, notices, run, qtbot):
    place = StorePlace(tmp_path / "c.db", tmp_path / "backups")
    first = Keeping(place, notifier)
    done(first.store.put(Conversation("c", "Kept")))
    done(first.store.add_message("c", said("prompt", "Why?")))
    run(first.close())
    content = bytearray(place.file.read_bytes())
    content[:16] = b"not a database.."
    place.file.write_bytes(content)
    second = Keeping(place, notifier)
    with qtbot.waitSignal(second.opened):
        assert done(second.store.conversation("c")).title == "Kept"
    notice = notices[-1]
    assert notice.title == "The file of your conversations was damaged."
    assert "1 conversation with 1 message" in notice.hint
    (moved,) = tmp_path.glob("c-damaged-*.db")
    assert str(moved) in notice.hint
    run(second.close())


@pytest.mark.expected_log("store: StoreError")
def test_a_prompt_that_can_t_be_saved_goes_out_all_the_same(keeping, run):
    done(keeping.store.close())
    journal = StoreJournal(keeping, "c", is_kept=True)
    journal._watch(keeping.store.set_tip("c", None))
    run(journal.written())
