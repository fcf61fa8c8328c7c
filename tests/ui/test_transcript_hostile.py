"""Hundreds of hostile documents through the real view, in a process that is watched: it touches nothing."""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.processes import Process
from tests.ui.hostile_documents import FORMS, TARGETS, documents
from tests.ui.watched_page import BEGIN, END

_ROOT = Path(__file__).parents[2]
_IS_LONG = "SOAK" in os.environ
_WITHIN_S = 600 if _IS_LONG else 120
# Everything that names a file, a server or a program. With seccomp only these calls stop the process.
_TRACE = ["strace", "-f", "-qq", "--seccomp-bpf", "-s", "200", "-e", "trace=%file,%network,%process"]
# A thread of the same process, its end, and memory are no other program.
_HARMLESS = re.compile(r"(?:clone3?\(.*CLONE_THREAD|exit\(|wait4\(-1)")


def _traced(command, trace):
    """The command under strace, if that is there and may trace."""
    if not sys.platform.startswith("linux") or shutil.which("strace") is None:
        return command, False
    return [*_TRACE, "-o", str(trace), *command], True


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """What the process told of itself, and the system calls between its marks; None if they are unknown."""
    folder = tmp_path_factory.mktemp("watched")
    report, trace = folder / "report.json", folder / "trace"
    command = [sys.executable, "-B", "-m", "tests.ui.watched_page", str(report)]
    command, is_traced = _traced(command + ["all"] * _IS_LONG, trace)
    process = Process(command, folder=folder, environment={**os.environ, "PYTHONPATH": str(_ROOT)})
    try:
        code = process.wait(_WITHIN_S)
    finally:
        process.end()
    assert code == 0, process.stderr
    found = json.loads(report.read_text("utf-8"))
    return found, trace.read_text("utf-8", "replace").splitlines() if is_traced else None


def test_there_are_hundreds_of_documents(watched):
    assert watched[0]["documents"] >= 500
    names = [document.name for document in documents()]
    assert len(names) == len(set(names)) == len({document.text for document in documents()})
    assert {name.split(": ")[0] for name in names} >= set(FORMS)
    assert {name.split(": ")[1] for name in names if ": " in name} >= set(TARGETS)


def test_nothing_is_opened_connected_or_started_as_the_interpreter_sees_it(watched):
    assert watched[0]["touched"] == []


def test_nothing_is_opened_connected_or_started_as_the_system_sees_it(watched):
    if watched[1] is None:
        pytest.skip("no strace here")
    calls = [line.split(maxsplit=1)[-1] for line in watched[1]]
    begin = next(number for number, call in enumerate(calls) if BEGIN in call)
    end = next(number for number, call in enumerate(calls) if END in call)
    assert [call for call in calls[begin + 1 : end] if not _HARMLESS.match(call)] == []


def test_all_of_it_is_text_and_nothing_else_can_be_activated(watched):
    assert watched[0]["problems"] == []
