"""A prompt is asked another way."""

import pytest

from arvae_desktop.domain.events import End
from arvae_desktop.domain.messages import AnswerState
from tests.services.message_actions.pages import id_of, page_of, walk
from tests.services.scripted_client import COMPLETE

FAILED = End(AnswerState.FAILED)


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("under", ["One?", "First"])
def test_any_prompt_can_be_asked_another_way(session, send, under, heard):
    before = session.messages
    assert session.edit(id_of(session, under)) == "One?"
    assert session.messages == before, "nothing changes before it is sent"
    assert send("Uno?", "Primo", COMPLETE) == ["Uno?"]
    assert page_of(session) == ["Uno?", "Primo"]
    assert session.title == "Uno?"
    assert send("Due?", COMPLETE) == ["Uno?", "Primo", "Due?"]
    assert heard.of("edited_changed") == [before[0].id, None]
    walk(session)
    assert session.messages == before


@pytest.mark.usefixtures("two")
def test_a_later_prompt_keeps_what_came_before_it(session, send):
    session.edit(id_of(session, "Two?"))
    assert send("Due?", "Secondo", COMPLETE) == ["One?", "First", "Due?"]
    assert page_of(session) == ["One?", "First", "Due?", "Secondo"]
    assert session.title == "One?"


@pytest.mark.usefixtures("two")
def test_without_a_name_it_is_the_last_prompt_of_the_branch(session, regenerate):
    assert session.edit() == "Two?"
    session.cancel_edit()
    regenerate("First", "Another", COMPLETE)
    assert session.edit() == "One?"


@pytest.mark.usefixtures("two")
def test_a_prompt_that_is_not_edited_after_all_is_a_new_one(session, send, heard):
    one = id_of(session, "One?")
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
    walk(session)
    session.edit(id_of(session, "Two?"))
    walk(session, 1)
    assert session.edited_id is None
    assert send("Three?", COMPLETE) == ["One?", "Another", "Three?"]


def test_an_answer_that_comes_while_its_prompt_is_edited_is_kept(session, send, regenerate):
    send("One?", FAILED)
    session.edit()
    regenerate("One?", "First", COMPLETE)
    assert send("Uno?", "Primo", COMPLETE) == ["Uno?"]
    assert page_of(session) == ["Uno?", "Primo"]
    walk(session)
    assert page_of(session) == ["One?", "First"]


@pytest.mark.usefixtures("two")
def test_a_prompt_that_is_deleted_is_not_edited_any_more(session, send, heard):
    session.edit(id_of(session, "Two?"))
    session.delete(id_of(session, "Two?"))
    assert session.edited_id is None
    assert heard.of("edited_changed")[-1] is None
    assert send("Three?", COMPLETE) == ["One?", "First", "Second", "Three?"]


@pytest.mark.usefixtures("two", "heard")
def test_nothing_is_edited_that_is_not_there(session):
    first = id_of(session, "First")
    assert session.edit("nothing") is None
    session.delete(id_of(session, "One?"))
    assert session.edit(first) is None
    assert session.edited_id is None
