"""Sessions with the real client and the demo server over a real socket."""

import hashlib

import pytest

from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.messages import AnswerState
from arvae_desktop.domain.requests import Endpoint
from arvae_desktop.domain.secret import Secret
from tests.services.recording import Recording
from tests.services.unkept import unkept

_WITHIN_MS = 10_000


@pytest.fixture
def session(chat_client, tasks):
    return unkept(chat_client, tasks)


@pytest.fixture
def heard(session):
    return Recording(session)


@pytest.fixture
def ask(session, qtbot):
    """Sends a prompt and waits for the end of its answer."""

    def ask(endpoint, model, prompt="Hello there"):
        session.send(prompt, endpoint, model)
        qtbot.waitUntil(lambda: not session.is_running, timeout=_WITHIN_MS)
        return session.messages[-1]

    return ask


def test_an_answer_arrives_whole(demo, ask, heard, session):
    answer = ask(demo.endpoint, "demo/echo", prompt="Grüße, 世界! 👩‍👩‍👧")
    assert answer.text == "Grüße, 世界! 👩‍👩‍👧"
    assert answer.state is AnswerState.COMPLETE
    assert answer.facts.model == "demo/echo"
    assert answer.facts.finish_reason == "stop"
    assert answer.facts.completion_tokens > 0
    assert heard.shown == session.messages


def test_the_whole_conversation_goes_out(demo, ask):
    for prompt in ("One", "Two", "Three"):
        ask(demo.endpoint, "demo/echo", prompt)
    requests = demo.events("request")
    contents = [[message["content"] for message in request["messages"]] for request in requests]
    assert contents == [["One"], ["One", "One", "Two"], ["One", "One", "Two", "Two", "Three"]]
    assert all(request["stream"] for request in requests)


@pytest.mark.parametrize(
    ("model", "state"),
    [
        ("demo/filtered", AnswerState.CONTENT_FILTER),
        ("demo/length", AnswerState.LENGTH),
        ("demo/cut", AnswerState.INTERRUPTED),
    ],
)
def test_an_answer_that_ends_early_keeps_its_text(demo, ask, model, state):
    answer = ask(demo.endpoint, model)
    assert answer.state is state
    assert len(answer.text.split()) > 10


def test_malformed_events_are_counted_and_lose_no_text(demo, ask):
    answer = ask(demo.endpoint, "demo/malformed")
    assert answer.state is AnswerState.COMPLETE
    assert answer.facts.skipped_events == 4
    assert answer.text.endswith("has found its way to you.")


def test_a_long_answer_is_complete_and_in_order(demo, ask, heard):
    answer = ask(demo.endpoint, "demo/long")
    assert answer.state is AnswerState.COMPLETE
    assert answer.facts.completion_tokens == 20_000
    assert heard.shown[-1].text == answer.text


@pytest.mark.parametrize(("model", "kind"), [("demo/html", "html"), ("demo/none", "http")])
def test_a_refusal_is_told_in_sentences(demo, ask, session, model, kind):
    answer = ask(demo.endpoint, model)
    assert answer.state is AnswerState.FAILED
    error = answer.facts.error
    assert error.kind == kind
    assert error.title
    assert error.hint
    assert session.edit() == "Hello there"


def test_a_wrong_key_is_told_without_the_key(serve, ask, caplog):
    right = Secret("sk-right-0123456789")
    demo = serve(required_key_sha256=hashlib.sha256(right.reveal().encode()).hexdigest())
    wrong = Endpoint(BaseUrl.parse(demo.base_url), Secret("sk-wrong-0123456789"))
    answer = ask(wrong, "demo/echo")
    assert answer.state is AnswerState.FAILED
    assert answer.facts.error.status == 401
    assert "sk-wrong" not in f"{answer} {caplog.text}"
    answer = ask(Endpoint(wrong.base_url, right), "demo/echo", "Again")
    assert answer.text == "Again"


def test_a_server_that_is_gone_is_told(demo, ask, run):
    endpoint = demo.endpoint
    run(demo.server.aclose())
    error = ask(endpoint, "demo/echo").facts.error
    assert error.kind == "refused"
    assert error.hint


@pytest.mark.parametrize(
    ("model", "phase"),
    [
        ("demo/silent", "before the head"),
        ("demo/slow", "streaming"),
        ("demo/stall", "silent in mid-answer"),
        ("demo/error", "counting down"),
    ],
)
def test_stop_closes_the_socket_in_every_phase(demo, session, heard, qtbot, model, phase):
    session.send("Hello", demo.endpoint, model)
    ready = {
        "before the head": lambda: bool(demo.events("request")),
        "streaming": lambda: len(heard.shown[-1].text) > 5,
        "silent in mid-answer": lambda: heard.shown[-1].text.endswith("and"),
        "counting down": lambda: session.countdown is not None,
    }[phase]
    qtbot.waitUntil(ready, timeout=_WITHIN_MS)
    text = heard.shown[-1].text
    session.stop()
    qtbot.waitUntil(lambda: not session.is_running)
    assert session.messages[-1].state is AnswerState.STOPPED
    assert session.messages[-1].text.startswith(text)
    if phase != "counting down":
        qtbot.waitUntil(lambda: bool(demo.events("client_closed")), timeout=2000)
    qtbot.waitUntil(lambda: not session._tasks._running)
    assert heard.shown == session.messages
    assert len(demo.events("request")) == 1


def test_of_two_answers_side_by_side_one_stops(serve, chat_client, tasks, qtbot):
    demo = serve(tokens_per_second=200.0)
    sessions = [unkept(chat_client, tasks) for _ in range(2)]
    for session in sessions:
        session.send("Hello", demo.endpoint, "demo/long")
    qtbot.waitUntil(lambda: all(session.messages[-1].text for session in sessions), timeout=_WITHIN_MS)
    sessions[0].stop()
    qtbot.waitUntil(lambda: len(demo.events("client_closed")) == 1)
    length = len(sessions[1].messages[-1].text)
    qtbot.waitUntil(lambda: len(sessions[1].messages[-1].text) > length + 50)
    assert sessions[1].is_running
    sessions[1].stop()
    qtbot.waitUntil(lambda: len(demo.events("client_closed")) == 2)


def test_a_huge_prompt_goes_out_whole(demo, ask):
    prompt = "x" * 1_000_000
    assert ask(demo.endpoint, "demo/length", prompt).state is AnswerState.LENGTH
    assert demo.events("request")[0]["messages"] == [{"role": "user", "content": prompt}]


def test_a_retry_after_a_countdown_answers(demo, ask, heard):
    # The demo's first refusal asks for a second of patience; what follows is a wrong key, which ends it.
    answer = ask(demo.endpoint, "demo/error")
    countdowns = heard.of("countdown_changed")
    assert countdowns[0].attempt == 1
    assert countdowns[0].reason
    assert countdowns[-1] is None
    assert answer.state is AnswerState.FAILED
    assert answer.facts.error.status == 401
