"""A session: text in order and a frame at a time, whole contexts, and nothing that is lost."""

import itertools
import time

import pytest

from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.errors import ErrorReport
from arvae_desktop.domain.events import (
    End,
    ReasoningDelta,
    RefusalDelta,
    Retry,
    Start,
    TextDelta,
    ToolCall,
    Usage,
)
from arvae_desktop.domain.messages import AnswerState, Role, Segment, SegmentKind, Turn
from arvae_desktop.domain.requests import Endpoint
from tests.services.recording import Recording
from tests.services.scripted_client import COMPLETE
from tests.services.unkept import unkept

_ENDPOINT = Endpoint(BaseUrl.parse("http://127.0.0.1:9/v1"))
_FAILED = End(AnswerState.FAILED, error=ErrorReport("refused", "Nothing listens there.", "Start it."))


@pytest.fixture
def session(client, tasks):
    return unkept(client, tasks)


@pytest.fixture
def heard(session):
    return Recording(session)


@pytest.fixture
def ask(session, client, qtbot):
    """Sends a prompt and waits until the client is asked; gives the stream."""

    def ask(prompt, model="some/model"):
        before = len(client.streams)
        session.send(prompt, _ENDPOINT, model)
        qtbot.waitUntil(lambda: len(client.streams) > before)
        return client.last

    return ask


@pytest.fixture
def exchange(ask, session, qtbot):
    """A prompt and its whole answer."""

    def exchange(prompt, *events):
        ask(prompt).say(*events)
        qtbot.waitUntil(lambda: not session.is_running)
        return session.messages[-1]

    return exchange


def _turns(stream):
    return [(turn.role.value, turn.content) for turn in stream.request.turns]


# --- sending ---


def test_a_prompt_is_shown_before_anything_goes_out(session, heard, client):
    session.send("Hello", _ENDPOINT, "some/model")
    assert heard.names == ["title_changed", "message_added", "message_added", "running_changed"]
    prompt, answer = heard.of("message_added")
    assert (prompt.role, prompt.text, prompt.facts) == (Role.USER, "Hello", None)
    assert (answer.role, answer.text, answer.state) == (Role.ASSISTANT, "", AnswerState.RUNNING)
    assert answer.facts.model == "some/model"
    assert client.streams == []
    assert session.is_running
    session.stop()


def test_the_request_says_where_what_and_which_model(ask):
    request = ask("Hello", model="other/model").request
    assert request.endpoint is _ENDPOINT
    assert request.model == "other/model"
    assert request.turns == (Turn(Role.USER, "Hello"),)


def test_the_next_prompt_sends_the_whole_conversation(exchange, ask):
    exchange("One?", ReasoningDelta("Hm."), "First", " answer.", ToolCall(0, "id", "f", "{}"), COMPLETE)
    exchange("Two?", RefusalDelta("I’d rather not."), COMPLETE)
    stream = ask("Three?")
    assert _turns(stream) == [
        ("user", "One?"),
        ("assistant", "First answer."),
        ("user", "Two?"),
        ("assistant", "I’d rather not."),
        ("user", "Three?"),
    ]


@pytest.mark.parametrize(
    "state", [s for s in AnswerState if s not in (AnswerState.RUNNING, AnswerState.STOPPED)]
)
def test_an_answer_with_text_is_context_however_it_ended(exchange, ask, state):
    exchange("One?", "So far", End(state, error=_FAILED.error if state is AnswerState.FAILED else None))
    assert _turns(ask("Two?"))[1] == ("assistant", "So far")


def test_an_answer_without_text_is_no_context(exchange, ask):
    exchange("One?", _FAILED)
    assert _turns(ask("Two?")) == [("user", "One?"), ("user", "Two?")]


def test_a_second_prompt_while_an_answer_runs_is_a_mistake_and_changes_nothing(ask, session):
    ask("One?")
    with pytest.raises(RuntimeError):
        session.send("Two?", _ENDPOINT, "some/model")
    assert [message.text for message in session.messages] == ["One?", ""]


# --- streaming ---


def test_deltas_are_shown_in_order_and_whole(ask, session, heard, qtbot):
    stream = ask("Count")
    for number in range(500):
        stream.say(f"{number} ")
        if number % 100 == 0:
            qtbot.waitUntil(lambda wanted=f"{number} ": heard.shown[-1].text.endswith(wanted))
    stream.say(COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    assert heard.shown[-1].text == "".join(f"{number} " for number in range(500))
    assert heard.shown == session.messages


def test_text_is_told_at_most_once_a_frame(ask, session, qtbot):
    stream = ask("Count")
    times = []
    session.text_appended.connect(lambda *_told: times.append(time.monotonic()))
    started = time.monotonic()

    def more():
        stream.say("word ")
        return time.monotonic() - started > 0.5

    qtbot.waitUntil(more)
    while time.monotonic() - started < 1.0:
        stream.say(*["word "] * 5)
        qtbot.waitUntil(lambda: True)
        before = len(times)
        qtbot.waitUntil(lambda before=before: len(times) > before)
    took = time.monotonic() - started
    assert len(times) > 20
    assert len(times) <= took / 0.016 + 2
    gaps = sorted(after - before for before, after in itertools.pairwise(times))
    # Timers may come a millisecond early; a late one may be followed by one in time.
    assert gaps[len(gaps) // 4] >= 0.012


def test_the_first_delta_does_not_wait_for_a_frame(ask, heard, qtbot):
    stream = ask("Hello")
    stream.say("First")
    qtbot.waitUntil(lambda: heard.shown[-1].text == "First", timeout=1000)


def test_kinds_are_told_apart_in_the_order_in_which_they_came(exchange, heard):
    answer = exchange(
        "?",
        ReasoningDelta("Hm. "),
        ReasoningDelta("Well."),
        TextDelta("Yes"),
        TextDelta("."),
        ReasoningDelta("Done."),
        ToolCall(0, "id", "look_up", '{"word": "yes"}'),
        COMPLETE,
    )
    assert answer.segments == (
        Segment(SegmentKind.REASONING, "Hm. Well."),
        Segment(SegmentKind.TEXT, "Yes."),
        Segment(SegmentKind.REASONING, "Done."),
        Segment(SegmentKind.TOOL_CALL, 'look_up({"word": "yes"})\n'),
    )
    assert heard.shown[-1].segments == answer.segments


def test_the_facts_of_an_answer_are_gathered(exchange):
    answer = exchange(
        "?",
        "One",
        Usage(5, None),
        Usage(7, 42),
        End(AnswerState.LENGTH, finish_reason="length", skipped_events=3),
    )
    facts = answer.facts
    assert answer.state is AnswerState.LENGTH
    assert facts.model == "served/model"
    assert (facts.finish_reason, facts.skipped_events) == ("length", 3)
    assert (facts.prompt_tokens, facts.completion_tokens) == (7, 42)
    assert 0 <= facts.first_word_s <= facts.duration_s < 10


def test_an_answer_without_a_word_has_no_time_to_the_first(exchange):
    facts = exchange("?", COMPLETE).facts
    assert facts.first_word_s is None
    assert facts.duration_s is not None


def test_every_end_is_told_after_the_text_and_once(exchange, heard):
    exchange("?", "Hello", COMPLETE)
    assert heard.names[-3:] == ["text_appended", "answer_ended", "running_changed"]
    assert heard.of("running_changed") == [True, False]
    assert len(heard.of("answer_ended")) == 1


def test_what_comes_after_the_end_is_not_heard(exchange, client):
    assert exchange("?", "Hello", COMPLETE, "more").text == "Hello"
    assert client.last.closed


def test_a_snapshot_holds_what_was_told_and_no_more(ask, session, heard, qtbot):
    stream = ask("?")
    stream.say("some ", ReasoningDelta("thought"), "text")
    qtbot.waitUntil(lambda: heard.shown[-1].text == "some text")
    for _ in range(50):
        stream.say("x")
        qtbot.waitUntil(lambda: True)
        assert [(m.id, m.segments) for m in session.messages] == [(m.id, m.segments) for m in heard.shown]
    session.stop()


# --- retries ---


def test_a_countdown_is_told_and_ends(ask, session, heard, qtbot):
    stream = ask("?")
    stream.say(Retry(1, 30.0, "Too many requests."))
    qtbot.waitUntil(lambda: bool(heard.of("countdown_changed")))
    countdown = heard.of("countdown_changed")[-1]
    assert (countdown.attempt, countdown.reason) == (1, "Too many requests.")
    assert 25 < countdown.due - time.monotonic() <= 30
    stream.say("Here.", COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    assert heard.of("countdown_changed")[-1] is None


def test_a_countdown_goes_when_the_next_try_answers(ask, heard, qtbot):
    stream = ask("?")
    stream.say(Retry(1, 0.0, "Too many requests."), Start(200, "m"), "Here.")
    qtbot.waitUntil(lambda: heard.shown[-1].text == "Here.")
    assert heard.of("countdown_changed")[-1] is None


# --- failing ---


@pytest.mark.expected_log("RuntimeError")
def test_an_unexpected_exception_fails_the_answer_and_is_reported(ask, session, heard, notices, qtbot):
    stream = ask("Precious prompt")
    stream.say("So far", RuntimeError("boom"))
    qtbot.waitUntil(lambda: bool(notices))
    prompt, answer = session.messages
    assert prompt.text == "Precious prompt"
    assert (answer.text, answer.state) == ("So far", AnswerState.FAILED)
    assert answer.facts.error.kind == "internal"
    assert heard.shown == session.messages
    assert not session.is_running
    assert notices[0].kind == "internal"
    assert session.edit() == "Precious prompt"


def test_a_failed_answer_keeps_the_prompt_and_says_why(exchange, session, heard):
    answer = exchange("Precious prompt", _FAILED)
    assert answer.state is AnswerState.FAILED
    assert answer.facts.error.title == "Nothing listens there."
    assert [message.text for message in session.messages] == ["Precious prompt", ""]
    assert heard.shown == session.messages
