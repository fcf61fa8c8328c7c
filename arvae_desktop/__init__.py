"""Arvae Desktop: a native desktop chat client for servers that stream OpenAI-style chat completions."""

import sys

__version__ = "0.1.0"

# The name of the desktop file on Linux, of its icon, and of the bundle on macOS.
APP_ID = "ai.arvae.Desktop"

# The first argument that makes a frozen app one of its own processes: the one that draws formulas, the one
# that reads files, the one that asks the keyring.
DRAW_FORMULAS = "--draw-formulas"
READ_FILE = "--read-file"
ASK_KEYRING = "--ask-keyring"


def is_frozen() -> bool:
    """Whether the program that runs is no Python, but the app."""
    return bool(getattr(sys, "frozen", False))
