"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

_KB_PER_GB = 1024**2


def machine() -> dict[str, str]:
    """Processor, memory, system and versions, each in words."""
    # Here and not above: the measuring process is to share no Qt with those it measures.
    import PySide6
    from PySide6.QtCore import qVersion

    memory_kb = int(_first(r"^MemTotal:\s*(\d+) kB$", "/proc/meminfo") or 0)
    return {
        "processor": _first(r"^model name\s*:\s*(.+)$", "/proc/cpuinfo") or platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory_kb / _KB_PER_GB:.0f} GB",
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "pyside": PySide6.__version__,
        "qt": qVersion(),
        "priority": str(os.getpriority(os.PRIO_PROCESS, 0)),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def load() -> str:
    """The load average, which says how far the figures can be trusted."""
    return ", ".join(f"{value:.2f}" for value in os.getloadavg())


def _first(pattern: str, path: str) -> str | None:
    found = re.search(pattern, Path(path).read_text("utf-8"), re.MULTILINE)
    return found[1] if found else None
