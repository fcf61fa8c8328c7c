"""Continue: the rest joins the answer that was cut off; both stay what they were."""

import pytest

from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.events import End, ReasoningDelta, Seam, Usage
from arvae_desktop.domain.messages import AnswerState, Role, Segment, SegmentKind, Turn
from arvae_desktop.domain.requests import Endpoint
from arvae_desktop.services import running_answer
from tests.services.recording import Recording
from tests.services.scripted_client import COMPLETE

_ENDPOINT = Endpoint(BaseUrl.parse("http://127.0.0.1:9/v1"))
_CUT = End(AnswerState.INTERRUPTED)


@pytest.fixture
def heard(session):
    return Recording(session)


@pytest.fixture
def play(session, client, qtbot):
    """Does something that asks the client, plays what the stream says, and waits for the answer's end."""

    def play(action, *events):
        before = len(client.streams)
        action()
        qtbot.waitUntil(lambda: len(client.streams) > before)
        client.last.say(*events)
        qtbot.waitUntil(lambda: not session.is_running)
        return session.messages[-1]

    return play


@pytest.fixture
def cut_off(play, session):
    """An answer whose connection broke."""
    return play(lambda: session.send("Count.", _ENDPOINT, "m"), "One, ", "two", _CUT)


def _go_on(session):
    return lambda: session.go_on(_ENDPOINT, "m")


def _said(message):
    return [(segment.kind.value, segment.text) for segment in message.segments]


def test_the_rest_joins_the_answer(play, session, heard, client, cut_off):
    whole = play(_go_on(session), Seam("two"), ", three", COMPLETE)
    assert client.last.request.turns == (Turn(Role.USER, "Count."), Turn(Role.ASSISTANT, "One, two"))
    assert (whole.id, whole.state, whole.text) == (cut_off.id, AnswerState.COMPLETE, "One, two, three")
    assert _said(whole) == [("text", "One, two"), ("seam", "two"), ("text", ", three")]
    assert [message.role for message in session.messages] == [Role.USER, Role.ASSISTANT]
    assert heard.shown[-1].text == whole.text
    told = [name for name in heard.names if name in ("answer_ended", "answer_resumed", "running_changed")]
    assert told[1:] == [
        "answer_ended",
        "running_changed",
        "answer_resumed",
        "running_changed",
        "answer_ended",
        "running_changed",
    ]


@pytest.mark.usefixtures("cut_off")
def test_what_the_model_thinks_before_the_rest_stands_before_the_seam(play, session):
    whole = play(_go_on(session), ReasoningDelta("Where was I?"), Seam(), ", three", COMPLETE)
    assert [kind for kind, _ in _said(whole)] == ["text", "reasoning", "seam", "text"]


def test_the_facts_are_those_of_both(play, session):
    first_end = End(AnswerState.INTERRUPTED, None, 1)
    first = play(lambda: session.send("Count.", _ENDPOINT, "m"), "One", Usage(10, 3), first_end)
    whole = play(_go_on(session), Seam(), " two", Usage(20, 4), End(AnswerState.COMPLETE, "stop", 2))
    assert (whole.facts.prompt_tokens, whole.facts.completion_tokens) == (30, 7)
    assert whole.facts.skipped_events == 3
    assert whole.facts.first_word_s == first.facts.first_word_s
    assert whole.facts.duration_s > first.facts.duration_s


def test_a_rest_that_does_not_come_takes_nothing_away(play, session, cut_off):
    failed = End(AnswerState.FAILED)
    message = play(_go_on(session), failed)
    assert _said(message) == _said(cut_off)
    assert message.state is AnswerState.FAILED
    assert play(_go_on(session), Seam(), "!", COMPLETE).text == "One, two!"


@pytest.mark.usefixtures("cut_off")
def test_a_rest_that_breaks_off_can_be_continued_again(play, session):
    play(_go_on(session), Seam(), ", three", _CUT)
    whole = play(_go_on(session), Seam(), ", four", COMPLETE)
    assert whole.text == "One, two, three, four"
    assert [kind for kind, _ in _said(whole)].count("seam") == 2


@pytest.mark.usefixtures("cut_off")
def test_stop_keeps_what_has_come_of_the_rest(session, client, qtbot):
    session.go_on(_ENDPOINT, "m")
    qtbot.waitUntil(lambda: len(client.streams) == 2)
    client.last.say(Seam(), ", three")
    qtbot.waitUntil(lambda: session.messages[-1].text.endswith("three"))
    session.stop()
    qtbot.waitUntil(lambda: not session.is_running)
    assert session.messages[-1].state is AnswerState.STOPPED
    assert session.messages[-1].text == "One, two, three"


@pytest.mark.parametrize(
    ("events", "can_go_on"),
    [
        (["Text", _CUT], True),
        (["Text", End(AnswerState.LENGTH)], True),
        (["Text", End(AnswerState.FAILED)], True),
        (["Text", COMPLETE], False),
        (["Text", End(AnswerState.CONTENT_FILTER)], False),
        (["Text", End(AnswerState.TOOL_CALLS)], False),
        ([ReasoningDelta("Hm."), _CUT], False),
        ([_CUT], False),
    ],
)
def test_which_answers_can_go_on(play, session, events, can_go_on):
    answer = play(lambda: session.send("Hello", _ENDPOINT, "m"), *events)
    assert answer.can_go_on == can_go_on
    session.go_on(_ENDPOINT, "m")
    assert session.is_running == can_go_on
    session.stop()


@pytest.mark.usefixtures("cut_off")
def test_nothing_goes_on_by_itself_unless_it_is_set(session, client, qtbot):
    qtbot.wait(1)
    assert len(client.streams) == 1
    assert not session.is_running


def test_by_itself_an_answer_goes_on_once(session, client, settings, qtbot, heard):
    settings["continues_once"] = True
    session.send("Count.", _ENDPOINT, "m")
    qtbot.waitUntil(lambda: len(client.streams) == 1)
    client.last.say("One", _CUT)
    qtbot.waitUntil(lambda: len(client.streams) == 2)
    assert client.last.request.turns[-1] == Turn(Role.ASSISTANT, "One")
    assert heard.names[-2:] == ["answer_resumed", "running_changed"]
    client.last.say(_CUT)
    qtbot.waitUntil(lambda: not session.is_running)
    qtbot.wait(1)
    assert len(client.streams) == 2
    assert session.messages[-1].text == "One"


@pytest.mark.parametrize("end", [End(AnswerState.LENGTH), End(AnswerState.FAILED), COMPLETE])
def test_by_itself_only_a_broken_connection_is_mended(play, session, client, settings, qtbot, end):
    settings["continues_once"] = True
    play(lambda: session.send("Count.", _ENDPOINT, "m"), "One", end)
    qtbot.wait(1)
    assert len(client.streams) == 1


def test_a_server_without_a_word_is_told_and_a_word_ends_it(session, client, qtbot, heard):
    assert running_answer._QUIET_MS == 20_000
    session.send("Hello", _ENDPOINT, "m")
    assert session._running._quiet.interval() == 20_000
    assert session._running._quiet.isActive()
    session._running._quiet.start(30)
    qtbot.waitUntil(lambda: len(client.streams) == 1)
    qtbot.waitUntil(lambda: session.is_quiet)
    client.last.say("Word")
    qtbot.waitUntil(lambda: heard.of("quiet_changed") == [True, False, True])
    client.last.say(COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    assert heard.of("quiet_changed") == [True, False, True, False]
    qtbot.wait(60)
    assert not session.is_quiet
    assert session.messages[-1].segments == (Segment(SegmentKind.TEXT, "Word"),)
