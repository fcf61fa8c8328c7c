"""Imports for tests: all at once, sorted by what came."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NamedTuple

from arvae_desktop.domain.conversations import ConversationTree
from arvae_desktop.exchange.importing import import_file, import_stream
from arvae_desktop.exchange.reports import Problem, Progress

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Read(NamedTuple):
    trees: list[ConversationTree]
    problems: list[Problem]
    progress: list[Progress]

    @property
    def titles(self) -> list[str]:
        return [tree.conversation.title for tree in self.trees]


def sorted_out(found: Iterable[object]) -> Read:
    read = Read([], [], [])
    for one in found:
        match one:
            case ConversationTree():
                read.trees.append(one)
            case Problem():
                read.problems.append(one)
            case Progress():
                read.progress.append(one)
            case _:
                raise AssertionError(one)
    return read


def read_bytes(raw: bytes) -> Read:
    return sorted_out(import_stream(io.BytesIO(raw), len(raw)))


def read_path(path: Path) -> Read:
    return sorted_out(import_file(path))


def spoken(tree: ConversationTree) -> list[tuple[str, str]]:
    """Who says what on the branch that is shown."""
    return [(kept.message.role.value, kept.message.text) for kept in tree.branch]
