"""Fails a test that logs what it didn't announce."""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = f"{record.levelname} {record.name}: {record.getMessage()}"
        if record.exc_info and record.exc_info[1] is not None:
            text += f" [{record.exc_info[1]!r}]"
        self.lines.append(text)


@contextmanager
def no_unexpected_log_lines(expected: Iterable[str]) -> Iterator[None]:
    """Fail if something is logged at WARNING or above that no regex of `expected` is found in."""
    patterns = [re.compile(pattern) for pattern in expected]
    collector = _Collector()
    root = logging.getLogger()
    root.addHandler(collector)
    try:
        yield
    finally:
        root.removeHandler(collector)
    unexpected = [line for line in collector.lines if not any(regex.search(line) for regex in patterns)]
    assert not unexpected, "unexpected log lines:\n" + "\n".join(unexpected)
