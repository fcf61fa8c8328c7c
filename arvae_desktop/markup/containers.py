"""What may stand around blocks, and how it goes on in the next line: quotes, list items, footnotes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from arvae_desktop.markup.lines import Cursor

_CODE_INDENT = 4
_MARKER = re.compile(r"[*+-]|(\d{1,9})([.)])")
_NOTE = re.compile(r"\[\^([^\s\[\]^]{1,40})\]:")


@dataclass(slots=True)
class QuoteBox:
    """An open quote.

    Attributes:
        is_fresh: no block in it has been handed out.
        has_child: something in it has begun.
    """

    is_fresh: bool = True
    has_child: bool = False

    def goes_on(self, cursor: Cursor) -> bool:
        """Whether the line belongs to it; if so, its mark is skipped."""
        if cursor.indent >= _CODE_INDENT or cursor.char != ">":
            return False
        cursor.go_to_first()
        cursor.skip_characters(1)
        if cursor.is_at_blank:
            cursor.skip_columns(1)
        return True


@dataclass(slots=True)
class ItemBox:
    """An open list item, or a footnote's text, which goes on like one.

    Attributes:
        width: the columns that its text is indented by.
        marker: as it is shown.
        kind: "-", "*", "+", "." or ")": another kind is another list.
        number: of an ordered item.
        label: of a footnote; "" for an item.
    """

    width: int
    marker: str = ""
    kind: str = ""
    number: int = 0
    label: str = ""
    is_fresh: bool = True
    has_child: bool = False

    def goes_on(self, cursor: Cursor) -> bool:
        """Whether the line belongs to it; if so, its indent is skipped."""
        if cursor.is_blank:
            # An item that begins with a blank line has room for one only.
            cursor.go_to_first()
            return self.has_child
        if cursor.indent < self.width:
            return False
        cursor.skip_columns(self.width)
        return True


Box: TypeAlias = QuoteBox | ItemBox


@dataclass(slots=True)
class OpenLists:
    """The lists that an item may go on: by depth (boxes around them), their last item's kind and number."""

    _by_depth: dict[int, tuple[str, int]] = field(default_factory=dict)

    def number(self, depth: int, item: ItemBox) -> ItemBox:
        """Give an item the number that its list has reached (CommonMark 5.3: only the first one counts)."""
        kind, number = self._by_depth.get(depth, ("", 0))
        if kind == item.kind:
            item.number = number + 1
        self.close(depth)
        self._by_depth[depth] = item.kind, item.number
        item.marker = "•" if item.kind in "*+-" else f"{item.number}{item.kind}"
        return item

    def close(self, depth: int) -> None:
        """Something else began at this depth: the lists from here on are over."""
        for key in [key for key in self._by_depth if key >= depth]:
            del self._by_depth[key]

    def copy(self) -> OpenLists:
        """Lists that can go their own way."""
        return OpenLists(dict(self._by_depth))


def open_item(cursor: Cursor, *, interrupts: bool) -> ItemBox | None:
    """Read a list marker and skip it.

    Args:
        cursor: stands before it.
        interrupts: it would end a paragraph: only bullets and 1 may, and only with text (CommonMark 5.3).
    """
    match = _MARKER.match(cursor.text, cursor.first)
    if match is None:
        return None
    after = cursor.text[match.end() : match.end() + 1]
    if after not in ("", " ", "\t"):
        return None
    number = int(match[1]) if match[1] else 0
    if interrupts and ((match[1] and number != 1) or not cursor.text[match.end() :].strip(" \t")):
        return None
    margin, width = cursor.indent, len(match[0])
    cursor.go_to_first()
    cursor.skip_characters(width)
    # What is further in is indented code.
    blanks = cursor.indent if 1 <= cursor.indent <= _CODE_INDENT and not cursor.is_blank else 1
    cursor.skip_columns(blanks)
    return ItemBox(margin + width + blanks, kind=match[2] or match[0], number=number)


def open_note(cursor: Cursor) -> ItemBox | None:
    """Read a footnote's label and skip it."""
    match = _NOTE.match(cursor.text, cursor.first)
    if match is None:
        return None
    cursor.go_to_first()
    cursor.skip_characters(match.end() - match.start())
    return ItemBox(_CODE_INDENT, label=match[1])


def copies(boxes: list[Box]) -> list[Box]:
    """Boxes that can go their own way."""
    return [replace(box) for box in boxes]
