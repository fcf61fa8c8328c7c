"""The block structure is ours; markdown-it-py, which reads whole documents, must see the same in them.

All 652 examples of CommonMark 0.31 were compared so, too: with the definitions known beforehand there is no
difference. They are not kept here for their licence. Where markdown-it-py itself departs from
CommonMark (tables that begin in a list's line, lazy lines indented as far as code but less than their item,
a list's end behind an empty item), no text is drawn.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from arvae_desktop.markup.stream import parse
from tests.unit.markup.cases import CASES
from tests.unit.markup.whole_reading import bare, whole_reading

BEGINNINGS = [
    "",
    "",
    "",
    "- ",
    "* ",
    "1. ",
    "2) ",
    "> ",
    ">",
    "  ",
    "    ",
    "- - ",
    "> - ",
    "\t",
    "  - ",
]
CONTENTS = [
    "a",
    "b *c*",
    "**d** e",
    "[f](https://g.h)",
    "# i",
    "## j ##",
    "---",
    "***",
    "===",
    "",
    "",
    "-",
    "~~~",
    "``` k",
    "```",
    "1.",
    "\\# l",
    "m  ",
    "n\\",
    "<b>",
    "&amp;",
    "+ o",
]
EMPTY_ITEM_AND_BLANK_LINE = re.compile(r"(?:[-*+]|\d[.)])[ \t]*\n[> \t]*\n")
LINES = st.builds("".join, st.tuples(st.sampled_from(BEGINNINGS), st.sampled_from(CONTENTS)))
CELLS = st.sampled_from(["a", "**b**", "", "`c`", "d e", "\\|"])
DIALECT = ("math", "display", "footnote", "task", "price", "bare", "negated", "dollar", "reference later")
SAME = [
    name
    for name, (text, _) in CASES.items()
    if not name.startswith(DIALECT) and name not in ("nul", "escaped bracket text", "lone surrogate")
]


@pytest.mark.parametrize("name", SAME)
def test_cases(name: str) -> None:
    text = CASES[name][0]
    assert bare(parse(text)) == whole_reading(text)


@settings(max_examples=400)
@given(st.lists(LINES, max_size=8))
def test_any_lines(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    assume(not EMPTY_ITEM_AND_BLANK_LINE.search(text))
    assert bare(parse(text)) == whole_reading(text)


@settings(max_examples=100)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=6), st.integers(1, 4))
def test_any_tables(rows: list[list[str]], columns: int) -> None:
    header = "|" + "h|" * columns
    text = "\n".join([header, "|" + "-|" * columns, *("|" + "|".join(row) + "|" for row in rows), "", "end"])
    assert bare(parse(text)) == whole_reading(text)
