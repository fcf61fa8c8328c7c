"""Whole files in and out of a real store."""

import asyncio
import gc
import json
import os
import sys
import threading

import pytest

from arvae_desktop.domain.conversations import Conversation, ConversationSettings, ConversationTree
from arvae_desktop.domain.library import RECENT
from arvae_desktop.domain.messages import Role
from arvae_desktop.exchange.exporting import Format
from arvae_desktop.services import own_process
from arvae_desktop.services.keeping import Keeping
from arvae_desktop.services.preferences import Preferences
from arvae_desktop.services.transfers import Transfer, Transfers
from arvae_desktop.storage.settings import Settings
from arvae_desktop.storage.store.place import StorePlace
from tests.unit.storage.keeping import done, said


@pytest.fixture(autouse=True)
def _no_garbage_of_other_tests(qapp):
    """An import computes on a thread of its own, and what it would collect is not for that thread to end."""
    assert qapp is not None
    gc.collect()


@pytest.fixture
def transfers(keeping, preferences):
    return Transfers(keeping, preferences)


@pytest.fixture
def elsewhere(tmp_path, notifier, run):
    """Another store, empty."""
    keeping = Keeping(StorePlace(tmp_path / "other" / "conversations.db", tmp_path / "other"), notifier)
    yield keeping
    run(keeping.close())


@pytest.fixture
def kept(keeping):
    """Two conversations."""
    for name in ("first", "second"):
        settings = ConversationSettings(system=f"Be {name}.")
        conversation = Conversation(name, name.title(), settings=settings, draft=f"a draft in {name}")
        done(keeping.store.put(conversation))
        done(keeping.store.add_message(name, said(f"{name} 1", "Why?")))
        answer = said(f"{name} 2", "So.", f"{name} 1", role=Role.ASSISTANT, model="some/model")
        done(keeping.store.add_message(name, answer))


def _do(run, work, progress=None):
    """Runs a transfer with everything it tells in `progress`."""

    async def carry():
        return await work(Transfer((progress if progress is not None else []).append))

    return run(carry())


def _trees(run, transfers):
    ids = [entry.id for entry in done(transfers._keeping.store.list_conversations(RECENT))]
    return {name: run(transfers.tree(name)) for name in ids}


@pytest.mark.usefixtures("kept")
def test_a_backup_brings_everything_back_elsewhere(
    transfers, elsewhere, preferences, notifier, tmp_path, run
):
    preferences.change(base_url="https://example.org/v1", zoom=125, window_size=(800, 600))
    path = tmp_path / "all.arvae"
    assert _do(run, lambda transfer: transfers.back_up(path, transfer)).conversations == 2
    assert path.stat().st_mode & 0o777 == 0o600
    others = Preferences(None, notifier)
    there = Transfers(elsewhere, others)
    outcome = _do(run, lambda transfer: there.restore(path, transfer))
    assert (outcome.conversations, outcome.messages, outcome.problems) == (2, 4, ())
    assert _trees(run, there) == _trees(run, transfers)
    assert (others.settings.base_url, others.settings.zoom) == ("https://example.org/v1", 125)
    assert others.settings.window_size is None
    again = _do(run, lambda transfer: there.restore(path, transfer))
    assert (again.conversations, again.skipped) == (0, 4)


@pytest.mark.usefixtures("kept")
def test_a_damaged_backup_changes_nothing(transfers, elsewhere, notifier, tmp_path, run):
    path = tmp_path / "all.arvae"
    _do(run, lambda transfer: transfers.back_up(path, transfer))
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 3] ^= 0xFF
    path.write_bytes(damaged)
    others = Preferences(None, notifier)
    outcome = _do(run, lambda transfer: Transfers(elsewhere, others).restore(path, transfer))
    assert outcome.conversations == 0
    assert outcome.problems
    assert others.settings == Settings()


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("form", list(Format))
def test_one_some_and_all_are_exported(transfers, tmp_path, run, form):
    path = tmp_path / f"out.{form}"
    for ids, count in ((["second"], 1), (["second", "first"], 2), (None, 2)):
        outcome = _do(run, lambda transfer, ids=ids: transfers.export(ids, path, form, transfer))
        assert outcome.conversations == count
        text = path.read_text("utf-8")
        assert ("First" in text) == (count == 2)
        assert "Second" in text


@pytest.mark.usefixtures("kept")
def test_each_gets_a_file_of_its_own(transfers, tmp_path, run):
    folder = tmp_path / "files"
    folder.mkdir()
    _do(run, lambda transfer: transfers.export(None, folder, Format.JSON, transfer, one_each=True))
    assert len(list(folder.glob("*.json"))) == 2


@pytest.mark.usefixtures("kept")
def test_our_own_json_is_imported_without_loss_and_without_doubles(
    transfers, elsewhere, preferences, tmp_path, run
):
    path = tmp_path / "out.json"
    _do(run, lambda transfer: transfers.export(None, path, Format.JSON, transfer))
    there = Transfers(elsewhere, preferences)
    for added in (2, 0):
        assert _do(run, lambda transfer: there.import_file(path, transfer)).conversations == added
    assert _trees(run, there) == _trees(run, transfers)


def _messages(count):
    return [{"role": "user", "content": f"Message {number}"} for number in range(count)]


def test_a_broken_file_names_the_place_and_the_rest_is_imported(transfers, keeping, tmp_path, run):
    good = [json.dumps({"messages": _messages(2)}) for _ in range(2)]
    path = tmp_path / "lists.jsonl"
    path.write_text(f'{good[0]}\n{{"messages": [{{"role": \n{good[1].replace("Message", "Another")}\n')
    outcome = _do(run, lambda transfer: transfers.import_file(path, transfer))
    assert outcome.conversations == 2
    (problem,) = outcome.problems
    assert problem.offset is not None
    assert len(done(keeping.store.conversation_ids())) == 2


def test_a_file_that_is_not_there_is_an_error(transfers, tmp_path, run):
    with pytest.raises(FileNotFoundError):
        _do(run, lambda transfer: transfers.import_file(tmp_path / "none.json", transfer))


def test_an_import_that_is_cancelled_keeps_what_it_has(transfers, keeping, tmp_path, run):
    path = tmp_path / "many.jsonl"
    lines = (
        json.dumps({"messages": [{"role": "user", "content": f"{n} " + "x" * 300}] * 20})
        for n in range(3_000)
    )
    path.write_text("\n".join(lines))

    async def carry():
        transfer = Transfer(lambda progress: transfer.cancel() if progress.conversations else None)
        return await transfers.import_file(path, transfer)

    outcome = run(carry())
    assert outcome.is_cancelled
    assert 0 < outcome.conversations < 3_000
    assert len(done(keeping.store.conversation_ids())) == outcome.conversations


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes")
def test_an_import_that_nobody_waits_for_ends_also_where_reading_hangs(transfers, tmp_path, run, monkeypatch):
    processes, is_started = [], threading.Event()
    start = own_process.start

    def started(command, environment):
        processes.append(start(command, environment))
        is_started.set()
        return processes[0]

    monkeypatch.setattr(own_process, "start", started)
    path = tmp_path / "pipe"
    os.mkfifo(path)

    async def carry():
        task = asyncio.create_task(transfers.import_file(path, Transfer(lambda _progress: None)))
        await asyncio.to_thread(is_started.wait, 30)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    assert run(carry())
    processes[0].wait(30)


def test_an_export_that_is_cancelled_leaves_the_file_that_was_there(transfers, keeping, tmp_path, run):
    for number in range(300):
        done(keeping.store.put(Conversation(f"{number:03}")))
    path = tmp_path / "out.json"
    path.write_text("before")

    async def carry():
        transfer = Transfer(lambda _progress: None)
        transfer.cancel()
        return await transfers.export(None, path, Format.JSON, transfer)

    assert run(carry()).is_cancelled
    assert path.read_text() == "before"


@pytest.mark.usefixtures("kept")
def test_progress_is_told(transfers, tmp_path, run):
    progress = []
    _do(run, lambda transfer: transfers.export(None, tmp_path / "a.json", Format.JSON, transfer), progress)
    assert progress[0].total == 2


@pytest.mark.usefixtures("kept")
def test_a_tree_is_read_whole(transfers, run):
    tree = run(transfers.tree("first"))
    assert isinstance(tree, ConversationTree)
    assert tree.conversation.draft == "a draft in first"
    assert [each.message.text for each in tree.messages] == ["Why?", "So."]
