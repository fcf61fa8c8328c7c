"""The conversations of a run, and what the user does in the one in front."""

import pytest

from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.errors import ErrorReport
from arvae_desktop.domain.events import End
from arvae_desktop.domain.messages import AnswerState
from arvae_desktop.domain.requests import Endpoint
from arvae_desktop.domain.secret import Secret
from arvae_desktop.services.chat_actions import ChatActions
from arvae_desktop.services.connection import Connection
from arvae_desktop.services.conversations import Conversations
from arvae_desktop.services.model_catalog import ModelCatalog
from arvae_desktop.storage.credentials import MemoryCredentials
from tests.services.scripted_client import COMPLETE

_URL = "http://127.0.0.1:9/v1"
_ENDPOINT = Endpoint(BaseUrl.parse(_URL))
_FAILED = End(AnswerState.FAILED, error=ErrorReport("refused", "Nothing listens there.", "Start it."))


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


# --- actions ---


@pytest.fixture
def connection(preferences, notifier):
    return Connection(MemoryCredentials(), preferences, notifier)


@pytest.fixture
def actions(conversations, connection, client, preferences, notifier, tasks):
    catalog = ModelCatalog(client, connection, preferences, notifier, tasks, model="some/model")
    return ChatActions(conversations, connection, catalog)


@pytest.fixture
def connected(connection, run):
    run(connection.connect_to(_URL, Secret("")))


@pytest.fixture
def taken(actions):
    heard = []
    actions.prompt_taken.connect(lambda: heard.append(True))
    return heard


@pytest.fixture
def offered(actions):
    heard = []
    actions.draft_offered.connect(heard.append)
    return heard


@pytest.mark.usefixtures("connected")
def test_a_prompt_is_sent_with_server_and_model_in_use(actions, client, taken, conversations, qtbot):
    actions.submit("Hello")
    assert taken == [True]
    qtbot.waitUntil(lambda: len(client.streams) == 1)
    request = client.last.request
    assert (request.endpoint.base_url.url, request.model) == (_URL, "some/model")
    conversations.stop_all()


def test_without_a_server_a_prompt_stays_where_it_is(actions, taken, conversations):
    actions.submit("Hello")
    actions.retry("m1")
    assert taken == []
    assert conversations.current.is_empty


def test_a_prompt_that_was_early_is_wanted_once_there_is_a_server(actions, connection, run):
    wanted = []
    actions.prompt_wanted.connect(lambda: wanted.append(True))
    run(connection.connect_to(_URL, Secret("")))
    assert wanted == []
    run(connection.forget_key())
    actions.submit("Hello")
    run(connection.connect_to(_URL, Secret("")))
    run(connection.connect_to("http://127.0.0.1:10/v1", Secret("")))
    assert wanted == [True]


@pytest.mark.usefixtures("connected")
def test_while_an_answer_runs_a_prompt_stays_where_it_is(actions, taken, conversations):
    actions.submit("One?")
    actions.submit("Two?")
    assert taken == [True]
    assert len(conversations.current.messages) == 2
    actions.stop()


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize("prompt", ["", "  \n"])
def test_an_empty_prompt_is_not_sent(actions, taken, conversations, prompt):
    actions.submit(prompt)
    assert taken == []
    assert conversations.current.is_empty


@pytest.mark.usefixtures("connected")
def test_stop_retry_and_edit_act_on_the_conversation_in_front(actions, client, conversations, offered, qtbot):
    other = conversations.current
    actions.submit("Other")
    conversations.start_new()
    actions.submit("Front")
    qtbot.waitUntil(lambda: len(client.streams) == 2)
    actions.stop()
    qtbot.waitUntil(lambda: not conversations.current.is_running)
    assert other.is_running
    actions.retry(conversations.current.last_id)
    qtbot.waitUntil(lambda: len(client.streams) == 3)
    client.last.say(_FAILED)
    qtbot.waitUntil(lambda: not conversations.current.is_running)
    actions.edit(conversations.current.last_id)
    assert offered == ["Front"]
    actions.edit_last()
    assert offered == ["Front", "Front"]
    assert len(other.messages) == 2
    conversations.stop_all()


@pytest.mark.usefixtures("connected")
def test_actions_under_an_older_answer_do_nothing_and_say_why(actions, client, conversations, offered, qtbot):
    told = []
    actions.told.connect(told.append)
    for number in (1, 2):
        actions.submit("Hello")
        qtbot.waitUntil(lambda number=number: len(client.streams) == number)
        client.last.say("Answer", COMPLETE)
        qtbot.waitUntil(lambda: not conversations.current.is_running)
    first_answer = conversations.current.messages[1]
    actions.retry(first_answer.id)
    actions.edit(first_answer.id)
    assert len(client.streams) == 2
    assert offered == []
    assert len(told) == 2
