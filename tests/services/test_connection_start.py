"""How the app comes to its server and key: from options, environment, settings and keyring."""

import pytest

from arvae_desktop.domain.errors import AddressError
from arvae_desktop.services.connection import ConnectionState
from arvae_desktop.storage.settings import Settings
from tests.services.connections import KEY, LOCAL, NEW, NO_KEY, OTHER, URL, keep, saved, seen
from tests.unit.storage.keyring_backends import Hanging, Raising

LOADING, NEEDED, READY = ConnectionState.LOADING, ConnectionState.NEEDED, ConnectionState.READY


# --- start ---


def test_on_a_first_start_a_server_has_to_be_chosen(connect):
    connection = connect(load=False)
    assert seen(connection) == (NEEDED, None, None, None)
    assert connection.suggested_base_url == URL


def test_a_later_start_finds_the_key_in_the_keyring(connect, backend):
    keep(backend, KEY)
    connection = connect(Settings(base_url=URL), load=False)
    assert connection.state is LOADING
    assert connection.endpoint is None
    connection = connect()
    assert seen(connection) == (READY, URL, KEY.reveal(), "the system keyring (Secret Service)")


def test_a_key_of_another_origin_is_not_found(connect, backend):
    keep(backend, KEY, "https://other.example:443")
    connection = connect(Settings(base_url=URL))
    assert seen(connection) == (NEEDED, None, None, None)
    assert connection.suggested_base_url == URL


def test_a_server_without_a_key_is_ready_at_once(connect):
    connection = connect(Settings(base_url=LOCAL, uses_key=False), load=False)
    assert seen(connection) == (READY, LOCAL, None, None)


def test_a_broken_saved_address_is_asked_for_again(connect):
    assert seen(connect(Settings(base_url="nonsense"), load=False)) == (NEEDED, None, None, None)


@pytest.mark.expected_log("keyring call failed", "keyring: KeyringError")
def test_a_keyring_that_fails_at_the_start_is_told(connect, use_keyring, notices):
    use_keyring(Raising)
    assert seen(connect(Settings(base_url=URL))) == (NEEDED, None, None, None)
    assert notices[0].kind == "keyring"


@pytest.mark.expected_log("keyring: KeyringError")
def test_a_keyring_that_hangs_is_given_up(connect, use_keyring, notices):
    hanging = use_keyring(Hanging)
    connection = connect(Settings(base_url=URL), time_limit_s=0.1)
    hanging.released.set()
    assert connection.state is NEEDED
    assert "does not answer" in notices[0].title


def test_a_user_faster_than_the_keyring_is_not_overruled(connect, use_keyring, run, qasync_loop, qtbot):
    hanging = use_keyring(Hanging)
    keep(hanging, KEY)
    connection = connect(Settings(base_url=URL), load=False)
    loading = qasync_loop.create_task(connection.load_key())
    qtbot.waitUntil(hanging.entered.is_set)
    run(connection.connect_to(LOCAL, NO_KEY))
    hanging.released.set()
    qtbot.waitUntil(loading.done)
    assert seen(connection) == (READY, LOCAL, None, None)


# --- options and environment ---


def test_a_given_key_alone_goes_to_the_default_server(connect, backend, settings_file):
    connection = connect(key=KEY, load=False)
    assert seen(connection) == (READY, URL, KEY.reveal(), "the ARVAE_API_KEY environment variable")
    assert backend.passwords == {}
    assert saved(settings_file) == {}


def test_a_given_key_goes_to_the_saved_server(connect, backend):
    keep(backend, NEW, "https://other.example:443")
    connection = connect(Settings(base_url=OTHER), key=KEY)
    assert seen(connection)[:3] == (READY, OTHER, KEY.reveal())
    assert list(backend.passwords.values()) == [NEW.reveal()]


def test_a_given_key_goes_to_the_given_server(connect):
    assert seen(connect(Settings(base_url=URL), base_url=OTHER, key=KEY))[:3] == (
        READY,
        OTHER,
        KEY.reveal(),
    )


def test_a_given_key_does_not_go_to_a_saved_server_that_uses_none(connect):
    connection = connect(Settings(base_url=LOCAL, uses_key=False), key=KEY)
    assert seen(connection) == (READY, LOCAL, None, None)
    connection = connect(Settings(base_url=LOCAL, uses_key=False), base_url=LOCAL, key=KEY)
    assert seen(connection)[:3] == (READY, LOCAL, KEY.reveal())


def test_an_empty_given_key_is_none(connect):
    assert connect(key=NO_KEY, load=False).state is NEEDED


def test_a_given_server_uses_its_own_kept_key_only(connect, backend, settings_file):
    keep(backend, KEY)
    keep(backend, NEW, "https://other.example:443")
    connection = connect(Settings(base_url=URL), base_url=OTHER)
    assert seen(connection)[:3] == (READY, OTHER, NEW.reveal())
    assert saved(settings_file)["base_url"] == URL


def test_a_given_server_without_a_kept_key_is_tried_without_one(connect, backend):
    keep(backend, KEY)
    assert seen(connect(Settings(base_url=URL), base_url=LOCAL)) == (READY, LOCAL, None, None)


def test_a_given_server_does_not_care_for_uses_key_of_the_saved_one(connect, backend):
    keep(backend, NEW, "https://other.example:443")
    connection = connect(Settings(base_url=LOCAL, uses_key=False), base_url=OTHER)
    assert seen(connection)[:3] == (READY, OTHER, NEW.reveal())


@pytest.mark.expected_log("keyring call failed")
def test_a_given_server_needs_no_keyring(connect, use_keyring, notices):
    use_keyring(Raising)
    assert connect(base_url=LOCAL).state is READY
    assert notices == []


def test_a_given_address_that_is_none_is_an_error(connect):
    with pytest.raises(AddressError):
        connect(base_url="nonsense")
