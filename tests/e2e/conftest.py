"""The real app on a real desktop (Linux only), with the demo server as the other side."""

from __future__ import annotations

import os
import re
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from arvae_desktop.storage.paths import AppPaths
from arvae_desktop.storage.settings import Settings, SettingsFile

if sys.platform != "linux":
    collect_ignore_glob = ["test_*.py"]
else:
    from tests.support.app_process import AppProcess
    from tests.support.demo_process import DemoProcess
    from tests.support.desktop import Desktop, missing_programs
    from tests.support.processes import Process, wait_until
    from tests.support.quick import has_focus
    from tests.support.tray import TrayProcess

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / ".cache" / "e2e"


class StartApp(Protocol):
    """Starts the app in the test's folder; it is ended with the test."""

    def __call__(self, *arguments: str, environment: dict[str, str] | None = None) -> AppProcess: ...


class StartServer(Protocol):
    """Starts a demo server; it is ended with the test."""

    def __call__(self, *, rate: float = 60, required_key_sha256: str | None = None) -> DemoProcess: ...


class StartHidden(Protocol):
    """Starts the app in the tray, with a server chosen in an earlier run."""

    def __call__(self, *arguments: str, **settings: object) -> AppProcess: ...


class StartConnectedApp(Protocol):
    """Starts the app with a server chosen in an earlier run, without a key."""

    def __call__(self, server: DemoProcess, model: str, **settings: object) -> AppProcess: ...


@pytest.fixture(scope="session")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    if missing := missing_programs():
        message = f"not installed: {', '.join(missing)} (see packaging/linux/debian-test.txt)"
        # Where it counts, the tests of the whole app are not left out in silence.
        pytest.fail(message) if "CI" in os.environ else pytest.skip(message)
    with Desktop(tmp_path_factory.mktemp("desktop")) as desktop:
        yield desktop


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keeps a screenshot of what a failing test saw."""
    report = yield
    desktop = getattr(item, "funcargs", {}).get("desktop")
    if report.when == "call" and report.failed and desktop is not None:
        picture = PICTURES / f"{re.sub(r'[^a-zA-Z0-9]+', '-', item.name).strip('-')}.png"
        desktop.screen.save_png(picture)
        report.sections.append(("Screenshot", str(picture)))
    return report


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[StartServer]:
    servers: list[DemoProcess] = []

    def start(*, rate: float = 60, required_key_sha256: str | None = None) -> DemoProcess:
        folder = tmp_path / f"server-{len(servers)}"
        folder.mkdir()
        servers.append(DemoProcess(folder, rate=rate, required_key_sha256=required_key_sha256))
        return servers[-1]

    yield start
    for server in servers:
        server.end()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Where the app keeps its things in this test."""
    return tmp_path / "data"


@pytest.fixture
def start_app(desktop: Desktop, tmp_path: Path, data_dir: Path) -> Iterator[StartApp]:
    apps: list[AppProcess] = []

    def start(*arguments: str, environment: dict[str, str] | None = None) -> AppProcess:
        folder = tmp_path / f"app-{len(apps)}"
        folder.mkdir()
        apps.append(AppProcess(desktop, folder, *arguments, data_dir=data_dir, environment=environment))
        return apps[-1]

    yield start
    for app in apps:
        app.end()


@pytest.fixture
def start_connected_app(start_app: StartApp, data_dir: Path) -> StartConnectedApp:
    def start(server: DemoProcess, model: str, **settings: object) -> AppProcess:
        file = SettingsFile(AppPaths.under(data_dir).settings_file)
        file.save(Settings(base_url=server.base_url, uses_key=False, model=model, **settings))
        return start_app()

    return start


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def tray(desktop: Desktop, tmp_path: Path) -> Iterator[TrayProcess]:
    (tmp_path / "tray").mkdir()
    with TrayProcess(desktop, tmp_path / "tray") as tray:
        yield tray


@pytest.fixture
def rate() -> float:
    """Tokens a second; a test that has to do something while an answer runs asks for few."""
    return 60


@pytest.fixture
def server(start_server: StartServer, rate: float) -> DemoProcess:
    return start_server(rate=rate)


@pytest.fixture
def start_hidden(
    desktop: Desktop, server: DemoProcess, tmp_path: Path, data_dir: Path, stack: ExitStack
) -> StartHidden:
    def start(*arguments: str, model: str = "demo/echo", **settings: object) -> AppProcess:
        file = SettingsFile(AppPaths.under(data_dir).settings_file)
        file.save(Settings(base_url=server.base_url, uses_key=False, model=model, **settings))
        folder = tmp_path / "hidden"
        folder.mkdir()
        command = arguments or ("--hidden",)
        app = AppProcess(desktop, folder, *command, data_dir=data_dir, has_window=False)
        stack.callback(app.end)
        return app

    return start


@pytest.fixture
def other(desktop: Desktop, tmp_path: Path, stack: ExitStack) -> Process:
    """Another program, with the focus."""
    (tmp_path / "other").mkdir()
    command = [sys.executable, "-m", "tests.support.other_window", "Somebody else"]
    environment = {**desktop.environment, "PYTHONPATH": str(ROOT)}
    process = Process(command, folder=tmp_path / "other", environment=environment)
    stack.callback(process.end)
    wait_until(lambda: has_focus(desktop, "^Somebody else"), "the other window has the focus")
    return process
