"""A desktop of the tests' own: X server, window manager, session bus, keyring, and hands to use it."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

import secretstorage
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.support.accessibility import Accessibility, Box, ask
from tests.support.keyboard import Keyboard
from tests.support.processes import Process, wait_until
from tests.support.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PROGRAMS = ("Xvfb", "openbox", "xdotool", "xclip", "dbus-daemon", "gnome-keyring-daemon", "trayer")
_ACCESSIBILITY_LAUNCHER = "/usr/libexec/at-spi-bus-launcher"
_SCREEN = "1280x860x24"
_BUS_CONFIGURATION = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


def missing_programs() -> list[str]:
    """What of the desktop isn't installed."""
    return [name for name in (*PROGRAMS, _ACCESSIBILITY_LAUNCHER) if shutil.which(name) is None]


class SessionBus:
    """A D-Bus session bus that starts no services by itself: on it runs what the test puts there."""

    def __init__(self, folder: Path) -> None:
        configuration = folder / "session-bus.conf"
        configuration.write_text(_BUS_CONFIGURATION.format(folder=folder))
        self._daemon = Process(
            ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--print-address=1"], folder=folder
        )
        self.address = self._daemon.first_line()

    def wait_for(self, service: str) -> None:
        """Wait until somebody offers `service`."""
        with open_dbus_connection(self.address) as connection:
            wait_until(
                lambda: ask(connection, message_bus.NameHasOwner(service))[0], f"{service} is on the bus"
            )

    def end(self) -> None:
        self._daemon.end()


class XServer:
    """An X server without a screen, which writes its picture to files in `folder`.

    Attributes:
        display: its name for programs that are to run there.
    """

    def __init__(self, folder: Path, screen: str) -> None:
        """`screen` is width, height and depth, as in ``1280x860x24``."""
        # The server picks a display that is free and tells it when it is ready.
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", screen, "-fbdir", str(folder)]
        command += ["-nolisten", "tcp", "-noreset"]
        self._process = Process(command, folder=folder, pass_fds=[writing])
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        assert number, f"Xvfb did not start: {self._process.stderr}"
        self.display = f":{number}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.end()


class Desktop:
    """Everything that a program finds on a real desktop, and what a person does there.

    Attributes:
        screen: what is on the screen.
        accessibility: the widgets on it.
        bus: the session bus, with a Secret Service whose keyring is unlocked.
        environment: for programs that are to run here.
    """

    def __init__(self, folder: Path, *, screen: str = _SCREEN, monitors: Sequence[str] = ()) -> None:
        """See `XServer` for `screen`; it is divided into `monitors` as `xrandr --setmonitor` writes them."""
        self.folder = folder
        with ExitStack() as stack:
            display = stack.enter_context(XServer(folder, screen)).display
            self.screen = Screen(folder)
            self.bus = SessionBus(folder)
            stack.callback(self.bus.end)
            self.environment = {
                **os.environ,
                "DISPLAY": display,
                "DBUS_SESSION_BUS_ADDRESS": self.bus.address,
                "QT_QPA_PLATFORM": "xcb",
            }
            del self.environment["PYTHON_KEYRING_BACKEND"]
            for number, monitor in enumerate(monitors):
                # The first one has the server's one output; the others have none.
                output = "none" if number else "screen"
                command = ["xrandr", "--setmonitor", f"monitor-{number}", monitor, output]
                subprocess.run(command, env=self.environment, check=True, capture_output=True, timeout=10)
            self._start(stack, ["openbox"])
            self._start(
                stack, ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"], b"pw"
            )
            self._start(stack, [_ACCESSIBILITY_LAUNCHER, "--launch-immediately"])
            self.bus.wait_for("org.freedesktop.secrets")
            self.bus.wait_for("org.a11y.Bus")
            self.accessibility = Accessibility(self.bus.address)
            stack.callback(self.accessibility.close)
            self.environment["AT_SPI_BUS_ADDRESS"] = self.accessibility.address
            wait_until(lambda: self._xdotool("get_desktop", fails=True), "openbox manages windows")
            self._stack = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def type(self, text: str, *, delay_ms: int = 1) -> None:
        """Type into whatever has the focus, with a pause after each letter."""
        # For other characters xdotool changes the keyboard's layout as it goes, and loses some.
        assert text.isascii()
        self._xdotool("type", "--delay", str(delay_ms), "--", text)

    def press(self, *keys: str) -> None:
        """Press keys one after the other, each by its X name (``Return``, ``ctrl+q``)."""
        self._xdotool("key", "--delay", "1", "--", *keys)

    def press_at_once(self, keys: str) -> None:
        """Press keys together, without the time that starting a program takes."""
        self._keyboard.press(keys)

    def click(self, x: int, y: int) -> None:
        self._xdotool("mousemove", str(x), str(y), "click", "1")

    def move_pointer(self, x: int, y: int) -> None:
        self._xdotool("mousemove", str(x), str(y))

    def right_click(self, x: int, y: int) -> None:
        self._xdotool("mousemove", str(x), str(y), "click", "3")

    def windows(self, title: str) -> list[int]:
        """The visible windows whose title contains `title`."""
        found = self._xdotool("search", "--onlyvisible", "--name", title, fails=True)
        return [int(line) for line in (found or "").split()]

    def active_window(self) -> int | None:
        """The window that has the focus."""
        found = self._xdotool("getactivewindow", fails=True)
        return int(found) if found else None

    def window_box(self, window: int) -> Box:
        """Where a window's content is on the screen. Puts the pointer into the screen's far corner."""
        # Under a window manager xdotool counts a window's frame twice, but not where the pointer is.
        corner = self._values("mousemove", "--window", str(window), "0", "0", "getmouselocation", "--shell")
        size = self._values("getwindowgeometry", "--shell", str(window))
        self._xdotool("mousemove", "99999", "99999")
        return Box(corner["X"], corner["Y"], size["WIDTH"], size["HEIGHT"])

    def _values(self, *arguments: str) -> dict[str, int]:
        output = self._xdotool(*arguments) or ""
        return {name: int(value) for name, value in (line.split("=") for line in output.split())}

    def clipboard(self) -> str:
        """The text that was copied last."""
        run = subprocess.run(
            ["xclip", "-out", "-selection", "clipboard"],
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=10,
        )
        return run.stdout

    def secrets(self, attributes: dict[str, str]) -> list[str]:
        """What the Secret Service keeps under `attributes`."""
        with open_dbus_connection(self.bus.address) as connection:
            items = secretstorage.search_items(connection, attributes)
            return [item.get_secret().decode() for item in items]

    def _start(self, stack: ExitStack, command: list[str], stdin: bytes = b"") -> None:
        process = Process(command, folder=self.folder, environment=self.environment, stdin=stdin)
        stack.callback(process.end)

    @functools.cached_property
    def _keyboard(self) -> Keyboard:
        keyboard = Keyboard(self.environment["DISPLAY"])
        self._stack.callback(keyboard.close)
        return keyboard

    def run_xdotool(self, *arguments: str) -> None:
        """Do what only xdotool has words for."""
        self._xdotool(*arguments)

    def _xdotool(self, *arguments: str, fails: bool = False) -> str | None:
        """Its output; where it may fail, None if it does."""
        run = subprocess.run(
            ["xdotool", *arguments],
            env=self.environment,
            check=not fails,
            capture_output=True,
            text=True,
            timeout=20,
        )
        return run.stdout if run.returncode == 0 else None
