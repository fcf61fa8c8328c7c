"""The short form of ``make fuzz``, and that its checks see what they are for."""

from __future__ import annotations

import random

import pytest

from arvae_desktop.api import answer
from arvae_desktop.api.sse import SseDecoder
from tests.fuzz.check import begins_with, failures, joined
from tests.fuzz.streams import make, pieces

COUNT = 5_000


def test_broken_streams() -> None:
    # The long form begins at 0.
    assert failures(range(-COUNT, 0)) == []


def test_a_seed_always_makes_the_same() -> None:
    assert make(random.Random(7)) == make(random.Random(7)) != make(random.Random(8))


def test_cutting_keeps_the_bytes() -> None:
    chance = random.Random(1)
    assert all(b"".join(pieces(chance, body)) == body for body in (b"", b"a", b"abc" * 50))


def test_what_must_come_out_is_known() -> None:
    """Cases that keep much of their streams, of several kinds."""
    cases = [make(random.Random(seed)) for seed in range(500)]
    assert sum(bool(case.said) for case in cases) > 150
    assert {kind for case in cases for kind, _ in case.said} == {"text", "reasoning"}


def test_a_loss_is_seen() -> None:
    assert not begins_with([("text", "ac")], (("text", "a"), ("text", "b")))
    assert begins_with([("text", "a"), ("other", ""), ("text", "bc")], (("text", "a"), ("text", "b")))
    assert joined([]) == []


class _Loses(SseDecoder):
    """Loses the event that a read ends with."""

    def feed(self, piece: bytes):
        yield from list(super().feed(piece))[:-1]


class _Raises(SseDecoder):
    def feed(self, piece: bytes):
        if b"\xff" in piece:
            raise UnicodeDecodeError("utf-8", piece, 0, 1, "invalid")
        yield from super().feed(piece)


@pytest.mark.parametrize("broken", [_Loses, _Raises])
def test_a_broken_decoder_is_seen(broken: type[SseDecoder], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "SseDecoder", broken)
    assert failures(range(300))
