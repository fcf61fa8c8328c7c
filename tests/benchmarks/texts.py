"""What the benchmarks' server says, token by token, so that a token can be found again on the screen."""

from __future__ import annotations

import itertools

from arvae_desktop.demo import prose
from arvae_desktop.demo.scripts import cut

_PROSE = "bench/prose-"
_ONE_LINE = "bench/paragraph-"
_MARKDOWN = "bench/markdown-"
_PARAGRAPH = (
    "Some *words* and `code` in a paragraph of an answer, **about** as long as they are, so that it wraps. "
)
ANSWER = f"## A heading\n\n{_PARAGRAPH * 3}\n\n- one\n- two\n- three\n\n{_PARAGRAPH * 2}\n"
CODE = "def function_{n}(name: str = 'x') -> int:  # a comment\n    return {n} + len(name)\n"
MARKDOWN = (
    ANSWER
    + "\n".join(["| a | b |", "|---|--:|", *(f"| row {n} | {n} |" for n in range(12))])
    + "\n\n```python\n"
    + "".join(CODE.format(n=n) for n in range(10))
    + "```\n\n> A quote.\n\n1. One\n2. Two\n\n"
)


def prose_model(tokens: int) -> str:
    """The model that says this many tokens of prose in paragraphs."""
    return f"{_PROSE}{tokens}"


def paragraph_model(tokens: int) -> str:
    """The model that says this many tokens of prose in one line."""
    return f"{_ONE_LINE}{tokens}"


def markdown_model(tokens: int) -> str:
    """The model that says this many tokens of Markdown: text, lists, tables and code."""
    return f"{_MARKDOWN}{tokens}"


def tokens_of(model: str) -> list[str]:
    """What a model of the benchmarks says."""
    kind, _, count = model.rpartition("-")
    if f"{kind}-" == _MARKDOWN:
        return list(
            itertools.islice(itertools.chain.from_iterable(map(cut, itertools.repeat(MARKDOWN))), int(count))
        )
    tokens = list(itertools.islice(prose.tokens(cut), int(count)))
    if f"{kind}-" == _ONE_LINE:
        return [token.replace("\n\n", " ") for token in tokens]
    return tokens
