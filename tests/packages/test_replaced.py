"""A package replaces the program, or takes it away, while it runs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.app_process import AppProcess
from tests.support.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.demo_process import DemoProcess
    from tests.support.desktop import Desktop


@pytest.fixture
def installed(frozen: Path, tmp_path: Path) -> Path:
    """The program's folder, to be changed."""
    return Path(shutil.copytree(frozen, tmp_path / "installed", symlinks=True))


@pytest.fixture
def app(desktop: Desktop, installed: Path, tmp_path: Path) -> Iterator[AppProcess]:
    folder = tmp_path / "app"
    folder.mkdir()
    app = AppProcess(
        desktop,
        folder,
        "--model",
        "demo/echo",
        data_dir=tmp_path / "data",
        command=[str(installed / "arvae-desktop")],
    )
    yield app
    app.end()


def exchange(path: Path) -> None:
    """Put a file that has nothing in common with the old one in its place, as package managers do."""
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(bytes(path.stat().st_size))
    new.chmod(0o755)
    new.replace(path)


def says(app: AppProcess, words: str) -> bool:
    """Whether the banner is there and says it."""
    return app.is_showing("bannerTitle") and words in app.element("bannerTitle").name


def test_what_runs_goes_on_with_what_it_has_not_loaded_yet(
    desktop: Desktop, installed: Path, app: AppProcess, server: DemoProcess
) -> None:
    app.wait_for_focus("welcomeKey")
    exchange(installed / "arvae-desktop")
    exchange(installed / "_internal" / "base_library.zip")
    # A name is resolved by a codec of the base library; settings and answers are code that is loaded now.
    app.connect(server.base_url.replace("127.0.0.1", "localhost"), "")
    wait_until(lambda: says(app, "another version"), "the app says that it was replaced")
    app.send("Say this again.")
    app.wait_for_text("transcript", "Say this again.")
    desktop.press("ctrl+comma")
    app.wait_for_focus("settingsBaseUrl")
    desktop.press("Escape")
    app.wait_for_focus("composer")
    app.quit_with("ctrl+q")
    assert "Traceback" not in app.log


def test_what_runs_goes_on_when_it_is_removed(installed: Path, app: AppProcess, server: DemoProcess) -> None:
    app.connect(server.base_url, "")
    shutil.rmtree(installed)
    wait_until(lambda: says(app, "removed"), "the app says that it was removed", within_s=90)
    app.send("Say this again.")
    app.wait_for_text("transcript", "Say this again.")
    app.quit_with("ctrl+q")
