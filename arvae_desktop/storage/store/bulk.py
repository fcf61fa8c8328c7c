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

_ROWS = 500


def insert(
    connection: sqlite3.Connection,
    insertion: str,
    rows: Sequence[Sequence[Any]],
    *,
    marks: str = "",
    at_once: int = _ROWS,
) -> None:
    """Insert rows of one width; `insertion` is all of the statement that stands before ``values``.

    A statement inserts `at_once` of them; SQLite takes some 32,000 values. `marks` is what stands for a row,
    where that is more than its values.
    """
    for start in range(0, len(rows), at_once):
        part = rows[start : start + at_once]
        row = marks or f"({', '.join('?' * len(part[0]))})"
        values = ", ".join([row] * len(part))
        connection.execute(f"{insertion} values {values}", tuple(chain.from_iterable(part)))
