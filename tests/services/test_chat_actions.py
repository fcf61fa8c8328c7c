"""What the user does in the conversation in front, and why it can't be done where it can't."""

import pytest

from arvae_desktop.domain.errors import ErrorReport
from arvae_desktop.domain.events import End
from arvae_desktop.domain.messages import AnswerState
from arvae_desktop.domain.secret import Secret
from arvae_desktop.services.chat_actions import ChatActions
from arvae_desktop.services.connection import Connection
from arvae_desktop.services.conversations import Conversations
from arvae_desktop.services.model_catalog import ModelCatalog
from arvae_desktop.storage.credentials import MemoryCredentials
from arvae_desktop.storage.settings import Settings
from tests.services.connections import URL as KEYED_URL
from tests.services.scripted_client import COMPLETE

_URL = "http://127.0.0.1:9/v1"
_FAILED = End(AnswerState.FAILED, error=ErrorReport("refused", "Nothing listens there.", "Start it."))


@pytest.fixture
def conversations(client, tasks, keeping):
    return Conversations(client, tasks, keeping)


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
    actions.regenerate("m1")
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
    actions.regenerate(conversations.current.last_id)
    qtbot.waitUntil(lambda: len(client.streams) == 3)
    client.last.say(_FAILED)
    qtbot.waitUntil(lambda: not conversations.current.is_running)
    actions.edit(conversations.current.last_id)
    assert offered == ["Front"]
    actions.edit_last()
    assert offered == ["Front", "Front"]
    assert len(other.messages) == 2
    conversations.stop_all()


# --- any message ---


@pytest.fixture
def told(actions):
    heard = []
    actions.told.connect(heard.append)
    return heard


@pytest.fixture
def play(client, conversations, qtbot):
    """Does something that asks the client, and plays the answer; gives the texts that were sent."""

    def play(action, *events):
        before = len(client.streams)
        action()
        qtbot.waitUntil(lambda: len(client.streams) > before)
        client.last.say(*events)
        qtbot.waitUntil(lambda: not conversations.current.is_running)
        return [turn.content for turn in client.last.request.turns]

    return play


@pytest.fixture
def two(connected, actions, play):  # noqa: ARG001  (it needs a server)
    """The ids of a conversation of two prompts and their answers."""
    play(lambda: actions.submit("One?"), "First", COMPLETE)
    play(lambda: actions.submit("Two?"), "Second", End(AnswerState.INTERRUPTED))
    return [message.id for message in actions._conversations.current.messages]


@pytest.fixture
def running(two, actions, client, conversations, qtbot):  # noqa: ARG001  (they come first)
    """The same while a third answer runs."""
    actions.submit("Three?")
    qtbot.waitUntil(lambda: len(client.streams) == 3)
    yield [message.id for message in conversations.current.messages]
    conversations.stop_all()


def test_everything_works_on_any_message(two, actions, play, conversations, offered, told):
    assert play(lambda: actions.regenerate(two[1]), "Another", COMPLETE) == ["One?"]
    actions.walk_branches(conversations.current.last_id, -1)
    assert [message.id for message in conversations.current.messages] == two
    actions.walk_branches(two[1], -1)
    assert [message.id for message in conversations.current.messages] == two, "there is a wall"
    actions.edit(two[2])
    assert offered == ["Two?"]
    assert play(lambda: actions.submit("Due?"), "Secondo", COMPLETE) == ["One?", "First", "Due?"]
    actions.delete(two[1])
    assert conversations.current.index_of(two[1]) is None
    actions.undo_delete()
    assert conversations.current.index_of(two[1]) == 1
    assert told == []


def test_the_last_answer_goes_on(two, actions, play, conversations, told):
    play(lambda: actions.go_on(two[3]), " and on", COMPLETE)
    assert conversations.current.message(two[3]).text == "Second and on"
    assert told == []


def test_an_edit_that_is_given_up_changes_nothing(two, actions, play, conversations):
    actions.edit(two[0])
    actions.cancel_edit()
    assert len(play(lambda: actions.submit("Three?"), COMPLETE)) == 5
    assert [message.id for message in conversations.current.messages[:4]] == two


def test_while_an_answer_runs_it_is_told_what_has_to_wait(running, actions, client, offered, told):
    for act in (actions.regenerate, actions.edit, actions.go_on):
        act(running[1])
    actions.edit_last()
    actions.walk_branches(running[1], 1)
    assert len(told) == 5
    assert set(told) == {"An answer is running. Stop it first, or wait for its end."}
    actions.delete(running[-1])
    assert told[5:] == ["This answer is running. Stop it, then it can be deleted."]
    assert len(client.streams) == 3
    assert offered == []


def test_while_an_answer_runs_others_go_and_come_back(running, actions, conversations, told):
    actions.delete(running[0])
    assert conversations.current.index_of(running[0]) is None
    actions.undo_delete()
    assert conversations.current.index_of(running[0]) == 0
    assert told == []


def test_what_would_come_back_behind_a_running_answer_has_to_wait(two, actions, play, client, told, qtbot):
    play(lambda: actions.submit("Three?"), "Third", COMPLETE)
    for message in actions._conversations.current.messages[4:]:
        actions.delete(message.id)
    actions.go_on(two[3])
    qtbot.waitUntil(lambda: len(client.streams) == 4)
    actions.undo_delete()
    assert told == ["It stood behind the answer that is running. Bring it back when that has ended."]
    actions.stop()


def test_without_a_server_it_is_told_what_is_missing(two, actions, connection, run, client, told, offered):
    run(connection.forget_key())
    actions.regenerate(two[1])
    actions.go_on(two[3])
    assert told == ["Choose a server first, or try the demo."] * 2
    assert len(client.streams) == 2
    actions.edit(two[0])
    actions.delete(two[0])
    actions.undo_delete()
    assert offered == ["One?"]
    assert len(told) == 2


def test_while_the_key_is_looked_for_it_is_told(
    two, conversations, connect, client, preferences, notifier, tasks
):
    connection = connect(Settings(base_url=KEYED_URL), load=False)
    catalog = ModelCatalog(client, connection, preferences, notifier, tasks, model="some/model")
    actions, told = ChatActions(conversations, connection, catalog), []
    actions.told.connect(told.append)
    actions.regenerate(two[1])
    assert told == ["Looking for your key. Try again in a moment."]


def test_only_the_last_answer_goes_on_and_only_if_it_was_cut_off(two, actions, play, client, told):
    play(lambda: actions.submit("Three?"), "Third", COMPLETE)
    actions.go_on(two[3])
    actions.go_on(actions._conversations.current.last_id)
    assert told == [
        "The conversation has gone on since. This works under the last answer.",
        "There is no rest to ask for: only an answer that was cut off goes on.",
    ]
    assert len(client.streams) == 3


def test_without_its_prompt_an_answer_can_only_be_read(two, actions, client, told, offered):
    actions.delete(two[0])
    actions.regenerate(two[1])
    actions.edit(two[1])
    assert told == ["The prompt of this answer was deleted. Undo that first."] * 2
    assert len(client.streams) == 2
    assert offered == []


def test_what_is_gone_is_told(two, actions, told):
    actions.delete(two[3])
    for act in (actions.regenerate, actions.edit, actions.go_on, actions.delete):
        act(two[3])
    assert told == ["This message is no longer part of the conversation."] * 4
    actions.undo_delete()
    actions.undo_delete()
    assert told[4:] == ["There is nothing to bring back."]
