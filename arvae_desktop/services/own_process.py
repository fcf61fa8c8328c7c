"""What the processes of ours are given to start with, and how one is told from the app itself."""

from __future__ import annotations

import json
import os
import sys

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
    """All that they may know of the environment."""
    return {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}


def is_frozen() -> bool:
    """Whether the program that runs is no Python, but the app."""
    return bool(getattr(sys, "frozen", False))


def paths() -> str:
    """Where modules are found, as JSON, for a Python that is isolated from the user's settings."""
    return json.dumps([path for path in sys.path if path])
