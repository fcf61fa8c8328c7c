"""Answers as Markdown: streamed in any pieces they look as they do whole, to the format."""

import random

import pytest
from answers import answer, running, text_of, user
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pages import blocks, fill, fragments, looks, page_text, settle
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor

from arvae_desktop.ui.transcript.formats import Property
from arvae_desktop.ui.transcript.lines import Look
from arvae_desktop.ui.transcript.view import TranscriptView

_CODE = '```python\ndef area(width: float) -> float:\n    """Square it."""\n    return width**2  # units\n```'
_TABLE = """\
| City | People | Note |
|:-----|-------:|:----:|
| Bonn | 336,000 | *old* |
| Ulm | 129,000 | [x](https://ulm.example) |"""
_LIST = """\
- Bread
- Butter, which is spread on bread, on both sides of it where there are guests in the house
  - salted
    1. from Brittany
    2. from Wales
- [x] bought
- [ ] eaten"""
_SNIPPETS = [
    "# Weather in the mountains",
    "#### A small heading with `code`",
    "Setext heading\n===",
    "Some *leaning*, **heavy**, ***both***, ~~gone~~ and `fixed` words.",
    "See [the **whole** guide](https://guide.example/a_b?c=1) or https://plain.example/x.",
    "A line\nand the next one  \nand a third.",
    _LIST,
    "3. Third\n4. Fourth\n\n   More of the fourth.\n10. Tenth",
    "* One\n\n* Two\n\n      code in an item",
    "> Said somebody\n> twice.\n>\n> > And was quoted.\n> - with a list",
    _TABLE,
    "| a | b |\n|---|---|",
    _CODE,
    "~~~\nno language, *no emphasis*\n\n\tand a tab\n~~~",
    "    indented code\n    of two lines",
    "```\nopen to the end",
    "---",
    "![A mill](https://pictures.example/mill.png) and text",
    "Half a **bold and half a [link](https://half",
    "שלום עולם, זה משפט ארוך מימין לשמאל עם `code` בתוכו.",
    "- عنصر أول\n- عنصر ثان",
    "<div onclick='x'>HTML</div> &amp; 😀 👩‍👩‍👧 e\u0301",
    "It costs $5 or $10, and $a^2 + b^2$ is math.\n\n$$\\frac{1}{2}$$",
    "A claim.[^n]\n\n[^n]: Where it was made.",
    "[named]: https://named.example\n\nA [named] link.",
]
_GALLERY = "\n\n".join(_SNIPPETS[:15])


@pytest.fixture
def view(show, theme):
    view = show(TranscriptView(theme), 820, 600)
    view.show_messages([])
    return view


def _stream(view, message, pieces):
    view.show_messages([user("?")])
    view.writer.add_message(running(message.id))
    for piece in pieces:
        view.append_segment(message.id, text_of(piece))
        settle(view)
    view.writer.end_message(message)
    return looks(view)


def _whole(view, message):
    fill(view, [user("?"), message])
    return looks(view)


def _pieces(text, longest, seed):
    chance = random.Random(seed)
    while text:
        length = chance.randint(1, longest)
        yield text[:length]
        text = text[length:]


@pytest.mark.parametrize("text", _SNIPPETS)
def test_streamed_letter_by_letter_it_looks_as_it_does_whole(view, text):
    message = answer(text)
    assert _stream(view, message, text) == _whole(view, message)


@pytest.mark.parametrize("seed", range(3))
def test_the_gallery_streamed_in_pieces_looks_as_it_does_whole(view, seed):
    message = answer(_GALLERY)
    assert _stream(view, message, _pieces(_GALLERY, 30, seed)) == _whole(view, message)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    snippets=st.lists(st.sampled_from(_SNIPPETS), min_size=1, max_size=5),
    between=st.sampled_from(["\n\n", "\n", "\n\n\n"]),
    longest=st.integers(1, 60),
    seed=st.integers(0, 1000),
)
def test_any_text_streamed_in_any_pieces_looks_as_it_does_whole(view, snippets, between, longest, seed):
    text = between.join(snippets)
    message = answer(text)
    assert _stream(view, message, _pieces(text, longest, seed)) == _whole(view, message)


@pytest.mark.parametrize("piece", ["word ", "日本語、", "Sentence one. And *two*. "])
@pytest.mark.parametrize("longest", [50, 5_000])
def test_a_long_paragraph_streamed_in_pieces_keeps_every_letter(view, piece, longest):
    text = (piece * 9000)[:40_000].strip() + "\n\nEnd"
    message = answer(text)
    pieces = (
        list(_pieces(text, longest, 1)) if longest > 1000 else [text[:30_000], *_pieces(text[30_000:], 50, 1)]
    )
    assert _stream(view, message, pieces) == _whole(view, message)
    assert max(block.length() for block in blocks(view)) < 20_000


def test_constructs_are_set_as_what_they_are(view):
    fill(view, [user("?"), answer("# Big\n\n**strong** `mono`\n\n> said\n\n" + _CODE)])
    by_text = {block.text(): block.blockFormat() for block in blocks(view)}
    assert by_text["Big"].headingLevel() == 1
    assert by_text["said"].property(Property.BARS)
    assert (
        by_text["python\tOpen" + 4 * "\N{NO-BREAK SPACE}" + "Copy"].intProperty(Property.LOOK)
        == Look.CODE_HEAD.value
    )
    line = next(block for block in blocks(view) if block.text().startswith("def area"))
    assert len({fragment.charFormat().foreground().color().name() for fragment in fragments(line)}) > 2
    strong = next(fragments(next(block for block in blocks(view) if block.text() == "strong mono")))
    assert strong.charFormat().fontWeight() > 500


def test_text_is_written_by_its_own_direction_and_code_from_the_left(view):
    fill(view, [user("?"), answer("ترحيب `code`\n\nHello ترحيب\n\n```\nترحيب\n```")])
    directions = {block.text(): block.textDirection() for block in blocks(view)}
    assert directions["ترحيب code"] == Qt.LayoutDirection.RightToLeft
    assert directions["Hello ترحيب"] == Qt.LayoutDirection.LeftToRight
    assert directions["ترحيب"] == Qt.LayoutDirection.LeftToRight


def _cells(view):
    settle(view)
    return [
        block.text()
        for block in blocks(view)
        if QTextCursor(block).currentTable() is not None and block.text()
    ]


def test_cells_of_a_table_survive_streaming(view):
    message = answer(_TABLE)
    view.show_messages([user("?")])
    view.writer.add_message(running(message.id))
    shown = []
    for letter in _TABLE + "\n":
        view.append_segment(message.id, text_of(letter))
        cells = _cells(view)
        if shown:
            assert cells[: len(shown) - 1] == shown[:-1]
        shown = cells if len(cells) >= len(shown) else shown
    assert _cells(view) == ["City", "People", "Note", "Bonn", "336,000", "old", "Ulm", "129,000", "x"]


def test_an_open_construct_looks_like_what_it_becomes(view):
    message = running()
    view.show_messages([user("?"), message])
    view.append_segment(message.id, text_of("Some **heavy wor"))
    assert page_text(view).endswith("Some heavy wor")
    view.append_segment(message.id, text_of("ds** and a [link](https://exa"))
    assert page_text(view).endswith("Some heavy words and a link")
    view.append_segment(message.id, text_of("mple.org)\n\n```python\nx = 1"))
    shown = page_text(view).replace("\N{NO-BREAK SPACE}", " ")
    assert shown.endswith("Some heavy words and a link\npython\tOpen    Copy\nx = 1")
