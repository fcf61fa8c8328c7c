"""``kill -9`` at random moments: what was acknowledged is there, and the file is whole.

A short form runs with the other tests; with ``SOAK=1`` in the environment (``make soak``) it is a thousand
kills.
"""

import contextlib
import json
import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from arvae_desktop.domain.messages import AnswerState, Role
from arvae_desktop.storage.store.indexing import role_tag
from tests.unit.storage import doomed
from tests.unit.storage.keeping import Folder, done
from tests.unit.storage.old_versions import make_store

_KILLS = {"stream": 400, "save": 200, "import": 200, "migrate": 200} if os.environ.get("SOAK") else {
    "stream": 5, "save": 3, "import": 3, "migrate": 3
}  # fmt: skip
_LATEST_S = 0.25
_OLD_MESSAGES = 2_000


@pytest.mark.parametrize("what", _KILLS)
def test_killed_at_random_moments(tmp_path, what):
    chance = random.Random(what)
    folder = Folder(tmp_path / "data")
    acknowledged = []
    for seed in range(_KILLS[what]):
        if what == "migrate":
            folder = Folder(tmp_path / str(seed))
            make_store(folder.file, 1, _OLD_MESSAGES)
        elif seed % 10 == 9:  # so that checking all of it again doesn't become the most of the work
            folder, acknowledged = Folder(tmp_path / str(seed)), []
        acknowledged += run_and_kill(folder, what, seed, chance)
        store, report = folder.opened()
        try:
            assert report.salvage is None
            check_answers(store, report)
            for said in newest(acknowledged):
                CHECKS[said[0]](store, *said[1:])
            if what == "migrate":
                assert len(done(store.load_messages("c"))) == _OLD_MESSAGES
        finally:
            folder.close_all()
        check_file(folder.file)
        for backup in folder.backups.glob("*.db"):
            check_file(backup)


def run_and_kill(folder, what, seed, chance):
    """Start a doomed process, kill it, and return what it acknowledged."""
    command = [sys.executable, "-m", "tests.unit.storage.doomed", what, str(folder.path), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        said = b""
        # A migration happens before it says anything: then the moment counts from what comes before that.
        while what != "migrate" and b"opened" not in said:
            said += os.read(process.stdout.fileno(), 65536)
            assert said, process.stderr.read()
        deadline = time.monotonic() + chance.uniform(0, _LATEST_S) * (4 if what == "migrate" else 1)
        while (left := deadline - time.monotonic()) > 0:
            if select.select([process.stdout], [], [], left)[0]:
                said += os.read(process.stdout.fileno(), 65536)
        process.send_signal(signal.SIGKILL)
        said += process.stdout.read()
        complaints = process.stderr.read()
    assert process.returncode == -signal.SIGKILL, complaints
    # The last line may be cut; what it says was acknowledged, but it doesn't say so.
    return [json.loads(line) for line in said.split(b"\n")[:-1] if line]


def newest(acknowledged):
    """Of what was said of the same thing the last, which goes the farthest."""
    return {tuple(said[:-1]) if len(said) > 2 else tuple(said): said for said in acknowledged}.values()


def check_answers(store, report):
    """No answer runs any more, and each is its first pieces, whole."""
    interrupted = set(report.interrupted)
    for conversation_id in done(store.conversation_ids()):
        for kept in done(store.load_messages(conversation_id)):
            message = kept.message
            assert message.state is not AnswerState.RUNNING
            if message.id.startswith("a"):
                count = message.text.count(" ")
                assert message.text == "".join(map(doomed.piece, range(count)))
            if (conversation_id, message.id) in interrupted:
                assert message.state is AnswerState.INTERRUPTED


def answer(store, conversation_id, message_id):
    (kept,) = done(store.load_some(conversation_id, [message_id]))
    return kept.message


def check_conversation(store, conversation_id):
    assert done(store.conversation(conversation_id)) is not None


def check_prompt(store, conversation_id, prompt, number):
    assert answer(store, conversation_id, prompt).text == doomed.words(conversation_id, number)


def check_piece(store, conversation_id, message_id, number):
    assert answer(store, conversation_id, message_id).text.count(" ") > number


def check_ended(store, conversation_id, message_id, count):
    message = answer(store, conversation_id, message_id)
    assert (message.state, message.text.count(" ")) == (AnswerState.COMPLETE, count)


def check_number(name):
    def check(store, conversation_id, count):
        assert int(getattr(done(store.conversation(conversation_id)), name) or 0) >= count

    return check


def check_imported(store, conversation_id):
    conversation, kept = doomed.imported(conversation_id)
    assert done(store.conversation(conversation_id)) == conversation
    assert done(store.load_messages(conversation_id)) == tuple(kept)


CHECKS = {
    "opened": lambda _store: None,
    "conversation": check_conversation,
    "prompt": check_prompt,
    "piece": check_piece,
    "ended": check_ended,
    "draft": check_number("draft"),
    "title": check_number("title"),
    "folder": check_number("folder"),
    "bin": lambda store, conversation_id, _count: check_conversation(store, conversation_id),
    "backup": lambda _store, _conversation_id, _count: None,
    "imported": check_imported,
}


def check_file(path):
    """The file and its index are whole, and every message that ended is in the index, once."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        if connection.execute("pragma user_version").fetchone()[0] > 1:
            connection.execute("insert into message_index(message_index) values('integrity-check')")
            everything = " OR ".join(f'"{role_tag(role)}"' for role in Role)
            query = "select rowid from message_index where message_index match ? order by rowid"
            indexed = connection.execute(query, (everything,)).fetchall()
            assert indexed == connection.execute("select key from bodies order by key").fetchall()
