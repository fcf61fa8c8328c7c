"""A message is found by its name, and all of them as a tree."""

import pytest

from arvae_desktop.domain.messages import AnswerState, Role
from tests.services.scripted_client import COMPLETE


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
