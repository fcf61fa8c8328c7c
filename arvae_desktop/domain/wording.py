"""Words that are the same in several places: on screens, in notices, in files."""

from __future__ import annotations


def thought_words(seconds: float | None) -> str:
    """What stands over reasoning that is done."""
    if seconds is None:
        return "Thoughts"
    return f"Thought for {_spoken(seconds)}"


def counted(number: int, word: str) -> str:
    """So many of something; `word` is one of it."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _spoken(seconds: float) -> str:
    whole = round(seconds)
    if whole < 1:
        return "a moment"
    return f"{whole} s" if whole < 120 else f"{whole // 60} min {whole % 60} s"
