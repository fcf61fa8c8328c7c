"""The benchmarks' arithmetic: a figure that is computed wrongly is worse than none."""

from __future__ import annotations

import pytest

from tests.benchmarks.figures import Figure, percentile, table
from tests.benchmarks.scenes import Scene
from tests.benchmarks.stopping import closed_ms, idle_ms
from tests.benchmarks.streaming import latencies_ms, longest_turn_ms
from tests.benchmarks.texts import paragraph_model, prose_model, tokens_of


@pytest.mark.parametrize(
    ("percent", "expected"), [(0, 1), (1, 1), (50, 50), (99, 99), (99.5, 100), (100, 100)]
)
def test_percentile(percent: float, expected: int) -> None:
    assert percentile(range(100, 0, -1), percent) == expected


def test_percentile_of_nothing() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        percentile([], 50)


def test_a_figure_is_the_median_of_its_runs() -> None:
    figure = Figure("x", "ms", (9, 30, 10), (5, 4, 100), 10)
    assert (figure.measured, figure.floor, figure.ratio) == (10, 5, 2)


def test_bars() -> None:
    runs, floor = (30.0,), (10.0,)
    assert Figure("no bar", "ms", runs, floor).is_met
    assert Figure("met", "ms", runs, floor, 30).is_met
    assert not Figure("missed", "ms", runs, floor, 29).is_met
    assert Figure("ratio met", "ms", runs, floor, 3.0, bar_is_ratio=True).is_met
    assert not Figure("ratio missed", "ms", runs, floor, 2.9, bar_is_ratio=True).is_met


def test_table() -> None:
    good = Figure("start", "s", (0.4,), (0.2,), 2.0, bar_is_ratio=True)
    bad = Figure("stall", "ms", (40.0,), (10.0,), 33)
    assert table([good, bad]).splitlines() == [
        "| figure | measured | floor   | ratio | bar     |             |",
        "| ---    | ---:     | ---:    | ---:  | ---:    | ---         |",
        "| start  | 0.40 s   | 0.20 s  | 2.00  | ≤ 2.0 × | ok          |",
        "| stall  | 40.0 ms  | 10.0 ms | 4.00  | ≤ 33 ms | **not met** |",
    ]


def test_a_token_is_shown_by_the_first_paint_that_has_all_of_it_in_sight() -> None:
    scene = Scene(
        # The answer begins behind "Hi\n": two tokens of three characters end at 6 and at 9.
        paints=[(1.0, 3, True), (1.1, 5, True), (1.2, 9, False), (1.3, 6, True), (1.5, 9, True)],
        gaps=[],
        marks=[{"mark": "shown", "t": 2.0, "text": "Hi\nonetwo"}],
        events=[{"event": "token", "t": 1.05, "n": 1}, {"event": "token", "t": 1.25, "n": 2}],
    )
    assert latencies_ms(scene, ["one", "two"]) == pytest.approx([250, 250])


def test_the_longest_turn_lies_within_the_answer() -> None:
    marks = [{"mark": "sent", "t": 1.0}, {"mark": "settled", "t": 2.0}]
    gaps = [(1.01, 0.5, 0.5), (1.5, 0.02, 0.02), (1.9, 0.03, 0.01), (2.4, 0.5, 0.5)]
    assert longest_turn_ms(Scene([], gaps, marks, [])) == pytest.approx(30)
    assert longest_turn_ms(Scene([], gaps, marks, []), at_work=True) == pytest.approx(20)
    assert longest_turn_ms(Scene([], [], marks, [])) == 0


def test_stops_are_matched_by_their_prompts() -> None:
    marks = [
        {"mark": "stop", "t": 1.0, "number": 0},
        {"mark": "idle", "t": 1.1, "number": 0, "at": 1.02},
        {"mark": "stop", "t": 2.0, "number": 1},
        {"mark": "idle", "t": 2.1, "number": 1, "at": 2.03},
    ]
    events = [
        {"event": "request", "id": 3, "t": 0.1, "messages": None},
        {"event": "request", "id": 7, "t": 1.5, "messages": [{"content": "old"}, {"content": "Prompt 1"}]},
        {"event": "client_closed", "id": 7, "t": 2.004},
        {"event": "client_closed", "id": 8, "t": 5.0},
    ]
    scene = Scene([], [], marks, events)
    assert closed_ms(scene) == pytest.approx([4])
    assert idle_ms(scene) == pytest.approx([20, 30])


def test_a_stop_that_the_server_never_sees_is_no_good_figure() -> None:
    events = [{"event": "request", "id": 7, "t": 1.5, "messages": [{"content": "Prompt 0"}]}]
    with pytest.raises(AssertionError, match="saw no end"):
        closed_ms(Scene([], [], [{"mark": "stop", "t": 1.0, "number": 0}], events))


def test_models_say_what_they_are_named_for() -> None:
    prose = tokens_of(prose_model(1_000))
    assert len(prose) == 1_000
    assert "\n\n" in "".join(prose)
    line = tokens_of(paragraph_model(1_000))
    assert len(line) == 1_000
    assert "\n" not in "".join(line)
