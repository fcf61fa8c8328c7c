"""A big export is read in little memory: measured in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.unit.exchange.foreign import chatgpt, node

if TYPE_CHECKING:
    from pathlib import Path

# In kilobytes. The interpreter and our modules take about 25,000 of them; the whole file would take 300,000.
MOST_MEMORY = 60_000
FILE_BYTES = 60_000_000
WORDS = "Some words, “quoted” and {braced}, that make a message of a usual length. " * 12

MEASURE = """
import re, sys
from pathlib import Path
from arvae_desktop.domain.conversations import ConversationTree
from arvae_desktop.exchange.importing import import_file
count = sum(isinstance(found, ConversationTree) for found in import_file(Path(sys.argv[1])))
print(count, re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from Linux’s /proc")
def test_a_big_export_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "conversations.json"
    nodes = [node("n0", None)]
    nodes += [node(f"n{i}", f"n{i - 1}", ("assistant", "user")[i % 2], WORDS) for i in range(1, 40)]
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        while file.tell() < FILE_BYTES:
            text = json.dumps(chatgpt(*nodes, name=f"conv-{count}"), ensure_ascii=False)
            file.write(", " * bool(count) + text)
            count += 1
        file.write("]")
    result = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True
    )
    read, memory = map(int, result.stdout.split())
    assert read == count
    assert memory < MOST_MEMORY
