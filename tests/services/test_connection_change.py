"""Connecting, changing, forgetting: and a key never goes to another server."""

import pytest

from arvae_desktop.domain.errors import AddressError, BadKeyError
from arvae_desktop.domain.secret import Secret
from arvae_desktop.services.connection import ConnectionState
from arvae_desktop.storage.settings import Settings
from tests.services.connections import KEY, LOCAL, NEW, NO_KEY, ORIGIN, OTHER, URL, keep, saved, seen
from tests.unit.storage.keyring_backends import TRUSTED_MODULE, Forgetful, Hanging, Raising, Working

LOADING, NEEDED, READY = ConnectionState.LOADING, ConnectionState.NEEDED, ConnectionState.READY


# --- connecting ---


def test_connecting_keeps_the_key_in_the_keyring(connect, backend, run, settings_file, notices):
    connection = connect()
    places = []
    connection.changed.connect(lambda: places.append(connection.key_place))
    run(connection.connect_to(" https://ARVAE.ai/api/v1/chat/completions ", Secret(f" {KEY.reveal()}\n")))
    assert seen(connection) == (READY, URL, KEY.reveal(), "the system keyring (Secret Service)")
    assert places == ["this app’s memory until you quit", "the system keyring (Secret Service)"]
    assert backend.passwords == {("Arvae Desktop", ORIGIN): KEY.reveal()}
    assert saved(settings_file)["base_url"] == URL
    assert KEY.reveal() not in settings_file._path.read_text("utf-8")
    assert notices == ["keyring"]


def test_connecting_without_a_key_is_remembered(connect, backend, run, settings_file):
    connection = connect()
    run(connection.connect_to(LOCAL, NO_KEY))
    assert seen(connection) == (READY, LOCAL, None, None)
    assert saved(settings_file)["uses_key"] is False
    assert backend.passwords == {}


@pytest.mark.parametrize(
    ("url", "key", "error"),
    [
        ("nonsense", KEY, AddressError),
        (URL, Secret("two words"), BadKeyError),
        (URL, Secret("ключ"), BadKeyError),
    ],
)
def test_what_is_wrong_changes_nothing(connect, backend, run, settings_file, url, key, error):
    connection = connect()
    with pytest.raises(error) as caught:
        run(connection.connect_to(url, key))
    assert seen(connection) == (NEEDED, None, None, None)
    assert backend.passwords == {}
    assert saved(settings_file) == {}
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
    run(connection.connect_to(URL, KEY))
    assert seen(connection) == (READY, URL, KEY.reveal(), "this app’s memory until you quit")
    assert notices[-1].kind == "keyring"
    assert "memory" in notices[-1].hint
    assert KEY.reveal() not in settings_file._path.read_text("utf-8") + str(notices)
    run(connection.change(OTHER, NEW))
    run(connection.change(URL, NO_KEY))
    assert seen(connection)[2] == KEY.reveal()


def test_sending_does_not_wait_for_the_keyring(connect, use_keyring, qasync_loop, qtbot):
    connection = connect()
    hanging = use_keyring(Hanging)
    connecting = qasync_loop.create_task(connection.connect_to(URL, KEY))
    qtbot.waitUntil(hanging.entered.is_set)
    assert seen(connection) == (READY, URL, KEY.reveal(), "this app’s memory until you quit")
    hanging.released.set()
    qtbot.waitUntil(connecting.done)
    assert connection.key_place == "the system keyring (Secret Service)"


def test_another_server_has_other_models(connect, run, settings_file):
    connection = connect(Settings(base_url=URL, model="some/model"), load=False)
    run(connection.connect_to("https://arvae.ai/api/v2", NO_KEY))
    assert saved(settings_file)["model"] == "some/model"
    run(connection.connect_to(LOCAL, NO_KEY))
    assert saved(settings_file)["model"] is None


# --- changing ---


@pytest.fixture
def connected(connect, run):
    connection = connect()
    run(connection.connect_to(URL, KEY))
    return connection


def test_another_path_of_the_same_server_keeps_the_key(connected, run):
    run(connected.change("https://arvae.ai/api/v2", NO_KEY))
    assert seen(connected)[:3] == (READY, "https://arvae.ai/api/v2", KEY.reveal())


@pytest.mark.parametrize(
    "url",
    [
        OTHER,
        "http://arvae.ai/api/v1",
        "https://arvae.ai:8443/api/v1",
        "https://arvae.ai.evil.example/api/v1",
        LOCAL,
    ],
)
def test_another_server_is_never_given_the_key(connected, backend, run, url):
    run(connected.change(url, NO_KEY))
    assert seen(connected)[1:] == (url, None, None)
    assert backend.passwords == {("Arvae Desktop", ORIGIN): KEY.reveal()}
    run(connected.change(URL, NO_KEY))
    assert seen(connected)[:3] == (READY, URL, KEY.reveal())


def test_a_new_key_replaces_the_old_one(connected, backend, run):
    run(connected.change(URL, NEW))
    assert seen(connected)[2] == NEW.reveal()
    assert backend.passwords == {("Arvae Desktop", ORIGIN): NEW.reveal()}


def test_a_wrong_change_changes_nothing(connected, backend, run):
    before = seen(connected)
    for url, key in (("nonsense", NEW), (OTHER, Secret("two words"))):
        with pytest.raises((AddressError, BadKeyError)):
            run(connected.change(url, key))
        assert seen(connected) == before
    assert backend.passwords == {("Arvae Desktop", ORIGIN): KEY.reveal()}


def test_a_key_of_the_environment_is_not_carried_to_another_server(connect, backend, run):
    connection = connect(key=KEY)
    run(connection.change(OTHER, NO_KEY))
    assert seen(connection)[1:] == (OTHER, None, None)
    assert backend.passwords == {}


def test_a_key_of_the_environment_is_not_written_when_only_the_path_changes(connect, backend, run):
    connection = connect(key=KEY)
    run(connection.change("https://arvae.ai/api/v2", NO_KEY))
    assert seen(connection)[:3] == (READY, "https://arvae.ai/api/v2", KEY.reveal())
    assert backend.passwords == {}


# --- forgetting ---


def test_forgetting_removes_the_key_everywhere(connected, backend, run, settings_file):
    run(connected.forget_key())
    assert seen(connected) == (NEEDED, None, None, None)
    assert backend.passwords == {}
    run(connected.change(URL, NO_KEY))
    assert seen(connected)[2] is None
    assert KEY.reveal() not in settings_file._path.read_text("utf-8")


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
    connection = connect(key=KEY)
    run(connection.forget_key())
    assert seen(connection) == (NEEDED, None, None, None)


# --- demo ---


def test_the_demo_reads_and_keeps_nothing(connect, backend, settings_file):
    keep(backend, KEY)
    connection = connect(Settings(base_url=URL, model="some/model"), demo=True)
    assert connection.state is LOADING
    before = saved(settings_file)
    connection.use_demo("http://127.0.0.1:9/v1")
    assert seen(connection) == (READY, "http://127.0.0.1:9/v1", None, None)
    assert connection.is_demo
    connection.leave_demo()
    assert seen(connection) == (NEEDED, None, None, None)
    assert not connection.is_demo
    assert saved(settings_file) == before


def test_the_demo_takes_no_key_along(connected):
    connected.use_demo("http://127.0.0.1:9/v1")
    assert connected.endpoint.key is None


def test_settings_lead_out_of_the_demo(connected, run):
    connected.use_demo("http://127.0.0.1:9/v1")
    run(connected.change(URL, NO_KEY))
    assert not connected.is_demo
    assert seen(connected)[:3] == (READY, URL, KEY.reveal())
