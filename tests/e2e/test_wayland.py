"""The quick prompt in a Wayland session: real focus, and the portal for the shortcut."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from arvae_desktop import APP_ID
from arvae_desktop.storage.paths import AppPaths
from arvae_desktop.storage.settings import Settings, SettingsFile
from tests.support.portal import StandInPortal
from tests.support.processes import Process, wait_until
from tests.support.wayland import PROGRAMS, WaylandSession

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
QUICK = "Quick prompt – Arvae Desktop"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[WaylandSession]:
    if missing := [name for name in PROGRAMS if shutil.which(name) is None]:
        message = f"not installed: {', '.join(missing)} (see packaging/linux/debian-test.txt)"
        pytest.fail(message) if "CI" in os.environ else pytest.skip(message)
    folder = tmp_path / "session"
    folder.mkdir()
    with WaylandSession(folder) as session:
        yield session


def start(session: WaylandSession, folder: Path, *arguments: str) -> Process:
    """Run a module of this checkout in the session."""
    folder.mkdir()
    environment = {**session.environment, "PYTHONPATH": str(ROOT)}
    return Process([sys.executable, "-m", *arguments], folder=folder, environment=environment)


def test_shortcut_and_command(session: WaylandSession, tmp_path: Path, data_dir: Path) -> None:
    settings = Settings(
        base_url="http://127.0.0.1:9/v1", uses_key=False, uses_shortcut=True, knows_shortcut=True
    )
    SettingsFile(AppPaths.under(data_dir).settings_file).save(settings)
    other = start(session, tmp_path / "other", "tests.support.other_window", "Somebody else")
    wait_until(lambda: session.focused() == "Somebody else", "the other window has the focus")
    app_arguments = ("arvae_desktop", "--data-dir", str(data_dir))
    with StandInPortal(session.bus.address, trigger="Ctrl+Alt+Space") as portal:
        app = start(session, tmp_path / "app", *app_arguments, "--hidden")
        wait_until(lambda: portal.members == ["Register", "CreateSession", "BindShortcuts"], "it is bound")
        assert session.focused() == "Somebody else"
        wait_until(lambda: "active" in "".join(map(Path.read_text, data_dir.glob("*.log"))), "and granted")
        portal.press()
        wait_until(lambda: session.focused() == QUICK, "the quick prompt has the focus")
        (window,) = (window for window in session.windows() if window.title == QUICK)
        assert window.app_id == APP_ID
        assert window.is_floating
        # It is shown, but another window is in front.
        session.focus("Somebody else")
        later = start(session, tmp_path / "later", *app_arguments, "quick", "Well?")
        assert later.wait(5) == 0
        wait_until(lambda: session.focused() == QUICK, "the quick prompt has the focus again")
        app.end()
        assert portal.mistakes == []
    # Qt's input method says something about itself.
    complaints = [line for line in app.stderr.splitlines() if not line.startswith("qt.qpa.wayland.textinput")]
    assert not complaints
    other.end()
