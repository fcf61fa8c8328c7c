"""The log: what the app did, for the day when something went wrong. Never prompts, answers or keys."""

from __future__ import annotations

import logging
import os
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from arvae_desktop.storage.paths import make_private_folder

if TYPE_CHECKING:
    from io import TextIOWrapper
    from pathlib import Path

_MAX_BYTES = 1_000_000
_OLD_FILES = 3


class _PrivateRotatingFileHandler(RotatingFileHandler):
    """A rotating log whose files are the user's alone (0600) from their first byte."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8")


def set_up_logging(path: Path, level: str) -> None:
    """Send our own log lines from `level` on, and other packages' warnings, to a rotating file.

    Other packages' finer lines are left out on purpose: an HTTP library's hold headers, and so the key.
    A folder that can't be written to leaves the app without a log, not without its window.
    """
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    logging.getLogger("arvae_desktop").setLevel(level.upper())
    try:
        make_private_folder(path.parent)
        handler: logging.Handler = _PrivateRotatingFileHandler(
            path, maxBytes=_MAX_BYTES, backupCount=_OLD_FILES, encoding="utf-8"
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
