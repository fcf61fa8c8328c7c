"""Stop, retry and taking back: in every phase, at once, and without losing a word."""

import pytest

from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.errors import ErrorReport
from arvae_desktop.domain.events import End, ReasoningDelta, Retry, Start, TextDelta
from arvae_desktop.domain.messages import AnswerState, Role
from arvae_desktop.domain.requests import Endpoint
from tests.services.recording import Recording
from tests.services.scripted_client import COMPLETE
from tests.services.unkept import unkept

_ENDPOINT = Endpoint(BaseUrl.parse("http://127.0.0.1:9/v1"))
_FAILED = End(AnswerState.FAILED, error=ErrorReport("refused", "Nothing listens there.", "Start it."))
_PHASES = {
    "before the head": [],
    "before the first word": [Start(200, "m")],
    "while it thinks": [Start(200, "m"), ReasoningDelta("Hm.")],
    "while it streams": [Start(200, "m"), "So ", "far"],
    "while it counts down": [Retry(1, 60.0, "Too many requests.")],
}


@pytest.fixture
def session(client, tasks):
    client.greeting = []
    return unkept(client, tasks)


@pytest.fixture
def heard(session):
    return Recording(session)


def _ask(session, client, qtbot, prompt="Hello"):
    before = len(client.streams)
    session.send(prompt, _ENDPOINT, "some/model")
    qtbot.waitUntil(lambda: len(client.streams) > before)
    return client.last


def _answer(session, client, qtbot, prompt, *events):
    _ask(session, client, qtbot, prompt).say(*events)
    qtbot.waitUntil(lambda: not session.is_running)


def _roles(session):
    return [(message.role.value, message.text) for message in session.messages]


# --- stop ---


@pytest.mark.parametrize("phase", _PHASES)
def test_stop_works_in_every_phase(session, client, heard, qtbot, phase):
    stream = _ask(session, client, qtbot)
    stream.say(*_PHASES[phase])
    qtbot.waitUntil(stream._events.empty)
    session.stop()
    qtbot.waitUntil(lambda: not session.is_running)
    assert stream.closed
    answer = session.messages[-1]
    assert answer.state is AnswerState.STOPPED
    assert answer.text == ("So far" if phase == "while it streams" else "")
    assert answer.facts.duration_s is not None
    assert heard.of("countdown_changed")[-1:] in ([], [None])
    assert heard.shown == session.messages
    assert heard.of("running_changed") == [True, False]
    assert len(heard.of("answer_ended")) == 1


def test_stop_before_the_loop_has_turned_asks_nobody(session, client, heard, qtbot, tasks):
    session.send("Hello", _ENDPOINT, "some/model")
    session.stop()
    qtbot.waitUntil(lambda: not tasks._running and not session.is_running)
    assert session.messages[-1].state is AnswerState.STOPPED
    assert client.streams == []
    assert heard.shown == session.messages


def test_stop_keeps_text_that_was_not_yet_shown(session, client, qtbot):
    stream = _ask(session, client, qtbot)
    stream.say("So far")
    qtbot.waitUntil(stream._events.empty)
    stream.say(" and on")
    qtbot.waitUntil(stream._events.empty)
    session.stop()
    qtbot.waitUntil(lambda: not session.is_running)
    assert session.messages[-1].text == "So far and on"


def test_stop_keeps_what_the_engine_held_back(session, client, qtbot):
    stream = _ask(session, client, qtbot)
    stream.held_back = [TextDelta(" <thi")]
    stream.say("So far")
    qtbot.waitUntil(stream._events.empty)
    session.stop()
    qtbot.waitUntil(lambda: not session.is_running)
    assert session.messages[-1].text == "So far <thi"


def test_nothing_is_told_after_a_stop(session, client, heard, qtbot):
    stream = _ask(session, client, qtbot)
    stream.say("So far")
    qtbot.waitUntil(lambda: heard.shown[-1].text == "So far")
    session.stop()
    stream.say(" too late", COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    assert stream.closed
    assert session.messages[-1].text == "So far"
    assert heard.names[-2:] == ["answer_ended", "running_changed"]


def test_stop_without_an_answer_does_nothing(session, heard):
    session.stop()
    assert heard.told == []


def test_a_new_prompt_can_follow_a_stop(session, client, heard, qtbot):
    first = _ask(session, client, qtbot, "One?")
    first.say("So far")
    qtbot.waitUntil(lambda: heard.shown[-1].text == "So far")
    session.stop()
    qtbot.waitUntil(lambda: not session.is_running)
    session.send("Two?", _ENDPOINT, "some/model")
    assert session.is_running
    qtbot.waitUntil(lambda: len(client.streams) == 2)
    client.last.say("Second", COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    assert _roles(session) == [
        ("user", "One?"),
        ("assistant", "So far"),
        ("user", "Two?"),
        ("assistant", "Second"),
    ]
    assert heard.shown == session.messages


def test_of_two_sessions_side_by_side_one_stops(client, tasks, qtbot):
    client.greeting = []
    one, other = unkept(client, tasks), unkept(client, tasks)
    streams = [_ask(session, client, qtbot) for session in (one, other)]
    for stream in streams:
        stream.say("So far")
    qtbot.waitUntil(lambda: all(stream._events.empty() for stream in streams))
    one.stop()
    qtbot.waitUntil(lambda: streams[0].closed)
    assert not streams[1].closed
    streams[1].say(" and on", COMPLETE)
    qtbot.waitUntil(lambda: not other.is_running)
    assert one.messages[-1].text == "So far"
    assert one.messages[-1].state is AnswerState.STOPPED
    assert other.messages[-1].text == "So far and on"
    assert other.messages[-1].state is AnswerState.COMPLETE


def test_the_end_of_the_app_keeps_what_has_come(session, client, heard, tasks, run, qtbot):
    stream = _ask(session, client, qtbot)
    stream.say("So far")
    qtbot.waitUntil(lambda: heard.shown[-1].text == "So far")
    run(tasks.shutdown(5))
    assert stream.closed
    assert session.messages[-1].state is AnswerState.STOPPED
    assert session.messages[-1].text == "So far"
    assert not session.is_running


# --- retry ---


def test_retry_of_an_answer_without_text_takes_its_place(session, client, heard, qtbot):
    _answer(session, client, qtbot, "One?", _FAILED)
    session.regenerate(session.last_id, _ENDPOINT, "other/model")
    qtbot.waitUntil(lambda: len(client.streams) == 2)
    assert heard.of("branch_changed") == [(1, ())]
    assert len(session.branches(session.last_id)) == 1
    assert client.last.request.model == "other/model"
    assert [turn.content for turn in client.last.request.turns] == ["One?"]
    client.last.say("Here.", COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    assert _roles(session) == [("user", "One?"), ("assistant", "Here.")]
    assert heard.shown == session.messages


def test_retry_of_an_answer_with_text_leaves_it_on_a_branch_and_sends_it_no_more(
    session, client, heard, qtbot
):
    _answer(session, client, qtbot, "One?", "Half an", End(AnswerState.INTERRUPTED))
    session.regenerate(session.last_id, _ENDPOINT, "some/model")
    qtbot.waitUntil(lambda: len(client.streams) == 2)
    assert [turn.content for turn in client.last.request.turns] == ["One?"]
    client.last.say("Whole", COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    assert [message.text for message in session.messages] == ["One?", "Whole"]
    assert len(session.branches(session.last_id)) == 2
    assert heard.shown == session.messages
    stream = _ask(session, client, qtbot, "Two?")
    assert [turn.content for turn in stream.request.turns] == ["One?", "Whole", "Two?"]


def test_retry_does_nothing_while_an_answer_runs_or_without_messages(session, client, qtbot):
    session.regenerate("m0", _ENDPOINT, "m")
    assert session.is_empty
    _ask(session, client, qtbot)
    session.regenerate(session.last_id, _ENDPOINT, "m")
    assert len(session.messages) == 2


# --- editing ---


def test_an_edited_prompt_takes_the_place_of_the_failed_one(session, client, heard, qtbot):
    _answer(session, client, qtbot, "One?", "First", COMPLETE)
    _answer(session, client, qtbot, "Two?", _FAILED)
    before = session.messages
    assert session.edit() == "Two?"
    assert session.messages == before, "nothing goes before the edited prompt is sent"
    _answer(session, client, qtbot, "Two, please?", "Second", COMPLETE)
    texts = ["One?", "First", "Two, please?", "Second"]
    assert [text for _role, text in _roles(session)] == texts
    assert [turn.content for turn in client.last.request.turns] == texts[:3]
    assert heard.shown == session.messages


@pytest.mark.parametrize("what_came", ["First", ReasoningDelta("Hm.")])
def test_an_answer_that_can_be_read_is_kept_when_its_prompt_is_edited(session, client, qtbot, what_came):
    _answer(session, client, qtbot, "One?", what_came, _FAILED)
    before = session.messages
    assert session.edit() == "One?"
    _answer(session, client, qtbot, "One, please?", "First", COMPLETE)
    assert len(session.messages) == 2
    session.show_branch(session.branches(session.messages[0].id)[0])
    assert session.messages == before


def test_nothing_is_edited_while_an_answer_runs(session, client, qtbot):
    assert session.edit() is None
    _ask(session, client, qtbot)
    assert session.edit() is None
    assert len(session.messages) == 2


def test_a_prompt_of_any_size_comes_back_whole(session, client, qtbot):
    prompt = "  " + "word " * 200_000 + "\n\n"
    _answer(session, client, qtbot, prompt, _FAILED)
    assert session.edit() == prompt


# --- what a session says about itself ---


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("Hello", "Hello"),
        ("  Hello\n\nthere\tyou  ", "Hello there you"),
        ("w" * 60, "w" * 60),
        ("w" * 61, "w" * 59 + "…"),
        ("word " * 1000, ("word " * 12)[:59] + "…"),
    ],
)
def test_the_title_is_the_first_prompt_shortened(session, client, heard, qtbot, prompt, title):
    _answer(session, client, qtbot, prompt, COMPLETE)
    _answer(session, client, qtbot, "Another", COMPLETE)
    assert session.title == title
    assert heard.of("title_changed") == [title]


def test_the_title_follows_a_first_prompt_that_is_edited(session, client, heard, qtbot):
    _answer(session, client, qtbot, "Helo", _FAILED)
    session.edit()
    _answer(session, client, qtbot, "Hello", COMPLETE)
    assert session.title == "Hello"
    assert heard.of("title_changed") == ["Helo", "Hello"]


def test_ids_are_unique_and_roles_alternate(session, client, qtbot):
    for prompt in ("One?", "Two?"):
        _answer(session, client, qtbot, prompt, "x", COMPLETE)
    messages = session.messages
    assert len({message.id for message in messages}) == 4
    assert [message.role for message in messages] == [Role.USER, Role.ASSISTANT] * 2
