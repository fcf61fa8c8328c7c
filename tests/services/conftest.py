"""Services over a running event loop, with the real client and demo server or with a scripted client."""

import keyring
import pytest

from arvae_desktop.api.client import ChatClient
from arvae_desktop.demo.server import DemoServer
from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.conversations import Conversation
from arvae_desktop.domain.requests import Endpoint
from arvae_desktop.services.connection import Connection
from arvae_desktop.services.daemon_threads import DaemonWorker
from arvae_desktop.services.keeping import Keeping
from arvae_desktop.services.notifier import Notifier
from arvae_desktop.services.preferences import Preferences
from arvae_desktop.services.tasks import Tasks
from arvae_desktop.storage.credentials import KeyringCredentials
from arvae_desktop.storage.settings import SettingsFile
from arvae_desktop.storage.store.place import StorePlace
from tests.services.scripted_client import ScriptedClient
from tests.services.unkept import unkept
from tests.support.fake_library import attached, settle
from tests.unit.storage.keeping import Folder, done
from tests.unit.storage.keyring_backends import TRUSTED_MODULE, Working, in_module


@pytest.fixture
def run(qasync_loop, qtbot):
    """Runs a coroutine to its end while Qt's loop turns."""

    def run(coroutine):
        task = qasync_loop.create_task(coroutine)
        qtbot.waitUntil(task.done, timeout=10_000)
        return task.result()

    return run


@pytest.fixture
def notifier():
    return Notifier()


@pytest.fixture
def notices(notifier):
    """What the user is told, oldest first; what is withdrawn stands there as its kind alone."""
    heard = []
    notifier.noticed.connect(heard.append)
    notifier.withdrawn.connect(heard.append)
    return heard


@pytest.fixture
def keeping(tmp_path, notifier, run):
    """A store that is opened when it is needed, and closed at the end."""
    keeping = Keeping(StorePlace(tmp_path / "kept" / "conversations.db", tmp_path / "backups"), notifier)
    yield keeping
    run(keeping.close())


@pytest.fixture
def tasks(notifier, run, keeping):  # noqa: ARG001  (they end before the store is closed)
    tasks = Tasks(notifier.report)
    yield tasks
    run(tasks.shutdown(5))


@pytest.fixture
def settings_file(tmp_path):
    return SettingsFile(tmp_path / "settings.json")


@pytest.fixture
def preferences(settings_file, notifier):
    preferences = Preferences(settings_file, notifier)
    yield preferences
    preferences.save_now()


@pytest.fixture
def client():
    return ScriptedClient()


@pytest.fixture
def chat_client():
    return ChatClient()


class Demo:
    """A demo server and what it has seen."""

    def __init__(self, **options):
        self.log = []
        self.server = DemoServer(**{"tokens_per_second": None, **options}, log=self.log.append)

    @property
    def base_url(self):
        return self.server.base_url

    @property
    def endpoint(self):
        return Endpoint(BaseUrl.parse(self.base_url))

    def events(self, name):
        return [event for event in self.log if event["event"] == name]


@pytest.fixture
def serve(run):
    """Starts demo servers; they are gone after the test."""
    servers = []

    def serve(**options):
        demo = Demo(**options)
        run(demo.server.start())
        servers.append(demo.server)
        return demo

    yield serve
    for server in servers:
        run(server.aclose())


@pytest.fixture
def demo(serve):
    return serve()


@pytest.fixture
def use_keyring():
    """Makes a backend the system's keyring."""
    before = keyring.get_keyring()

    def use(backend_class, module=TRUSTED_MODULE):
        backend = in_module(backend_class, module)()
        keyring.set_keyring(backend)
        return backend

    yield use
    keyring.set_keyring(before)


@pytest.fixture
def backend(use_keyring):
    return use_keyring(Working)


@pytest.fixture
def connect(backend, settings_file, notifier, run):
    """Makes a connection as a start of the app does, up to the keyring's answer."""

    def connect(saved=None, *, load=True, time_limit_s=5.0, **given):
        assert backend is not None
        if saved is not None:
            settings_file.save(saved)
        preferences = Preferences(settings_file, notifier)
        credentials = KeyringCredentials(DaemonWorker(), time_limit_s=time_limit_s)
        connection = Connection(credentials, preferences, notifier, **given)
        connection.begin()
        if load:
            run(connection.load_key())
        return connection

    return connect


@pytest.fixture
def store_folder(tmp_path):
    """A folder for stores; what is open at the end is closed."""
    folder = Folder(tmp_path / "data")
    yield folder
    folder.close_all()


@pytest.fixture
def store(store_folder):
    """An open, empty store."""
    store, _report = store_folder.opened()
    return store


@pytest.fixture
def errors():
    """What is reported."""
    return []


@pytest.fixture
def library(store, errors):
    """An empty store as a library."""
    return attached(store, errors.append)


@pytest.fixture
def kept(library, store):
    """Conversations a, b, c, d, e, the last the newest."""
    for number, name in enumerate("abcde"):
        done(store.put(Conversation(name, name.upper(), updated_at=float(number))))
    settle(library)
    return library


@pytest.fixture
def heard(kept):
    """What the library tells, as names of signals with their values."""
    heard = []
    for name in ("changed", "removed", "overview_changed", "running_changed", "found", "page_ready"):
        getattr(kept, name).connect(lambda value, name=name: heard.append((name, value)))
    kept.reset.connect(lambda: heard.append(("reset", None)))
    return heard


@pytest.fixture
def settings():
    """Of the conversation; a test may change them."""
    return {"continues_once": False}


@pytest.fixture
def session(client, tasks, settings):
    """A conversation without a store."""
    return unkept(client, tasks, lambda: settings["continues_once"])
