"""A question from anywhere: shortcut, command, hand-over, and back to where one was."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from arvae_desktop.storage.paths import AppPaths
from arvae_desktop.storage.settings import Settings, SettingsFile
from tests.support.accessibility import Box
from tests.support.app_process import AppProcess
from tests.support.desktop import Desktop
from tests.support.processes import wait_until
from tests.support.quick import QUICK, SHORTCUT, ask, has_focus, wait_for_quick

if TYPE_CHECKING:
    from contextlib import ExitStack

    from tests.e2e.conftest import StartApp, StartHidden
    from tests.support.demo_process import DemoProcess
    from tests.support.processes import Process


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


def test_without_a_compositor_its_corners_are_cut_off(
    desktop: Desktop, other: Process, start_hidden: StartHidden
) -> None:
    assert other.is_running
    desktop.run_xdotool(
        "search", "--name", "^Somebody else", "windowmove", "0", "0", "windowsize", "100%", "100%"
    )
    app = start_hidden()
    app.later_start("quick").wait(5)
    wait_for_quick(desktop, app)
    box = desktop.window_box(desktop.windows(QUICK)[0])

    def left_edge(y: int) -> bytes:
        return desktop.screen.region(Box(box.x, y, 1, 1))[0]

    wait_until(lambda: left_edge(box.y) == left_edge(box.y - 20), "what is behind shows at the corner")
    assert left_edge(box.y + box.height // 2) != left_edge(box.y)


def test_it_does_not_lie_over_the_main_window_that_one_goes_to(
    desktop: Desktop, other: Process, start_app: StartApp
) -> None:
    assert other.is_running
    app = start_app("--demo")
    app.later_start("--demo", "quick").wait(5)
    wait_for_quick(desktop, app)
    desktop.run_xdotool("search", "--name", "^Somebody else", "windowactivate")
    wait_until(lambda: has_focus(desktop, "^Somebody else"), "the user works elsewhere")
    assert desktop.windows(QUICK), "an answer can be read beside one's work"
    desktop.run_xdotool("search", "--name", "^Arvae Desktop", "windowactivate")
    wait_until(lambda: not desktop.windows(QUICK), "it is away")
    app.later_start("--demo", "quick").wait(5)
    wait_for_quick(desktop, app)


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


@pytest.mark.parametrize("rate", [20])
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
    server.wait_for("finished", request, within_s=60)
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
