"""What can be done with a message, by name, and the keys for it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

COPY, EDIT, REGENERATE, CONTINUE, READ, DELETE = "copy", "edit", "regenerate", "continue", "read", "delete"

# For whoever makes them work in the window: a bar that is hidden can't. None of them is taken by text fields.
SHORTCUTS: Mapping[str, str] = MappingProxyType(
    {
        COPY: "Ctrl+Shift+C",
        EDIT: "F2",
        REGENERATE: "Ctrl+R",
        CONTINUE: "Ctrl+Shift+Return",
        READ: "Alt+Home",
        DELETE: "Ctrl+Shift+Del",
    }
)
