"""What a message comes to doesn't depend on the pieces it comes in."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from arvae_desktop.markup.stream import parse
from tests.unit.markup.cases import CASES
from tests.unit.markup.streaming import cut, looks, streamed

MARKS = st.sampled_from(
    [
        "\n",
        "\n\n",
        "\r",
        "\r\n",
        " ",
        "    ",
        "\t",
        "- ",
        "1. ",
        "# ",
        "> ",
        "```",
        "~~~",
        "`",
        "*",
        "**",
        "_",
        "~~",
        "[",
        "](",
        ")",
        "[a]: /b",
        "[^1]",
        "[^1]: ",
        "|",
        "|a|\n|-|\n",
        "---",
        "===",
        "\\",
        "$",
        "$$",
        "\\[",
        "\\]",
        "\\(",
        "<",
        "https://a.b",
        "&amp;",
        "!",
        "[x] ",
        "a",
        "b c. ",
        "é",
        "\0",
        "\u2028",
        "\ud800",
    ]
)
DOCUMENTS = (
    st.lists(MARKS, max_size=16).map("".join)
    | st.text(max_size=60)
    | st.lists(st.sampled_from([text for text, _ in CASES.values()]), max_size=4).map("\n".join)
)
PLACES = st.lists(st.integers(0, 10_000), max_size=6)


@settings(max_examples=500)
@given(DOCUMENTS, PLACES)
def test_any_document_cut_anyhow(text: str, places: list[int]) -> None:
    assert streamed(cut(text, places)) == parse(text)


@given(DOCUMENTS, PLACES)
def test_sources_join_up_at_any_time(text: str, places: list[int]) -> None:
    so_far = ""
    pieces = cut(text, places)
    for piece, (frozen, tail) in zip([*pieces, ""], looks(pieces), strict=True):
        so_far += piece
        source = "".join(block.source for block in (*frozen, *tail))
        # What is held back is missing at the end only.
        assert so_far.startswith(source)
    assert source == text


@given(DOCUMENTS, PLACES)
def test_nothing_frozen_changes(text: str, places: list[int]) -> None:
    last = ()
    for frozen, _ in looks(cut(text, places)):
        assert frozen[: len(last)] == last
        last = frozen


# Documents over the budgets are cut at places that depend on the text alone, too.
LONG = st.sampled_from(
    [
        "word. " * 1500,
        "x" * 9000,
        "**a** " * 1500,
        "*a_" * 3000,
        "- item\n" * 60,
        "|a|\n|-|\n" + "|b|\n" * 30,
        "```py\n" + "x = 1\n" * 60,
        "```\n" + "y" * 9000 + "\n```",
        "\n" * 20_000,
        "[a]: /b\n" * 900,
        "> a\n" * 900,
        "    x\n" * 60,
        "$$\n" + "x\n" * 3000,
        "a  \n" * 1500,
        "\\[" * 3000,
        "👩\u200d💻" * 2000,
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(LONG, min_size=1, max_size=2).map("\n".join), st.lists(st.integers(0, 40_000), max_size=8))
def test_long_documents_too(text: str, places: list[int]) -> None:
    blocks = parse(text)
    assert streamed(cut(text, places)) == blocks
    assert "".join(block.source for block in blocks) == text
