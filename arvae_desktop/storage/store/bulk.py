"""Many rows in few statements.

Python lets go of its lock for each step of a statement, and gets it back only when another thread that
computes has had its turn: row by row, an import would stand still while the next conversations are read.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

_ROWS = 500  # SQLite takes some 32,000 values


def insert(connection: sqlite3.Connection, insertion: str, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of one width; `insertion` is all of the statement that stands before ``values``."""
    for start in range(0, len(rows), _ROWS):
        part = rows[start : start + _ROWS]
        marks = f"({', '.join('?' * len(part[0]))})"
        values = ", ".join([marks] * len(part))
        connection.execute(f"{insertion} values {values}", tuple(chain.from_iterable(part)))
