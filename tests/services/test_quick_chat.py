"""The quick prompt's conversation: for a set time one, asked, handed over, and kept in its folder."""

import pytest
from PySide6.QtCore import QObject, Signal

from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.errors import ErrorReport
from arvae_desktop.domain.library import Shelf, ShelfKind
from arvae_desktop.domain.messages import AnswerState
from arvae_desktop.domain.requests import Endpoint
from arvae_desktop.services.activity import Activity, ActivityState
from arvae_desktop.services.connection import ConnectionState
from arvae_desktop.services.context import LONGEST, ContextKind, ContextPiece
from arvae_desktop.services.conversations import Conversations
from arvae_desktop.services.prompt_history import PromptHistory
from arvae_desktop.services.quick_chat import FOLDER, QuickChat
from arvae_desktop.services.recents import Recents
from tests.services.scripted_client import COMPLETE
from tests.support.fake_library import settle
from tests.unit.storage.keeping import done


class FakeConnection(QObject):
    changed = Signal()

    def __init__(self):
        super().__init__()
        self.become(ConnectionState.READY)

    def become(self, state):
        self.state = state
        is_ready = state is ConnectionState.READY
        self.endpoint = Endpoint(BaseUrl.parse("http://127.0.0.1:9/v1")) if is_ready else None
        self.changed.emit()


class FakeCatalog(QObject):
    current_changed = Signal(str)
    current = "some/model"

    def choose(self, model):
        self.current = model
        self.current_changed.emit(model)


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def connection():
    return FakeConnection()


@pytest.fixture
def conversations(client, tasks, keeping):
    return Conversations(client, tasks, keeping)


@pytest.fixture
def chat(conversations, connection, clock, keeping):
    chat = QuickChat(conversations.start_aside, connection, FakeCatalog(), lambda: 300.0, clock=clock)
    chat.kept.connect(lambda id_: keeping.library.move([id_], FOLDER))
    conversations.aside_left.connect(chat.start_new)
    return chat


@pytest.fixture
def ask(chat, client, qtbot):
    """Asks and has it answered, unless there is no answer."""

    def ask(prompt, answer="An answer.", *, context=()):
        count = len(client.streams)
        chat.submit(prompt, context)
        qtbot.waitUntil(lambda: len(client.streams) == count + 1)
        if answer is not None:
            client.last.say(answer, COMPLETE)
            qtbot.waitUntil(lambda: not chat.session.is_running)
        return client.last

    return ask


def test_follow_ups_stay_in_one_conversation_until_the_time_has_passed(chat, ask, clock):
    first = chat.session
    ask("One")
    clock.now += 299
    chat.come()
    stream = ask("Two")
    assert [turn.content for turn in stream.request.turns] == ["One", "An answer.", "Two"]
    clock.now += 301
    chat.come()
    assert chat.session is not first
    assert [turn.content for turn in ask("Three").request.turns] == ["Three"]


def test_a_running_answer_and_an_empty_conversation_are_not_left(chat, ask, clock, client, qtbot):
    first = chat.session
    clock.now += 10_000
    chat.come()
    assert chat.session is first
    ask("One", None)
    clock.now += 10_000
    chat.come()
    assert chat.session is first
    client.last.say(COMPLETE)
    qtbot.waitUntil(lambda: not first.is_running)
    chat.come()
    assert chat.session is first  # the time begins with the answer's end
    clock.now += 301
    chat.come()
    assert chat.session is not first


def test_it_is_kept_in_its_folder_and_the_one_in_front_stays(chat, ask, conversations, keeping):
    ask("One")
    assert conversations.current.is_empty
    settle(keeping.library)
    page = done(keeping.store.list_conversations(Shelf(ShelfKind.FOLDER, FOLDER), after=None, limit=5))
    assert [entry.id for entry in page] == [chat.session.id]
    assert not page[0].is_unread
    assert [folder.name for folder in keeping.library.overview.folders] == [FOLDER]


def test_handing_over_while_it_streams(chat, ask, conversations, client, qtbot):
    session, handed = chat.session, []
    chat.handed_over.connect(handed.append)
    ask("One", None)
    client.last.say("The first half")
    qtbot.waitUntil(lambda: session.messages[-1].text == "The first half")
    chat.hand_over()
    assert handed == [session]
    assert chat.session.is_empty
    conversations.show(handed[0])
    client.last.say(", the second half.", COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    assert conversations.current.messages[-1].text == "The first half, the second half."


def test_nothing_to_hand_over(chat):
    handed = []
    chat.handed_over.connect(handed.append)
    session = chat.session
    chat.hand_over()
    assert handed == [None]
    assert chat.session is session


def test_a_question_that_comes_too_early_goes_out_later(chat, connection, client):
    connection.become(ConnectionState.LOADING)
    told, wanted = [], []
    chat.told.connect(told.append)
    chat.prompt_wanted.connect(lambda: wanted.append(True))
    chat.submit("One")
    assert client.streams == []
    assert "key" in told[0]
    connection.become(ConnectionState.READY)
    assert wanted == [True]


def test_without_a_server_the_window_is_asked_for(chat, connection, qtbot):
    connection.become(ConnectionState.NEEDED)
    with qtbot.waitSignal(chat.server_needed):
        chat.submit("One")
    assert chat.session.is_empty


def test_what_was_put_beside_the_question_is_sent(ask):
    piece = ContextPiece(ContextKind.CLIPBOARD, "x = ```1```\n")
    sent = ask("What is this?", context=[piece]).request.turns[-1].content
    assert sent == "What is this?\n\nText from the clipboard:\n\n````\nx = ```1```\n````"
    long = ContextPiece(ContextKind.SELECTION, "y" * (LONGEST + 5)).as_text()
    assert "[…]" in long
    assert len(long) < LONGEST + 100


def test_stop_regenerate_and_model(chat, ask, client, qtbot):
    ask("One", None)
    client.last.say("Part")
    qtbot.waitUntil(lambda: chat.answer == "Part")
    chat.stop()
    qtbot.waitUntil(lambda: not chat.session.is_running)
    chat.choose_model("other/model")
    chat.regenerate()
    qtbot.waitUntil(lambda: len(client.streams) == 2)
    assert client.last.request.model == "other/model"
    client.last.say("Whole", COMPLETE)
    qtbot.waitUntil(lambda: not chat.session.is_running)
    assert chat.answer == "Whole"


def test_one_that_goes_to_the_bin_is_left(chat, ask, keeping, qtbot):
    ask("One")
    session = chat.session
    settle(keeping.library)
    keeping.library.delete([session.id])
    qtbot.waitUntil(lambda: chat.session is not session)


def test_history():
    history = PromptHistory()
    assert history.older() is None
    assert history.newer() is None
    for prompt in ("one", "two", " ", "three", "two"):
        history.add(prompt)
    assert [history.older() for _ in range(4)] == ["two", "three", "one", None]
    assert [history.newer() for _ in range(4)] == ["three", "two", "", None]
    assert not history.is_walked


def test_the_newest_few_wherever_they_stand(kept, qtbot):
    recents = Recents(kept, 3)
    kept.move(["a"], "Quick")
    kept.set_pinned(["b"], pinned=True)
    kept.delete(["e"])
    qtbot.waitUntil(lambda: [entry.id for entry in recents.entries] == ["d", "c", "b"])
    kept.delete(["d", "c"])
    qtbot.waitUntil(lambda: [entry.id for entry in recents.entries] == ["b", "a"])


class _Message:
    def __init__(self, state, kind=None):
        error = None if kind is None else ErrorReport(kind, "Title.", "Hint.", retryable=True)
        self.state = state
        self.facts = type("Facts", (), {"error": error})()


def test_what_the_app_is_at(qapp):
    assert qapp
    activity = Activity()
    states = []
    activity.changed.connect(states.append)
    activity.set_running(2)
    activity.note_answer(_Message(AnswerState.FAILED, "bad_key"))
    activity.set_running(0)
    activity.note_look()
    activity.note_answer(_Message(AnswerState.FAILED, "refused"))
    activity.note_look()  # looking brings no server back
    activity.note_server(is_reached=True)
    activity.note_answer(_Message(AnswerState.INTERRUPTED, "connection"))
    activity.note_answer(_Message(AnswerState.COMPLETE))
    expected = ["STREAMING", "ERROR", "IDLE", "OFFLINE", "IDLE", "ERROR", "IDLE"]
    assert states == [ActivityState[name] for name in expected]
