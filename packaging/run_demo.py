"""Open the app in demo mode; where there is no display, stream the demo's answer in the terminal instead."""
# ruff: noqa: INP001, T201, S606  (a program and no package, talks on the terminal, becomes the app)

from __future__ import annotations

import os
import sys

APP = [sys.executable, "-m", "arvae_desktop"]
WITHOUT_DISPLAY = """\
There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so the window can't open.
To get a virtual one: xvfb-run -a make run   (Debian packages xvfb and xauth)
Meanwhile, this is the demo's answer in the terminal:
"""


def main() -> None:
    """Become the app."""
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if display or not sys.platform.startswith("linux"):
        command = [*APP, "--demo"]
    else:
        print(WITHOUT_DISPLAY, flush=True)
        command = [*APP, "ask", "--demo", "Show me around"]
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
