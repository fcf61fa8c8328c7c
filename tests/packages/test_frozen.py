"""The frozen program finds all that it carries: version, keyring, trust, formulas, plugins."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import ssl
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from arvae_packaging.project import commit, version

from arvae_desktop import APP_ID
from tests.support.app_process import AppProcess
from tests.support.certificate import write_certificate
from tests.support.http_server import serving
from tests.support.processes import Process, wait_until
from tests.support.wayland import WaylandSession

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.demo_process import DemoProcess
    from tests.support.desktop import Desktop

KEY = "sk-frozen-0123456789abcdefghijklmnopqrstuvwxyz"
ANSWER = (
    b'data: {"choices": [{"delta": {"content": "Trusted."}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'
)
WITHIN_S = 60


@pytest.fixture
def program(frozen: Path) -> Path:
    return frozen / "arvae-desktop"


@pytest.fixture
def app(desktop: Desktop, program: Path, tmp_path: Path) -> Iterator[AppProcess]:
    folder = tmp_path / "app"
    folder.mkdir()
    app = AppProcess(
        desktop, folder, "--model", "demo/echo", data_dir=tmp_path / "data", command=[str(program)]
    )
    yield app
    app.end()


@pytest.fixture
def https_server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server with a certificate of an authority that nobody knows: its base URL and the certificate."""
    file = tmp_path / "certificate.pem"
    write_certificate(file)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Content-Length", str(len(ANSWER)))
            self.end_headers()
            self.wfile.write(ANSWER)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with serving(server):
        yield f"https://127.0.0.1:{server.server_port}/v1", file


def run(program: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(program), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )


def test_it_knows_its_version_and_commit(program: Path) -> None:
    told = run(program, "--version")
    assert told.returncode == 0
    assert told.stdout.startswith(f"arvae-desktop {version()} ({commit()[:12]}")


def test_it_streams_in_the_terminal(program: Path) -> None:
    done = run(program, "ask", "--demo", "--json", "Hello")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert events[0]["type"] == "start"
    assert events[-1]["type"] == "end"
    assert events[-1]["state"] == "complete"


def test_it_trusts_whom_the_system_trusts_and_nobody_else(
    program: Path, https_server: tuple[str, Path]
) -> None:
    base_url, certificate = https_server
    arguments = ("ask", "--no-retry", "--base-url", base_url, "Hello")
    refused = run(program, *arguments)
    assert refused.returncode == 3
    assert "certificate" in refused.stderr
    trusted = run(program, *arguments, SSL_CERT_FILE=str(certificate))
    assert trusted.stdout.strip() == "Trusted.", trusted.stderr
    assert trusted.returncode == 0


def test_the_window_keeps_a_key_in_the_keyring_and_streams(
    desktop: Desktop, app: AppProcess, server: DemoProcess
) -> None:
    app.connect(server.base_url, KEY)
    attributes = {"service": "Arvae Desktop", "username": server.base_url.removesuffix("/v1")}
    wait_until(lambda: desktop.secrets(attributes) == [KEY], "the key is in the keyring")
    app.send("Say this again.")
    request = server.wait_for_chat()
    assert request["authorization_sha256"] == hashlib.sha256(KEY.encode()).hexdigest()
    server.wait_for("finished", request)
    app.wait_for_text("transcript", "Say this again.")
    app.quit_with("ctrl+q")


def test_formulas_are_drawn_by_the_program_itself(program: Path) -> None:
    done = subprocess.run(
        [str(program), "--draw-formulas"],
        input='{"tex": "x^2", "display": true}\n',
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=True,
    )
    ready, picture = (json.loads(line) for line in done.stdout.splitlines())
    assert ready is None
    assert "<svg" in picture["svg"]


def test_the_window_has_formulas_drawn(app: AppProcess, server: DemoProcess) -> None:
    app.connect(server.base_url, "")
    app.send("$$x^2$$")

    def children() -> str:
        """The command lines of the processes that the app has started."""
        pids = [
            pid
            for file in Path(f"/proc/{app.process.pid}/task").glob("*/children")
            for pid in file.read_text().split()
        ]
        return "\n".join(Path(f"/proc/{pid}/cmdline").read_text() for pid in pids)

    wait_until(lambda: "--draw-formulas" in children(), "the program that draws runs")
    app.quit_with("ctrl+q")
    assert "can't be drawn" not in app.log


def test_its_libraries_are_its_own(app: AppProcess) -> None:
    maps = Path(f"/proc/{app.process.pid}/maps").read_text()
    assert "/_internal/PySide6/Qt/lib/libQt6Core.so.6" in maps
    assert "/_internal/PySide6/Qt/plugins/platforms/libqxcb.so" in maps
    assert "libgtk" not in maps


def test_it_has_its_window_on_wayland(program: Path, tmp_path: Path) -> None:
    session_folder, folder = tmp_path / "session", tmp_path / "app"
    for each in (session_folder, folder):
        each.mkdir()
    with WaylandSession(session_folder) as session:
        environment = {name: value for name, value in session.environment.items() if name != "DISPLAY"}
        app = Process(
            [str(program), "--demo", "--data-dir", str(tmp_path / "data")],
            folder=folder,
            environment=environment,
        )
        try:
            (window,) = wait_until(session.windows, "its window is there", within_s=WITHIN_S)
            assert window.app_id == APP_ID
            app.send_signal(signal.SIGTERM)
            assert app.wait(WITHIN_S) == 0
            assert app.stderr == ""
        finally:
            app.end()


def test_nothing_unused_is_carried(frozen: Path) -> None:
    names = [path.relative_to(frozen).as_posix() for path in frozen.rglob("*")]
    unwanted = ("gtk", "qml", "quick", "translations", "tkinter", "test", "eglfs", "libx11.so", "libgl")
    found = [
        name for name in names if any(word in name.lower() for word in unwanted) and "latest" not in name
    ]
    assert not found
    assert sum(path.stat().st_size for path in frozen.rglob("libicudata.so.*")) < 8_000_000
