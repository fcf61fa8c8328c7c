"""Connecting, changing, forgetting: and a key never goes to another server."""

import keyring
import pytest

from arvae_desktop.domain.errors import AddressError, BadKeyError, KeyringError
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


def test_a_change_is_in_use_before_the_keyring_has_it(connect, use_keyring, qasync_loop, qtbot):
    connection = connect()
    hanging = use_keyring(Hanging)
    used = []
    changing = qasync_loop.create_task(
        connection.change(URL, KEY, on_use=lambda: used.append(seen(connection)))
    )
    qtbot.waitUntil(hanging.entered.is_set)
    assert used == [(READY, URL, KEY.reveal(), "this app’s memory until you quit")]
    hanging.released.set()
    qtbot.waitUntil(changing.done)
    assert connection.key_place == "the system keyring (Secret Service)"


def test_saving_what_is_in_use_writes_nothing(connect, run, settings_file):
    connection = connect(Settings(base_url=URL, model="some/model"), base_url=OTHER, key=KEY)
    before = saved(settings_file)
    run(connection.change(OTHER, NO_KEY))
    assert saved(settings_file) == before
    assert connection.has_environment_key


# --- forgetting ---


def test_forgetting_removes_the_key_everywhere(connected, backend, run, settings_file):
    run(connected.forget_key())
    assert seen(connected) == (NEEDED, None, None, None)
    assert backend.passwords == {}
    run(connected.change(URL, NO_KEY))
    assert seen(connected)[2] is None
    assert KEY.reveal() not in settings_file._path.read_text("utf-8")


@pytest.mark.expected_log("keyring call failed")
def test_a_key_that_the_keyring_does_not_let_go_stays_in_use(connected, use_keyring, run, backend):
    before = seen(connected)
    use_keyring(Raising)
    with pytest.raises(KeyringError) as caught:
        run(connected.forget_key())
    assert "still in the keyring" in caught.value.report.hint
    assert seen(connected) == before
    keyring.set_keyring(backend)
    run(connected.forget_key())
    assert seen(connected) == (NEEDED, None, None, None)
    assert backend.passwords == {}


@pytest.mark.parametrize(("module", "is_told"), [("my.plain.file", False), (TRUSTED_MODULE, True)])
@pytest.mark.expected_log("keyring")
def test_a_key_in_memory_can_be_forgotten_without_a_keyring(
    connect, use_keyring, run, notices, module, is_told
):
    connection = connect()
    use_keyring(Raising, module)
    run(connection.connect_to(URL, KEY))
    notices.clear()
    run(connection.forget_key())
    assert seen(connection) == (NEEDED, None, None, None)
    assert ["older key" in notice.title for notice in notices] == [True] * is_told
    run(connection.connect_to(OTHER, NO_KEY))
    assert run(connection._memory.get(ORIGIN)) is None


def test_a_key_forgotten_while_it_is_written_does_not_come_back(connect, use_keyring, qasync_loop, qtbot):
    connection = connect()
    hanging = use_keyring(Hanging)
    connecting = qasync_loop.create_task(connection.connect_to(URL, KEY))
    qtbot.waitUntil(hanging.entered.is_set)
    forgetting = qasync_loop.create_task(connection.forget_key())
    qtbot.waitUntil(lambda: connection.state is NEEDED)
    hanging.released.set()
    qtbot.waitUntil(lambda: connecting.done() and forgetting.done())
    assert seen(connection) == (NEEDED, None, None, None)
    assert hanging.passwords == {}


def test_forgetting_without_a_server_does_nothing(connect, run):
    connection = connect()
    run(connection.forget_key())
    assert connection.state is NEEDED


def test_forgetting_a_given_key_is_for_this_run_and_leaves_the_keyring_alone(connect, backend, run):
    keep(backend, NEW)
    connection = connect(Settings(base_url=URL), key=KEY)
    assert connection.has_environment_key
    run(connection.forget_key())
    assert seen(connection) == (NEEDED, None, None, None)
    assert list(backend.passwords.values()) == [NEW.reveal()]


# --- plain http ---


def _told_of(notices):
    """Titles and withdrawals of what is said about plain http."""
    return [
        notice if isinstance(notice, str) else notice.title
        for notice in notices
        if getattr(notice, "kind", notice) == "plain_http"
    ]


def test_a_key_that_others_can_read_on_its_way_is_told_once(connect, run, notices):
    connection = connect()
    run(connection.connect_to("http://192.168.1.5:8000/v1", KEY))
    warning = "The key is sent unencrypted to 192.168.1.5: use https if the server has it."
    assert _told_of(notices) == [warning]
    run(connection.connect_to(URL, KEY))
    assert _told_of(notices) == [warning, "plain_http"]


def test_a_given_key_that_others_can_read_is_told(connect, notices):
    connect(base_url="http://arvae.example/v1", key=KEY)
    assert len(_told_of(notices)) == 1


@pytest.mark.parametrize(("url", "key"), [(URL, KEY), (LOCAL, KEY), ("http://arvae.example/v1", NO_KEY)])
def test_without_a_key_or_strangers_there_is_nothing_to_tell(connect, run, notices, url, key):
    run(connect().connect_to(url, key))
    assert _told_of(notices) == []


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
    run(connected.change("https://arvae.ai/api/v2", NO_KEY))
    assert not connected.is_demo
    assert seen(connected)[:3] == (READY, "https://arvae.ai/api/v2", KEY.reveal())


def test_settings_saved_unchanged_in_the_demo_leave_it_as_it_is(connected, run, settings_file):
    connected.use_demo("http://127.0.0.1:9/v1")
    before, connection_before = saved(settings_file), seen(connected)
    assert connected.suggested_base_url == URL
    used = []
    run(connected.change(connected.suggested_base_url, NO_KEY, on_use=lambda: used.append(True)))
    assert connected.is_demo
    assert seen(connected) == connection_before
    assert saved(settings_file) == before
    assert used == [True]


@pytest.mark.parametrize("key", [NO_KEY, NEW])
@pytest.mark.parametrize("call", ["connect_to", "change"])
def test_the_demos_own_address_is_nobodys_server(connected, backend, run, settings_file, call, key):
    connected.use_demo("http://127.0.0.1:9/v1")
    before = saved(settings_file)
    with pytest.raises(AddressError):
        run(getattr(connected, call)("http://127.0.0.1:9/v2", key))
    assert connected.is_demo
    assert saved(settings_file) == before
    assert list(backend.passwords) == [("Arvae Desktop", ORIGIN)]


def test_connecting_ends_the_demo_before_anybody_is_told(connected, run):
    connected.use_demo("http://127.0.0.1:9/v1")
    told = []
    connected.changed.connect(lambda: told.append(connected.is_demo))
    run(connected.connect_to(OTHER, NO_KEY))
    assert set(told) == {False}
