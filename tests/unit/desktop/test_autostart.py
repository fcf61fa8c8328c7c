"""Starting with the session, on three systems of which one is here."""

import plistlib
import re
import sys

import pytest

from arvae_desktop import APP_ID
from arvae_desktop.desktop.autostart import interface
from arvae_desktop.desktop.autostart.interface import choose_autostart, start_command
from arvae_desktop.desktop.autostart.macos import LoginItem
from arvae_desktop.desktop.autostart.windows import RunKey
from arvae_desktop.desktop.autostart.xdg import AutostartFile, exec_value

COMMAND = ["/opt/Arvae Desktop/arvae-desktop", "--hidden"]


class Registry:
    """A stand-in for the module winreg."""

    HKEY_CURRENT_USER, REG_SZ, KEY_SET_VALUE = "HKCU", 1, 2

    def __init__(self):
        self.values = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def OpenKey(self, root, path, *_):
        assert (root, path) == ("HKCU", r"Software\Microsoft\Windows\CurrentVersion\Run")
        return self

    CreateKey = OpenKey

    def QueryValueEx(self, _key, name):
        if name not in self.values:
            raise FileNotFoundError
        return self.values[name], 1

    def SetValueEx(self, _key, name, _zero, kind, value):
        assert kind == 1
        self.values[name] = value

    def DeleteValue(self, _key, name):
        if name not in self.values:
            raise FileNotFoundError
        del self.values[name]


@pytest.fixture(params=["xdg", "windows", "macos"])
def autostart(request, tmp_path):
    made = {
        "xdg": lambda: AutostartFile({"XDG_CONFIG_HOME": str(tmp_path)}),
        "windows": lambda: RunKey(Registry()),
        "macos": lambda: LoginItem(tmp_path),
    }
    return made[request.param]()


def test_on_and_off(autostart):
    assert not autostart.is_on()
    autostart.turn_off()
    autostart.turn_on(COMMAND)
    autostart.turn_on(COMMAND)
    assert autostart.is_on()
    autostart.turn_off()
    assert not autostart.is_on()


def test_xdg_entry(tmp_path):
    autostart = AutostartFile({"XDG_CONFIG_HOME": str(tmp_path)})
    autostart.turn_on(COMMAND)
    entry = (tmp_path / "autostart" / "arvae-desktop.desktop").read_text("utf-8")
    assert entry.startswith("[Desktop Entry]\nType=Application\n")
    assert 'Exec="/opt/Arvae Desktop/arvae-desktop" --hidden\n' in entry
    assert "TryExec=/opt/Arvae Desktop/arvae-desktop\n" in entry
    assert f"Icon={APP_ID}\n" in entry


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false", "Hidden = true"])
def test_what_the_desktop_turned_off_is_off(tmp_path, line):
    autostart = AutostartFile({"XDG_CONFIG_HOME": str(tmp_path)})
    autostart.turn_on(COMMAND)
    file = tmp_path / "autostart" / "arvae-desktop.desktop"
    file.write_text(file.read_text("utf-8") + line + "\n", "utf-8")
    assert not autostart.is_on()


@pytest.mark.parametrize(
    "part", ["plain", "with space", 'a"b', "a`b", "$HOME", "back\\slash", "100%", "ünï", "semi;colon", ""]
)
def test_exec_values_come_back_whole(part):
    """What the specification's steps make of it: the value's escapes, the quotes', the field codes'."""
    value = exec_value(["program", part]).removeprefix("program ").replace("\\\\", "\\")
    if value.startswith('"'):
        value = re.sub(r"\\(.)", r"\1", value[1:-1])
    assert value.replace("%%", "%") == part


def test_the_run_key_quotes_paths():
    registry = Registry()
    RunKey(registry).turn_on(COMMAND)
    assert registry.values == {"Arvae Desktop": '"/opt/Arvae Desktop/arvae-desktop" --hidden'}


def test_the_login_item_is_a_launch_agent(tmp_path):
    LoginItem(tmp_path).turn_on(COMMAND)
    (file,) = (tmp_path / "Library" / "LaunchAgents").iterdir()
    agent = plistlib.loads(file.read_bytes())
    assert (agent["ProgramArguments"], agent["RunAtLoad"]) == (COMMAND, True)


def test_the_command_is_how_the_app_was_started(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/usr/bin/arvae-desktop", "--demo"])
    assert start_command("--hidden") == ["/usr/bin/arvae-desktop", "--hidden"]
    monkeypatch.setattr(sys, "argv", ["/x/arvae_desktop/__main__.py"])
    assert start_command("quick") == [sys.executable, "-m", "arvae_desktop", "quick"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert start_command("quick") == [sys.executable, "quick"]


def test_windows_gets_the_program_without_a_console(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "arvae-desktop.exe"))
    assert start_command("--hidden") == [sys.executable, "--hidden"]
    without_console = tmp_path / "Arvae Desktop.exe"
    without_console.touch()
    assert start_command("--hidden") == [str(without_console), "--hidden"]


def test_a_sandbox_is_started_from_outside_and_by_no_session(monkeypatch, tmp_path):
    (tmp_path / "info").touch()
    monkeypatch.setattr(interface, "_SANDBOX", tmp_path / "info")
    assert start_command("quick") == ["flatpak", "run", APP_ID, "quick"]
    assert choose_autostart() is None


@pytest.mark.skipif(sys.platform != "linux", reason="of Linux")
def test_this_system_has_a_way():
    assert isinstance(choose_autostart(), AutostartFile)
