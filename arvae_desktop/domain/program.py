"""Which program this is: its version, the commit that it was built from, and the licences of what it carries.

A frozen program has files that say the latter two; in a checkout or a wheel there are none.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from arvae_desktop import __version__

ABOUT = Path(__file__).resolve().parent.parent / "resources" / "about"
_SHORT = 12
_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Build:
    """What was built.

    Attributes:
        version: such as 1.2.3.
        commit: 40 hex digits, with a `+` behind them where files differed from it; empty if unknown.
        date: the commit's, as YYYY-MM-DD; empty if unknown.
        update_key: 64 hex digits of the Ed25519 key that release files are proved by; empty if there is none.
    """

    version: str
    commit: str = ""
    date: str = ""
    update_key: str = ""

    def __str__(self) -> str:
        if not self.commit:
            return self.version
        mark = "+" if self.commit.endswith("+") else ""
        return f"{self.version} ({self.commit[:_SHORT]}{mark}, {self.date})"


@dataclass(frozen=True, slots=True)
class Licence:
    """The licence of a part: what part, in which version (may be empty), a short name, and the whole text."""

    name: str
    version: str
    licence: str
    text: str


def build(folder: Path = ABOUT) -> Build:
    """What this program was built from, as far as it knows."""
    facts = _read(folder / "build.json")
    if not isinstance(facts, dict):
        return Build(__version__)
    commit, date, key = (str(facts.get(name, "")) for name in ("commit", "date", "update_key"))
    return Build(__version__, commit, date, key if _KEY.fullmatch(key) else "")


def licences(folder: Path = ABOUT) -> list[Licence]:
    """All parts that the program carries, ours first; nothing where it carries no others."""
    entries = _read(folder / "licences.json")
    if not isinstance(entries, list):
        return []
    return [Licence(entry["name"], entry["version"], entry["licence"], entry["text"]) for entry in entries]


def _read(path: Path) -> object:
    try:
        found: object = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found
