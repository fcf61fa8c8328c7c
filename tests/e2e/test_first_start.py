"""From the welcome page to a second start: the key's way into the keyring and out again."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.support.accessibility import ask
from tests.support.desktop import SessionBus
from tests.support.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.conftest import StartApp, StartServer
    from tests.support.app_process import AppProcess
    from tests.support.desktop import Desktop

KEY = "sk-arvae-0123456789abcdefghijklmnopqrstuvwxyz"
DIGEST = hashlib.sha256(KEY.encode()).hexdigest()


@pytest.fixture
def bare_bus(tmp_path: Path) -> Iterator[SessionBus]:
    """A session bus with nothing on it."""
    bus = SessionBus(tmp_path)
    yield bus
    bus.end()


def origin(base_url: str) -> str:
    """What a key is bound to: the base URL without its path."""
    return base_url.removesuffix("/v1")


def assert_nowhere_in_the_open(key: str, app: AppProcess) -> None:
    """The key must not be in any file that the app wrote, nor in what the process list tells."""
    for path in app.data_dir.rglob("*"):
        assert not path.is_file() or key.encode() not in path.read_bytes(), path
    process = Path("/proc") / str(app.process.pid)
    for name in ("cmdline", "environ"):
        assert key.encode() not in (process / name).read_bytes()


def test_key_goes_into_the_keyring_and_a_second_start_finds_it(
    desktop: Desktop, start_server: StartServer, start_app: StartApp
) -> None:
    server = start_server(required_key_sha256=DIGEST)
    attributes = {"service": "Arvae Desktop", "username": origin(server.base_url)}
    app = start_app("--model", "demo/echo")
    assert app.is_showing("welcomePage")
    assert desktop.secrets(attributes) == []
    app.connect(server.base_url, KEY)
    wait_until(lambda: desktop.secrets(attributes) == [KEY], "the key is in the keyring")
    app.send("A first prompt.")
    request = server.wait_for_chat()
    assert request["authorization_sha256"] == DIGEST
    server.wait_for("finished", request)
    assert_nowhere_in_the_open(KEY, app)
    app.quit_with("ctrl+q")

    app = start_app("--model", "demo/echo")
    app.send("A second prompt.")
    assert not app.is_showing("welcomePage")
    assert server.wait_for_chat(2)["authorization_sha256"] == DIGEST
    assert_nowhere_in_the_open(KEY, app)
    app.quit_with("ctrl+q")


def test_without_a_keyring_service_the_key_lives_in_memory_and_the_app_says_so(
    start_server: StartServer, start_app: StartApp, bare_bus: SessionBus
) -> None:
    server = start_server(required_key_sha256=DIGEST)
    environment = {"DBUS_SESSION_BUS_ADDRESS": bare_bus.address}
    app = start_app("--model", "demo/echo", environment=environment)
    app.connect(server.base_url, KEY)
    wait_until(lambda: "keyring" in app.element("bannerTitle").name, "the app says where the key is")
    app.send("A prompt.")
    assert server.wait_for_chat()["authorization_sha256"] == DIGEST
    assert_nowhere_in_the_open(KEY, app)
    app.quit_with("ctrl+q")

    app = start_app("--model", "demo/echo", environment=environment)
    app.wait_for_focus("welcomeKey")


def test_keyring_that_never_answers_holds_nobody_up(
    start_server: StartServer, start_app: StartApp, bare_bus: SessionBus
) -> None:
    server = start_server(required_key_sha256=DIGEST)
    with open_dbus_connection(bare_bus.address) as silent_service:
        # Whatever is asked of this service, it does not even read.
        ask(silent_service, message_bus.RequestName("org.freedesktop.secrets"))
        environment = {"DBUS_SESSION_BUS_ADDRESS": bare_bus.address}
        app = start_app("--model", "demo/echo", environment=environment)
        app.connect(server.base_url, KEY)
        app.send("A prompt.")
        assert server.wait_for_chat()["authorization_sha256"] == DIGEST
        app.wait_for_text("transcript", "A prompt.")
        app.quit_with("ctrl+q")


def test_local_server_needs_no_key(start_server: StartServer, start_app: StartApp) -> None:
    server = start_server()
    app = start_app("--model", "demo/echo")
    app.connect(server.base_url, "")
    app.send("No key needed.")
    assert server.wait_for_chat()["authorization_sha256"] is None
    app.wait_for_text("transcript", "No key needed.")


def test_refused_key_is_told_and_the_prompt_kept(start_server: StartServer, start_app: StartApp) -> None:
    server = start_server(required_key_sha256=DIGEST)
    app = start_app("--model", "demo/echo")
    app.connect(server.base_url, "sk-wrong")
    app.send("A prompt worth keeping.")
    request = server.wait_for_chat()
    assert request["authorization_sha256"] == hashlib.sha256(b"sk-wrong").hexdigest()
    text = app.wait_for_text("transcript", "A prompt worth keeping.")
    text = app.wait_for_text("transcript", "key")
    assert "sk-wrong" not in text


def test_deleting_all_data_leaves_nothing(
    desktop: Desktop, start_server: StartServer, start_app: StartApp, data_dir: Path
) -> None:
    server = start_server(required_key_sha256=DIGEST)
    attributes = {"service": "Arvae Desktop", "username": origin(server.base_url)}
    app = start_app("--model", "demo/echo")
    app.connect(server.base_url, KEY)
    wait_until(lambda: desktop.secrets(attributes) == [KEY], "the key is in the keyring")
    app.send("Soon forgotten.")
    wait_until(lambda: app.element("transcript").text.count("Soon forgotten.") == 2, "it is answered")
    desktop.press("ctrl+shift+d")
    app.click("dangerButton")
    app.click("primaryButton")
    assert app.process.wait(5) == 0
    assert desktop.secrets(attributes) == []
    assert list(data_dir.parent.glob(f"{data_dir.name}/*")) == []
