"""How long an answer thought: from its first reasoning to what came after it, on a clock of the test's."""

from types import SimpleNamespace

import pytest

from arvae_desktop.domain.events import End, ReasoningDelta, RefusalDelta, Seam, TextDelta, ToolCall, Usage
from arvae_desktop.domain.messages import AnswerState
from arvae_desktop.services import answer as answer_module
from arvae_desktop.services.answer import Answer

_THOUGHT, _TEXT = ReasoningDelta("Hm."), TextDelta("Yes.")
_DONE = End(AnswerState.COMPLETE, finish_reason="stop")


@pytest.fixture
def clock(monkeypatch):
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(answer_module, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


@pytest.fixture
def play(clock):
    """Feeds events, a number of seconds before each."""

    def play(*events, before=None):
        answer = Answer("m1", "some/model", before)
        for wait_s, event in events:
            clock.now += wait_s
            answer.feed(event)
        return answer.message()

    return play


@pytest.mark.parametrize(
    ("events", "seconds"),
    [
        ([(1, _TEXT), (2, _DONE)], None),
        ([(1, _THOUGHT), (2, _THOUGHT), (4, _TEXT), (8, _TEXT), (16, _DONE)], 6),
        ([(1, _THOUGHT), (2, _DONE)], 2),
        ([(1, _THOUGHT), (2, End(AnswerState.FAILED))], 2),
        ([(1, _THOUGHT), (2, RefusalDelta("No.")), (4, _DONE)], 2),
        ([(1, _THOUGHT), (2, ToolCall(0, "id", "f", "{}")), (4, _DONE)], 2),
        ([(1, _THOUGHT), (2, Usage(1, 1)), (4, _TEXT), (8, _DONE)], 6),
        ([(1, _TEXT), (2, _THOUGHT), (4, _TEXT), (8, _DONE)], 4),
        ([(1, _TEXT), (2, _THOUGHT), (4, _DONE)], 4),
        ([(1, _THOUGHT), (2, _TEXT), (4, _THOUGHT), (8, _TEXT), (16, _DONE)], 2),
        ([(1, _THOUGHT), (2, _THOUGHT)], None),
    ],
)
def test_it_is_taken_from_the_first_thought_to_what_came_after_it(play, events, seconds):
    assert play(*events).facts.thinking_s == seconds


def test_it_ends_when_the_user_stops_it(clock):
    answer = Answer("m1", "some/model")
    answer.feed(_THOUGHT)
    clock.now += 3
    answer.stop()
    assert answer.message().facts.thinking_s == 3


def test_it_is_known_as_soon_as_the_answer_speaks(play):
    assert play((1, _THOUGHT), (2, _TEXT)).facts.thinking_s == 2


@pytest.mark.parametrize(
    "rest", [[(1, Seam()), (1, _TEXT), (1, _DONE)], [(1, _THOUGHT), (9, Seam()), (1, _DONE)]]
)
def test_it_is_kept_when_the_answer_goes_on(play, rest):
    cut_off = play((1, _THOUGHT), (2, _TEXT), (4, End(AnswerState.INTERRUPTED)))
    assert play(*rest, before=cut_off).facts.thinking_s == 2


def test_what_is_thought_only_before_the_rest_counts(play):
    cut_off = play((1, _TEXT), (4, End(AnswerState.INTERRUPTED)))
    whole = play((1, _THOUGHT), (5, Seam()), (1, _TEXT), (1, _DONE), before=cut_off)
    assert whole.facts.thinking_s == 5
