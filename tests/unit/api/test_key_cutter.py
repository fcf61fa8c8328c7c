"""A key in text that comes in pieces: it never comes out, and nothing else is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arvae_desktop.api.key_cutter import KeyCutter

KEY = "sk-abcd-sk-abcd-0123"


def cut(*pieces: str) -> str:
    cutter = KeyCutter(KEY)
    return "".join(map(cutter.feed, pieces)) + cutter.rest()


@pytest.mark.parametrize(
    ("text", "shown"),
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
def test_wherever_it_is_cut(text: str, shown: str) -> None:
    assert cut(text) == shown
    assert KEY[4:] not in cut(*text)
    for at in range(len(text)):
        assert KEY[4:] not in cut(text[:at], text[at:])


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


def test_text_without_a_trace_of_it_is_handed_on_as_it_is() -> None:
    piece = "some words"
    assert KeyCutter(KEY).feed(piece) is piece
