"""Conversations: new ones, kept ones that are opened, and which of them is in front."""

import pytest

from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.conversations import ConversationSettings
from arvae_desktop.domain.library import BIN, RECENT
from arvae_desktop.domain.messages import AnswerState, Role
from arvae_desktop.domain.requests import Endpoint
from arvae_desktop.services.conversations import Conversations
from arvae_desktop.services.keeping import Keeping
from arvae_desktop.storage.store.place import StorePlace
from tests.services.scripted_client import COMPLETE
from tests.support.fake_library import settle
from tests.unit.storage.keeping import done

_ENDPOINT = Endpoint(BaseUrl.parse("http://127.0.0.1:9/v1"))


@pytest.fixture
def conversations(client, tasks, keeping):
    return Conversations(client, tasks, keeping)


@pytest.fixture
def have(conversations, client, qtbot):
    """Has a conversation with one answer; returns its id."""

    def have(prompt, answer="An answer."):
        session = conversations.start_new()
        count = len(client.streams)
        _send(session, prompt)
        qtbot.waitUntil(lambda: len(client.streams) == count + 1)
        client.last.say(answer, COMPLETE)
        qtbot.waitUntil(lambda: not session.is_running)
        return session.id

    return have


@pytest.fixture
def later(client, tasks, notifier, run, keeping):
    """The next run of the app, over the same files."""
    nexts = []

    def later():
        run((nexts or [keeping])[-1].close())
        nexts.append(Keeping(StorePlace(keeping._place.file, keeping._place.backups), notifier))
        conversations = Conversations(client, tasks, nexts[-1])
        done(nexts[-1].store.overview())
        return conversations

    yield later
    for each in nexts:
        run(each.close())


def _send(session, prompt="Hello"):
    session.send(prompt, _ENDPOINT, "some/model")


def _texts(session):
    return [message.text for message in session.messages]


def _listed(keeping, shelf=RECENT):
    settle(keeping.library)
    return [entry.id for entry in done(keeping.store.list_conversations(shelf))]


def _entry(keeping, conversation_id):
    settle(keeping.library)
    (entry,) = done(keeping.store.settled_entries([conversation_id]))
    return entry


def _open(conversations, conversation_id, qtbot, message_id=None):
    conversations.open(conversation_id, message_id)
    qtbot.waitUntil(lambda: conversations.current.id == conversation_id and not conversations.is_opening)
    return conversations.current


def test_there_is_always_a_current_one_that_is_kept_with_its_first_message(conversations, keeping, have):
    assert conversations.current.is_empty
    assert _listed(keeping) == []
    name = have("Hello")
    assert _listed(keeping) == [name]
    assert _entry(keeping, name).title == "Hello"


def test_a_new_one_is_made_only_if_the_current_one_is_not_empty(conversations, qtbot, have):
    first = conversations.current
    assert conversations.start_new() is first
    have("Hello")
    with qtbot.waitSignal(conversations.current_changed) as heard:
        second = conversations.start_new()
    assert heard.args == [second]
    assert second is not first
    assert conversations.start_new() is second


def test_an_empty_one_that_is_left_comes_again(conversations, qtbot, have):
    name = have("Hello")
    empty = conversations.start_new()
    _open(conversations, name, qtbot)
    assert conversations.start_new() is empty


def test_showing_the_current_one_is_no_change(conversations, qtbot):
    with qtbot.assertNotEmitted(conversations.current_changed):
        conversations.show(conversations.current)


def test_leaving_a_conversation_does_not_stop_it_and_its_end_is_marked(conversations, keeping, client, qtbot):
    first = conversations.current
    _send(first)
    assert [each.id for each in conversations.running] == [first.id]
    assert keeping.library.running == {first.id}
    conversations.start_new()
    qtbot.waitUntil(lambda: len(client.streams) == 1)
    client.last.say("Hi", COMPLETE)
    qtbot.waitUntil(lambda: not first.is_running)
    assert keeping.library.running == frozenset()
    assert _entry(keeping, first.id).is_unread
    _open(conversations, first.id, qtbot)
    assert not _entry(keeping, first.id).is_unread


def test_an_answer_that_ends_in_front_is_read(keeping, have):
    assert not _entry(keeping, have("Hello")).is_unread


def test_all_running_answers_are_stopped(conversations, qtbot):
    sessions = []
    for _ in range(3):
        sessions.append(conversations.start_new())
        _send(sessions[-1])
    conversations.stop_all()
    qtbot.waitUntil(lambda: not conversations.running)
    assert {session.messages[-1].state for session in sessions} == {AnswerState.STOPPED}


# --- the next run ---


def test_what_was_said_is_there_after_the_next_start(later, have, qtbot):
    name = have("What is kept?", "Every word.")
    session = _open(later(), name, qtbot)
    assert session.title == "What is kept?"
    assert _texts(session) == ["What is kept?", "Every word."]
    assert [message.role for message in session.messages] == [Role.USER, Role.ASSISTANT]
    assert session.messages[-1].state is AnswerState.COMPLETE


def test_the_end_of_a_long_one_comes_first(later, conversations, have, client, qtbot):
    name = have("0")
    session = conversations.current
    for number in range(1, 30):
        _send(session, str(number))
        qtbot.waitUntil(lambda number=number: len(client.streams) == number + 1)
        client.last.say(f"Answer {number}", COMPLETE)
        qtbot.waitUntil(lambda: not session.is_running)
    opened, seen = later(), []
    opened.previewed.connect(lambda conversation, messages: seen.append((conversation.id, messages)))
    session = _open(opened, name, qtbot)
    ((previewed, messages),) = seen
    assert previewed == name
    assert messages == tuple(session.messages[-40:])
    assert len(session.messages) == 60


def test_all_branches_are_there_after_the_next_start(later, conversations, have, client, qtbot):
    name = have("Once?", "First.")
    session = conversations.current
    session.regenerate(session.last_id, _ENDPOINT, "some/model")
    qtbot.waitUntil(lambda: len(client.streams) == 2)
    client.last.say("Second.", COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    session = _open(later(), name, qtbot)
    assert _texts(session) == ["Once?", "Second."]
    first, second = session.branches(session.last_id)
    session.show_branch(first)
    assert _texts(session) == ["Once?", "First."]
    session = _open(later(), name, qtbot)
    assert _texts(session) == ["Once?", "First."]
    assert session.branches(session.last_id) == (first, second)


def test_what_was_deleted_stays_deleted(later, conversations, have, qtbot):
    name = have("Keep this.", "Not this.")
    conversations.current.delete(conversations.current.last_id)
    assert _texts(_open(later(), name, qtbot)) == ["Keep this."]


def test_drafts_are_there_after_the_next_start(later, conversations, have, qtbot):
    name = have("Hello")
    conversations.current.set_draft("half a thou")
    conversations.start_new().set_draft("a new ide")
    conversations = later()
    with qtbot.waitSignal(conversations.current.draft_restored) as heard:
        pass
    assert heard.args == ["a new ide"]
    assert _open(conversations, name, qtbot).draft == "half a thou"


def test_a_draft_that_was_sent_is_no_draft_any_more(later, conversations, have):
    conversations.current.set_draft("Hello")
    have("Hello")
    assert done(later()._keeping.store.new_draft()) == ""


def test_settings_are_there_after_the_next_start(later, conversations, have, client, qtbot):
    settings = ConversationSettings("other/model", "Be brief.", 0.5, 0.9, 100)
    conversations.current.set_settings(settings)
    name = have("Hello")
    turns = client.streams[0].request.turns
    assert [(turn.role, turn.content) for turn in turns] == [(Role.SYSTEM, "Be brief."), (Role.USER, "Hello")]
    assert client.streams[0].request.max_tokens == 100
    conversations = later()
    session = _open(conversations, name, qtbot)
    assert session.settings == settings
    session.set_settings(ConversationSettings("third/model"))
    assert _open(later(), name, qtbot).settings == ConversationSettings("third/model")


# --- what the list does ---


def test_a_title_of_the_users_own_stays(conversations, keeping, have):
    name = have("Hello")
    keeping.library.rename(name, "Mine")
    assert conversations.current.title == "Mine"
    conversations.current.suggest_title("A suggestion")
    assert conversations.current.title == "Mine"
    assert _entry(keeping, name).title == "Mine"


def test_a_suggested_title_is_kept(conversations, keeping, have):
    name = have("Hello")
    conversations.current.suggest_title("A greeting")
    assert _entry(keeping, name).title == "A greeting"


def test_one_that_goes_to_the_bin_is_stopped_and_leaves_the_front(conversations, keeping, have, qtbot):
    name = have("Hello")
    session = conversations.current
    _send(session, "More")
    keeping.library.delete([name])
    qtbot.waitUntil(lambda: not session.is_running)
    assert conversations.current.is_empty
    assert _listed(keeping, BIN) == [name]
    assert _texts(_open(conversations, name, qtbot))[:2] == ["Hello", "An answer."]
    assert _listed(keeping, BIN) == [name]


def test_who_writes_in_the_bin_takes_it_out(conversations, keeping, have, qtbot):
    name = have("Hello")
    keeping.library.delete([name])
    settle(keeping.library)
    _send(_open(conversations, name, qtbot), "More")
    conversations.stop_all()
    assert _listed(keeping) == [name]


@pytest.mark.expected_log("store: StoreError")
def test_one_that_is_deleted_for_good_is_gone(conversations, keeping, have, notices, qtbot):
    name = have("Hello")
    keeping.library.delete([name])
    keeping.library.delete_for_good([name])
    settle(keeping.library)
    assert conversations.current.is_empty
    conversations.open(name)
    qtbot.waitUntil(lambda: bool(notices))
    assert notices[-1].title == "This conversation is no longer there."
    assert conversations.current.is_empty
    assert not conversations.is_opening


def test_a_message_is_shown_on_whatever_branch_it_is(conversations, have, client, later, qtbot):
    name = have("Once?", "First.")
    session = conversations.current
    first = session.last_id
    session.regenerate(first, _ENDPOINT, "some/model")
    qtbot.waitUntil(lambda: len(client.streams) == 2)
    client.last.say("Second.", COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    conversations, wanted = later(), []
    conversations.message_wanted.connect(wanted.append)
    assert _texts(_open(conversations, name, qtbot, first)) == ["Once?", "First."]
    assert wanted == [first]


def test_few_of_those_that_were_read_stay_open(conversations, have):
    names = [have(f"Number {number}") for number in range(12)]
    assert set(conversations._sessions) == set(names[-5:])
