"""What the benchmarks' server says, token by token, so that a token can be found again on the screen."""

from __future__ import annotations

import itertools

from arvae_desktop.demo import prose
from arvae_desktop.demo.scripts import cut

_PROSE = "bench/prose-"
_PARAGRAPH = "bench/paragraph-"


def prose_model(tokens: int) -> str:
    """The model that says this many tokens of prose in paragraphs."""
    return f"{_PROSE}{tokens}"


def paragraph_model(tokens: int) -> str:
    """The model that says this many tokens of prose in one line."""
    return f"{_PARAGRAPH}{tokens}"


def tokens_of(model: str) -> list[str]:
    """What a model of the benchmarks says."""
    kind, _, count = model.rpartition("-")
    tokens = list(itertools.islice(prose.tokens(cut), int(count)))
    if f"{kind}-" == _PARAGRAPH:
        return [token.replace("\n\n", " ") for token in tokens]
    return tokens
