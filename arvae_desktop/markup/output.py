"""Blocks as they are finished, each with its source, nothing of which is lost or doubled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from arvae_desktop.markup.blocks import Paragraph
from arvae_desktop.markup.budgets import LOOSE_SOURCE

if TYPE_CHECKING:
    from arvae_desktop.markup.blocks import Block


class Output:
    """Finished blocks. The last one is held back: blank lines that follow still become part of its source.

    Attributes:
        groups: how many constructs there have been.
    """

    def __init__(self) -> None:
        self._frozen: list[Block] = []
        self._held: Block | None = None
        self._behind: list[str] = []  # source that belongs to the held block
        self._ahead: list[str] = []  # source that belongs to the next one
        self._loose = 0  # how much stands in the two
        self.groups = 0

    def new_group(self) -> int:
        """The number of another construct."""
        self.groups += 1
        return self.groups

    def add(self, block: Block) -> None:
        """Take in a finished block."""
        self._release()
        if self._ahead:
            block = replace(block, source="".join(self._ahead) + block.source)
            self._ahead.clear()
        self._loose = 0
        self._held = block

    def add_loose(self, source: str) -> None:
        """Source that shows nothing: a blank line, a link definition."""
        if self._held is None or self._ahead:
            self.add_ahead(source)
            return
        self._behind.append(source)
        self._loose += len(source)
        if self._loose > LOOSE_SOURCE:
            self._release()
            self._loose = 0

    def add_ahead(self, source: str) -> None:
        """Source of a block that is yet to come: the mark of an item whose text begins in the next line."""
        self._ahead.append(source)
        self._loose += len(source)
        if self._loose > LOOSE_SOURCE:
            self._hold_source()

    def finish(self) -> None:
        """Nothing follows: what source is left finds its block."""
        if self._ahead and self._held is not None:
            self._behind += self._ahead
            self._ahead.clear()
        elif self._ahead:
            self._hold_source()
        self._release()

    def take(self) -> tuple[Block, ...]:
        """The blocks that were finished since the last call."""
        taken = tuple(self._frozen)
        self._frozen.clear()
        return taken

    def fork(self) -> Output:
        """A copy that begins with nothing finished but what is held back."""
        other = Output()
        other._held, other.groups = self._held, self.groups
        other._behind, other._ahead, other._loose = self._behind[:], self._ahead[:], self._loose
        return other

    def _hold_source(self) -> None:
        self.add(Paragraph(spans=(), group=self.new_group()))

    def _release(self) -> None:
        if self._held is None:
            return
        if self._behind:
            self._frozen.append(replace(self._held, source=self._held.source + "".join(self._behind)))
            self._behind.clear()
        else:
            self._frozen.append(self._held)
        self._held = None
