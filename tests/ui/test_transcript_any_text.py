"""Any text in any pieces, with seams and reasoning between them: on the page it is what it is as a whole."""

import os

import pytest
from answers import answer, running, text_of
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pages import fill, looks, settle

from arvae_desktop.domain.messages import Segment, SegmentKind
from arvae_desktop.ui.transcript.lines import utf16_length
from arvae_desktop.ui.transcript.view import TranscriptView

_MOST_PIECES = 200
_EXAMPLES = 3_000 if "SOAK" in os.environ else 150
_LINES = st.sampled_from(
    [
        "word",
        "Two words. And *a* **sentence** with `code`.",
        "- item",
        "  - inner item",
        "- [x] task",
        "- ```py",
        "- > quote in an item",
        "1. number",
        "7) other number",
        "> quote",
        "> > deeper",
        "> - quoted item",
        "# Heading",
        "===",
        "---",
        "***",
        "```python",
        "```",
        "~~~",
        "    indented",
        "\ttab",
        "| a | b |",
        "|---|:-:|",
        "| c | *d* | e |",
        "|",
        "|" * 9,
        "$$",
        "$$x^2$$",
        "\\[ y \\]",
        "\\]",
        "Inline $a+b$ and \\(c\\), but $5 and $6.",
        "[^1]: A note.",
        "Claim[^1] and[^note]",
        "[^note]: Another.",
        "[r]: https://named.example 'title'",
        "[r] and [words][r] and ![p][r]",
        "[link](https://a.example) ![picture](http://b.example/c.png) [no](file:///d)",
        "https://bare.example/x.",
        "<div>&amp;&lt;",
        "שלום עולם",
        "- مرحبا `code`",
        "> עברית",
        "日本語、",
        "👩\u200d👩\u200d👧 e\u0301 🇩🇪",
        "\u202eover\u202c \x07 \u2028 \ufdd0\ufffc",
        "e" + "\u0301" * 30 + "x",
        "x" * 2_100,
        "| a |\n|---|\n" + "| b |\n" * 12,
        "```c\n" + "int a; // b\n" * 40,
        "sentence one. " * 240,
    ]
)
_MARKS = st.sampled_from(
    ["*", "**", "_", "~~", "`", "[", "](", ")", "!", "|", "$", "\\", "<", "&", "\n", "\n\n", "  \n", "a"]
)  # fmt: skip
_TEXTS = (
    st.lists(_LINES, max_size=6).map("\n".join)
    | st.lists(_LINES, max_size=4).map("\n\n".join)
    | st.lists(_MARKS | _LINES, max_size=14).map("".join)
    | st.text(max_size=40)
)
_SEAM = Segment(SegmentKind.SEAM, "said twice")


@st.composite
def _segments(draw):
    """An answer's segments: texts at whose seams anything may be open, and perhaps reasoning before."""
    parts = draw(st.lists(_TEXTS.filter(bool), min_size=1, max_size=3))
    segments = [text_of(parts[0])]
    for part in parts[1:]:
        segments += [_SEAM, text_of(part)]
    if draw(st.integers(0, 4)) == 0:
        segments.insert(0, text_of(draw(_TEXTS.filter(bool)), SegmentKind.REASONING))
    return segments


@pytest.fixture
def view(show, theme):
    return show(TranscriptView(theme), 820, 600)


def _page(view):
    """The page, and where its seams stand: behind how many characters, however they are cut into blocks."""
    settle(view)
    return looks(view), [_characters_before(seam) for seam in view.writer.seams]


def _characters_before(seam):
    block, count = seam.block(), seam.positionInBlock()
    while (block := block.previous()).isValid():
        count += utf16_length(block.text())
    return count


def _stream(view, message, sizes):
    view.show_messages([running(message.id)])
    at = 0
    for segment in message.segments:
        if segment.kind is SegmentKind.SEAM:
            view.append_segment(message.id, segment)
            continue
        text = segment.text
        while text:
            size = max(sizes[at % len(sizes)], len(message.text) // _MOST_PIECES)
            at += 1
            view.append_segment(message.id, text_of(text[:size], segment.kind))
            settle(view)
            text = text[size:]
    view.writer.end_message(message)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=_EXAMPLES
)
@given(segments=_segments(), sizes=st.lists(st.integers(1, 80) | st.just(3_000), min_size=1, max_size=12))
@example([text_of("|\n|")], [1])
@example([text_of("```py\nx = 1"), _SEAM, text_of("0\n```\nEnd")], [1])
@example([text_of("| a | b |\n|---|---|\n| c"), _SEAM, text_of(" | d |\n" + "| e | f |\n" * 20)], [7])
@example([text_of("$$\nx +"), _SEAM, text_of(" y\n$$"), _SEAM, text_of("\n\n[^1]: note")], [2])
@example([text_of("- > a\n- ```\n  b")], [1])
@example([text_of("word\n===\n> quote\nlazy\n\n- שלום\n---")], [1])
def test_in_pieces_it_is_on_the_page_what_it_is_as_a_whole(view, segments, sizes):
    message = answer(*segments, thinking_s=1.0)
    _stream(view, message, sizes)
    streamed = _page(view)
    fill(view, [message])
    assert streamed == _page(view)
