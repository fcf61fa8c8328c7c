"""Answers cut at random places and continued, on real sockets: no letter comes twice, none is lost.

A short form runs with the other tests; with ``SOAK=1`` in the environment (``make soak``) it is a thousand.
"""

import itertools
import os
import random

import pytest

from arvae_desktop.api.client import ChatClient
from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.messages import AnswerState, SegmentKind
from arvae_desktop.domain.requests import Endpoint
from tests.services.unkept import unkept
from tests.support.fault_server import STREAM_HEAD, Act, FaultServer, text, whole_stream

_COUNT = 1000 if os.environ.get("SOAK") else 100
_SHORTEST = 8  # what a repetition must measure to be taken for one
_WORDS = ["the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "and"]
_WORDS += ["\n\n```py\nprint('Grüße, 世界 👩\u200d👩\u200d👧')\n```", " ", "|", "---", "|"]


def _raw_text(chance):
    return " ".join(chance.choice(_WORDS) for _ in range(chance.randrange(2, 60)))


def _pieces(chance, whole):
    cuts = sorted(chance.randrange(len(whole) + 1) for _ in range(chance.randrange(6)))
    return [whole[a:b] for a, b in itertools.pairwise([0, *cuts, len(whole)]) if a < b]


def _said_twice(before, rest):
    """The longest exact repetition at the seam, looked for in the plainest way."""
    for length in range(min(len(before), len(rest)), _SHORTEST - 1, -1):
        if before.endswith(rest[:length]):
            return length if len(set(rest[:length].replace(" ", ""))) >= 3 else 0
    return 0


def _scripts(chance, before, rest):
    broken = [STREAM_HEAD, *map(text, _pieces(chance, before)), Act.SETTLE, Act.RESET]
    return broken, whole_stream(*_pieces(chance, rest))


@pytest.mark.parametrize("repeats", [False, True])
def test_cut_and_continued(repeats, tasks, qtbot, run):
    chance = random.Random(20260101 + repeats)
    client = ChatClient()
    for _ in range(_COUNT // 2):
        whole = _raw_text(chance)
        at = chance.randrange(1, len(whole))
        before = whole[:at]
        back = chance.randrange(min(at, 60)) if repeats else 0
        rest = whole[at - back :]
        server = FaultServer(*_scripts(chance, before, rest))
        run(server.__aenter__())
        session = unkept(client, tasks, lambda: True)
        session.send("Go", Endpoint(BaseUrl.parse(server.base_url)), "m")
        qtbot.waitUntil(lambda server=server, s=session: server.connections == 2 and not s.is_running)
        run(server.__aexit__())
        (answer,) = session.messages[1:]
        assert answer.state is AnswerState.COMPLETE
        _check(answer, before, rest)
        session.deleteLater()


def _check(answer, before, rest):
    seams = [segment.text for segment in answer.segments if segment.kind is SegmentKind.SEAM]
    twice = rest[: _said_twice(before, rest)]
    assert seams == [twice]
    assert answer.text == before + rest[len(twice) :]
    raw = "".join(segment.text for segment in answer.segments)
    assert raw == before + rest
