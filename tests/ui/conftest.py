"""Windows without a screen, over real services that talk to no server."""

from types import SimpleNamespace

import pytest
from pages import settle
from stalls import without_collector

from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.library import Entry
from arvae_desktop.domain.requests import Endpoint
from arvae_desktop.services.connection import Connection
from arvae_desktop.services.conversations import Conversations
from arvae_desktop.services.keeping import Keeping
from arvae_desktop.services.notifier import Notifier
from arvae_desktop.services.preferences import Preferences
from arvae_desktop.services.tasks import Tasks
from arvae_desktop.storage.credentials import MemoryCredentials
from arvae_desktop.storage.store.place import StorePlace
from arvae_desktop.ui.chat_page import ChatPage
from arvae_desktop.ui.sidebar import model as sidebar_model
from arvae_desktop.ui.sidebar.panel import Sidebar
from arvae_desktop.ui.theme import Theme
from arvae_desktop.ui.transcript import reasoning
from tests.services.scripted_client import ScriptedClient
from tests.support.fake_library import NOW, FakeLibrary, entries, moment
from tests.unit.storage.keeping import done

# Said by the offscreen platform of what it cannot do, such as raising a window.
_OFFSCREEN = "^This plugin does not support "


def pytest_itemcollected(item):
    item.add_marker(pytest.mark.qt_log_ignore(_OFFSCREEN, extend=True))


@pytest.fixture(scope="session")
def app_theme(qapp):
    """An application has one theme."""
    return Theme(qapp, "light")


@pytest.fixture
def theme(app_theme):
    """The theme, light at the test's start."""
    app_theme.set_appearance("light")
    yield app_theme
    app_theme.set_appearance("light")


@pytest.fixture
def show(qtbot):
    """Shows a widget as a window of a given size, keeps it, and closes it after the test."""
    shown = []

    def show(widget, width=800, height=600):
        shown.append(widget)
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()
        return widget

    return show


@pytest.fixture(autouse=True)
def _one_day(monkeypatch):
    """The list of conversations takes the day for today that the tests' moments count from."""
    monkeypatch.setattr(sidebar_model, "datetime", SimpleNamespace(now=lambda: NOW))


@pytest.fixture
def no_garbage():
    """For tests that measure what something costs."""
    with without_collector():
        yield


@pytest.fixture
def thinks_at_once(monkeypatch):
    """No time passes while the transcript is told what a model thinks, however slow the machine is."""
    monkeypatch.setattr(reasoning, "time", SimpleNamespace(monotonic=lambda: 100.0))


@pytest.fixture
def notifier():
    return Notifier()


@pytest.fixture
def preferences(notifier):
    return Preferences(None, notifier)


@pytest.fixture
def credentials():
    return MemoryCredentials()


@pytest.fixture
def connection(credentials, preferences, notifier):
    """Not yet decided; `begin` finds that a server has to be chosen."""
    return Connection(credentials, preferences, notifier)


@pytest.fixture
def client():
    return ScriptedClient()


@pytest.fixture
def tasks(notifier):
    return Tasks(notifier.report)


@pytest.fixture
def keeping(tmp_path, notifier):
    """A store that is opened when it is needed, and closed at the end."""
    keeping = Keeping(StorePlace(tmp_path / "kept" / "conversations.db", tmp_path / "backups"), notifier)
    yield keeping
    done(keeping.begin_to_close())


@pytest.fixture
def conversations(client, tasks, keeping):
    """Sessions without a running loop can hold no answer; tests that send use `qasync_loop` too."""
    return Conversations(client, tasks, keeping)


@pytest.fixture
def library():
    return FakeLibrary()


@pytest.fixture
def endpoint():
    return Endpoint(BaseUrl.parse("http://127.0.0.1:9/v1"))


@pytest.fixture
def page(show, theme, conversations, connection, qasync_loop, qtbot):
    """The page of the conversation in front; tests of a page of another kind have their own."""
    assert qasync_loop.is_running()
    page = ChatPage(connection, theme)
    conversations.current_changed.connect(page.show_session)
    page.show_session(conversations.current)
    show(page, 900, 640)
    page.activateWindow()
    yield page
    conversations.stop_all()
    qtbot.waitUntil(lambda: not conversations.running)


@pytest.fixture
def session(conversations):
    """The conversation in front."""
    return conversations.current


@pytest.fixture
def ask(session, endpoint, client, qtbot, page):
    """Has a prompt answered; gives the ids of both messages."""

    def ask(prompt, *events):
        before = len(client.streams)
        session.send(prompt, endpoint, "some/model")
        qtbot.waitUntil(lambda: len(client.streams) > before)
        client.last.say(*events)
        qtbot.waitUntil(lambda: not session.is_running)
        settle(page.transcript)
        return [message.id for message in session.messages[-2:]]

    return ask


@pytest.fixture
def again(session, endpoint, client, qtbot, page):
    """Has an answer given anew."""

    def again(message_id, *events):
        before = len(client.streams)
        session.regenerate(message_id, endpoint, "some/model")
        qtbot.waitUntil(lambda: len(client.streams) > before)
        client.last.say(*events)
        qtbot.waitUntil(lambda: not session.is_running)
        settle(page.transcript)
        return session.last_id

    return again


@pytest.fixture
def chosen(page):
    """The actions that were chosen on the page, and the messages."""
    heard = []
    page.tools.action_chosen.connect(lambda *told: heard.append(told))
    return heard


@pytest.fixture
def sidebar(library, tasks, theme, show, qtbot):
    sidebar = show(Sidebar(library, tasks, theme), 260, 600)
    assert sidebar.contents  # as it is made soon after the first frame
    sidebar.activateWindow()
    qtbot.waitUntil(sidebar.isActiveWindow)
    return sidebar


@pytest.fixture
def filled(sidebar, library, qtbot):
    """A to E of today, F in a folder; the list has the focus, nothing is selected."""
    library.create_folder("Work")
    library.put(*entries("ABCDE"), Entry("F", "F", moment(1), folder="Work"))
    qtbot.waitUntil(lambda: sidebar.model.rowCount() == 7)
    library.wishes.clear()
    sidebar.list.setFocus()
    qtbot.waitUntil(sidebar.list.hasFocus)
    sidebar.list.select(None)
    return sidebar
