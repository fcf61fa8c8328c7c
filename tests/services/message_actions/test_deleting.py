"""A message is taken away and comes back."""

import pytest

from arvae_desktop.domain.events import End
from arvae_desktop.domain.messages import AnswerState
from tests.services.message_actions.pages import ENDPOINT, id_of, page_of
from tests.services.scripted_client import COMPLETE

CUT = End(AnswerState.INTERRUPTED)


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
        session.delete(id_of(session, text))
    assert session.is_empty
    back = []
    while session.can_undo_delete:
        here = page_of(session)
        assert session.undo_delete()
        back += [text for text in page_of(session) if text not in here]
    assert not session.undo_delete()
    assert session.messages == before
    assert back == ["Two?", "One?", "Second", "First"]


@pytest.mark.usefixtures("two")
def test_what_comes_back_is_shown_with_its_branch(session, regenerate):
    session.delete(id_of(session, "Second"))
    regenerate("First", "Another", COMPLETE)
    session.undo_delete()
    assert page_of(session) == ["One?", "First", "Two?", "Second"]


def test_where_the_last_on_a_branch_is_deleted_the_other_branch_is_shown(session, send, regenerate, heard):
    send("One?", "First", COMPLETE)
    regenerate("First", "Another", COMPLETE)
    session.delete(session.last_id)
    assert page_of(session) == ["One?", "First"]
    assert heard.of("branch_changed")[1:] == [(1, tuple(session.messages[1:]))]
    session.undo_delete()
    assert page_of(session) == ["One?", "Another"]


@pytest.mark.usefixtures("two")
def test_a_conversation_that_was_emptied_begins_anew(session, send):
    for message in session.messages:
        session.delete(message.id)
    assert send("Hello", COMPLETE) == ["Hello"]
    assert session.title == "Hello"
    while session.undo_delete():
        pass
    assert page_of(session) == ["One?", "First", "Two?", "Second", "Hello", ""]


@pytest.mark.usefixtures("two")
def test_a_running_answer_is_not_deleted_but_others_are(session, begin, heard, qtbot):
    stream = begin()
    running = session.last_id
    stream.say("So far")
    qtbot.waitUntil(lambda: heard.shown[-1].text == "So far")
    session.delete(running)
    session.delete("nothing")
    assert heard.of("message_removed") == []
    session.delete(id_of(session, "First"))
    assert [turn.content for turn in stream.request.turns] == ["One?", "First", "Two?", "Second", "Running?"]
    assert session.undo_delete()
    stream.say(" so good", COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    assert page_of(session)[-1] == "So far so good"
    session.delete(running)
    assert page_of(session) == ["One?", "First", "Two?", "Second", "Running?"]


def test_nothing_comes_back_behind_a_running_answer(session, send, client, qtbot):
    send("One?", "First", CUT)
    send("Two?", "Second", COMPLETE)
    for text in ("Second", "Two?"):
        session.delete(id_of(session, text))
    session.go_on(ENDPOINT, "m")
    qtbot.waitUntil(lambda: len(client.streams) == 3)
    assert [turn.content for turn in client.last.request.turns] == ["One?", "First"]
    assert not session.undo_delete()
    assert session.can_undo_delete
    client.last.say(" and last", COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    assert session.undo_delete()
    assert session.undo_delete()
    assert page_of(session) == ["One?", "First and last", "Two?", "Second"]


def test_an_answer_that_is_deleted_as_it_breaks_off_does_not_go_on_by_itself(
    session, send, client, settings, begin, qtbot
):
    send("One?", "First", CUT)
    settings["continues_once"] = True
    stream = begin("Two?")
    session.delete(id_of(session, "Two?"))
    session.running_changed.connect(lambda running: running or session.delete(session.last_id))
    stream.say("Second", CUT)
    qtbot.waitUntil(lambda: not session.is_running)
    qtbot.wait(1)
    assert len(client.streams) == 2
    assert page_of(session) == ["One?", "First"]
