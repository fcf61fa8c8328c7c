"""Texts that hurt a page more than a parser: layouts, lexers, tables. Those that hurt parsers are used too.

Each is made as long as it is asked for.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.unit.markup.pathological import PATHOLOGICAL

if TYPE_CHECKING:
    from collections.abc import Callable

# What a block goes on with for ever.
_REPEATED = {
    "words in one line": "word ",
    "half strong for ever": "a**b",
    "backticks of several lengths": "`a``b```c````d ",
    "directions by words": "abc אבג ",
    "directions by letters": "aא",
    "families": "👩\u200d👩\u200d👧\u200d👦\u200d",
    "emoji of all kinds": "🇩🇪👍🏽❤️\u200d🔥1️⃣",
    "entities of all kinds": "&lt;&#106;&#x202e;&amp;&bogus;",
    "quotes": "> > > > > > x\n",
    "items": "- item of a list\n",
    "numbers": "1. item\n",
    "nested emphasis": "*a _b **c __d ~~e ",
    "tabs in words": "a\tb\t\tc ",
    "items with tabs": "-\ta\n\t-\tb\n",
    "blanks that don't break": "\u00a0",
    "blanks without width": "\u200b",
    "soft hyphens": "a\u00ad",
    "breaks": "a\u2028",
    "Thai": "กำ",
    "Devanagari": "क्ष",
    "Arabic": "مرحبا",
    "Chinese": "語",
    "marks that choose a look": "a\ufe0f\ufe0e",
    "heaps of marks": "a" + "\u0301\u0489\u0334" * 40,
    "tag characters": "\U000e0041",
    "headings": "# a\n",
    "underlined headings": "a\n===\n",
    "hard breaks": "a  \n",
    "small display formulas": "$$\na\n$$\n",
    "inline formulas": "$a+b$ \\(c\\) ",
    "links": "[a](http://b.c) ",
    "pictures": "![a](http://b.c) ",
    "code spans": "`a` ",
    "addresses": "http://a.b/c ",
    "notes and references": "a[^1] b[^2]\n\n[^1]: c\n",
    "notes of notes": "[^1]: see [^2]\n\n[^2]: see [^1]\n\n",
    "small tables": "|a|\n|-|\n|b|\n\n",
    "equal definitions": "[a]: http://x\n",
}
# What a block begins with, and what it then goes on with.
_BEGUN = {
    "one heap of marks": ("a", "\u0301"),
    "wide table of words": ("|" + "word |" * 40 + "\n" + "|-" * 40 + "|\n", "|" + "word word|" * 40 + "\n"),
    "widest rows": ("|a" * 64 + "|\n" + "|-" * 64 + "|\n", "|b" * 64 + "|\n"),
    "cells of marks": ("|a|b|\n|-|-|\n", "|*a**b_c`[x](|**|\n"),
    "rows of long cells": ("|a|b|\n|-|-|\n", "|" + "word " * 200 + "|x|\n"),
    "tabs in code": ("```\n", "\ta\t\tb\n"),
    "one line of code": ("```python\n", "x = 1; "),
    "long lines of C": ("```c\n", "a " * 249 + "\n"),
    "endless formula": ("$$\n", "a+"),
    "heap of marks in code": ("```\na", "\u0301"),
}
_CODE = {
    "python": '"""\n\'\'\'\nf"{{{\n"\\\\\\\n',
    "html": "<a <b <c='\"<!--\n",
    "js": "/[/(/[(*/\n`${`${\n",
    "ts": "a<b<c>>(d=>`${e\n",
    "css": "a{b:c(d{/*\n",
    "perl": "s{a{b/m#y|q(\n",
    "ruby": "%w(<<~A #{:a?b\n",
    "markdown": "**a `b [c](d\n",
    "bash": "$((${a$(b`c<<E\n",
    "latex": "\\a{$b$$c%\n",
    "json": '[{[{"a\\\n',
    "yaml": "a: &b *c |\n  - {[\n",
    "sql": "select '--/* \"\n",
    "cpp": 'template<<a::b R"(\n#if 0\n',
    "php": "<?php <<<A ?>\n",
    "rust": "r#\"/*'a'\n",
    "java": "@a b<c<d<e> f(\n",
    "scala": "a." * 120 + "\n",
    "swift": "a(" * 120 + "\n",
    "csharp": "a<" * 120 + "\n",
    "haskell": "{-{-a'(`b`\n",
    "diff": "+a\n-b\n@@\n",
    "console": "$ a\n>>> b\nc\n",
    "jinja": "{{a{%b{#\n",
    "xml": "<![CDATA[<?a <!b\n",
    "make": "a:=$(b ${c\n\td\\\n",
    "go": "`a'\\x'/*\"\n",
    "lua": "[==[--[[a\n",
}


def _going_on(beginning: str, piece: str) -> Callable[[int], str]:
    return lambda length: (beginning + piece * (length // len(piece) + 1))[:length]


def _marks(length: int) -> str:
    return "".join(random.Random(1).choices("*_`[]()<>!#-+=|$\\&~:\n \tax1.", k=length))


def _lines(length: int) -> str:
    lines = ["> ", "- ", "1. ", "    ", "\t", "```", "|a|", "|-|", "|", "$$", "\n", "\n", "[a]: ", "# ", "x"]
    return "".join(random.Random(1).choices(lines, k=length))[:length]


def _letters(length: int) -> str:
    chance = random.Random(1)
    return "".join(
        chr(chance.choice([chance.randrange(32, 0x3000), chance.randrange(0xE000, 0x10FFFF)]))
        for _ in range(length)
    )


def _definitions(length: int) -> str:
    return "".join(f"[l{n}]: http://x/{n} 'title {n}'\n" for n in range(length // 20))[:length]


def _staircase(length: int) -> str:
    return "".join("  " * (n % 40) + "- a\n" for n in range(length // 10))[:length]


PAINFUL: dict[str, Callable[[int], str]] = {
    **{name: _going_on("", text) for name, text in PATHOLOGICAL.items()},
    **{name: _going_on("", piece) for name, piece in _REPEATED.items()},
    **{name: _going_on(*parts) for name, parts in _BEGUN.items()},
    **{f"code in {language}": _going_on(f"```{language}\n", code) for language, code in _CODE.items()},
    "random marks": _marks,
    "random lines": _lines,
    "random letters": _letters,
    "definitions with titles": _definitions,
    "staircase": _staircase,
    "indented blanks": lambda length: "    x\n" + "    \n" * (length // 5) + "    y",
}
