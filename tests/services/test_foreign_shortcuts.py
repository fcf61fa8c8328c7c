"""The ways of Windows and macOS, over stand-ins for their libraries: these systems are not here."""

import ctypes
import queue

import pytest

from arvae_desktop.desktop.shortcut.combination import Combination
from arvae_desktop.desktop.shortcut.macos import MacShortcut
from arvae_desktop.desktop.shortcut.report import ShortcutState
from arvae_desktop.desktop.shortcut.windows import WindowsShortcut

pytestmark = pytest.mark.usefixtures("qapp")
SPACE = Combination.parse("Ctrl+Alt+Space")


class User32:
    """What Windows does for a thread with a hot key."""

    def __init__(self, *, error=0):
        self.error = error
        self.calls = []
        self.messages = queue.Queue()

    def PeekMessageW(self, *_):
        return 0

    def RegisterHotKey(self, window, number, modifiers, key):
        self.calls.append(("RegisterHotKey", window, number, modifiers, key))
        return 0 if self.error else 1

    def UnregisterHotKey(self, *what):
        self.calls.append(("UnregisterHotKey", *what))
        return 1

    def PostThreadMessageW(self, _thread, message, *_):
        self.messages.put((message, 0))
        return 1

    def GetMessageW(self, pointer, *_):
        number, time = self.messages.get()
        pointer._obj.message, pointer._obj.time = number, time
        return 0 if number == 0x12 else 1


class Kernel32:
    def GetCurrentThreadId(self):
        return 42


@pytest.fixture
def windows():
    made = []

    def make(**behaviour):
        user32 = User32(**behaviour)
        made.append(WindowsShortcut(user32, Kernel32()))
        return made[-1], user32

    yield make
    for each in made:
        each.close()


def bound(shortcut, qtbot, combination=SPACE):
    shortcut.bind(combination)
    qtbot.waitUntil(lambda: shortcut.report.state is not ShortcutState.ASKING)
    return shortcut.report


def test_windows_registers_a_hot_key(windows, qtbot):
    shortcut, user32 = windows()
    assert bound(shortcut, qtbot).state is ShortcutState.ACTIVE
    # MOD_ALT | MOD_CONTROL | MOD_NOREPEAT, VK_SPACE
    assert user32.calls == [("RegisterHotKey", None, 1, 0x4003, 0x20)]
    with qtbot.waitSignal(shortcut.pressed) as pressed:
        user32.messages.put((0x312, 777))
    assert pressed.args == [777, ""]
    shortcut.release()
    assert user32.calls[-1] == ("UnregisterHotKey", None, 1)


def test_windows_tells_a_conflict(windows, qtbot, monkeypatch):
    monkeypatch.setattr(ctypes, "get_last_error", lambda: 1409, raising=False)
    shortcut, _user32 = windows(error=1409)
    report = bound(shortcut, qtbot)
    assert report.state is ShortcutState.CONFLICT
    assert "Ctrl+Alt+Space" in report.reason
    assert report.trials[-1].answer == "error 1409"


class Carbon:
    """What macOS does for a hot key."""

    def __init__(self, *, error=0):
        self.error = error
        self.calls = []
        self.handler = None

    def GetApplicationEventTarget(self):
        return 99

    def RegisterEventHotKey(self, code, modifiers, identity, target, options, reference):
        self.calls.append(("RegisterEventHotKey", code, modifiers, identity.id, target, options))
        reference._obj.value = 0 if self.error else 1234
        return self.error

    def UnregisterEventHotKey(self, reference):
        self.calls.append(("UnregisterEventHotKey", reference.value))

    def InstallEventHandler(self, target, handler, _count, kinds, _data, reference):
        self.handler = handler
        kind = kinds._obj
        self.calls.append(
            ("InstallEventHandler", target, kind.event_class.to_bytes(4, "big"), kind.event_kind)
        )
        reference._obj.value = 55
        return 0

    def RemoveEventHandler(self, reference):
        self.calls.append(("RemoveEventHandler", reference.value))


def test_macos_registers_a_hot_key(qtbot):
    carbon = Carbon()
    shortcut = MacShortcut(carbon)
    # Qt's Meta is the Control key, Ctrl is Command.
    assert bound(shortcut, qtbot, Combination.parse("Meta+Alt+Space")).state is ShortcutState.ACTIVE
    assert carbon.calls == [
        ("InstallEventHandler", 99, b"keyb", 5),
        ("RegisterEventHotKey", 49, 0x1800, 1, 99, 0),
    ]
    with qtbot.waitSignal(shortcut.pressed):
        assert carbon.handler(None, None, None) == 0
    shortcut.release()
    shortcut.close()
    assert carbon.calls[2:] == [("UnregisterEventHotKey", 1234), ("RemoveEventHandler", 55)]


def test_macos_tells_a_conflict(qtbot):
    shortcut = MacShortcut(Carbon(error=-9878))
    assert bound(shortcut, qtbot).state is ShortcutState.CONFLICT


def test_macos_lacks_some_keys(qtbot):
    shortcut = MacShortcut(Carbon())
    assert bound(shortcut, qtbot, Combination.parse("Ctrl+Pause")).state is ShortcutState.UNAVAILABLE
