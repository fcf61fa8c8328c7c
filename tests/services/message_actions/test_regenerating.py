"""An answer is asked for anew."""

import pytest

from arvae_desktop.domain.events import End
from arvae_desktop.domain.messages import AnswerState
from tests.services.message_actions.pages import ENDPOINT, id_of, page_of, walk
from tests.services.scripted_client import COMPLETE

FAILED = End(AnswerState.FAILED)


@pytest.mark.usefixtures("two")
def test_any_answer_can_be_given_anew(session, regenerate, send, heard):
    before = session.messages
    assert regenerate("First", "Another", COMPLETE) == ["One?"]
    assert page_of(session) == ["One?", "Another"]
    assert send("Three?", "Third", COMPLETE) == ["One?", "Another", "Three?"]
    assert heard.of("branch_changed") == [(1, ())]
    walk(session)
    assert session.messages == before
    assert heard.of("branch_changed")[1:] == [(1, tuple(before[1:]))]
    walk(session, 1)
    assert page_of(session) == ["One?", "Another", "Three?", "Third"]


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
    assert client.last.request.endpoint is ENDPOINT


@pytest.mark.usefixtures("two")
def test_an_answer_of_another_branch_is_given_anew_with_what_led_to_it(session, regenerate, send):
    regenerate("First", "Another", COMPLETE)
    walk(session)
    assert regenerate("Second", "Other", COMPLETE) == ["One?", "First", "Two?"]
    assert page_of(session) == ["One?", "First", "Two?", "Other"]
    assert send("Three?", COMPLETE) == ["One?", "First", "Two?", "Other", "Three?"]


@pytest.mark.usefixtures("two")
def test_a_prompt_can_be_answered_anew(session, regenerate):
    assert regenerate("One?", "Another", COMPLETE) == ["One?"]
    assert page_of(session) == ["One?", "Another"]


@pytest.mark.usefixtures("two")
def test_a_prompt_whose_answer_was_deleted_can_be_answered(session, regenerate):
    session.delete(id_of(session, "Second"))
    assert regenerate("Two?", "Another", COMPLETE) == ["One?", "First", "Two?"]
    assert page_of(session) == ["One?", "First", "Two?", "Another"]
    assert session.undo_delete()
    assert page_of(session) == ["One?", "First", "Two?", "Second"]
    assert len(session.branches(session.last_id)) == 2


def test_a_last_answer_without_a_word_goes(session, send, regenerate):
    send("One?", "First", COMPLETE)
    regenerate("First", FAILED)
    assert session.messages[-1].text == ""
    regenerate("One?", "Another", COMPLETE)
    assert page_of(session) == ["One?", "Another"]
    assert len(session.branches(session.last_id)) == 2
    walk(session)
    assert page_of(session) == ["One?", "First"]


@pytest.mark.parametrize("behind", ["another prompt", "a deleted one"])
def test_an_answer_without_a_word_stays_where_others_hang_on_it(session, send, play, behind):
    send("One?", "First", COMPLETE)
    send("Two?", FAILED)
    empty = session.last_id
    if behind == "another prompt":
        play(lambda: session.regenerate(session.messages[1].id, ENDPOINT, "m"), "Another", COMPLETE)
        walk(session)
        assert session.last_id == empty
        return
    send("Three?", "Third", COMPLETE)
    for text in ("Third", "Three?"):
        session.delete(id_of(session, text))
    play(lambda: session.regenerate(empty, ENDPOINT, "m"), "Second", COMPLETE)
    session.undo_delete()
    session.undo_delete()
    assert page_of(session) == ["One?", "First", "Two?", "", "Three?", "Third"]


@pytest.mark.usefixtures("two", "heard")
def test_without_its_prompt_no_answer_is_given_anew(session, client):
    first = id_of(session, "First")
    assert session.can_regenerate(first)
    session.delete(id_of(session, "One?"))
    assert not session.can_regenerate(first)
    session.regenerate(first, ENDPOINT, "m")
    assert not session.is_running
    assert len(client.streams) == 2
    session.undo_delete()
    assert session.can_regenerate(first)


@pytest.mark.usefixtures("two", "heard")
def test_nothing_is_given_anew_while_an_answer_runs_or_where_nothing_is(session, begin, client):
    session.regenerate("nothing", ENDPOINT, "m")
    assert not session.is_running
    begin()
    session.regenerate(id_of(session, "First"), ENDPOINT, "m")
    assert len(client.streams) == 3
    assert len(session.messages) == 6
    session.stop()


def test_no_other_branch_is_shown_while_an_answer_runs(session, send, regenerate, begin, heard):
    send("One?", "First", COMPLETE)
    regenerate("First", "Another", COMPLETE)
    begin()
    before = session.messages
    walk(session)
    assert session.messages == before
    assert len(heard.of("branch_changed")) == 1
    session.stop()
