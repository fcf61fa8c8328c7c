"""The app's name on the session bus: what other programs can ask by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from jeepney import DBusAddress, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from arvae_desktop import APP_ID
from tests.support.accessibility import ask
from tests.support.app_process import AppProcess
from tests.support.processes import wait_until
from tests.support.quick import has_focus, wait_for_quick

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack
    from pathlib import Path

    from jeepney.io.blocking import DBusConnection

    from tests.e2e.conftest import StartApp
    from tests.support.desktop import Desktop
    from tests.support.processes import Process

DOOR = DBusAddress(f"/{APP_ID.replace('.', '/')}", bus_name=APP_ID, interface="org.freedesktop.Application")


@pytest.fixture
def bus(desktop: Desktop) -> Iterator[DBusConnection]:
    with open_dbus_connection(desktop.bus.address) as connection:
        yield connection


@pytest.fixture
def app(desktop: Desktop, tmp_path: Path, stack: ExitStack, bus: DBusConnection) -> AppProcess:
    """The app as a menu starts it, with its data where they are without being told."""
    homes = {
        f"XDG_{kind}_HOME": str(tmp_path / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")
    }
    (tmp_path / "app").mkdir()
    app = AppProcess(desktop, tmp_path / "app", data_dir=None, environment=homes)
    stack.callback(app.end)
    wait_until(lambda: is_owned(bus), "it has its name")
    return app


def is_owned(bus: DBusConnection) -> bool:
    (owned,) = ask(bus, message_bus.NameHasOwner(APP_ID))
    return bool(owned)


def test_activating_brings_the_window_to_the_front(
    desktop: Desktop, bus: DBusConnection, app: AppProcess, other: Process
) -> None:
    data = {"desktop-startup-id": ("s", "some-launcher_TIME0")}
    assert ask(bus, new_method_call(DOOR, "Activate", "a{sv}", (data,))) == ()
    wait_until(lambda: has_focus(desktop, "^Arvae"), "the window is in front")
    other.end()
    assert ask(bus, new_method_call(DOOR, "Open", "asa{sv}", (["file:///etc/passwd"], {}))) == ()
    app.wait_for_focus("welcomeKey")


def test_the_action_brings_up_the_quick_prompt_with_words(
    desktop: Desktop, bus: DBusConnection, app: AppProcess
) -> None:
    words = [("s", "Rainbows?")]
    ask(bus, new_method_call(DOOR, "ActivateAction", "sava{sv}", ("no-such-action", words, {})))
    ask(bus, new_method_call(DOOR, "ActivateAction", "sava{sv}", ("quick-prompt", [("i", 7)], {})))
    wait_for_quick(desktop, app)
    assert app.element("quickInput").text == ""
    ask(bus, new_method_call(DOOR, "ActivateAction", "sava{sv}", ("quick-prompt", words, {})))
    app.wait_for_text("quickInput", "Rainbows?")


def test_the_name_ends_with_the_app(bus: DBusConnection, app: AppProcess) -> None:
    app.quit_with("ctrl+q")
    assert not is_owned(bus)


def test_who_says_where_the_data_are_has_no_name(bus: DBusConnection, start_app: StartApp) -> None:
    app = start_app()
    assert app.later_start().wait(10) == 0  # it has heard that one, so it would have its name
    assert not is_owned(bus)
    app.quit_with("ctrl+q")


def test_where_another_has_the_name_the_app_runs_without_it(
    desktop: Desktop, bus: DBusConnection, tmp_path: Path, stack: ExitStack
) -> None:
    ask(bus, message_bus.RequestName(APP_ID))
    homes = {
        f"XDG_{kind}_HOME": str(tmp_path / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")
    }
    (tmp_path / "app").mkdir()
    app = AppProcess(desktop, tmp_path / "app", data_dir=None, environment=homes)
    stack.callback(app.end)
    app.wait_for_focus("welcomeKey")
    app.quit_with("ctrl+q")
    ask(bus, message_bus.ReleaseName(APP_ID))
