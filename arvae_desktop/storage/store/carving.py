"""Reading a damaged file: all rows but those on pages that can't be read."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arvae_desktop.storage.store import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Self

_HEADER_BYTES = 100
_LARGEST_KEY = 1 << 62
# What damage looks like from Python.
_DAMAGE = (sqlite3.DatabaseError, UnicodeDecodeError, OverflowError)


class Carver:
    """Reads a copy of a damaged file, which it may change.

    Attributes:
        lost: how many stretches of rows could not be read.
    """

    def __init__(self, path: Path) -> None:
        self.lost = 0
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        self._connection = self._connect()
        if self._connection is None:
            # The first page says where every table is. Ours are always in the same places.
            _transplant_first_page(self._path)
            self.lost += 1
            self._connection = self._connect()
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()

    def rows(self, table: str, columns: Iterable[str]) -> Iterator[tuple[Any, ...]]:
        """The rows of a table that can be read, as key and columns, by ascending keys."""
        if self._connection is None:
            return
        query = f"select rowid, {', '.join(columns)} from {table} where rowid > ? order by rowid"
        reader = _Reader(self._connection, query)
        last = -1
        while last < _LARGEST_KEY:
            with contextlib.suppress(*_DAMAGE):
                for row in reader.all_after(last):
                    last = row[0]
                    yield row
                return
            # The cursor reads one row ahead: the one before the damage may have got lost with it.
            if reader.can_read_after(last):
                found = reader.first_after(last)
                if found is None:
                    return
                last = found[0]
                yield found
            else:
                self.lost += 1
                last = reader.next_readable(last)

    def _connect(self) -> sqlite3.Connection | None:
        connection = sqlite3.connect(self._path, isolation_level=None)
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        try:
            connection.execute("pragma wal_autocheckpoint = 0").fetchall()
            connection.execute("pragma cell_size_check = on")
            tables = {
                name for (name,) in connection.execute("select name from sqlite_schema where type = 'table'")
            }
            if {"conversations", "messages", "bodies"} <= tables:
                return connection
        except _DAMAGE:
            pass
        connection.close()
        return None


class _Reader:
    """Reads the rows of a query, which asks for those behind a key, by ascending keys."""

    def __init__(self, connection: sqlite3.Connection, query: str) -> None:
        self._connection = connection
        self._query = query

    def all_after(self, key: int) -> Iterator[tuple[Any, ...]]:
        """All rows behind a key. Raises what damage raises."""
        for row in self._connection.execute(self._query, (key,)):
            if row[0] <= key:  # on damaged pages keys go in circles
                raise sqlite3.DatabaseError("keys out of order")
            key = row[0]
            yield row

    def first_after(self, key: int) -> tuple[Any, ...] | None:
        """The first row behind a key, or None if there is none. Raises what damage raises."""
        row: tuple[Any, ...] | None = self._connection.execute(f"{self._query} limit 1", (key,)).fetchone()
        if row is not None and row[0] <= key:
            raise sqlite3.DatabaseError("keys out of order")
        return row

    def can_read_after(self, key: int) -> bool:
        """Whether the first row behind a key can be read, or that there is none."""
        try:
            self.first_after(key)
        except _DAMAGE:
            return False
        return True

    def next_readable(self, key: int) -> int:
        """The smallest key behind which something can be read again, or the largest that there is."""
        step = 1
        while not self.can_read_after(key + step):
            step *= 2
            if key + step > _LARGEST_KEY:
                return _LARGEST_KEY
        bad, good = step // 2, step
        while good - bad > 1:
            middle = (bad + good) // 2
            if self.can_read_after(key + middle):
                good = middle
            else:
                bad = middle
        return key + good


def _transplant_first_page(path: Path) -> None:
    """Put the first page of a new store in place of the file's own."""
    with tempfile.TemporaryDirectory(prefix="salvage-") as folder:
        template = Path(folder) / "template.db"
        with contextlib.closing(sqlite3.connect(template, isolation_level=None)) as connection:
            connection.execute("begin")
            for step in schema.STEPS:
                step(connection)
            connection.execute("commit")
            (page_size,) = connection.execute("pragma page_size").fetchone()
        page = bytearray(template.read_bytes()[:page_size])
    size = path.stat().st_size
    pages = max(1, size // page_size)
    page[28:32] = pages.to_bytes(4, "big")
    page[92:96] = page[24:28]  # says that the number of pages is right
    with path.open("r+b") as file:
        file.write(page)
        file.truncate(pages * page_size)
    log = path.with_name(f"{path.name}-wal")
    log.unlink(missing_ok=True)
