"""Where the benchmarks run: a desktop of their own, and the programs on it."""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.server import Server
from tests.support.desktop import Desktop, missing_programs
from tests.support.isolation import isolate
from tests.support.processes import Process

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
INSIDE = "tests.benchmarks.inside"
PLATFORMS = ("xcb", "offscreen")
_OFFSCREEN_SAYS = "This plugin does not support propagateSizeHints()"
_STORE_KEY = "import sys, keyring; keyring.set_password('Arvae Desktop', sys.argv[1], 'sk-bench-0123456789')"


class Stage:
    """Starts the programs that are measured.

    Attributes:
        desktop: with an X server and a keyring; None with the offscreen platform.
        quick: whether a few runs must do.
    """

    def __init__(self, folder: Path, platform: str, stack: ExitStack, *, quick: bool) -> None:
        self.quick = quick
        self._folder = folder
        self._count = 0
        (folder / "homes").mkdir()
        isolate(folder / "homes")
        # What is measured is this checkout, also where another one is installed.
        os.environ["PYTHONPATH"] = str(ROOT)
        # An installed app has its byte code, whatever the environment says about writing it.
        for package in (ROOT / "arvae_desktop", Path(__file__).parent):
            compileall.compile_dir(package, quiet=2)
        self.desktop: Desktop | None = None
        self.environment = dict(os.environ)
        if platform == "xcb":
            if missing := missing_programs():
                raise SystemExit(f"not installed: {', '.join(missing)} (or use --platform offscreen)")
            self.desktop = stack.enter_context(Desktop(self.new_folder("desktop")))
            # Nobody listens on this accessibility bus: Qt is to do what it does on most desktops.
            self.environment = {**self.desktop.environment}
            del self.environment["AT_SPI_BUS_ADDRESS"]

    def new_folder(self, name: str) -> Path:
        self._count += 1
        folder = self._folder / f"{self._count}-{name}"
        folder.mkdir()
        return folder

    @contextmanager
    def server(self, rate: int | None = 60) -> Iterator[Server]:
        """A server of this many tokens a second; None is as fast as it goes."""
        server = Server(self.new_folder("server") / "run", self.environment, rate)
        try:
            yield server
        finally:
            server.end()

    @contextmanager
    def program(self, module: str, *arguments: str) -> Iterator[Process]:
        """``python -m module``, ended with the block; it must not have complained."""
        command = [sys.executable, "-m", module, *arguments]
        process = Process(command, folder=self.new_folder("program"), environment=self.environment)
        try:
            yield process
        finally:
            process.end()
        complaints = [line for line in process.stderr.splitlines() if line != _OFFSCREEN_SAYS]
        assert not complaints, process.stderr

    def app_arguments(self, server: Server, *more: str) -> list[str]:
        """The app's arguments for talking to a server, with a data folder of its own."""
        folder = self.new_folder("data")
        return ["--data-dir", str(folder), "--base-url", server.base_url, *more]

    def keep_key(self, server: Server) -> None:
        """Put a key for a server into the keyring, where there is one."""
        if self.desktop is not None:
            origin = server.base_url.removesuffix("/v1")
            command = [sys.executable, "-c", _STORE_KEY, origin]
            subprocess.run(command, env=self.environment, check=True, timeout=20)
