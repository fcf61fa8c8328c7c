"""Blocks as plain text and as HTML."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given

from arvae_desktop.markup.html import to_html
from arvae_desktop.markup.plain import plain_text
from arvae_desktop.markup.stream import parse
from tests.unit.markup.test_splits import DOCUMENTS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a **b** `c`", "a b c"),
        ("a\nb\n\nc", "a\nb\n\nc"),
        ("# a\n\nb", "a\n\nb"),
        ("- a\n- b\n  - c", "• a\n• b\n  • c"),
        ("1. a\n\n   b\n2. c", "1. a\n\n   b\n2. c".replace("   b", "  b")),
        ("- [x] a\n- [ ] b", "• [x] a\n• [ ] b"),
        ("> a\n> b\n\nc", "> a\n> b\n\nc"),
        ("```py\na\n\nb\n```", "a\n\nb"),
        ("|a|b|\n|-|-|\n|1|2|", "a\tb\n1\t2"),
        ("[a](https://b.c)", "a"),
        ("$x^2$ and a[^1]", "$x^2$ and a[1]"),
        ("$$\nx\n$$", "$$x$$"),
        ("[^1]: a", "[1] a"),
        ("a\n\n---\n\nb", "a\n\n———\n\nb"),
        ("", ""),
    ],
)
def test_plain_text(text: str, expected: str) -> None:
    assert plain_text(parse(text)) == expected


def test_pieces_are_put_together() -> None:
    code = "x\n" * 100
    assert plain_text(parse(f"```\n{code}```")) == code.removesuffix("\n")
    line = "y" * 9000
    assert plain_text(parse(f"```\n{line}\n```")) == line
    prose = "A sentence of words. " * 600
    assert plain_text(parse(prose)) == prose.rstrip()
    assert plain_text(parse(f"- {prose}")) == f"• {prose.rstrip()}"
    assert plain_text(parse("*_" * 4000)) == "*_" * 4000
    assert to_html(parse(f"```\n{code}```")).count("<pre>") == 1
    assert to_html(parse(prose)).count("<p>") == 1
    assert to_html(parse("|a|\n|-|\n" + "|b|\n" * 50)).count("<table>") == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a **b** *c* ~~d~~ `e`", "<p>a <strong>b</strong> <em>c</em> <s>d</s> <code>e</code></p>"),
        ("## a", "<h2>a</h2>"),
        ("a\nb", "<p>a<br>b</p>"),
        ('<b> & "', "<p>&lt;b&gt; &amp; &quot;</p>"),
        ("[a](https://b.c?d=1&e)", '<p><a href="https://b.c?d=1&amp;e" rel="noopener noreferrer">a</a></p>'),
        ("[a](javascript:b)", "<p>a (javascript:b)</p>"),
        ("![a](https://b.c/d.png)", '<p><a href="https://b.c/d.png" rel="noopener noreferrer">a</a></p>'),
        ("- a\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li><p>a</p></li><li><p>b</p></li></ol>'),
        ("- a\n  1. b\n- c", "<ul><li><p>a</p><ol><li><p>b</p></li></ol></li><li><p>c</p></li></ul>"),
        ("- a\n\n1. b", "<ul><li><p>a</p></li></ul><ol><li><p>b</p></li></ol>"),
        ("> a\n\n> b", "<blockquote><p>a</p></blockquote><blockquote><p>b</p></blockquote>"),
        ("> a\n>\n> b", "<blockquote><p>a</p><p>b</p></blockquote>"),
        ("> - a\n> - b", "<blockquote><ul><li><p>a</p></li><li><p>b</p></li></ul></blockquote>"),
        ('```"x\n<a>\n```', '<pre><code class="language-&quot;x">&lt;a&gt;\n</code></pre>'),
        ("---", "<hr>"),
        ("$a<b$", "<p>$a&lt;b$</p>"),
        ("x[^1]", "<p>x<sup>[1]</sup></p>"),
        (
            "|a|b|\n|-|-:|\n|1|2|",
            (
                '<table><thead><tr><th>a</th><th style="text-align:right">b</th></tr></thead>'
                '<tbody><tr><td>1</td><td style="text-align:right">2</td></tr></tbody></table>'
            ),
        ),
    ],
)
def test_html(text: str, expected: str) -> None:
    assert to_html(parse(text)) == expected


class Checker(HTMLParser):
    """Tags must be closed in order, be known ones, and hold no attributes that act."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in KNOWN_TAGS
        for name, value in attrs:
            assert name in ("href", "rel", "class", "start", "style")
            assert name != "href" or (value or "").lower().startswith(("http://", "https://", "mailto:"))
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


KNOWN_TAGS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "table"}
KNOWN_TAGS |= {"thead", "tbody", "tr", "th", "td", "a", "strong", "em", "s", "sup", "br", "hr"}


@given(DOCUMENTS)
def test_html_of_anything_is_well_formed_and_harmless(text: str) -> None:
    checker = Checker()
    checker.feed(to_html(parse(text)))
    checker.close()
    assert checker.open == []


@given(DOCUMENTS)
def test_anything_has_a_plain_text(text: str) -> None:
    plain_text(parse(text))
