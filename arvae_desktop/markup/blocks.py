"""What a message consists of once its Markdown is read: blocks, and the spans of text in them.

All of it is frozen and compared by value, so that a writer finds out what changed by comparing an old tail
with a new one. All text that is meant to be seen is made safe already (`safety.py`): it goes on screen as is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntFlag, auto
from typing import TypeAlias


class Style(IntFlag):
    """How a span looks; styles add up."""

    NONE = 0
    EMPHASIS = 1
    STRONG = 2
    STRIKE = 4
    CODE = 8


class SpanKind(Enum):
    """What a span is.

    Attributes:
        TEXT: `text` as it is read; it holds no line break.
        MATH: `text` is TeX without its delimiters.
        IMAGE: `text` is the alternative text, `href` the source; nothing of it is ever loaded unasked.
        FOOTNOTE: a reference; `text` is the label.
        BREAK: a line break; `text` is empty. Soft breaks are shown, too, as the big chat clients do: models
            rely on it for addresses, verses and lists without bullets.
    """

    TEXT = auto()
    MATH = auto()
    IMAGE = auto()
    FOOTNOTE = auto()
    BREAK = auto()


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text with one look.

    Attributes:
        text: see `SpanKind`.
        style: how it looks.
        href: what it links to: an http, https or mailto address; "" for a link that is still arriving, which
            looks like a link and can't be opened; None for no link.
        kind: what it is.
        source: a formula as it was written, with its delimiters; "" while it is still arriving.
    """

    text: str
    style: Style = Style.NONE
    href: str | None = None
    kind: SpanKind = SpanKind.TEXT
    source: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """One level of block quote.

    Attributes:
        is_first: whether the block is the quote's first: two quotes in a row differ by it.
    """

    is_first: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """One level of list.

    Attributes:
        marker: "•" or a number as it is shown ("3."), on the item's first block; "" on those that follow.
        depth: how many lists are around this one.
        task: whether the task is done; None if it is none, and on blocks that follow the first.
    """

    marker: str = ""
    depth: int = 0
    task: bool | None = None


Level: TypeAlias = Quote | Item


class Role(Enum):
    """What a piece of code is, as far as colours tell it apart."""

    PLAIN = auto()
    KEYWORD = auto()
    NAME = auto()
    FUNCTION = auto()
    TYPE = auto()
    STRING = auto()
    NUMBER = auto()
    COMMENT = auto()
    OPERATOR = auto()
    PUNCTUATION = auto()
    ATTRIBUTE = auto()
    HEADING = auto()
    DELETED = auto()
    INSERTED = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A run of code with one colour; without a line break."""

    text: str
    role: Role = Role.PLAIN


Cell: TypeAlias = tuple[Span, ...]


class Alignment(Enum):
    """How a table's column is aligned; NONE says nothing: as the text's direction wants it."""

    NONE = auto()
    LEFT = auto()
    CENTRE = auto()
    RIGHT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """What all blocks have.

    Attributes:
        levels: the quotes and list items around it, outermost first.
        source: its Markdown, with everything up to the next block's: the sources of a message's blocks, put
            together, are the message to the character.
        group: counts the constructs of a message. Pieces of one, such as a long code block, share it.
        is_first: no piece of the same construct stands before this one.
        is_last: none has followed so far. In a frozen block it is final.
    """

    levels: tuple[Level, ...] = ()
    source: str = ""
    group: int = 0
    is_first: bool = True
    is_last: bool = True

    @property
    def continues(self) -> bool:
        """Whether it goes on from the block before it, without a gap (a paragraph even in the same line)."""
        return not self.is_first


@dataclass(frozen=True, slots=True)
class Paragraph(_Block):
    """Text. Without spans: an empty list item or quote, or a holder of source that shows nothing."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading(_Block):
    """A heading of level 1 to 6."""

    level: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Code(_Block):
    """A code block, or some lines of a long one.

    Attributes:
        language: as the model wrote it, the first word, at most 40 characters; "" if it said nothing.
        lines: the colours of each line.
        first_line: the number of the first line, from 1.
        is_line_open: the last line is too long for one piece; the next piece's first line is its rest.
    """

    language: str
    lines: tuple[tuple[Token, ...], ...]
    first_line: int = 1
    is_line_open: bool = False

    @property
    def text(self) -> str:
        """The code of this piece, without a line break at the end."""
        return "\n".join("".join(token.text for token in line) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Table(_Block):
    """A table, or some rows of a long one.

    Attributes:
        alignments: of each column.
        header: a cell a column; empty in pieces that follow the first.
        rows: each with as many cells as there are columns.
    """

    alignments: tuple[Alignment, ...]
    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule(_Block):
    """A line across."""


@dataclass(frozen=True, slots=True)
class DisplayMath(_Block):
    """A formula on lines of its own.

    Attributes:
        tex: without its delimiters.
        written: with them; "" while it is still arriving.
    """

    tex: str
    written: str = ""


@dataclass(frozen=True, slots=True)
class Footnote(_Block):
    """A footnote's text; more blocks of it follow as those of an item without a marker."""

    label: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Plain(_Block):
    """Text that is over a budget, shown as it was written: whole, in order, in pieces.

    Line breaks in `text` are shown. A piece that continues goes on in the line of the one before.
    """

    text: str


Block: TypeAlias = Paragraph | Heading | Code | Table | Rule | DisplayMath | Footnote | Plain
