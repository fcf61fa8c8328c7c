"""Open the app in demo mode; where there is no display, stream the demo's answer in the terminal instead."""
# ruff: noqa: INP001, T201, S606  (a program and no package, talks on the terminal, becomes the app)

from __future__ import annotations

import os
import sys

from arvae_desktop.desktop.display import missing_display

APP = [sys.executable, "-m", "arvae_desktop"]
WITHOUT_DISPLAY = """\
To get a virtual one: xvfb-run -a make run   (Debian packages xvfb and xauth)
Meanwhile, this is the demo's answer in the terminal:
"""


def main() -> None:
    """Become the app."""
    if sentence := missing_display():
        print(sentence)
        print(WITHOUT_DISPLAY, flush=True)
        command = [*APP, "ask", "--demo", "Show me around"]
    else:
        command = [*APP, "--demo"]
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
