"""The real app on a desktop, used as a person would."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from jeepney import DBusErrorResponse

from tests.support.processes import Process, wait_until

if TYPE_CHECKING:
    import signal
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.support.accessibility import Element
    from tests.support.desktop import Desktop

TITLE = "Arvae Desktop"
_START_WITHIN_S = 15.0
QUIT_WITHIN_S = 2.0


class AppProcess:
    """A running app, found by the names that its widgets keep (objectName).

    Attributes:
        data_dir: where it keeps what it keeps; None for where it does so by itself.
    """

    def __init__(
        self,
        desktop: Desktop,
        folder: Path,
        *arguments: str,
        data_dir: Path | None,
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] = (sys.executable, "-m", "arvae_desktop"),
        has_window: bool = True,
    ) -> None:
        """`has_window` says that it starts with its window, which is waited for."""
        self.data_dir = data_dir
        self._desktop = desktop
        self._elements: dict[str, Element] = {}
        self.process = Process(
            [*command, *(() if data_dir is None else ("--data-dir", str(data_dir))), *arguments],
            folder=folder,
            environment={**desktop.environment, **(environment or {})},
        )
        if has_window:
            self.wait_for_window()
        else:
            wait_until(lambda: "started" in self.log, "it has started", within_s=_START_WITHIN_S)

    def wait_for_window(self) -> int:
        """Wait until the main window is there and has the focus; returns it."""
        window = wait_until(self._own_window, "the window appears", within_s=_START_WITHIN_S)
        wait_until(lambda: self._desktop.active_window() == window, "the window has the focus")
        return window

    def later_start(self, *arguments: str) -> Process:
        """Start it once more with the same data; what it asks of this one is seen here."""
        folder = self.data_dir.parent / f"later-{len(list(self.data_dir.parent.glob('later-*')))}"
        folder.mkdir()
        command = [sys.executable, "-m", "arvae_desktop", "--data-dir", str(self.data_dir), *arguments]
        return Process(command, folder=folder, environment=self._desktop.environment)

    def connect(self, base_url: str, key: str) -> None:
        """Fill in the welcome page as a person would, and press Enter."""
        self.wait_for_focus("welcomeKey")
        self._desktop.type(key)
        self._desktop.press("Tab", "ctrl+a")
        self.wait_for_focus("welcomeBaseUrl")
        self._desktop.type(base_url)
        self.wait_for_text("welcomeBaseUrl", base_url)
        self._desktop.press("Return")
        self.wait_for_focus("composer")

    def element(self, name: str) -> Element:
        """The widget with this objectName, waited for until it is on the screen."""

        def find() -> Element | None:
            element = self._find(name)
            return element if element and element.is_showing else None

        return wait_until(find, f"{name} is on the screen")

    def is_showing(self, name: str) -> bool:
        """Whether the widget with this objectName is on the screen now."""
        element = self._find(name)
        return element is not None and element.is_showing

    def wait_for_focus(self, name: str) -> None:
        """Wait until keys go to this widget."""
        wait_until(lambda: self.element(name).has_focus, f"{name} has the focus")

    def wait_for_text(self, name: str, text: str) -> str:
        """Wait until a widget's text holds `text`; returns the whole text."""
        return wait_until(
            lambda: whole if text in (whole := self.element(name).text) else None, f"{name} shows {text!r}"
        )

    def click(self, name: str) -> None:
        self._desktop.click(*self.element(name).box.centre)

    def send(self, prompt: str) -> None:
        """Type a prompt into the composer and press Enter."""
        self.wait_for_focus("composer")
        self._desktop.type(prompt)
        self.wait_for_text("composer", prompt)
        # The server may have to be found first.
        wait_until(lambda: self.element("sendButton").is_enabled, "the prompt can be sent")
        self._desktop.press("Return")

    def quit_with(self, *keys_or_signals: str | signal.Signals) -> float:
        """Press keys or send signals in turn; the app must end well and soon. Returns the seconds it took."""
        start = time.monotonic()
        for step in keys_or_signals:
            if isinstance(step, str):
                self._desktop.press(step)
            elif self.process.is_running:
                self.process.send_signal(step)
        assert self.process.wait(QUIT_WITHIN_S) == 0
        took = time.monotonic() - start
        self.check_output()
        return took

    def check_output(self) -> None:
        """It has said nothing on its streams, and nothing went wrong according to its log."""
        assert self.process.stderr == ""
        assert self.process.stdout == ""
        log = self.log
        assert " ERROR " not in log, log
        assert "Traceback" not in log, log

    @property
    def log(self) -> str:
        """What it has logged."""
        if self.data_dir is None:
            return ""
        return "".join(path.read_text("utf-8") for path in sorted(self.data_dir.glob("*.log*")))

    def end(self) -> None:
        """End it, whatever it does, and look at what it has said."""
        self.process.end()
        self.check_output()

    def _own_window(self) -> int | None:
        assert self.process.is_running, self.process.stderr
        windows = self._desktop.windows(f"^{TITLE}")
        return windows[0] if windows else None

    def _find(self, name: str) -> Element | None:
        known = self._elements.get(name)
        try:
            if known and known.identifier.endswith(f".{name}"):
                return known
        except DBusErrorResponse:
            pass  # the widget has gone; there may be another
        root = self._desktop.accessibility.application(self.process.pid)
        for element in root.descendants() if root else ():
            try:
                if element.identifier.endswith(f".{name}"):
                    self._elements[name] = element
                    return element
            except DBusErrorResponse:
                continue  # it went while we looked
        return None
