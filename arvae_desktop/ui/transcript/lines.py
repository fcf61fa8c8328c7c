"""What stands on the page, line by line: a value for each paragraph of the document.

Lines are compared to find out what changed, so they hold everything that shows and nothing else. A line is a
paragraph of Qt's document, however many rows it wraps into. Lengths are in device-independent pixels.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple, TypeAlias

from arvae_desktop.markup.blocks import Alignment, Style


class Look(Enum):
    """What a line is."""

    TEXT = auto()
    HEADING = auto()
    CODE_HEAD = auto()  # a code block's language and its actions
    CODE = auto()
    RULE = auto()
    FORMULA = auto()
    BUBBLE = auto()  # the user's words
    REASONING = auto()  # what the model thought, and the tools that it asked for
    REFUSAL = auto()
    ERROR = auto()
    NOTE = auto()
    BRANCHES = auto()  # under a prompt: which of its wordings this is


class Ink(Enum):
    """The colour of a run, by its name among the theme's colours."""

    TEXT = "text"
    MUTED = "muted"
    ACCENT = "accent"
    DANGER = "danger"
    KEYWORD = "codeKeyword"
    STRING = "codeString"
    NUMBER = "codeNumber"
    COMMENT = "codeComment"
    FUNCTION = "codeFunction"
    TYPE = "codeType"
    ATTRIBUTE = "codeAttribute"
    DELETED = "codeDeleted"
    INSERTED = "codeInserted"


# The character that stands for a picture.
OBJECT = "\ufffc"


class Formula(NamedTuple):
    """A formula.

    Attributes:
        tex: without its delimiters.
        source: as it was written, with them.
        is_display: it is set for a line of its own.
    """

    tex: str
    source: str
    is_display: bool


# One that is still arriving: all of them look alike, and none is drawn.
HALF_FORMULA = Formula("", "", is_display=False)


class Chars(NamedTuple):
    """How characters look.

    Attributes:
        size: of the page's font.
        href: an address, or an action of ours; "" looks like a link that can't be opened yet.
        is_action: whether `href` names an action: its words are no part of what is copied, unless they were
            said all the same (`is_said`).
        formula: the run is this formula: its TeX, or `OBJECT`, which is drawn as a picture.
        picture_em: how wide that picture is.
        drawn_after: the signs behind the formula that its picture shows, too: else they could be wrapped.
        is_drawn: the run is those signs, which take no room themselves.
    """

    ink: Ink = Ink.TEXT
    style: Style = Style.NONE
    size: float = 1.0
    is_mono: bool = False
    is_raised: bool = False
    href: str | None = None
    is_action: bool = False
    is_said: bool = False
    formula: Formula | None = None
    picture_em: float = 0
    drawn_after: str = ""
    is_drawn: bool = False


class Run(NamedTuple):
    """Characters of one look. U+2028 breaks the row."""

    text: str
    chars: Chars = Chars()


class Place(NamedTuple):
    """Where a line stands.

    Attributes:
        above, below: the distance to the lines around it; the larger of two neighbours' counts.
        left, right: what the line keeps free at its start and its end, by its direction of writing.
        hang: by how much rows after the first stand further in; `left` counts to these.
        stops: tab stops, from the start of the first row.
        bars: the distances at which a quote's bars stand.
        level: of a heading.
        group: lines on one card share a number.
        is_rtl: whether it is written from right to left.
        joins: it goes on in the last row of the line before it.
        continues: it goes on where the line before it ends, in a row of its own.
    """

    look: Look
    above: float = 0
    below: float = 0
    left: float = 0
    right: float = 0
    hang: float = 0
    stops: tuple[float, ...] = ()
    bars: tuple[float, ...] = ()
    level: int = 0
    group: int = 0
    is_rtl: bool = False
    joins: bool = False
    continues: bool = False


class TextLine(NamedTuple):
    """A line of text. `block` counts the message's blocks: which of them it came from."""

    place: Place
    runs: tuple[Run, ...]
    block: int = -1

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(run.text for run in self.runs)


Cells: TypeAlias = tuple[tuple[Run, ...], ...]


class TableLine(NamedTuple):
    """A table, or some rows of one.

    Attributes:
        rows: each with a cell a column.
        has_head: whether the first row is the header.
        is_last: whether the table ends here.
        goes_on: whether its first rows stand in another piece, whose columns it shares.
    """

    place: Place
    alignments: tuple[Alignment, ...]
    rows: tuple[Cells, ...]
    has_head: bool
    is_last: bool
    block: int = -1
    goes_on: bool = False


Line: TypeAlias = TextLine | TableLine


def utf16_length(text: str) -> int:
    """The length of a text as Qt counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
