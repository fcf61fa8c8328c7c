"""What can be done with any message: ask it anew, ask it another way, take it away and bring it back."""

import pytest

from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.events import End
from arvae_desktop.domain.messages import AnswerState, Role
from arvae_desktop.domain.requests import Endpoint
from tests.services.recording import Recording
from tests.services.scripted_client import COMPLETE
from tests.services.unkept import unkept

_ENDPOINT = Endpoint(BaseUrl.parse("http://127.0.0.1:9/v1"))
_FAILED = End(AnswerState.FAILED)
_CUT = End(AnswerState.INTERRUPTED)


@pytest.fixture
def settings():
    return {"continues_once": False}


@pytest.fixture
def session(client, tasks, settings):
    return unkept(client, tasks, lambda: settings["continues_once"])


@pytest.fixture
def heard(session):
    """What the session tells; at the end a page that only listened must show what the session holds."""
    heard = Recording(session)
    yield heard
    assert heard.shown == session.messages


@pytest.fixture
def play(session, client, qtbot, heard):  # noqa: ARG001  (it listens from the beginning)
    """Does something that asks the client, and plays the answer; gives the texts that were sent."""

    def play(action, *events):
        before = len(client.streams)
        action()
        qtbot.waitUntil(lambda: len(client.streams) > before)
        client.last.say(*events)
        qtbot.waitUntil(lambda: not session.is_running)
        return [turn.content for turn in client.last.request.turns]

    return play


@pytest.fixture
def send(session, play):
    def send(prompt, *events):
        return play(lambda: session.send(prompt, _ENDPOINT, "m"), *events)

    return send


@pytest.fixture
def regenerate(session, play):
    def regenerate(text, *events, model="m"):
        return play(lambda: session.regenerate(_id(session, text), _ENDPOINT, model), *events)

    return regenerate


@pytest.fixture
def two(send):
    """A conversation of two prompts and their answers."""
    send("One?", "First", COMPLETE)
    send("Two?", "Second", COMPLETE)


@pytest.fixture
def begin(session, client, qtbot):
    """Sends a prompt and leaves its answer running."""

    def begin(prompt="Running?"):
        before = len(client.streams)
        session.send(prompt, _ENDPOINT, "m")
        qtbot.waitUntil(lambda: len(client.streams) > before)
        return client.last

    return begin


def _id(session, text):
    return next(message.id for message in session.messages if message.text == text)


def _page(session):
    return [message.text for message in session.messages]


def _walk(session, step=-1):
    """Show the branch that stands beside the first one on the page that has others."""
    branches = next(b for m in session.messages if len(b := session.branches(m.id)) > 1)
    here = next(i for i, name in enumerate(branches) if session.index_of(name) is not None)
    session.show_branch(branches[here + step])


# --- another answer ---


@pytest.mark.usefixtures("two")
def test_any_answer_can_be_given_anew(session, regenerate, send, heard):
    before = session.messages
    assert regenerate("First", "Another", COMPLETE) == ["One?"]
    assert _page(session) == ["One?", "Another"]
    assert send("Three?", "Third", COMPLETE) == ["One?", "Another", "Three?"]
    assert heard.of("branch_changed") == [(1, ())]
    _walk(session)
    assert session.messages == before
    assert heard.of("branch_changed")[1:] == [(1, tuple(before[1:]))]
    _walk(session, 1)
    assert _page(session) == ["One?", "Another", "Three?", "Third"]


@pytest.mark.usefixtures("two")
def test_what_goes_is_told_before_the_new_answer_comes(session, heard, regenerate):
    heard.told.clear()
    regenerate("Second", "Another", COMPLETE)
    assert heard.names[:3] == ["branch_changed", "message_added", "running_changed"]
    assert heard.of("branch_changed") == [(3, ())]
    assert len(session.branches(session.last_id)) == 2


@pytest.mark.usefixtures("two")
def test_it_is_asked_of_the_model_that_is_named(client, regenerate):
    regenerate("First", "Another", COMPLETE, model="other/model")
    assert client.last.request.model == "other/model"
    assert client.last.request.endpoint is _ENDPOINT


@pytest.mark.usefixtures("two")
def test_an_answer_of_another_branch_is_given_anew_with_what_led_to_it(session, regenerate, send):
    regenerate("First", "Another", COMPLETE)
    _walk(session)
    assert regenerate("Second", "Other", COMPLETE) == ["One?", "First", "Two?"]
    assert _page(session) == ["One?", "First", "Two?", "Other"]
    assert send("Three?", COMPLETE) == ["One?", "First", "Two?", "Other", "Three?"]


@pytest.mark.usefixtures("two")
def test_a_prompt_can_be_answered_anew(session, regenerate):
    assert regenerate("One?", "Another", COMPLETE) == ["One?"]
    assert _page(session) == ["One?", "Another"]


@pytest.mark.usefixtures("two")
def test_a_prompt_whose_answer_was_deleted_can_be_answered(session, regenerate):
    session.delete(_id(session, "Second"))
    assert regenerate("Two?", "Another", COMPLETE) == ["One?", "First", "Two?"]
    assert _page(session) == ["One?", "First", "Two?", "Another"]
    assert session.undo_delete()
    assert _page(session) == ["One?", "First", "Two?", "Second"]
    assert len(session.branches(session.last_id)) == 2


def test_a_last_answer_without_a_word_goes(session, send, regenerate):
    send("One?", "First", COMPLETE)
    regenerate("First", _FAILED)
    assert session.messages[-1].text == ""
    regenerate("One?", "Another", COMPLETE)
    assert _page(session) == ["One?", "Another"]
    assert len(session.branches(session.last_id)) == 2
    _walk(session)
    assert _page(session) == ["One?", "First"]


@pytest.mark.parametrize("behind", ["another prompt", "a deleted one"])
def test_an_answer_without_a_word_stays_where_others_hang_on_it(session, send, play, behind):
    send("One?", "First", COMPLETE)
    send("Two?", _FAILED)
    empty = session.last_id
    if behind == "another prompt":
        play(lambda: session.regenerate(session.messages[1].id, _ENDPOINT, "m"), "Another", COMPLETE)
        _walk(session)
        assert session.last_id == empty
        return
    send("Three?", "Third", COMPLETE)
    for text in ("Third", "Three?"):
        session.delete(_id(session, text))
    play(lambda: session.regenerate(empty, _ENDPOINT, "m"), "Second", COMPLETE)
    session.undo_delete()
    session.undo_delete()
    assert _page(session) == ["One?", "First", "Two?", "", "Three?", "Third"]


@pytest.mark.usefixtures("two", "heard")
def test_without_its_prompt_no_answer_is_given_anew(session, client):
    first = _id(session, "First")
    assert session.can_regenerate(first)
    session.delete(_id(session, "One?"))
    assert not session.can_regenerate(first)
    session.regenerate(first, _ENDPOINT, "m")
    assert not session.is_running
    assert len(client.streams) == 2
    session.undo_delete()
    assert session.can_regenerate(first)


@pytest.mark.usefixtures("two", "heard")
def test_nothing_is_given_anew_while_an_answer_runs_or_where_nothing_is(session, begin, client):
    session.regenerate("nothing", _ENDPOINT, "m")
    assert not session.is_running
    begin()
    session.regenerate(_id(session, "First"), _ENDPOINT, "m")
    assert len(client.streams) == 3
    assert len(session.messages) == 6
    session.stop()


def test_no_other_branch_is_shown_while_an_answer_runs(session, send, regenerate, begin, heard):
    send("One?", "First", COMPLETE)
    regenerate("First", "Another", COMPLETE)
    begin()
    before = session.messages
    _walk(session)
    assert session.messages == before
    assert len(heard.of("branch_changed")) == 1
    session.stop()


# --- another prompt ---


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("under", ["One?", "First"])
def test_any_prompt_can_be_asked_another_way(session, send, under, heard):
    before = session.messages
    assert session.edit(_id(session, under)) == "One?"
    assert session.messages == before, "nothing changes before it is sent"
    assert send("Uno?", "Primo", COMPLETE) == ["Uno?"]
    assert _page(session) == ["Uno?", "Primo"]
    assert session.title == "Uno?"
    assert send("Due?", COMPLETE) == ["Uno?", "Primo", "Due?"]
    assert heard.of("edited_changed") == [before[0].id, None]
    _walk(session)
    assert session.messages == before


@pytest.mark.usefixtures("two")
def test_a_later_prompt_keeps_what_came_before_it(session, send):
    session.edit(_id(session, "Two?"))
    assert send("Due?", "Secondo", COMPLETE) == ["One?", "First", "Due?"]
    assert _page(session) == ["One?", "First", "Due?", "Secondo"]
    assert session.title == "One?"


@pytest.mark.usefixtures("two")
def test_without_a_name_it_is_the_last_prompt_of_the_branch(session, regenerate):
    assert session.edit() == "Two?"
    session.cancel_edit()
    regenerate("First", "Another", COMPLETE)
    assert session.edit() == "One?"


@pytest.mark.usefixtures("two")
def test_a_prompt_that_is_not_edited_after_all_is_a_new_one(session, send, heard):
    one = _id(session, "One?")
    session.edit(one)
    assert session.edited_id == one
    session.cancel_edit()
    assert session.edited_id is None
    assert send("Three?", COMPLETE) == ["One?", "First", "Two?", "Second", "Three?"]
    assert heard.of("edited_changed") == [one, None]
    assert heard.of("branch_changed") == []


def test_a_prompt_whose_branch_is_left_is_not_edited_any_more(session, send, regenerate):
    send("One?", "First", COMPLETE)
    send("Two?", "Second", COMPLETE)
    regenerate("First", "Another", COMPLETE)
    _walk(session)
    session.edit(_id(session, "Two?"))
    _walk(session, 1)
    assert session.edited_id is None
    assert send("Three?", COMPLETE) == ["One?", "Another", "Three?"]


def test_an_answer_that_comes_while_its_prompt_is_edited_is_kept(session, send, regenerate):
    send("One?", _FAILED)
    session.edit()
    regenerate("One?", "First", COMPLETE)
    assert send("Uno?", "Primo", COMPLETE) == ["Uno?"]
    assert _page(session) == ["Uno?", "Primo"]
    _walk(session)
    assert _page(session) == ["One?", "First"]


@pytest.mark.usefixtures("two")
def test_a_prompt_that_is_deleted_is_not_edited_any_more(session, send, heard):
    session.edit(_id(session, "Two?"))
    session.delete(_id(session, "Two?"))
    assert session.edited_id is None
    assert heard.of("edited_changed")[-1] is None
    assert send("Three?", COMPLETE) == ["One?", "First", "Second", "Three?"]


@pytest.mark.usefixtures("two", "heard")
def test_nothing_is_edited_that_is_not_there(session):
    first = _id(session, "First")
    assert session.edit("nothing") is None
    session.delete(_id(session, "One?"))
    assert session.edit(first) is None
    assert session.edited_id is None


# --- away and back ---


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("text", ["One?", "First", "Two?", "Second"])
def test_what_is_deleted_is_not_sent_and_comes_back_in_its_place(session, send, heard, text):
    before = session.messages
    deleted = next(message for message in before if message.text == text)
    session.delete(deleted.id)
    assert session.message(deleted.id) is None
    assert session.index_of(deleted.id) is None
    assert heard.of("message_removed") == [deleted.id]
    kept = [message.text for message in before if message is not deleted]
    assert send("Three?", "Third", COMPLETE) == [*kept, "Three?"]
    assert session.undo_delete()
    assert session.messages[before.index(deleted)] == deleted
    assert send("Four?", COMPLETE)[:5] == [*[message.text for message in before], "Three?"]


@pytest.mark.usefixtures("two")
def test_several_come_back_the_last_first(session):
    before = session.messages
    for text in ("First", "Second", "One?", "Two?"):
        session.delete(_id(session, text))
    assert session.is_empty
    back = []
    while session.can_undo_delete:
        here = _page(session)
        assert session.undo_delete()
        back += [text for text in _page(session) if text not in here]
    assert not session.undo_delete()
    assert session.messages == before
    assert back == ["Two?", "One?", "Second", "First"]


@pytest.mark.usefixtures("two")
def test_what_comes_back_is_shown_with_its_branch(session, regenerate):
    session.delete(_id(session, "Second"))
    regenerate("First", "Another", COMPLETE)
    session.undo_delete()
    assert _page(session) == ["One?", "First", "Two?", "Second"]


def test_where_the_last_on_a_branch_is_deleted_the_other_branch_is_shown(session, send, regenerate, heard):
    send("One?", "First", COMPLETE)
    regenerate("First", "Another", COMPLETE)
    session.delete(session.last_id)
    assert _page(session) == ["One?", "First"]
    assert heard.of("branch_changed")[1:] == [(1, tuple(session.messages[1:]))]
    session.undo_delete()
    assert _page(session) == ["One?", "Another"]


@pytest.mark.usefixtures("two")
def test_a_conversation_that_was_emptied_begins_anew(session, send):
    for message in session.messages:
        session.delete(message.id)
    assert send("Hello", COMPLETE) == ["Hello"]
    assert session.title == "Hello"
    while session.undo_delete():
        pass
    assert _page(session) == ["One?", "First", "Two?", "Second", "Hello", ""]


@pytest.mark.usefixtures("two")
def test_a_running_answer_is_not_deleted_but_others_are(session, begin, heard, qtbot):
    stream = begin()
    running = session.last_id
    stream.say("So far")
    qtbot.waitUntil(lambda: heard.shown[-1].text == "So far")
    session.delete(running)
    session.delete("nothing")
    assert heard.of("message_removed") == []
    session.delete(_id(session, "First"))
    assert [turn.content for turn in stream.request.turns] == ["One?", "First", "Two?", "Second", "Running?"]
    assert session.undo_delete()
    stream.say(" so good", COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    assert _page(session)[-1] == "So far so good"
    session.delete(running)
    assert _page(session) == ["One?", "First", "Two?", "Second", "Running?"]


def test_nothing_comes_back_behind_a_running_answer(session, send, client, qtbot):
    send("One?", "First", _CUT)
    send("Two?", "Second", COMPLETE)
    for text in ("Second", "Two?"):
        session.delete(_id(session, text))
    session.go_on(_ENDPOINT, "m")
    qtbot.waitUntil(lambda: len(client.streams) == 3)
    assert [turn.content for turn in client.last.request.turns] == ["One?", "First"]
    assert not session.undo_delete()
    assert session.can_undo_delete
    client.last.say(" and last", COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    assert session.undo_delete()
    assert session.undo_delete()
    assert _page(session) == ["One?", "First and last", "Two?", "Second"]


# --- beside Continue ---


def test_an_answer_that_is_deleted_as_it_breaks_off_does_not_go_on_by_itself(
    session, send, client, settings, begin, qtbot
):
    send("One?", "First", _CUT)
    settings["continues_once"] = True
    stream = begin("Two?")
    session.delete(_id(session, "Two?"))
    session.running_changed.connect(lambda running: running or session.delete(session.last_id))
    stream.say("Second", _CUT)
    qtbot.waitUntil(lambda: not session.is_running)
    qtbot.wait(1)
    assert len(client.streams) == 2
    assert _page(session) == ["One?", "First"]


# --- one message ---


def test_a_message_is_found_as_it_stands(session, begin, heard, qtbot):
    stream = begin("Hello")
    stream.say("So ", "far")
    qtbot.waitUntil(lambda: heard.shown[-1].text == "So far")
    prompt, running = session.messages
    assert session.message(prompt.id) == prompt
    assert session.message(running.id) == running
    assert running.state is AnswerState.RUNNING
    assert (running.role, running.text) == (Role.ASSISTANT, "So far")
    assert [session.index_of(message.id) for message in (prompt, running)] == [0, 1]
    stream.say(COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    assert session.message(running.id).state is AnswerState.COMPLETE
    assert session.message("nothing") is None
    assert session.index_of("nothing") is None


@pytest.mark.usefixtures("two")
def test_all_branches_are_kept_as_a_tree(session, regenerate, begin, heard, qtbot):
    regenerate("First", "Another", COMPLETE)
    stream = begin("Now?")
    stream.say("So far")
    qtbot.waitUntil(lambda: heard.shown[-1].text == "So far")
    tree = session.kept()
    assert [kept.message for kept in tree.branch] == session.messages
    texts = {kept.message.text for kept in tree.messages}
    assert texts == {"One?", "First", "Two?", "Second", "Another", "Now?", "So far"}
    assert tree.conversation.title == session.title
    assert session.kept().conversation.id == tree.conversation.id, "who exports it twice has it once"
    session.stop()
