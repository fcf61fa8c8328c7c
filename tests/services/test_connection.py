"""The connection: which server, which key, where it is kept; and a key never goes to another server."""

import json

import keyring
import pytest

from arvae_desktop.domain.errors import AddressError, BadKeyError
from arvae_desktop.domain.secret import Secret
from arvae_desktop.services.connection import Connection, ConnectionState
from arvae_desktop.services.daemon_threads import DaemonExecutor
from arvae_desktop.services.preferences import Preferences
from arvae_desktop.storage.credentials import KeyringCredentials
from arvae_desktop.storage.settings import Settings
from tests.unit.storage.keyring_backends import (
    TRUSTED_MODULE,
    Forgetful,
    Hanging,
    Raising,
    Working,
    in_module,
)

_URL = "https://arvae.ai/api/v1"
_ORIGIN = "https://arvae.ai:443"
_OTHER = "https://other.example/v1"
_LOCAL = "http://localhost:11434/v1"
_KEY = Secret("sk-arvae-0123456789")
_NEW = Secret("sk-new-9876543210")
_NO_KEY = Secret("")

LOADING, NEEDED, READY = ConnectionState.LOADING, ConnectionState.NEEDED, ConnectionState.READY


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


def _keep(backend, key, origin=_ORIGIN):
    backend.passwords["Arvae Desktop", origin] = key.reveal()


@pytest.fixture
def connect(backend, settings_file, notifier, run):
    """Makes a connection as a start of the app does, up to the keyring's answer."""

    def connect(saved=None, *, load=True, time_limit_s=5.0, **given):
        assert backend is not None
        if saved is not None:
            settings_file.save(saved)
        preferences = Preferences(settings_file, notifier)
        credentials = KeyringCredentials(DaemonExecutor(), time_limit_s=time_limit_s)
        connection = Connection(credentials, preferences, notifier, **given)
        connection.begin()
        if load:
            run(connection.load_key())
        return connection

    return connect


def _seen(connection):
    """State, base URL, key and the key's place."""
    endpoint = connection.endpoint
    return (
        connection.state,
        endpoint and endpoint.base_url.url,
        endpoint.key.reveal() if endpoint and endpoint.key else None,
        connection.key_place,
    )


def _file(settings_file):
    return json.loads(settings_file._path.read_text("utf-8")) if settings_file._path.exists() else {}


# --- start ---


def test_on_a_first_start_a_server_has_to_be_chosen(connect):
    connection = connect(load=False)
    assert _seen(connection) == (NEEDED, None, None, None)
    assert connection.suggested_base_url == _URL


def test_a_later_start_finds_the_key_in_the_keyring(connect, backend):
    _keep(backend, _KEY)
    connection = connect(Settings(base_url=_URL), load=False)
    assert connection.state is LOADING
    assert connection.endpoint is None
    connection = connect()
    assert _seen(connection) == (READY, _URL, _KEY.reveal(), "the system keyring (Secret Service)")


def test_a_key_of_another_origin_is_not_found(connect, backend):
    _keep(backend, _KEY, "https://other.example:443")
    connection = connect(Settings(base_url=_URL))
    assert _seen(connection) == (NEEDED, None, None, None)
    assert connection.suggested_base_url == _URL


def test_a_server_without_a_key_is_ready_at_once(connect):
    connection = connect(Settings(base_url=_LOCAL, uses_key=False), load=False)
    assert _seen(connection) == (READY, _LOCAL, None, None)


def test_a_broken_saved_address_is_asked_for_again(connect):
    assert _seen(connect(Settings(base_url="nonsense"), load=False)) == (NEEDED, None, None, None)


@pytest.mark.expected_log("keyring call failed", "keyring: KeyringError")
def test_a_keyring_that_fails_at_the_start_is_told(connect, use_keyring, notices):
    use_keyring(Raising)
    assert _seen(connect(Settings(base_url=_URL))) == (NEEDED, None, None, None)
    assert notices[0].kind == "keyring"


@pytest.mark.expected_log("keyring: KeyringError")
def test_a_keyring_that_hangs_is_given_up(connect, use_keyring, notices):
    hanging = use_keyring(Hanging)
    connection = connect(Settings(base_url=_URL), time_limit_s=0.1)
    hanging.released.set()
    assert connection.state is NEEDED
    assert "does not answer" in notices[0].title


def test_a_user_faster_than_the_keyring_is_not_overruled(connect, use_keyring, run, qasync_loop, qtbot):
    hanging = use_keyring(Hanging)
    _keep(hanging, _KEY)
    connection = connect(Settings(base_url=_URL), load=False)
    loading = qasync_loop.create_task(connection.load_key())
    qtbot.waitUntil(hanging.entered.is_set)
    run(connection.connect_to(_LOCAL, _NO_KEY))
    hanging.released.set()
    qtbot.waitUntil(loading.done)
    assert _seen(connection) == (READY, _LOCAL, None, None)


# --- options and environment ---


def test_a_given_key_alone_goes_to_the_default_server(connect, backend, settings_file):
    connection = connect(key=_KEY, load=False)
    assert _seen(connection) == (READY, _URL, _KEY.reveal(), "the ARVAE_API_KEY environment variable")
    assert backend.passwords == {}
    assert _file(settings_file) == {}


def test_a_given_key_goes_to_the_saved_server(connect, backend):
    _keep(backend, _NEW, "https://other.example:443")
    connection = connect(Settings(base_url=_OTHER), key=_KEY)
    assert _seen(connection)[:3] == (READY, _OTHER, _KEY.reveal())
    assert list(backend.passwords.values()) == [_NEW.reveal()]


def test_a_given_key_goes_to_the_given_server(connect):
    assert _seen(connect(Settings(base_url=_URL), base_url=_OTHER, key=_KEY))[:3] == (
        READY,
        _OTHER,
        _KEY.reveal(),
    )


def test_an_empty_given_key_is_none(connect):
    assert connect(key=_NO_KEY, load=False).state is NEEDED


def test_a_given_server_uses_its_own_kept_key_only(connect, backend, settings_file):
    _keep(backend, _KEY)
    _keep(backend, _NEW, "https://other.example:443")
    connection = connect(Settings(base_url=_URL), base_url=_OTHER)
    assert _seen(connection)[:3] == (READY, _OTHER, _NEW.reveal())
    assert _file(settings_file)["base_url"] == _URL


def test_a_given_server_without_a_kept_key_is_tried_without_one(connect, backend):
    _keep(backend, _KEY)
    assert _seen(connect(Settings(base_url=_URL), base_url=_LOCAL)) == (READY, _LOCAL, None, None)


def test_a_given_server_does_not_care_for_uses_key_of_the_saved_one(connect, backend):
    _keep(backend, _NEW, "https://other.example:443")
    connection = connect(Settings(base_url=_LOCAL, uses_key=False), base_url=_OTHER)
    assert _seen(connection)[:3] == (READY, _OTHER, _NEW.reveal())


@pytest.mark.expected_log("keyring call failed")
def test_a_given_server_needs_no_keyring(connect, use_keyring, notices):
    use_keyring(Raising)
    assert connect(base_url=_LOCAL).state is READY
    assert notices == []


def test_a_given_address_that_is_none_is_an_error(connect):
    with pytest.raises(AddressError):
        connect(base_url="nonsense")


# --- connecting ---


def test_connecting_keeps_the_key_in_the_keyring(connect, backend, run, settings_file, notices):
    connection = connect()
    places = []
    connection.changed.connect(lambda: places.append(connection.key_place))
    run(connection.connect_to(" https://ARVAE.ai/api/v1/chat/completions ", Secret(f" {_KEY.reveal()}\n")))
    assert _seen(connection) == (READY, _URL, _KEY.reveal(), "the system keyring (Secret Service)")
    assert places == ["this app’s memory until you quit", "the system keyring (Secret Service)"]
    assert backend.passwords == {("Arvae Desktop", _ORIGIN): _KEY.reveal()}
    assert _file(settings_file)["base_url"] == _URL
    assert _KEY.reveal() not in settings_file._path.read_text("utf-8")
    assert notices == ["keyring"]


def test_connecting_without_a_key_is_remembered(connect, backend, run, settings_file):
    connection = connect()
    run(connection.connect_to(_LOCAL, _NO_KEY))
    assert _seen(connection) == (READY, _LOCAL, None, None)
    assert _file(settings_file)["uses_key"] is False
    assert backend.passwords == {}


@pytest.mark.parametrize(
    ("url", "key", "error"),
    [
        ("nonsense", _KEY, AddressError),
        (_URL, Secret("two words"), BadKeyError),
        (_URL, Secret("ключ"), BadKeyError),
    ],
)
def test_what_is_wrong_changes_nothing(connect, backend, run, settings_file, url, key, error):
    connection = connect()
    with pytest.raises(error) as caught:
        run(connection.connect_to(url, key))
    assert _seen(connection) == (NEEDED, None, None, None)
    assert backend.passwords == {}
    assert _file(settings_file) == {}
    assert key.reveal() not in caught.value.report.title


@pytest.mark.parametrize(
    ("backend_class", "module"),
    [(Forgetful, TRUSTED_MODULE), (Raising, TRUSTED_MODULE), (Working, "my.plain.file")],
)
@pytest.mark.expected_log("keyring")
def test_without_a_keyring_the_key_stays_in_memory_and_it_is_told(
    connect, use_keyring, run, notices, settings_file, backend_class, module
):
    connection = connect()
    use_keyring(backend_class, module)
    run(connection.connect_to(_URL, _KEY))
    assert _seen(connection) == (READY, _URL, _KEY.reveal(), "this app’s memory until you quit")
    assert notices[-1].kind == "keyring"
    assert "memory" in notices[-1].hint
    assert _KEY.reveal() not in settings_file._path.read_text("utf-8") + str(notices)
    run(connection.change(_OTHER, _NEW))
    run(connection.change(_URL, _NO_KEY))
    assert _seen(connection)[2] == _KEY.reveal()


def test_sending_does_not_wait_for_the_keyring(connect, use_keyring, qasync_loop, qtbot):
    connection = connect()
    hanging = use_keyring(Hanging)
    connecting = qasync_loop.create_task(connection.connect_to(_URL, _KEY))
    qtbot.waitUntil(hanging.entered.is_set)
    assert _seen(connection) == (READY, _URL, _KEY.reveal(), "this app’s memory until you quit")
    hanging.released.set()
    qtbot.waitUntil(connecting.done)
    assert connection.key_place == "the system keyring (Secret Service)"


def test_another_server_has_other_models(connect, run, settings_file):
    connection = connect(Settings(base_url=_URL, model="some/model"), load=False)
    run(connection.connect_to("https://arvae.ai/api/v2", _NO_KEY))
    assert _file(settings_file)["model"] == "some/model"
    run(connection.connect_to(_LOCAL, _NO_KEY))
    assert _file(settings_file)["model"] is None


# --- changing ---


@pytest.fixture
def connected(connect, run):
    connection = connect()
    run(connection.connect_to(_URL, _KEY))
    return connection


def test_another_path_of_the_same_server_keeps_the_key(connected, run):
    run(connected.change("https://arvae.ai/api/v2", _NO_KEY))
    assert _seen(connected)[:3] == (READY, "https://arvae.ai/api/v2", _KEY.reveal())


@pytest.mark.parametrize(
    "url",
    [
        _OTHER,
        "http://arvae.ai/api/v1",
        "https://arvae.ai:8443/api/v1",
        "https://arvae.ai.evil.example/api/v1",
        _LOCAL,
    ],
)
def test_another_server_is_never_given_the_key(connected, backend, run, url):
    run(connected.change(url, _NO_KEY))
    assert _seen(connected)[1:] == (url, None, None)
    assert backend.passwords == {("Arvae Desktop", _ORIGIN): _KEY.reveal()}
    run(connected.change(_URL, _NO_KEY))
    assert _seen(connected)[:3] == (READY, _URL, _KEY.reveal())


def test_a_new_key_replaces_the_old_one(connected, backend, run):
    run(connected.change(_URL, _NEW))
    assert _seen(connected)[2] == _NEW.reveal()
    assert backend.passwords == {("Arvae Desktop", _ORIGIN): _NEW.reveal()}


def test_a_wrong_change_changes_nothing(connected, backend, run):
    before = _seen(connected)
    for url, key in (("nonsense", _NEW), (_OTHER, Secret("two words"))):
        with pytest.raises((AddressError, BadKeyError)):
            run(connected.change(url, key))
        assert _seen(connected) == before
    assert backend.passwords == {("Arvae Desktop", _ORIGIN): _KEY.reveal()}


def test_a_key_of_the_environment_is_not_carried_to_another_server(connect, backend, run):
    connection = connect(key=_KEY)
    run(connection.change(_OTHER, _NO_KEY))
    assert _seen(connection)[1:] == (_OTHER, None, None)
    assert backend.passwords == {}


def test_a_key_of_the_environment_is_not_written_when_only_the_path_changes(connect, backend, run):
    connection = connect(key=_KEY)
    run(connection.change("https://arvae.ai/api/v2", _NO_KEY))
    assert _seen(connection)[:3] == (READY, "https://arvae.ai/api/v2", _KEY.reveal())
    assert backend.passwords == {}


# --- forgetting ---


def test_forgetting_removes_the_key_everywhere(connected, backend, run, settings_file):
    run(connected.forget_key())
    assert _seen(connected) == (NEEDED, None, None, None)
    assert backend.passwords == {}
    run(connected.change(_URL, _NO_KEY))
    assert _seen(connected)[2] is None
    assert _KEY.reveal() not in settings_file._path.read_text("utf-8")


@pytest.mark.expected_log("keyring")
def test_a_keyring_that_will_not_forget_is_told(connected, use_keyring, run, notices):
    use_keyring(Raising)
    run(connected.forget_key())
    assert connected.state is NEEDED
    assert notices[-1].kind == "keyring"


def test_forgetting_without_a_server_does_nothing(connect, run):
    connection = connect()
    run(connection.forget_key())
    assert connection.state is NEEDED


def test_a_given_key_can_be_forgotten_for_this_run(connect, run):
    connection = connect(key=_KEY)
    run(connection.forget_key())
    assert _seen(connection) == (NEEDED, None, None, None)


# --- demo ---


def test_the_demo_reads_and_keeps_nothing(connect, backend, settings_file):
    _keep(backend, _KEY)
    connection = connect(Settings(base_url=_URL, model="some/model"), demo=True)
    assert connection.state is LOADING
    before = _file(settings_file)
    connection.use_demo("http://127.0.0.1:9/v1")
    assert _seen(connection) == (READY, "http://127.0.0.1:9/v1", None, None)
    assert connection.is_demo
    connection.leave_demo()
    assert _seen(connection) == (NEEDED, None, None, None)
    assert not connection.is_demo
    assert _file(settings_file) == before


def test_the_demo_takes_no_key_along(connected):
    connected.use_demo("http://127.0.0.1:9/v1")
    assert connected.endpoint.key is None


def test_settings_lead_out_of_the_demo(connected, run):
    connected.use_demo("http://127.0.0.1:9/v1")
    run(connected.change(_URL, _NO_KEY))
    assert not connected.is_demo
    assert _seen(connected)[:3] == (READY, _URL, _KEY.reveal())
