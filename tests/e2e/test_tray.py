"""The app in the tray: its icon, its menu, and closing the window to it."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from arvae_desktop.storage.paths import AppPaths
from arvae_desktop.storage.settings import Settings, SettingsFile
from tests.support.processes import wait_until
from tests.support.quick import QUICK, ask, open_menu, wait_for_quick
from tests.support.tray import TrayProcess

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import StartApp, StartHidden
    from tests.support.demo_process import DemoProcess
    from tests.support.desktop import Desktop

BLUE, RED = (0x6B, 0x7B, 0xFF), (0xE5, 0x48, 0x3F)


def test_a_click_brings_it_up_and_another_puts_it_away(
    desktop: Desktop, tray: TrayProcess, start_hidden: StartHidden
) -> None:
    app = start_hidden()
    icon = tray.wait_for_icon()
    assert not desktop.windows("Arvae")
    desktop.click(*icon.centre)
    wait_for_quick(desktop, app)
    desktop.press("Escape")
    wait_until(lambda: not desktop.windows(QUICK), "it is away")
    desktop.click(*icon.centre)
    wait_for_quick(desktop, app)


def test_the_menu(desktop: Desktop, tray: TrayProcess, start_hidden: StartHidden) -> None:
    app = start_hidden()
    open_menu(desktop, tray)
    desktop.press("Down", "Return")  # Quick prompt
    ask(desktop, app, "Something to come back to")
    wait_until(lambda: app.element("quickTranscript").text.count("come back") == 2, "it is answered")
    wait_until(lambda: not app.is_showing("quickStopButton"), "the answer has ended")
    desktop.press("Escape")
    open_menu(desktop, tray, time=2)
    desktop.press("Down", "Down", "Return")  # New chat
    app.wait_for_window()
    assert "come back" not in app.element("mainWindow").name
    open_menu(desktop, tray, time=3)
    desktop.press("Up", "Return")  # Quit
    assert app.process.wait(5) == 0


def test_the_icon_tells_what_goes_on(
    desktop: Desktop, server: DemoProcess, tray: TrayProcess, start_hidden: StartHidden
) -> None:
    app = start_hidden(model="demo/long", appearance="light")
    icon = tray.wait_for_icon()
    idle = tray.colours(icon)
    assert BLUE not in idle
    dark_glyph = sum(count for colour, count in idle.items() if max(colour) < 0x60)
    assert dark_glyph > 20
    app.later_start("quick", "Go on").wait(5)
    wait_for_quick(desktop, app)
    desktop.press("Return")
    server.wait_for("first_byte", server.wait_for_chat())
    wait_until(lambda: BLUE in tray.colours(icon), "the icon shows that an answer is on its way")
    desktop.press("Escape")
    wait_until(lambda: not desktop.windows(QUICK), "it is away")
    open_menu(desktop, tray)
    desktop.press("Up", "Up", "Up", "Return")  # above Quit and Settings
    server.wait_for("client_closed", server.wait_for_chat())
    wait_until(lambda: BLUE not in tray.colours(icon), "the icon is at rest")


def test_the_icon_suits_a_dark_panel(tray: TrayProcess, start_hidden: StartHidden) -> None:
    start_hidden(appearance="dark")
    icon = tray.wait_for_icon()
    assert sum(count for colour, count in tray.colours(icon).items() if min(colour) > 0xEE) > 20


@pytest.mark.parametrize("rate", [5])  # it breaks off after seven seconds
def test_an_answer_that_fails_shows_in_the_icon(
    desktop: Desktop, tray: TrayProcess, start_hidden: StartHidden
) -> None:
    app = start_hidden(model="demo/cut")
    icon = tray.wait_for_icon()
    app.later_start("quick", "Hello").wait(5)
    wait_for_quick(desktop, app)
    desktop.press("Return")
    wait_until(lambda: BLUE in tray.colours(icon), "an answer is on its way")
    desktop.press("Escape")
    wait_until(lambda: not desktop.windows(QUICK), "it is away")
    assert BLUE in tray.colours(icon), "it has failed before the quick prompt was away"
    wait_until(lambda: RED in tray.colours(icon), "the icon shows that it failed", within_s=30)
    desktop.click(*icon.centre)
    wait_until(lambda: RED not in tray.colours(icon), "it was looked at")


def test_a_tray_that_comes_and_goes(desktop: Desktop, tmp_path: Path, start_hidden: StartHidden) -> None:
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
    app = start_hidden()
    app.later_start("quick").wait(5)
    wait_for_quick(desktop, app)
    desktop.press("Escape")
    for folder in folders:
        with TrayProcess(desktop, folder) as tray:
            icon = tray.wait_for_icon()
            desktop.click(*icon.centre)
            wait_for_quick(desktop, app)
            desktop.press("Escape")
            wait_until(lambda: not desktop.windows(QUICK), "it is away")
        wait_until(lambda: not desktop.windows("^panel$"), "the tray is gone")


def test_closing_leaves_it_in_the_tray_and_says_so_once(
    desktop: Desktop, tray: TrayProcess, start_app: StartApp
) -> None:
    app = start_app("--demo")
    app.wait_for_focus("composer")
    tray.wait_for_icon()
    desktop.press("alt+F4")
    wait_until(lambda: not desktop.windows("^Arvae Desktop"), "the window is away")
    assert app.process.is_running
    app.later_start("--demo").wait(5)
    app.wait_for_window()
    desktop.press("alt+F4")
    wait_until(lambda: not desktop.windows("^Arvae Desktop"), "the window is away")
    app.later_start("--demo", "quick").wait(5)
    wait_for_quick(desktop, app)
    app.quit_with(signal.SIGTERM)


def test_closing_quits_where_the_user_wants_that(
    tray: TrayProcess, start_app: StartApp, data_dir: Path
) -> None:
    SettingsFile(AppPaths.under(data_dir).settings_file).save(Settings(closes_to_tray=False))
    app = start_app()
    tray.wait_for_icon()
    app.wait_for_focus("welcomeKey")
    app.quit_with("alt+F4")
