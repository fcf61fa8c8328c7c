"""What is shown stays: nothing flickers while an answer streams letter by letter."""

from __future__ import annotations

import pytest

from arvae_desktop.markup.blocks import Paragraph, Span, SpanKind, Style
from arvae_desktop.markup.stream import MarkdownStream
from tests.unit.markup.outline import outline, shown
from tests.unit.markup.snippets import SNIPPETS
from tests.unit.markup.streaming import looks

# CommonMark decides these only later, and differently from what is likely: an underline makes a heading of
# the text above it, and "*" between digits is emphasis once there are two.
KIND_CHANGES = {"setext": 2}
VANISHING = {"multiplication": 1}


@pytest.mark.parametrize("name", SNIPPETS)
def test_what_is_shown_stays(name: str) -> None:
    last = ""
    vanished = 0
    for frozen, tail in looks(SNIPPETS[name]):
        now = "".join("".join(map(shown, (*frozen, *tail))).split())
        vanished += not is_subsequence(last, now)
        last = now
    assert vanished == VANISHING.get(name, 0)


@pytest.mark.parametrize("name", SNIPPETS)
def test_blocks_stay_what_they_are(name: str) -> None:
    kinds: dict[int, type] = {}
    changes = 0
    for frozen, tail in looks(SNIPPETS[name]):
        now = {block.group: type(block) for block in (*frozen, *tail)}
        assert kinds.keys() <= now.keys()
        changes += sum(now[group] is not kind for group, kind in kinds.items())
        kinds = now
    assert changes == KIND_CHANGES.get(name, 0)


@pytest.mark.parametrize("name", SNIPPETS)
def test_looks_change_seldom(name: str) -> None:
    """A letter that was shown bold, say, is not shown plain and then bold again."""
    flips = 0
    last: list[Style] = []
    for frozen, tail in looks(SNIPPETS[name]):
        styles = [
            span.style
            for block in (*frozen, *tail)
            if isinstance(block, Paragraph)
            for span in block.spans
            for _ in span.text
        ]
        flips += sum(before != after for before, after in zip(last, styles, strict=False))
        last = styles
    # "5*3*2" and "_this_": at most a few letters change their look once.
    assert flips <= 8


def is_subsequence(part: str, whole: str) -> bool:
    letters = iter(whole)
    return all(letter in letters for letter in part)


def tail_of(text: str) -> list[str]:
    stream = MarkdownStream()
    stream.feed(text)
    update = stream.take()
    return outline((*update.frozen, *update.tail))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a **bo", ["P a *bo*"]),
        ("a **bo*", ["P a *bo*"]),
        ("a *", ["P a"]),
        ("a **", ["P a"]),
        ("a ~~b", ["P a ~b~"]),
        ("`co", ["P `co`"]),
        ("`", []),
        ("``", []),
        ("```", ["C : "]),
        ("```pyth", ["C : "]),
        ("```python\nx", ["C python: x"]),
        ("```\na\n``", ["C : a"]),
        ("```\na\n```", ["C : a"]),
        ("a\n```", ["P a", "C : "]),
        ("[te", []),
        ("see [te", ["P see te"]),
        ("see [", ["P see"]),
        ("see ![", ["P see"]),
        ("see [text]", ["P see text"]),
        ("see [text](ht", ["P see [text→]"]),
        ("see [text](https://exam", ["P see [text→]"]),
        ('see [text](https://a.b "ti', ["P see [text→]"]),
        ("see [text](./fi", ["P see text (./fi)"]),
        ("see [text][re", ["P see [text→]"]),
        ("see [text] x", ["P see [text] x"]),
        ("see ![alt](https://ex", ["P see !(alt→)"]),
        ("<", []),
        ("a <http", ["P a"]),
        ("a <https://b", ["P a [https://b→]"]),
        ("a < b", ["P a < b"]),
        ("AT&T", ["P AT"]),
        ("AT&T ", ["P AT"]),
        ("AT&T i", ["P AT&T i"]),
        ("a \\", ["P a"]),
        ("#", []),
        ("##", []),
        ("## T", ["H2 T"]),
        ("## T *i", ["H2 T /i/"]),
        ("-", []),
        ("- ", []),
        ("- a", ["• P a"]),
        ("- [", ["• P "]),
        ("- [x", ["• P "]),
        ("- [x]", ["• P "]),
        ("- [x] a", ["•☑ P a"]),
        ("1", []),
        ("1.", []),
        ("1. a", ["1. P a"]),
        ("12 a", ["P 12 a"]),
        ("a\n-", ["P a"]),
        ("a\n--", ["P a"]),
        ("a\n=", ["P a"]),
        ("a\n---\n", ["H2 a"]),
        ("***", []),
        ("***a", ["P */a/*"]),
        (">", ["> P "]),
        ("> -", ["> P "]),
        ("> **a", ["> P *a*"]),
        ("|", []),
        ("| a", ["T : a"]),
        ("| a | b", ["T ,: a|b"]),
        ("| a | b |\n|-", ["T ,: a|b"]),
        ("| a | b |\n|--|--|\n| **c", ["T ,: a|b // *c*|"]),
        ("text\n| a | b |\n|-", ["P text", "T ,: a|b"]),
        ("$", []),
        ("$x^", ["P ‹x^›"]),
        ("cost $5", ["P cost $5"]),
        ("$HO", ["P $HO"]),
        ("$$\nx^2", ["M x^2"]),
        ("\\[\nx", ["M x"]),
        ("\\(x + y", ["P ‹x + y›"]),
        ("[1]: http", []),
        ("[^1", []),
        ("[^1]: no", ["F 1: no"]),
        ("a\n\n    ", ["P a"]),
        ("a\r", ["P a"]),
    ],
)
def test_what_open_ends_look_like(text: str, expected: list[str]) -> None:
    assert tail_of(text) == expected


@pytest.mark.parametrize(
    "text", ["a **", "- [", "#", "$", "a &am", "[1]: h", "| a", "see [te", "\\", "1.", "<htt"]
)
def test_what_is_held_back_comes_in_the_end(text: str) -> None:
    frozen = list(looks([text]))[-1][0]
    assert "".join(block.source for block in frozen) == text
    if text not in ("- [", "#", "1.", "[1]: h"):
        assert "".join(map(shown, frozen)) == text


def test_the_link_to_be_becomes_a_link() -> None:
    assert tail_of("[a](https://b.c) x") == ["P [a→https://b.c] x"]
    stream = MarkdownStream()
    stream.feed("x [a](")
    (paragraph,) = stream.take().tail
    assert isinstance(paragraph, Paragraph)
    assert paragraph.spans == (Span("x "), Span("a", href="", kind=SpanKind.TEXT))
