"""The conversations of a run, and which of them is in front."""

import pytest

from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.messages import AnswerState
from arvae_desktop.domain.requests import Endpoint
from arvae_desktop.services.conversations import Conversations
from tests.services.scripted_client import COMPLETE

_ENDPOINT = Endpoint(BaseUrl.parse("http://127.0.0.1:9/v1"))


@pytest.fixture
def conversations(client, tasks):
    return Conversations(client, tasks)


def _send(session, prompt="Hello"):
    session.send(prompt, _ENDPOINT, "some/model")


def test_there_is_always_a_current_one_that_is_listed_with_its_first_message(conversations, qtbot):
    assert conversations.current.is_empty
    assert conversations.sessions == []
    with qtbot.waitSignal(conversations.listed) as heard:
        _send(conversations.current)
    assert heard.args == [conversations.current]
    assert conversations.sessions == [conversations.current]
    conversations.stop_all()


def test_a_new_one_is_made_only_if_the_current_one_is_not_empty(conversations, qtbot):
    first = conversations.current
    assert conversations.start_new() is first
    _send(first)
    with qtbot.waitSignal(conversations.current_changed) as heard:
        second = conversations.start_new()
    assert heard.args == [second]
    assert second is not first
    assert conversations.current is second
    assert conversations.start_new() is second
    conversations.stop_all()


def test_the_newest_stands_first_and_each_once(conversations, qtbot):
    first = conversations.current
    _send(first)
    second = conversations.start_new()
    _send(second)
    conversations.stop_all()
    qtbot.waitUntil(lambda: not first.is_running)
    _send(first, "Again")
    conversations.stop_all()
    assert conversations.sessions == [second, first]


def test_an_empty_one_that_is_left_comes_again(conversations):
    first = conversations.current
    _send(first)
    conversations.stop_all()
    empty = conversations.start_new()
    conversations.show(first)
    assert conversations.current is first
    assert conversations.sessions == [first]
    assert conversations.start_new() is empty


def test_showing_the_current_one_is_no_change(conversations, qtbot):
    with qtbot.assertNotEmitted(conversations.current_changed):
        conversations.show(conversations.current)


def test_leaving_a_conversation_does_not_stop_it(conversations, client, qtbot):
    first = conversations.current
    _send(first)
    conversations.start_new()
    qtbot.waitUntil(lambda: len(client.streams) == 1)
    client.last.say("Hi", COMPLETE)
    qtbot.waitUntil(lambda: not first.is_running)
    assert first.messages[-1].text == "Hi"


def test_all_are_stopped_at_the_end(conversations, qtbot):
    sessions = []
    for _ in range(3):
        sessions.append(conversations.start_new())
        _send(sessions[-1])
    conversations.stop_all()
    qtbot.waitUntil(lambda: not any(session.is_running for session in sessions))
    assert {session.messages[-1].state for session in sessions} == {AnswerState.STOPPED}
