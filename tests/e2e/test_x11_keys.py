"""A key from anywhere on a real X server, and windows brought to the front by a window manager."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from arvae_desktop.desktop.shortcut.combination import Combination
from arvae_desktop.desktop.shortcut.report import ShortcutState
from arvae_desktop.desktop.shortcut.x11 import X11Shortcut
from arvae_desktop.desktop.x11.link import X11Link
from tests.support.desktop import XServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from tests.support.desktop import Desktop

pytestmark = pytest.mark.usefixtures("qapp")
SPACE = Combination.parse("Ctrl+Alt+Space")


@pytest.fixture
def shortcut(desktop: Desktop) -> Iterator[Callable[[], X11Shortcut]]:
    """Makes ways to a shortcut, each with a connection of its own, as programs have."""
    made: list[X11Shortcut] = []

    def make() -> X11Shortcut:
        made.append(X11Shortcut(X11Link(desktop.environment["DISPLAY"])))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def layout(desktop: Desktop) -> Iterator[Callable[[str], None]]:
    """Changes the keyboard's layout; it is the usual one again after the test."""

    def change(name: str) -> None:
        subprocess.run(["setxkbmap", name], env=desktop.environment, check=True, timeout=10)

    yield change
    change("us")


def bind(shortcut: X11Shortcut, combination: Combination, qtbot: QtBot) -> ShortcutState:
    """Ask for a combination and wait for the answer."""
    shortcut.bind(combination)
    qtbot.waitUntil(lambda: shortcut.report.state is not ShortcutState.ASKING)
    return shortcut.report.state


def test_pressed_whatever_the_locks(desktop: Desktop, shortcut, qtbot: QtBot) -> None:
    keys = shortcut()
    assert bind(keys, SPACE, qtbot) is ShortcutState.ACTIVE
    for locks in ([], ["Caps_Lock"], ["Num_Lock"], ["Caps_Lock", "Num_Lock"]):
        with qtbot.waitSignal(keys.pressed) as pressed:
            desktop.press(*locks, "ctrl+alt+space", *locks)
        assert pressed.args[0] > 0


def test_other_keys_are_not_ours(desktop: Desktop, shortcut, qtbot: QtBot) -> None:
    keys = shortcut()
    bind(keys, SPACE, qtbot)
    heard = []
    keys.pressed.connect(lambda *what: heard.append(what))
    desktop.press("space", "ctrl+space", "alt+space", "ctrl+alt+shift+space", "ctrl+alt+k")
    with qtbot.waitSignal(keys.pressed):
        desktop.press("ctrl+alt+space")
    assert len(heard) == 1


def test_a_conflict_is_told(shortcut, qtbot: QtBot) -> None:
    first, second = shortcut(), shortcut()
    assert bind(first, SPACE, qtbot) is ShortcutState.ACTIVE
    assert bind(second, SPACE, qtbot) is ShortcutState.CONFLICT
    assert "Ctrl+Alt+Space" in second.report.reason
    assert [trial.is_good for trial in second.report.trials] == [False]
    assert "BadAccess" in second.report.trials[0].answer
    # Another one will do, and what is given back is free.
    assert bind(second, Combination.parse("Ctrl+Alt+K"), qtbot) is ShortcutState.ACTIVE
    first.release()
    assert first.report.state is ShortcutState.OFF
    qtbot.waitUntil(lambda: bind(second, SPACE, qtbot) is ShortcutState.ACTIVE)


def test_a_key_that_is_held_is_pressed_once(desktop: Desktop, shortcut, qtbot: QtBot) -> None:
    keys = shortcut()
    bind(keys, SPACE, qtbot)
    heard = []
    keys.pressed.connect(lambda time, _token: heard.append(time))
    # Repeating begins after 660 ms and goes on 25 times a second.
    desktop.run_xdotool("keydown", "ctrl", "keydown", "alt", "keydown", "space", "sleep", "1.2")
    desktop.run_xdotool(
        "keyup", "space", "keydown", "space", "keyup", "space", "keyup", "alt", "keyup", "ctrl"
    )
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard[1] - heard[0] > 1000


def test_the_key_follows_the_layout(desktop: Desktop, shortcut, layout, qtbot: QtBot) -> None:
    keys = shortcut()
    bind(keys, Combination.parse("Ctrl+Alt+A"), qtbot)
    before = keys.report.trials[-1].answer
    layout("fr")  # has A where the others have Q
    qtbot.waitUntil(lambda: keys.report.trials[-1].answer != before)
    with qtbot.waitSignal(keys.pressed):
        desktop.press("ctrl+alt+a")
    assert keys.report.state is ShortcutState.ACTIVE


def test_a_letter_is_found_in_another_alphabet(desktop: Desktop, shortcut, layout, qtbot: QtBot) -> None:
    layout("us,ru")
    keys = shortcut()
    assert bind(keys, Combination.parse("Meta+K"), qtbot) is ShortcutState.ACTIVE
    with qtbot.waitSignal(keys.pressed):
        desktop.press("super+k")


@pytest.mark.expected_log("watching ended")
def test_a_server_that_goes_is_told(tmp_path: Path, qtbot: QtBot) -> None:
    with XServer(tmp_path, "64x64x24") as server:
        keys = X11Shortcut(X11Link(server.display))
        bind(keys, SPACE, qtbot)
    qtbot.waitUntil(lambda: keys.report.state is ShortcutState.UNAVAILABLE)
    assert keys.report.reason
    keys.close()
