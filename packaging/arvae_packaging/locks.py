"""The locked requirements: exact versions with the hashes of their files, for every system.

    python3 packaging/lock.py          brings them up to date (needs uv)

What is asked for stands in pyproject.toml (the app) and in requirements-*.in (what builds it).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from arvae_packaging.project import PACKAGING

if TYPE_CHECKING:
    from pathlib import Path

APP_LOCK = PACKAGING / "requirements-app.txt"
FREEZE_LOCK = PACKAGING / "requirements-freeze.txt"
SBOM_LOCK = PACKAGING / "requirements-sbom.txt"

_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def read_lock(path: Path) -> list[str]:
    """The requirements of a lock without their hashes, such as `h11==0.16.0` or with a marker behind `;`."""
    return [line.partition(" --hash")[0].strip() for line in joined_lines(path)]


def hashes(line: str) -> list[str]:
    """The hashes of one joined line."""
    return _HASH.findall(line)


def joined_lines(path: Path) -> list[str]:
    """The lines of a requirements file, with those that a backslash continues joined; no comments."""
    text = path.read_text("utf-8").replace("\\\n", " ")
    return [" ".join(line.split()) for line in text.splitlines() if line.strip() and not line.startswith("#")]
