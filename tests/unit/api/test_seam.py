"""The seam of a continued answer: what is said twice is found, and nothing else is taken for it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arvae_desktop.api.seam import SeamFinder
from arvae_desktop.domain.events import ReasoningDelta, Seam, TextDelta

BEFORE = "The quick brown fox jumps over the la"


def joined(before: str | None, *pieces: str, is_exact: bool = False) -> tuple[str | None, str]:
    """What was said twice, or None if there is no seam, and the rest."""
    finder = SeamFinder(before, is_exact=is_exact)
    events = [event for piece in pieces for event in finder.feed(TextDelta(piece))] + finder.rest()
    seams = [event for event in events if isinstance(event, Seam)]
    assert len(seams) <= 1
    assert not seams or events[0] is seams[0]
    texts = [event.text for event in events if isinstance(event, TextDelta)]
    assert all(texts)
    return (seams[0].repeated if seams else None), "".join(texts)


def overlap(before: str, rest: str) -> int:
    """The rule, spelled out: the longest exact repetition, if it is long and varied enough."""
    for length in range(min(len(before), len(rest)), 7, -1):
        if before.endswith(rest[:length]):
            return length if len(set(rest[:length].replace(" ", ""))) >= 3 else 0
    return 0


@pytest.mark.parametrize(
    ("rest", "repeated"),
    [
        ("zy dog.", ""),
        ("over the lazy dog.", "over the la"),
        (BEFORE + "zy dog.", BEFORE),
        ("the lazy dog.", ""),  # seven letters may meet by chance
        ("Over the lazy dog.", ""),  # exact or not at all
        (" over the lazy dog.", " over the la"),
        ("jumps over the old", ""),
        (BEFORE, BEFORE),
        ("over the la", "over the la"),
        ("over th", ""),
    ],
)
def test_what_is_repeated(rest: str, repeated: str) -> None:
    expected = (repeated, rest[len(repeated) :])
    assert joined(BEFORE, rest) == expected
    assert joined(BEFORE, *rest) == expected


@pytest.mark.parametrize("before", ["x" * 40, "a\n" + " " * 20, "| --- | --- |" * 3 + "-" * 30, "\n" * 12])
def test_blanks_and_rules_are_no_repetition(before: str) -> None:
    assert joined(before, before[-12:] + "more") == ("", before[-12:] + "more")


def test_a_server_that_writes_on_repeats_nothing() -> None:
    assert joined(BEFORE, "over the lazy", is_exact=True) == ("", "over the lazy")


def test_without_an_answer_before_it_there_is_no_seam() -> None:
    assert joined(None, "over ", "the la") == (None, "over the la")


def test_a_rest_of_nothing_has_no_seam() -> None:
    assert joined(BEFORE) == (None, "")


def test_text_is_held_back_only_while_it_may_be_a_repetition() -> None:
    finder = SeamFinder(BEFORE, is_exact=False)
    assert finder.feed(TextDelta("jumps ")) == []
    assert finder.feed(ReasoningDelta("Hm.")) == [ReasoningDelta("Hm.")]
    assert finder.feed(TextDelta("high")) == [Seam(), TextDelta("jumps high")]
    assert finder.feed(TextDelta("jumps over the la")) == [TextDelta("jumps over the la")]


@given(st.text("ab ", max_size=60), st.text("ab ", max_size=40), st.data())
def test_however_it_comes_it_is_what_the_rule_says(before: str, rest: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(before)))
    rest = before[cut:] + rest
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rest)), max_size=6)))
    pieces = [rest[a:b] for a, b in zip([0, *cuts], [*cuts, len(rest)], strict=True) if a < b]
    length = overlap(before, rest)
    repeated = rest[:length] if rest else None
    assert joined(before, *pieces) == (repeated, rest[length:])


def test_a_long_answer_said_again_is_found_in_little_time() -> None:
    before = "".join(f"{number}, " for number in range(15_000))
    pieces = [before[at : at + 4] for at in range(0, len(before), 4)]
    began = time.process_time()
    assert joined(before, *pieces, "and on") == (before, "and on")
    assert time.process_time() - began < 3
