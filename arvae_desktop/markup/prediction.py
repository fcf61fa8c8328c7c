"""What of an unfinished line is held back, because the next character may make something else of it.

Held-back text is never lost: it is shown as soon as what follows decides, or when the message ends.
"""

from __future__ import annotations

import re

# What a line begins with that may still become a marker: a list's, a heading's, a fence, a rule.
_UNDECIDED_START = re.compile(
    r"[-+*][ \t]*\Z"
    r"|(?:-[ \t]*){2,}\Z|(?:\*[ \t]*){2,}\Z|(?:_[ \t]*)+\Z"
    r"|\d{1,9}(?:[.)][ \t]*)?\Z"
    r"|\#{1,6}[ \t]*\Z"
    r"|=+[ \t]*\Z"
    r"|`{1,2}\Z|~{1,2}\Z"
    r"|\$\$?\Z|\\\[?\Z"
    r"|\|[ \t]*\Z"
    r"|\[\^[^\]]{0,40}\]?\Z"
)
# A label may become a definition's; what follows one is hidden anyway.
_MAY_BE_DEFINITION = re.compile(r"\[[^\]]{0,40}\]?\Z|\[(?!\^)[^\[\]]{1,999}\]:")
_MAY_BE_TASK = re.compile(r"\[(?:[ xX]?\Z|[ xX]\][ \t]*\Z)")
_MAY_BE_DELIMITER_ROW = re.compile(r"[|:\- \t]+\Z")
_UNDECIDED_END = re.compile(
    r"(?:[*_~`$\\]+|(?:(?<=[\s\[(])|\A)!|!?\[|\[\^[^\s\]]{0,10}|<[A-Za-z:/]{0,8}|&\#?\w{0,10}"
    r"|(?<![\w$])\$[A-Za-z]?|\\[\[(])\Z"
)
_LONGEST_UNDECIDED_END = 48


def is_undecided(text: str) -> bool:
    """Whether the beginning of a line may still become a marker."""
    return _UNDECIDED_START.match(text) is not None


def may_be_definition(text: str) -> bool:
    """Whether a paragraph that begins so may be a link definition, which shows nothing."""
    return _MAY_BE_DEFINITION.match(text) is not None


def may_be_task(text: str) -> bool:
    """Whether an item that begins so may be a task, nothing of which has come yet."""
    return _MAY_BE_TASK.match(text) is not None


def may_be_delimiter_row(text: str) -> bool:
    """Whether the line may become the one under a table's header."""
    return _MAY_BE_DELIMITER_ROW.match(text) is not None


def may_close_fence(text: str, mark: str) -> bool:
    """Whether a line of a code block may become its end."""
    return not text.strip(" \t").strip(mark)


def without_undecided_end(text: str) -> str:
    """The text without a mark at its end whose meaning depends on what follows."""
    text = text.rstrip()
    start = max(0, len(text) - _LONGEST_UNDECIDED_END)
    match = _UNDECIDED_END.search(text, start)
    if match is None:
        return text
    if match.start() == start and start:
        return text[:start] + text[start:].rstrip("*_~`$\\")
    return text[: match.start()].rstrip()
