"""A question from anywhere: tray, shortcut, command, and back to where one was."""

from __future__ import annotations

import os
import re
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from arvae_desktop.storage.paths import AppPaths
from arvae_desktop.storage.settings import Settings, SettingsFile
from tests.support.accessibility import Box
from tests.support.app_process import AppProcess
from tests.support.desktop import Desktop
from tests.support.processes import Process, wait_until
from tests.support.tray import TrayProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.conftest import StartApp, StartServer
    from tests.support.demo_process import DemoProcess

ROOT = Path(__file__).parents[2]
QUICK = "^Quick prompt"
SHORTCUT = "ctrl+alt+space"
BLUE, RED = (0x6B, 0x7B, 0xFF), (0xE5, 0x48, 0x3F)


class StartHidden(Protocol):
    """Starts the app in the tray, with a server chosen in an earlier run."""

    def __call__(self, *arguments: str, **settings: object) -> AppProcess: ...


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
def server(start_server: StartServer) -> DemoProcess:
    return start_server(rate=60)


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


def has_focus(desktop: Desktop, title: str) -> bool:
    """Whether the window of this title is the active one."""
    return desktop.active_window() in desktop.windows(title)


def wait_for_quick(desktop: Desktop, app: AppProcess) -> None:
    """Wait until the quick prompt is in front and takes keys."""
    wait_until(lambda: has_focus(desktop, QUICK), "the quick prompt is in front")
    app.wait_for_focus("quickInput")


def open_menu(desktop: Desktop, tray: TrayProcess, *, time: int = 1) -> None:
    """Open the icon's menu. Screen readers find it through the panel alone.

    `time` counts: two clicks in one place that follow at once are a double click, which opens nothing.
    """
    icon = tray.wait_for_icon()
    left_of_it = Box(icon.x - 60, icon.y + 2 * icon.height, 40, 60)

    def is_free() -> bool:
        return not any(map(any, desktop.screen.region(left_of_it)))

    wait_until(is_free, "there is the black screen beside the tray")
    desktop.right_click(icon.x + 6 * time, icon.centre[1])
    wait_until(lambda: not is_free(), "the menu is open")


def ask(desktop: Desktop, app: AppProcess, text: str) -> None:
    """Type a question and press Enter."""
    wait_for_quick(desktop, app)
    desktop.type(text)
    app.wait_for_text("quickInput", text)
    desktop.press("Return")


# --- tray ---


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


def test_an_answer_that_fails_shows_in_the_icon(
    desktop: Desktop, tray: TrayProcess, start_hidden: StartHidden
) -> None:
    app = start_hidden(model="demo/cut")
    icon = tray.wait_for_icon()
    app.later_start("quick", "Hello").wait(5)
    wait_for_quick(desktop, app)
    desktop.press("Return")
    app.element("quickStopButton")
    desktop.press("Escape")
    wait_until(lambda: RED in tray.colours(icon), "the icon shows that it failed")
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


# --- shortcut ---


def test_the_shortcut_in_another_window_and_back(
    desktop: Desktop, other: Process, start_hidden: StartHidden
) -> None:
    app = start_hidden(uses_shortcut=True, knows_shortcut=True)
    wait_until(lambda: "shortcut Ctrl+Alt+Space: active" in app.log, "the key is ours")
    assert has_focus(desktop, "^Somebody else")
    desktop.type("before ")
    for _ in range(3):
        desktop.press(SHORTCUT)
        ask(desktop, app, "Well?")
        desktop.press("Escape")
        wait_until(lambda: has_focus(desktop, "^Somebody else"), "the other window has the focus again")
    desktop.type("after")
    wait_until(lambda: other.stdout.endswith("before after\n"), "what is typed goes there")


@pytest.mark.usefixtures("other")
def test_nothing_is_grabbed_before_the_user_has_seen_it(desktop: Desktop, start_hidden: StartHidden) -> None:
    app = start_hidden()
    app.later_start("quick").wait(5)
    wait_for_quick(desktop, app)
    assert "shortcut" not in app.log
    app.element("linkButton")
    desktop.click(*app.element("linkButton").box.centre)  # Use it
    wait_until(lambda: "shortcut Ctrl+Alt+Space: active" in app.log, "the key is ours")
    desktop.press("Escape")
    wait_until(lambda: has_focus(desktop, "^Somebody else"), "back")
    desktop.press(SHORTCUT)
    wait_for_quick(desktop, app)


def test_insert_copies_and_goes_back(desktop: Desktop, other: Process, start_hidden: StartHidden) -> None:
    app = start_hidden(uses_shortcut=True, knows_shortcut=True)
    wait_until(lambda: "shortcut Ctrl+Alt+Space: active" in app.log, "the key is ours")
    desktop.press(SHORTCUT)
    ask(desktop, app, "The words to insert")
    wait_until(lambda: app.element("quickTranscript").text.count("words to insert") == 2, "it is answered")
    wait_until(lambda: not app.is_showing("quickStopButton"), "the answer has ended")
    desktop.press("ctrl+i")
    wait_until(lambda: has_focus(desktop, "^Somebody else"), "back where one was")
    desktop.press("ctrl+v")
    wait_until(lambda: other.stdout.endswith("The words to insert\n"), "it can be pasted there")


def test_it_comes_to_the_screen_of_the_pointer(
    tmp_path: Path, server: DemoProcess, data_dir: Path, stack: ExitStack
) -> None:
    monitors = ["800/200x700/190+0+0", "1000/250x700/190+800+0"]
    folders = [tmp_path / "desktop", tmp_path / "app"]
    for folder in folders:
        folder.mkdir()
    desktop = stack.enter_context(Desktop(folders[0], screen="1800x700x24", monitors=monitors))
    SettingsFile(AppPaths.under(data_dir).settings_file).save(
        Settings(base_url=server.base_url, uses_key=False, uses_shortcut=True, knows_shortcut=True)
    )
    app = AppProcess(desktop, folders[1], "--hidden", data_dir=data_dir, has_window=False)
    stack.callback(app.end)
    wait_until(lambda: "shortcut Ctrl+Alt+Space: active" in app.log, "the key is ours")
    for pointer, middle in ((1700, 1300), (10, 400), (900, 1300)):
        desktop.move_pointer(pointer, 600)
        desktop.press(SHORTCUT)
        wait_for_quick(desktop, app)
        box = desktop.window_box(desktop.windows(QUICK)[0])
        assert abs(box.centre[0] - middle) <= 1
        desktop.press("Escape")
        wait_until(lambda: not desktop.windows(QUICK), "it is away")


# --- while it answers ---


def test_escape_keeps_a_running_answer_and_twice_stops_it(
    desktop: Desktop, server: DemoProcess, start_hidden: StartHidden
) -> None:
    app = start_hidden("quick", model="demo/long")
    ask(desktop, app, "Go on and on")
    request = server.wait_for_chat()
    server.wait_for("first_byte", request)
    desktop.type("a half thought")
    app.wait_for_text("quickInput", "a half thought")
    desktop.press("Escape")
    wait_until(lambda: not desktop.windows(QUICK), "it is away")
    assert not [event for event in server.events("client_closed") if event["id"] == request["id"]]
    app.later_start("quick").wait(5)
    wait_for_quick(desktop, app)
    app.wait_for_text("quickInput", "a half thought")
    seen = len(app.element("quickTranscript").text)
    wait_until(lambda: len(app.element("quickTranscript").text) > seen + 20, "the answer goes on")
    desktop.press("Escape", "Escape")
    server.wait_for("client_closed", request)
    app.wait_for_text("quickTranscript", "Stopped.")
    assert has_focus(desktop, QUICK)


def test_handing_over_in_mid_stream_loses_and_repeats_nothing(
    desktop: Desktop, server: DemoProcess, start_hidden: StartHidden
) -> None:
    text = " ".join(f"word{number}" for number in range(300))
    app = start_hidden("quick", text)
    wait_for_quick(desktop, app)
    app.wait_for_text("quickInput", "word299")
    desktop.press("Return")
    request = server.wait_for_chat()
    wait_until(lambda: app.element("quickTranscript").text.count("word20 ") == 2, "some of it is there")
    assert not server.events("finished") or server.events("finished")[-1]["id"] != request["id"]
    desktop.press("ctrl+Return")
    app.wait_for_window()
    early = app.element("transcript").text
    assert early.count("word299") == 1, "it was handed over when all was there"
    wait_until(lambda: not desktop.windows(QUICK), "the quick prompt is away")
    server.wait_for("finished", request, within_s=30)
    wait_until(lambda: app.is_showing("sendButton"), "the answer has ended")
    shown = app.element("transcript").text
    assert shown.count(text) == 2
    assert len(re.findall(r"word\d", shown)) == 600


def test_a_prompt_that_is_taken_along(desktop: Desktop, start_hidden: StartHidden) -> None:
    app = start_hidden("quick", "Rather in the large window")
    wait_for_quick(desktop, app)
    desktop.press("ctrl+Return")
    app.wait_for_window()
    app.wait_for_text("composer", "Rather in the large window")
    app.wait_for_focus("composer")


# --- the one instance ---


def test_a_second_start_raises_the_first(desktop: Desktop, other: Process, start_app: StartApp) -> None:
    assert other.is_running
    app = start_app("--demo")
    desktop.run_xdotool("search", "--name", "^Somebody else", "windowactivate")
    wait_until(lambda: has_focus(desktop, "^Somebody else"), "the other window is in front")
    later = app.later_start("--demo")
    assert later.wait(5) == 0
    assert (later.stdout, later.stderr) == ("", "")
    app.wait_for_window()


def test_the_command_starts_the_app_where_none_runs(desktop: Desktop, start_hidden: StartHidden) -> None:
    app = start_hidden("quick", "What is “entropy”?")
    wait_for_quick(desktop, app)
    app.wait_for_text("quickInput", "What is “entropy”?")
    assert not desktop.windows("^Arvae Desktop")
    app.quit_with(signal.SIGINT)


def test_after_a_crash_the_next_start_is_a_first_one(
    desktop: Desktop, start_hidden: StartHidden, tmp_path: Path, data_dir: Path, stack: ExitStack
) -> None:
    app = start_hidden("quick")
    wait_for_quick(desktop, app)
    app.process.send_signal(signal.SIGKILL)
    app.process.wait(5)
    sockets = list(Path(os.environ["XDG_RUNTIME_DIR"]).glob("arvae-desktop-*.sock"))
    assert sockets
    again = AppProcess(desktop, tmp_path, "quick", "Again", data_dir=data_dir, has_window=False)
    stack.callback(again.end)
    wait_for_quick(desktop, again)
    again.wait_for_text("quickInput", "Again")


def test_the_conversation_is_kept_in_its_folder(
    desktop: Desktop, start_hidden: StartHidden, start_app: StartApp
) -> None:
    app = start_hidden("quick")
    ask(desktop, app, "Keep this")
    wait_until(lambda: app.element("quickTranscript").text.count("Keep this") == 2, "it is answered")
    wait_until(lambda: not app.is_showing("quickStopButton"), "the answer has ended")
    app.quit_with(signal.SIGTERM)
    again = start_app()
    names = {element.name for element in again.element("conversationList").descendants()}
    assert any("Quick" in name for name in names), names
