"""The app is killed while an answer streams: every word that was on the screen is kept.

A short form runs with the other tests; with ``SOAK=1`` in the environment (``make soak``) it is two hundred.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from arvae_desktop.domain.messages import AnswerState, Role
from arvae_desktop.storage.store.conversation_store import ConversationStore
from tests.support.demo_process import DemoProcess
from tests.support.processes import Process

if TYPE_CHECKING:
    from collections.abc import Iterator

_KILLS = 200 if os.environ.get("SOAK") else 8
_LATEST_S = 1.5
_PATIENCE_S = 30.0
_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DemoProcess]:
    server = DemoProcess(tmp_path, rate=300)
    yield server
    server.end()


def _kill_while_it_paints(
    folder: Path, data: Path, server: DemoProcess, prompt: str, after_s: float
) -> dict[str, str]:
    """Run the app until some time after its first painted word; what it had painted by then."""
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "tests.support.painting_app", str(writing), prompt]
    options = ["--data-dir", str(data), "--base-url", server.base_url, "--model", "demo/long"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(_ROOT)}
    app = Process([*command, *options], folder=folder, environment=environment, pass_fds=[writing])
    os.close(writing)
    lines = b""
    try:
        deadline = time.monotonic() + _PATIENCE_S
        while b"\n" not in lines:
            assert select.select([reading], [], [], deadline - time.monotonic())[0], app.stderr
            read = os.read(reading, 1 << 20)
            assert read, app.stderr
            lines += read
        end = time.monotonic() + after_s
        while (left := end - time.monotonic()) > 0:
            if select.select([reading], [], [], left)[0]:
                lines += os.read(reading, 1 << 20)
        app.send_signal(signal.SIGKILL)
        app.wait(_PATIENCE_S)
        while read := os.read(reading, 1 << 20):
            lines += read
    finally:
        os.close(reading)
        app.end()
    whole = lines[: lines.rindex(b"\n")].splitlines()
    return json.loads(whole[-1])


def test_no_word_that_was_painted_is_lost(tmp_path: Path, server: DemoProcess) -> None:
    data, chance = tmp_path / "data", random.Random(20260301)
    painted = {}
    for number in range(_KILLS):
        prompt = f"Kill number {number}"
        painted[prompt] = _kill_while_it_paints(tmp_path, data, server, prompt, chance.uniform(0, _LATEST_S))
    store = ConversationStore(data / "conversations.db", data / "backups")
    try:
        report = store.open().result(_PATIENCE_S)
        assert report.salvage is None
        kept = {}
        for conversation_id in store.conversation_ids().result(_PATIENCE_S):
            messages = [each.message for each in store.load_messages(conversation_id).result(_PATIENCE_S)]
            for prompt, answer in zip(messages[::2], messages[1::2], strict=True):
                assert (prompt.role, answer.role) == (Role.USER, Role.ASSISTANT)
                kept[prompt.text] = answer
        assert kept.keys() == painted.keys()
        for prompt, seen in painted.items():
            answer = kept[prompt]
            assert answer.id == seen["id"]
            assert answer.text.startswith(seen["text"])
            assert answer.state is AnswerState.INTERRUPTED
    finally:
        store.close().result(_PATIENCE_S)
    with closing(sqlite3.connect(data / "conversations.db")) as file:
        assert file.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert sum(len(seen["text"]) for seen in painted.values()) > 200 * _KILLS
