"""Processes of our own: how they are started, and what they know."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from arvae_desktop import is_frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

# What Python needs to start and nothing else: the environment may hold an API key.
_ENVIRONMENT = (
    "HOME",
    "USERPROFILE",
    "SYSTEMROOT",
    "WINDIR",
    "TEMP",
    "TMP",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
)


def environment() -> dict[str, str]:
    """All that they may know of the environment, as a rule."""
    return {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}


def paths() -> str:
    """Where modules are found, as JSON, for a Python that is isolated from the user's settings."""
    return json.dumps([path for path in sys.path if path])


def program() -> str:
    """The program that is to be started: this one, or on Windows the one with a console."""
    # A program without a console may have no standard streams there.
    if is_frozen() and sys.platform == "win32":
        with_console = Path(sys.executable).with_name("arvae-desktop.exe")
        if with_console.is_file():
            return str(with_console)
    return sys.executable


def command(option: str, module: str, *arguments: str) -> list[str]:
    """What runs `module.main(*arguments)`: the frozen app by an option of its own, a Python by the module."""
    if is_frozen():
        return [program(), option, *arguments]
    start = (
        "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
        f"from {module} import main; main(*sys.argv[2:])"
    )
    return [sys.executable, "-I", "-c", start, paths(), *arguments]


def start(command: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a process that is spoken to by pipes.

    Its standard input ends when this process does: then it is to end, too.
    """
    return subprocess.Popen(  # noqa: S603  (it is ourselves)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,  # a Ctrl-C in the terminal is for the app
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
