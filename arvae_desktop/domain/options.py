"""What was asked for on the command line and in the environment, before any setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """Options of every command. None is what was not given.

    Attributes:
        demo: talk to the demo server and touch neither settings nor keyring.
        base_url: as typed; not yet checked.
        data_dir: where settings and log are kept instead of the system's folders.
        log_level: ``debug``, ``info``, ``warning`` or ``error``.
    """

    demo: bool = False
    base_url: str | None = None
    model: str | None = None
    data_dir: Path | None = None
    log_level: str = "info"
