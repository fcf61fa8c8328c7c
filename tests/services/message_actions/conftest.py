"""A conversation without a store, and what a user does with its messages."""

import pytest

from tests.services.message_actions.pages import ENDPOINT, id_of
from tests.services.recording import Recording
from tests.services.scripted_client import COMPLETE


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
        return play(lambda: session.send(prompt, ENDPOINT, "m"), *events)

    return send


@pytest.fixture
def regenerate(session, play):
    def regenerate(text, *events, model="m"):
        return play(lambda: session.regenerate(id_of(session, text), ENDPOINT, model), *events)

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
        session.send(prompt, ENDPOINT, "m")
        qtbot.waitUntil(lambda: len(client.streams) > before)
        return client.last

    return begin
