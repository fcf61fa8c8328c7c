"""Titles by the model, where the user lets it."""

import pytest

from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.events import End
from arvae_desktop.domain.messages import AnswerState
from arvae_desktop.domain.secret import Secret
from arvae_desktop.services.connection import Connection
from arvae_desktop.services.conversations import Conversations
from arvae_desktop.services.titles import Titles, clean_title
from arvae_desktop.storage.credentials import MemoryCredentials
from tests.services.scripted_client import COMPLETE


@pytest.fixture
def connection(preferences, notifier, run):
    connection = Connection(MemoryCredentials(), preferences, notifier)
    connection.begin()
    run(connection.connect_to("http://127.0.0.1:9/v1", Secret("")))
    return connection


@pytest.fixture
def ask(client, tasks, keeping, connection, qtbot):
    """Asks the first prompt of a conversation; gives its session when it was answered."""

    def ask(end=COMPLETE, *, is_on=True, title=None):
        conversations = Conversations(client, tasks, keeping)
        titles = Titles(client, conversations, connection, tasks, lambda: is_on)
        assert titles.parent() is conversations
        session = conversations.current
        session.send("What is a rainbow made of?", connection.endpoint, "some/model")
        qtbot.waitUntil(lambda: len(client.streams) == 1)
        if title is not None:
            keeping.library.rename(session.id, title)
        client.last.say("Of light.", end)
        qtbot.waitUntil(lambda: not session.is_running)
        return session, conversations

    return ask


def test_a_small_request_names_it_after_the_first_answer(ask, client, qtbot):
    session, _conversations = ask()
    qtbot.waitUntil(lambda: len(client.streams) == 2)
    request = client.last.request
    assert "What is a rainbow made of?" in request.turns[0].content
    assert "Of light." in request.turns[0].content
    assert (request.model, request.max_retries, request.endpoint.base_url) == (
        "served/model",
        0,
        BaseUrl.parse("http://127.0.0.1:9/v1"),
    )
    client.last.say('"What rainbows are made of."', COMPLETE)
    qtbot.waitUntil(lambda: session.title == "What rainbows are made of")


@pytest.mark.parametrize(
    "options",
    [{"is_on": False}, {"title": "Mine"}, {"end": End(AnswerState.INTERRUPTED)}],
    ids=["not wanted", "named by the user", "broken off"],
)
def test_nothing_is_asked_where_it_is_not_wanted(ask, client, options):
    session, _conversations = ask(**options)
    assert len(client.streams) == 1
    assert session.title == options.get("title", "What is a rainbow made of?")


@pytest.mark.parametrize("said", [("x" * 200, COMPLETE), ("A ti", End(AnswerState.FAILED)), (COMPLETE,)])
def test_what_is_no_title_changes_nothing(ask, client, qtbot, said):
    session, _conversations = ask()
    qtbot.waitUntil(lambda: len(client.streams) == 2)
    client.last.say(*said)
    qtbot.waitUntil(lambda: client.last.closed)
    assert session.title == "What is a rainbow made of?"


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Rainbows", "Rainbows"),
        ("\n\n**Title: Rainbows**\nand more", "Rainbows"),
        ("„Regenbögen“.", "Regenbögen"),
        ("  Two   words \n", "Two words"),
        ("", ""),
        ("A" * 81, ""),
    ],
)
def test_titles_are_cleaned(said, title):
    assert clean_title(said) == title
