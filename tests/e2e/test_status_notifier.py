"""The tray of newer panels, which icons speak to over the session bus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.app_process import AppProcess
from tests.support.notifier_watcher import NotifierWatcher
from tests.support.processes import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.desktop import Desktop


def test_click_menu_and_quit(desktop: Desktop, tmp_path: Path, data_dir: Path) -> None:
    with NotifierWatcher(desktop.bus.address) as panel:
        app = AppProcess(desktop, tmp_path, "--demo", "--hidden", data_dir=data_dir, has_window=False)
        panel.wait_for_item()
        assert panel.property("ToolTip")[2] == "Arvae Desktop"
        sizes = {(width, height) for width, height, _pixels in panel.property("IconPixmap")}
        assert (22, 22) in sizes
        panel.activate()
        wait_until(lambda: desktop.active_window() in desktop.windows("^Quick prompt"), "it is in front")
        app.wait_for_focus("quickInput")
        entries = list(panel.menu())
        assert entries[:3] == ["Quick prompt", "New chat", "Open Arvae Desktop"]
        assert entries[-2:] == ["Settings", "Quit"]
        panel.choose("New chat")
        app.wait_for_window()
        panel.choose("Quit")
        assert app.process.wait(5) == 0
        app.check_output()


def test_an_answer_that_ends_out_of_sight_is_told_and_opened(
    desktop: Desktop, tmp_path: Path, data_dir: Path
) -> None:
    with NotifierWatcher(desktop.bus.address) as panel:
        app = AppProcess(desktop, tmp_path, "--demo", "--hidden", data_dir=data_dir, has_window=False)
        panel.activate()
        app.wait_for_focus("quickInput")
        desktop.type("Show me around")
        app.wait_for_text("quickInput", "Show me around")
        desktop.press("Return")
        app.element("quickStopButton")
        desktop.press("Escape")
        wait_until(lambda: not desktop.windows("^Quick prompt"), "it is away")
        title, text = panel.wait_for_note()
        assert title == "Show me around"
        assert text == "The answer is there."
        panel.click_on_note()
        wait_until(lambda: desktop.active_window() in desktop.windows("^Quick prompt"), "it is in front")
        app.end()


def test_a_panel_that_comes_later(desktop: Desktop, tmp_path: Path, data_dir: Path) -> None:
    app = AppProcess(desktop, tmp_path, "--demo", "--hidden", data_dir=data_dir, has_window=False)
    for _ in range(2):
        with NotifierWatcher(desktop.bus.address) as panel:
            panel.activate()
            wait_until(lambda: desktop.active_window() in desktop.windows("^Quick prompt"), "it is in front")
            desktop.press("Escape")
            wait_until(lambda: not desktop.windows("^Quick prompt"), "it is away")
    app.end()
