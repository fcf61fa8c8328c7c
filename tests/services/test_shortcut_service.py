"""The shortcut as the user set it."""

import pytest

from arvae_desktop.desktop.shortcut.combination import DEFAULT
from arvae_desktop.desktop.shortcut.interface import GlobalShortcut, NoShortcut
from arvae_desktop.desktop.shortcut.report import ShortcutReport, ShortcutState
from arvae_desktop.services.shortcut import Shortcut


class Way(GlobalShortcut):
    """Grants everything, and remembers it."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def bind(self, combination):
        self.calls.append(str(combination))
        self._tell(ShortcutReport("test", ShortcutState.ACTIVE, str(combination)))

    def release(self):
        self.calls.append("release")
        self._tell(ShortcutReport("test"))

    def close(self):
        self.calls.append("close")


@pytest.fixture
def way(qapp):
    assert qapp
    return Way()


@pytest.fixture
def shortcut(way, preferences):
    return Shortcut(way, preferences)


def test_nothing_is_taken_before_the_user_wants_it(shortcut, way, preferences):
    assert way.calls == []
    assert shortcut.trigger == ""
    preferences.change(appearance="dark")
    assert way.calls == []
    preferences.change(uses_shortcut=True)
    assert way.calls == [DEFAULT]
    assert shortcut.trigger == DEFAULT


def test_another_one_and_none(way, preferences):
    shortcut = Shortcut(way, preferences)
    preferences.change(uses_shortcut=True)
    preferences.change(shortcut="Meta+K")
    preferences.change(uses_shortcut=False)
    shortcut.close()
    assert way.calls == [DEFAULT, "Meta+K", "release", "close"]


def test_paused_and_while_keys_are_pressed_for_it(shortcut, way, preferences):
    preferences.change(uses_shortcut=True)
    shortcut.pause(is_paused=True)
    shortcut.listen(is_listening=True)
    shortcut.pause(is_paused=False)
    shortcut.listen(is_listening=False)
    assert way.calls == [DEFAULT, "release", DEFAULT]


def test_nonsense_in_the_file_is_the_default(way, preferences):
    preferences.change(shortcut="Shift+A", uses_shortcut=True)
    Shortcut(way, preferences)
    assert way.calls == [DEFAULT]


def test_presses_are_passed_on(shortcut, way, qtbot):
    with qtbot.waitSignal(shortcut.pressed) as pressed:
        way.pressed.emit(2**32 - 1, "token")
    assert pressed.args == [2**32 - 1, "token"]


def test_no_way_says_why(preferences):
    shortcut = Shortcut(NoShortcut("There is none."), preferences)
    preferences.change(uses_shortcut=True)
    assert shortcut.report.state is ShortcutState.UNAVAILABLE
    assert "There is none." in shortcut.report.as_text()
