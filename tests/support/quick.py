"""What tests of the quick prompt do with it, as a user would."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tests.support.accessibility import Box
from tests.support.processes import wait_until

if TYPE_CHECKING:
    from tests.support.app_process import AppProcess
    from tests.support.desktop import Desktop
    from tests.support.tray import TrayProcess

QUICK = "^Quick prompt"
SHORTCUT = "ctrl+alt+space"
_TRIES, _A_TRY_S = 5, 2.0


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
    On X11 Qt waits 400 ms before it believes that a window has lost the focus, and a menu that is asked for
    in that time may not stay; whoever was as quick as that clicks again.
    """
    icon = tray.wait_for_icon()
    left_of_it = Box(icon.x - 60, icon.y + 2 * icon.height, 40, 60)

    def is_free() -> bool:
        return not any(map(any, desktop.screen.region(left_of_it)))

    wait_until(is_free, "there is the black screen beside the tray")
    for _try in range(_TRIES):
        desktop.right_click(icon.x + 6 * time, icon.centre[1])
        with suppress(AssertionError):
            wait_until(lambda: not is_free(), "the menu is open", within_s=_A_TRY_S)
            return
    raise AssertionError("the menu does not open")


def ask(desktop: Desktop, app: AppProcess, text: str) -> None:
    """Type a question and press Enter."""
    wait_for_quick(desktop, app)
    desktop.type(text)
    app.wait_for_text("quickInput", text)
    desktop.press("Return")
