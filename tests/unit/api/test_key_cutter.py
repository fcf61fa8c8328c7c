"""A key in text that comes in pieces: it never comes out, and nothing else is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arvae_desktop.api.answer import Answer
from arvae_desktop.api.key_cutter import KeyCutter
from arvae_desktop.domain.events import TextDelta
from arvae_desktop.domain.secret import Secret
from tests.support.fault_server import DONE, delta, event, text

KEY = "sk-abcd-sk-abcd-0123"


def cut(*pieces: str) -> str:
    cutter = KeyCutter(KEY)
    return "".join(map(cutter.feed, pieces)) + cutter.rest()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"a {KEY} b", "a [key] b"),
        (KEY + KEY, "[key][key]"),
        ("sk-abcd-" + KEY, "sk-abcd-[key]"),
        ("risk-averse, ask-abc", "risk-averse, ask-abc"),
        ("ends in sk-abc", "ends in sk-abc"),
        ("ends in sk-abcd-sk-a", "ends in [key]"),
        ("", ""),
    ],
)
def test_wherever_it_is_cut(said: str, shown: str) -> None:
    assert cut(said) == shown
    assert KEY[4:] not in cut(*said)
    for at in range(len(said)):
        assert KEY[4:] not in cut(said[:at], said[at:])


@given(st.lists(st.sampled_from([*KEY, "sk-", "sk-a", "x", " ", KEY[:9], KEY[9:]]), max_size=40))
def test_what_holds_no_key_comes_out_whole_and_in_time(pieces: list[str]) -> None:
    cutter, fed, shown = KeyCutter(KEY), "", ""
    for piece in pieces:
        fed += piece
        shown += cutter.feed(piece)
        if KEY not in fed:
            assert shown + cutter.held == fed
            assert cutter.held in KEY
    assert KEY not in shown


@pytest.mark.parametrize("at", range(1, len(KEY)))
def test_a_beginning_that_had_to_come_out_is_still_known_for_one(at: int) -> None:
    cutter = KeyCutter(KEY)
    shown = cutter.feed(KEY[:at]) + cutter.rest() + cutter.feed(KEY[at:] + " and on") + cutter.rest()
    assert shown.endswith("[key] and on")
    assert KEY[7:] not in shown


@pytest.mark.parametrize(
    "between", [event({"usage": {"prompt_tokens": 1}}), delta(reasoning="Hm."), delta(reasoning=KEY[:6])]
)
@pytest.mark.parametrize("at", range(1, len(KEY)))
def test_what_comes_between_its_pieces_does_not_save_it(between: bytes, at: int) -> None:
    answer = Answer("text/event-stream", Secret(KEY))
    said = [*answer.feed(text(KEY[:at]) + between + text(KEY[at:] + ".") + DONE), *answer.finish()]
    shown = "".join(each.text for each in said if isinstance(each, TextDelta))
    assert shown.endswith("[key].")
    assert KEY[7:] not in shown


def test_text_without_a_trace_of_it_is_handed_on_as_it_is() -> None:
    piece = "some words"
    assert KeyCutter(KEY).feed(piece) is piece
