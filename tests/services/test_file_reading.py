"""Files that are read in a process of its own."""

import json
import os
import signal
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from arvae_desktop import READ_FILE
from arvae_desktop.domain.conversations import Conversation, ConversationTree
from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Role, Segment, SegmentKind
from arvae_desktop.exchange import backup
from arvae_desktop.exchange.importing import import_file
from arvae_desktop.exchange.own_json import to_json
from arvae_desktop.exchange.reports import Problem, Progress
from arvae_desktop.services import own_process
from arvae_desktop.services.file_process import SIZE
from arvae_desktop.services.file_reading import IMPORT, RESTORE, FileReading
from arvae_desktop.storage.store.transfer import Prepared, prepare
from tests.support.processes import is_gone, wait_until
from tests.unit.storage.keeping import said

PATIENCE_S = 30


def tree(name):
    """A conversation with a bit of everything that can be said of it."""
    answer = said(
        f"{name} 2", "", f"{name} 1", role=Role.ASSISTANT, state=AnswerState.LENGTH, model="some/model"
    ).message
    pieces = (Segment(SegmentKind.REASONING, "Hm…"), Segment(SegmentKind.TEXT, "你好, it’s \x00 so."))
    facts = AnswerFacts("some/model", "length", 0.5, 3.0, 10, 20)
    kept = said(f"{name} 2", "", f"{name} 1", role=Role.ASSISTANT)
    message = type(answer)(answer.id, answer.role, pieces, answer.state, facts)
    kept = type(kept)(message, kept.parent, 7.5, is_deleted=True)
    conversation = Conversation(name, name.title(), folder="Work", is_pinned=True, tip=answer.id)
    return ConversationTree(conversation, (said(f"{name} 1", "Why?"), kept))


@pytest.fixture
def path(tmp_path):
    """A file with two conversations, and a broken one in between."""
    path = tmp_path / "some.jsonl"
    path.write_text(f'{to_json(tree("first"))}\n{{"messages": [{{"role": \n{to_json(tree("second"))}\n')
    return path


@pytest.fixture
def endless(tmp_path):
    """A file that takes a long time to read."""
    path = tmp_path / "endless.jsonl"
    path.write_text(f"{json.dumps({'messages': [{'role': 'user', 'content': 'x' * 300}] * 20})}\n" * 20_000)
    return path


def process_of(reading):
    """The process of a reading that goes on."""
    assert reading._process is not None
    return reading._process


def test_it_tells_what_is_told_in_this_process(path):
    here = [
        prepare(item.conversation, item.messages) if isinstance(item, ConversationTree) else item
        for item in import_file(path)
    ]
    assert list(FileReading(IMPORT, path)) == here
    assert [type(item) for item in here if not isinstance(item, Progress)] == [Prepared, Problem, Prepared]


def test_a_backup_brings_its_settings(tmp_path):
    path = tmp_path / "all.arvae"
    list(backup.back_up([tree("first")], {"zoom": 125, "model": "é"}, path, 1))
    found = list(FileReading(RESTORE, path))
    assert prepare(*_parts(tree("first"))) in found
    assert backup.BackedUpSettings({"zoom": 125, "model": "é"}) in found


def _parts(found):
    return found.conversation, found.messages


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        list(FileReading(IMPORT, tmp_path / "none.json"))


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(OSError, match="directory"):
        list(FileReading(IMPORT, tmp_path))


@pytest.mark.skipif(sys.platform == "win32", reason="names are text there")
def test_a_name_that_is_no_text(path):
    odd = Path(os.fsdecode(os.fsencode(path.parent) + b"/\xff\n.jsonl"))
    path.rename(odd)
    assert sum(isinstance(item, Prepared) for item in FileReading(IMPORT, odd)) == 2


def test_a_process_that_dies_is_told_and_what_came_before_stays(endless):
    reading, found = FileReading(IMPORT, endless), []

    def read():
        for item in reading:
            found.append(item)
            process_of(reading).kill()

    with pytest.raises(OSError, match="ended early"):
        read()
    assert found
    assert process_of(reading).poll() is not None


def test_a_fault_of_ours_is_told(path):
    script = (
        "import json, sys; sys.path[:] = json.loads(sys.argv[1])\n"
        "from arvae_desktop.services import file_process\n"
        "file_process.import_file = lambda path: 1 / 0\n"
        "file_process.main(*sys.argv[2:])"
    )
    reading = FileReading(IMPORT, path)
    reading._command = [sys.executable, "-I", "-c", script, own_process.paths(), IMPORT, str(path)]
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        list(reading)


def test_closing_ends_it_from_another_thread(endless):
    reading, is_going, ended = FileReading(IMPORT, endless), threading.Event(), threading.Event()
    found = []

    def read():
        for item in reading:
            found.append(item)
            is_going.set()
        ended.set()

    threading.Thread(target=read, daemon=True).start()
    assert is_going.wait(PATIENCE_S)
    reading.close()
    assert ended.wait(PATIENCE_S)
    assert process_of(reading).returncode is not None
    assert len(found) < 20_000


def test_what_was_closed_before_starts_nothing(path):
    reading = FileReading(IMPORT, path)
    reading.close()
    assert list(reading) == []
    assert reading._process is None


@pytest.mark.skipif(sys.platform == "win32", reason="processes can’t be stopped there")
def test_who_looks_no_further_leaves_no_process_even_one_that_hangs(endless):
    reading = FileReading(IMPORT, endless)
    items = iter(reading)
    next(items)
    process = process_of(reading)
    process.send_signal(signal.SIGSTOP)
    ending = threading.Thread(target=items.close, daemon=True)
    ending.start()
    ending.join(PATIENCE_S)
    is_over = process.returncode is not None
    process.send_signal(signal.SIGCONT)
    assert is_over


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes")
def test_it_ends_with_its_input_also_where_reading_hangs(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with own_process.start(FileReading(IMPORT, path)._command, own_process.environment()) as process:
        try:
            process.stdin.close()
            assert process.wait(PATIENCE_S) == 0
        finally:
            process.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in Linux’s /proc")
def test_it_ends_when_the_app_is_killed(endless):
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from arvae_desktop.services.file_reading import IMPORT, FileReading\n"
        "reading = FileReading(IMPORT, Path(sys.argv[1]))\n"
        "items = iter(reading)\n"
        "next(items)\n"
        "print(reading._process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    command = [sys.executable, "-c", script, str(endless)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as app:
        try:
            reader = int(app.stdout.readline())
            assert Path(f"/proc/{reader}").exists()
        finally:
            app.send_signal(signal.SIGKILL)
    wait_until(lambda: is_gone(reader), "the process is gone", within_s=PATIENCE_S)


def test_the_process_loads_no_qt_and_knows_no_key(monkeypatch):
    monkeypatch.setenv("ARVAE_API_KEY", "sk-secret")
    script = (
        "import json, os, sys; sys.path[:] = json.loads(sys.argv[1])\n"
        "import arvae_desktop.services.file_process, arvae_desktop.exchange.backup\n"
        "print(any(name.partition('.')[0] == 'PySide6' for name in sys.modules), 'secret' in str(os.environ))"
    )
    command = [sys.executable, "-I", "-c", script, own_process.paths()]
    done = subprocess.run(
        command, env=own_process.environment(), capture_output=True, text=True, check=True, timeout=PATIENCE_S
    )
    assert done.stdout.split() == ["False", "False"]


def test_a_frozen_app_is_the_process_itself(path, monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert FileReading(IMPORT, path)._command == [sys.executable, READ_FILE, IMPORT, str(path)]
    command = [sys.executable, "-m", "arvae_desktop", READ_FILE, IMPORT, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        (size,) = SIZE.unpack(process.stdout.read(SIZE.size))
        assert len(process.stdout.read()) == size
    assert process.returncode == 0


def test_an_archive_is_read_too(path, tmp_path):
    archive = tmp_path / "export.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(path, "conversations.json")
    found = list(FileReading(IMPORT, archive))
    assert sum(isinstance(item, Prepared) for item in found) == 2
