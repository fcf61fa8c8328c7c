"""Each way out ends the app within two seconds with exit code 0, in silence, whatever it is doing."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest

from tests.support.app_process import AppProcess
from tests.support.processes import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import StartApp, StartConnectedApp, StartServer
    from tests.support.desktop import Desktop

WAYS = {
    # The window manager closes windows by asking them to (WM_DELETE_WINDOW).
    "window": ["alt+F4"],
    "Ctrl+Q": ["ctrl+q"],
    "SIGINT": [signal.SIGINT],
    "SIGINT twice": [signal.SIGINT, signal.SIGINT],
    "SIGTERM": [signal.SIGTERM],
    "SIGHUP": [signal.SIGHUP],
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("model", ["demo/long", "demo/silent"])
def test_quit_with_a_running_stream(
    start_server: StartServer, start_connected_app: StartConnectedApp, way: str, model: str
) -> None:
    server = start_server(rate=200)
    app = start_connected_app(server, model)
    app.send("Go on and on.")
    request = server.wait_for_chat()
    if model == "demo/long":
        server.wait_for("first_byte", request)
    app.quit_with(*WAYS[way])
    server.wait_for("client_closed", request)


@pytest.mark.parametrize("way", WAYS)
def test_quit_at_the_welcome_page(start_app: StartApp, way: str) -> None:
    app = start_app()
    app.wait_for_focus("welcomeKey")
    app.quit_with(*WAYS[way])


@pytest.mark.parametrize("way", WAYS)
def test_quit_in_demo_mode(start_app: StartApp, way: str) -> None:
    app = start_app("--demo")
    app.send("Show me around")
    app.element("stopButton")
    app.quit_with(*WAYS[way])


@pytest.mark.parametrize("moment", range(6))
def test_quit_while_it_starts(desktop: Desktop, tmp_path: Path, data_dir: Path, moment: int) -> None:
    """What waits for the first frame is met in the middle, or does not begin any more."""
    app = AppProcess(desktop, tmp_path, "--demo", data_dir=data_dir, has_window=False)
    until = time.monotonic() + moment * 0.03
    wait_until(lambda: time.monotonic() > until, "the moment has come")
    app.quit_with(signal.SIGTERM)
