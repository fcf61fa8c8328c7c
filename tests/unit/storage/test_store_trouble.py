"""A disk that takes nothing: the store goes on in memory, says so, and writes all when it can."""

import contextlib
import resource
import shutil
import subprocess
import sys
import threading

import pytest

from arvae_desktop.domain.conversations import Conversation
from arvae_desktop.domain.errors import StoreError
from arvae_desktop.domain.library import ARCHIVE, BIN, PINNED, RECENT, Shelf, ShelfKind
from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Role
from arvae_desktop.storage.store.conversation_store import ConversationStore
from arvae_desktop.storage.store.reports import TroubleKind
from tests.support.processes import wait_until
from tests.unit.storage.keeping import Folder, done, fill, said, text

_LONG = "long words " * 2_000


# --- disks ---


class FullByPages:
    """SQLite itself is told that there is no more room; any user can do this."""

    kind = TroubleKind.FULL

    def __init__(self, path):
        self.folder = Folder(path / "data")

    def begin(self, store):
        self._limit(store, "(select max(1, page_count) from pragma_page_count)")

    def end(self, store):
        self._limit(store, "1000000")

    def _limit(self, store, pages):
        connection = store._live._connection
        (count,) = connection.execute(f"select {pages}").fetchone()
        done(store._writer.do(lambda: connection.execute(f"pragma max_page_count = {count}").fetchall()))

    def close(self):
        self.folder.close_all()


class SmallDisk:
    """A file system in memory of two megabytes, filled up."""

    kind = TroubleKind.FULL

    def __init__(self, path):
        self._mounted = path / "disk"
        self._mounted.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(self._mounted)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("this user can't mount a file system")
        self.folder = Folder(self._mounted / "data")
        self._filler = self._mounted / "filler"

    def begin(self, _store):
        with self._filler.open("wb", buffering=0) as filler, contextlib.suppress(OSError):
            while True:
                filler.write(bytes(4096))

    def end(self, _store):
        self._filler.unlink()

    def close(self):
        try:
            self.folder.close_all()
        finally:
            self._unmount()

    def _unmount(self):
        subprocess.run(["umount", "--lazy", str(self._mounted)], check=True)


class ReadOnlyDisk(SmallDisk):
    """The same, mounted so that not even root can write to it."""

    kind = TroubleKind.READ_ONLY

    def begin(self, store):
        # What is open for writing would keep the file system from becoming read-only.
        done(store._writer.do(store._live._disconnect))
        with contextlib.ExitStack() as stack:
            for lane in store._live.lanes:
                stack.enter_context(lane.suspended())
        self._lock = store._live._lock
        self._lock.let_go()
        self.make_read_only()

    def end(self, _store):
        self._remount("rw")

    def make_read_only(self):
        self._remount("ro")

    def _remount(self, how):
        subprocess.run(["mount", "-o", f"remount,{how}", str(self._mounted)], check=True)


class LockedFile:
    """Another process writes to the file, as a backup program or a curious user might."""

    kind = TroubleKind.LOCKED

    def __init__(self, path):
        self.folder = Folder(path / "data")
        self._process = None

    def begin(self, _store):
        code = (
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
            " c.execute('begin immediate'); print('locked', flush=True); sys.stdin.read()"
        )
        command = [sys.executable, "-c", code, str(self.folder.file)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdout.readline() == b"locked\n"

    def end(self, _store):
        self._process.communicate()

    def close(self):
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.communicate()
        self.folder.close_all()


@pytest.fixture(params=[FullByPages, SmallDisk, ReadOnlyDisk, LockedFile])
def disk(request, tmp_path):
    disk = request.param(tmp_path)
    yield disk
    disk.close()


# --- what is done meanwhile, and what is then there ---


def go_on_streaming(store):
    yield from (store.append("c", "answer", text(f"{number} {_LONG}")) for number in range(20))
    yield store.end_message("c", "answer", AnswerState.COMPLETE, AnswerFacts("model"))


def check_streamed(store):
    (kept,) = done(store.load_some("c", ["answer"]))
    assert kept.message.text == "begun " + "".join(f"{number} {_LONG}" for number in range(20))
    assert kept.message.state is AnswerState.COMPLETE
    assert [hit.message_id for hit in done(store.search("begun")).messages] == ["answer"]


def begin_another(store):
    yield store.put(Conversation("d", "Another", updated_at=9.0))
    yield store.add_message("d", said("m", f"needle {_LONG * 10}", at=9.0))


def check_another(store):
    assert [found.id for found in done(store.list_conversations())] == ["d", "c", "b"]
    assert [found.id for found in done(store.list_conversations(limit=1))] == ["d"]
    assert [hit.conversation_id for hit in done(store.search("needle")).messages] == ["d", "b"]
    assert len(done(store.conversation_ids())) == 3
    assert len(done(store.load_newest("d")).messages) == 1


def change_everything(store):
    yield store.rename("b", f"Renamed {_LONG * 10}")
    yield store.set_archived(["b"], True)
    yield store.move(["b", "c"], "Folder")
    yield store.set_pinned(["b"], True)
    yield store.save_draft("c", f"draft {_LONG * 10}")


def check_changed(store):
    shelves = [PINNED, Shelf(ShelfKind.FOLDER, "Folder"), RECENT, ARCHIVE]
    listed = [[found.id for found in done(store.list_conversations(shelf))] for shelf in shelves]
    assert listed == [["b"], ["c"], [], []]
    assert [(found.name, found.count) for found in done(store.overview()).folders] == [("Folder", 1)]
    assert done(store.conversation("c")).draft.startswith("draft")
    assert len(done(store.search("in:title renamed")).titles) == 1


def delete_one(store):
    yield store.save_draft("c", _LONG * 10)
    yield store.move_to_bin(["c"])
    yield store.purge(["b"])


def check_deleted(store):
    assert done(store.list_conversations()) == ()
    assert [found.id for found in done(store.list_conversations(BIN))] == ["c"]
    assert done(store.overview()).binned == 1
    assert done(store.conversation("b")) is None
    assert done(store.search("needle")).messages == ()


_DOINGS = {
    "streaming": (go_on_streaming, check_streamed),
    "another conversation": (begin_another, check_another),
    "changes": (change_everything, check_changed),
    "deleting": (delete_one, check_deleted),
}


@pytest.mark.parametrize("doing", _DOINGS)
def test_the_chat_goes_on_in_memory_and_is_written_when_it_can_be(disk, doing):
    do, check = _DOINGS[doing]
    folder = disk.folder
    store, _ = folder.opened()
    fill(store, "b", said("m", "needle", at=1.0), title="B")
    running = said("answer", "begun ", at=2.0, role=Role.ASSISTANT, state=AnswerState.RUNNING)
    fill(store, "c", running, title="C")
    disk.begin(store)
    futures = list(do(store))
    trouble = wait_until(lambda: folder.troubles and folder.troubles[-1], "the trouble is told")
    assert trouble.kind is disk.kind
    done(store._writer.do(lambda: None))  # all that was asked for has been looked at
    assert not futures[-1].done()
    check(store)
    disk.end(store)
    for future in futures:
        done(future)
    assert folder.troubles[-1] is None
    check(store)
    done(store.close())
    again, _ = folder.opened()
    check(again)


def test_a_folder_that_can_be_written_to_later_after_a_crash(tmp_path):
    disk = ReadOnlyDisk(tmp_path)
    try:
        first, _ = disk.folder.opened()
        fill(first, "b", said("m", "needle", at=1.0), title="B")
        crashed = Folder(disk.folder.path.with_name("crashed"))
        shutil.copytree(disk.folder.path, crashed.path)  # with the log, which a good end leaves empty
        done(first.close())
        disk.make_read_only()
        store = crashed.store()
        opening = store.open()
        assert [found.id for found in done(store.list_conversations())] == ["b"]
        renamed = store.rename("b", "Renamed")
        done(opening)
        done(store._writer.do(lambda: None))  # all that was asked for has been looked at
        assert [found.title for found in done(store.list_conversations())] == ["Renamed"]
        disk.end(store)
        done(renamed)
        assert [found.title for found in done(store.list_conversations())] == ["Renamed"]
        done(store.close())
    finally:
        disk.close()


@pytest.fixture
def locked(tmp_path):
    disk = LockedFile(tmp_path)
    yield disk
    disk.close()


def test_what_is_too_much_for_memory_fails_at_once(locked):
    disk = locked
    store, _ = disk.folder.opened()
    fill(store, "c", said("m", "x"))
    disk.begin(store)
    waiting = store.save_draft("c", "kept")
    importing = store.import_conversations([(Conversation("d"), [said("m", "x")])])
    for future in (importing.done, store.remove_folder("x"), store.purge_bin()):
        with pytest.raises(StoreError, match="nothing can be saved"):
            done(future)
    disk.end(store)
    done(waiting)


def test_closing_in_trouble_says_what_was_lost(locked):
    disk = locked
    store, _ = disk.folder.opened()
    fill(store, "c", said("m", "x"))
    disk.begin(store)
    lost = store.save_draft("c", "lost")
    wait_until(lambda: disk.folder.troubles, "the trouble is told")
    closing = store.close()
    with pytest.raises(StoreError, match="could not be saved"):
        done(lost)
    with pytest.raises(StoreError, match="could not be saved"):
        done(closing)
    disk.end(store)
    again, _ = disk.folder.opened()
    assert done(again.conversation("c")).draft == ""


def test_a_folder_that_can_not_be_made(tmp_path):
    (tmp_path / "data").touch()
    folder = Folder(tmp_path / "data" / "below")
    store, _ = folder.opened()
    assert folder.troubles[-1] is not None
    waiting = [store.put(Conversation("c")), store.add_message("c", said("m", "needle"))]
    (found,) = wait_until(lambda: done(store.list_conversations()), "it is in memory")
    assert found.id == "c"
    (tmp_path / "data").unlink()
    for future in waiting:
        done(future)
    assert [hit.message_id for hit in done(store.search("needle")).messages] == ["m"]
    folder.close_all()
    assert folder.file.exists()


def test_a_limit_on_the_size_of_files(tmp_path):
    """In a process of its own: SQLite reports this as a failing disk, and it is taken as one."""
    process = subprocess.run(
        [sys.executable, "-m", "tests.unit.storage.test_store_trouble", str(tmp_path / "data")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    folder = Folder(tmp_path / "data")
    store, _ = folder.opened()
    assert done(store.conversation("c")).draft == _LONG * 100
    folder.close_all()


def _write_beyond_a_limit(path):
    told = threading.Event()
    file, backups = path / "conversations.db", path / "backups"
    store = ConversationStore(file, backups, on_trouble=lambda _trouble: told.set())
    done(store.open())
    done(store.put(Conversation("c")))
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    saving = store.save_draft("c", _LONG * 100)
    assert told.wait(30)
    assert not saving.done()
    assert done(store.conversation("c")).draft == _LONG * 100
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    done(saving)
    done(store.close())


if __name__ == "__main__":
    from pathlib import Path

    _write_beyond_a_limit(Path(sys.argv[1]))
