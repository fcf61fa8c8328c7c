"""Colours for code that is still arriving, at a cost that doesn't grow with the block.

A window of lines is read at a time: those to colour, and some ahead, since an expression may match several
lines. What the lexer knows behind the coloured ones is kept, and the next window goes on from there. So the
colours are the same however the code arrives. They are those of Pygments on the whole text, except where one
of its expressions looks further ahead than `CODE_LINES_AHEAD` lines, and in languages whose lexers can't go
on from the middle (JSON, YAML, Ruby, Make and a few more), which begin anew with each window.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock, Thread
from typing import TYPE_CHECKING, TypeAlias

from arvae_desktop.markup.blocks import Role, Token
from arvae_desktop.markup.budgets import COLOURED_LINE, COLOURED_WINDOW, LIVE_LINES
from arvae_desktop.markup.safety import visible_controls

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pygments.lexer import Lexer

TokenLine: TypeAlias = tuple[Token, ...]
_PLAIN_WORDS = frozenset({"", "text", "txt", "plain", "plaintext", "output", "none"})
_lexers: dict[str, Lexer | None] = {}  # by language, as it was written: those that have been loaded
_loading: set[str] = set()
_loads = Lock()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a lexer knows at the beginning of a line.

    Attributes:
        language: whose code it is.
        stack: the lexer's states.
        carried: how far the last token reaches into what follows.
        role: its colour.
        awaited: what ends the comment that we are in.
    """

    language: str = ""
    stack: tuple[str, ...] = ("root",)
    carried: int = 0
    role: Role = Role.PLAIN
    awaited: str = ""


def coloured(checkpoint: Checkpoint, lines: Sequence[str], final: int) -> tuple[list[TokenLine], Checkpoint]:
    """The colours of the first `final` lines; those behind them are only looked at.

    Returns them and what is known behind them.
    """
    if not final:
        return [], checkpoint
    texts = [line if len(line) <= COLOURED_LINE else "" for line in lines]
    lexer = _lexer(checkpoint.language)
    if lexer is None or sum(map(len, texts)) > COLOURED_WINDOW:
        return [_plain(line) for line in lines[:final]], checkpoint
    text = "\n".join(texts) + "\n"
    boundary = sum(len(line) + 1 for line in texts[:final])
    runs: list[tuple[int, Role]] = []
    known = checkpoint
    for end, role, behind in _runs(lexer, checkpoint, text):
        runs.append((end, role))
        known = behind
        if end >= boundary:
            break
    reached = runs[-1][0] if runs else 0
    tokens = _by_line(text, runs, final)
    for index in range(final):
        if len(lines[index]) > COLOURED_LINE:
            tokens[index] = _plain(lines[index])
    carried = max(0, reached - boundary)
    role = runs[-1][1] if carried else Role.PLAIN
    return tokens, Checkpoint(checkpoint.language, known.stack, carried, role, known.awaited)


def looking(checkpoint: Checkpoint, lines: Sequence[str]) -> list[TokenLine]:
    """How lines look while more of them arrive: of those before the last few the colours are remembered."""
    if not lines:
        return []
    settled = tuple(lines[: max(0, len(lines) - LIVE_LINES)])
    tokens, behind = _settled(checkpoint, settled)
    live = lines[len(settled) :]
    return [*tokens, *coloured(behind, live, len(live))[0]]


@lru_cache(maxsize=16)
def _settled(checkpoint: Checkpoint, lines: tuple[str, ...]) -> tuple[tuple[TokenLine, ...], Checkpoint]:
    tokens, behind = coloured(checkpoint, lines, len(lines))
    return tuple(tokens), behind


def is_loaded(language: str) -> bool:
    """Whether the lexer of a language is at hand; else a thread begins to load it."""
    if language.lower() in _PLAIN_WORDS or language in _lexers:
        return True
    if _lexers:  # so Pygments is at hand, and tells at once which languages it has
        from arvae_desktop.markup.lexing import knows  # noqa: PLC0415

        if not knows(language):
            return True
    with _loads:
        if language not in _loading:
            _loading.add(language)
            Thread(target=_load, args=(language,), name=f"lexer of {language}", daemon=True).start()
    return False


def _load(language: str) -> None:
    try:
        _lexer(language)
    finally:
        _lexers.setdefault(language)  # what can't be loaded is not tried again: that code has no colours
        with _loads:
            _loading.discard(language)


def _lexer(language: str) -> Lexer | None:
    """Imports and expressions of some lexers take over 100 ms the first time."""
    if language.lower() in _PLAIN_WORDS:
        return None
    if language not in _lexers:
        from arvae_desktop.markup.lexing import lexer_for, prepare  # noqa: PLC0415  (brings Pygments)

        lexer = lexer_for(language)
        if lexer is None:
            return None
        prepare(lexer)
        _lexers[language] = lexer
    return _lexers[language]


def _runs(lexer: Lexer, checkpoint: Checkpoint, text: str) -> Iterator[tuple[int, Role, Checkpoint]]:
    """Of each run of one colour its end, its colour, and what is known behind it."""
    from arvae_desktop.markup.lexing import enclosed, lexed  # noqa: PLC0415

    language, stack = checkpoint.language, checkpoint.stack
    at = min(checkpoint.carried, len(text))
    if at:
        yield at, checkpoint.role, Checkpoint(language, stack)
    if checkpoint.awaited:
        end = text.find(checkpoint.awaited, at)
        if end < 0:
            yield len(text), Role.COMMENT, checkpoint
            return
        at = end + len(checkpoint.awaited)
        yield at, Role.COMMENT, Checkpoint(language, stack)
    openings = _open_comments(text, enclosed(lexer))
    for end, role, behind in lexed(lexer, text, at, stack):
        if at in openings and role is not Role.STRING:
            yield len(text), Role.COMMENT, Checkpoint(language, stack, awaited=openings[at])
            return
        yield end, role, Checkpoint(language, behind)
        at, stack = end, behind


def _open_comments(text: str, pairs: Iterable[tuple[str, str]]) -> dict[int, str]:
    """Where comments may begin whose end isn't in the text, and what would end them."""
    found = {}
    for opening, closing in pairs:
        at = text.find(opening, text.rfind(closing) + len(closing) if closing in text else 0)
        while at >= 0:
            found[at] = closing
            at = text.find(opening, at + 1)
    return found


def _by_line(text: str, runs: Iterable[tuple[int, Role]], count: int) -> list[TokenLine]:
    """Cut runs at line ends; neighbours of one colour become one token."""
    lines: list[TokenLine] = []
    line: list[tuple[str, Role]] = []
    at = 0
    for end, role in runs:
        *ended, rest = text[at:end].split("\n")
        for piece in ended:
            line.append((piece, role))
            lines.append(_joined(line))
            line = []
        line.append((rest, role))
        at = end
    lines.append(_joined(line))
    return [*lines[:count], *[()] * (count - len(lines))]


def _joined(pieces: Iterable[tuple[str, Role]]) -> TokenLine:
    joined: list[tuple[str, Role]] = []
    for text, role in pieces:
        # A blank takes the colour of what stands before it: fewer tokens, and it has none anyway.
        if joined and text and (role is joined[-1][1] or not text.strip(" \t")):
            joined[-1] = joined[-1][0] + text, joined[-1][1]
        elif text:
            joined.append((text, role))
    return tuple(Token(visible_controls(text), role) for text, role in joined)


def _plain(line: str) -> TokenLine:
    return (Token(visible_controls(line)),) if line else ()
