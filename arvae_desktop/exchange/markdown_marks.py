"""What makes our Markdown readable for us again: a boundary in comments that no text in the file holds.

    ---
    format: arvae-desktop/markdown          values are JSON, which is YAML
    boundary: "4f1c…-0"
    ---
    ## You <!-- 4f1c…-0 user 1760505600.0 complete -->

    text, letter for letter

    <!-- 4f1c…-0 end -->

Whatever a text looks like, headings and front matter in it have no such comment.
"""

from __future__ import annotations

import hashlib
import json
import re
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT = "arvae-desktop/markdown"
VERSION = 1
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$", re.MULTILINE)


def digest_of(texts: Iterable[str]) -> str:
    """A word for what is said in a conversation; edited, it is another."""
    return hashlib.sha256(json.dumps(list(texts)).encode()).hexdigest()[:16]


def boundary_for(texts: list[str]) -> str:
    """The digest of some texts, made a word that is in none of them."""
    digest = digest_of(texts)
    return next(
        word for number in count() if not any((word := f"{digest}-{number}") in text for text in texts)
    )


def open_fence(text: str) -> str:
    """The code fence that a text leaves open, or "" (CommonMark 4.5; fences in lists and quotes aside)."""
    fence = ""
    for marks, rest in _FENCE.findall(text):
        if not fence and not (marks[0] == "`" and "`" in rest):
            fence = marks
        elif fence and marks.startswith(fence) and not rest.strip():
            fence = ""
    return fence
