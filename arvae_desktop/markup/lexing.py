"""Pygments' lexers, driven so that they can stop at the end of a line and go on from there.

Pygments reads whole texts. Most of its lexers are tables of regular expressions and a stack of states
(`RegexLexer`); whoever keeps the stack can go on from it. Imported only with the first code block whose
language is known.
"""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

from pygments.lexer import ExtendedRegexLexer, Lexer, RegexLexer
from pygments.lexers import find_lexer_class, get_all_lexers
from pygments.token import Comment, Error, Generic, Keyword, Literal, Name, Operator, Punctuation, Token

from arvae_desktop.markup.blocks import Role
from arvae_desktop.markup.budgets import CODE_STATES

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator

    from pygments.token import _TokenType

    Kind: TypeAlias = _TokenType
    # A callback: the lexer and the match → positions, types and texts of tokens.
    Action: TypeAlias = Kind | Callable[[Lexer, re.Match[str]], Iterator[tuple[int, Kind, str]]]

Stack: TypeAlias = tuple[str, ...]
ROOT: Stack = ("root",)
_CALLED_OTHERWISE = {"jsonc": "json", "node": "javascript", "mjs": "javascript", "svg": "xml", "plist": "xml"}
_EMBEDDING = "<script>a</script><style>a{}</style><?php a ?>\n"
# Comments that some lexers match with one expression from beginning to end: an open one isn't seen.
_ENCLOSED = (("/*", "*/"), ("<!--", "-->"), ("(*", "*)"), ("{-", "-}"))
_ROLES = {
    Token: Role.PLAIN,
    Comment: Role.COMMENT,
    Comment.Preproc: Role.ATTRIBUTE,
    Comment.PreprocFile: Role.STRING,
    Error: Role.PLAIN,
    Keyword: Role.KEYWORD,
    Keyword.Type: Role.TYPE,
    Literal: Role.STRING,
    Literal.Number: Role.NUMBER,
    Name: Role.NAME,
    Name.Attribute: Role.ATTRIBUTE,
    Name.Builtin: Role.FUNCTION,
    Name.Builtin.Pseudo: Role.KEYWORD,
    Name.Class: Role.TYPE,
    Name.Constant: Role.NAME,
    Name.Decorator: Role.ATTRIBUTE,
    Name.Exception: Role.TYPE,
    Name.Function: Role.FUNCTION,
    Name.Property: Role.ATTRIBUTE,
    Name.Tag: Role.KEYWORD,
    Name.Variable: Role.ATTRIBUTE,
    Operator: Role.OPERATOR,
    Operator.Word: Role.KEYWORD,
    Punctuation: Role.PUNCTUATION,
    Generic.Deleted: Role.DELETED,
    Generic.Heading: Role.HEADING,
    Generic.Inserted: Role.INSERTED,
    Generic.Prompt: Role.COMMENT,
    Generic.Strong: Role.KEYWORD,
    Generic.Subheading: Role.HEADING,
}


@cache
def role_of(kind: Kind) -> Role:
    """The colour of one of Pygments' token types: its own, or that of the nearest type above."""
    while kind not in _ROLES:
        kind = kind.parent
    return _ROLES[kind]


@cache
def _names() -> dict[str, str]:
    return {alias: name for name, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases}


_building = Lock()  # Pygments mixes up the states of a lexer that two threads build at once


def lexer_for(language: str) -> Lexer | None:
    """The lexer of a language as a fence names it ("py", "c++", "python:main.py"); None if there is none."""
    with _building:
        return _lexer_for(language)


def knows(language: str) -> bool:
    """Whether there is a lexer of a language."""
    return _name_of(language) is not None


def _name_of(language: str) -> str | None:
    word = language.strip("{}.").lower().partition(":")[0]
    return _names().get(_CALLED_OTHERWISE.get(word, word))


@cache
def _lexer_for(language: str) -> Lexer | None:
    name = _name_of(language)
    found = find_lexer_class(name) if name else None
    return found() if found else None


def prepare(lexer: Lexer) -> None:
    """Have a lexer build its tables, and those of the languages that are mostly found inside of its own."""
    enclosed(lexer)
    for _ in lexed(lexer, _EMBEDDING, 0, ROOT):
        pass


def lexed(lexer: Lexer, text: str, start: int, stack: Stack) -> Iterator[tuple[int, Role, Stack]]:
    """Read `text` from `start` on: of each token its end, its colour, and the states behind it.

    Lexers that are no tables begin anew at `start`, whatever the states.
    """
    if not isinstance(lexer, RegexLexer) or isinstance(lexer, ExtendedRegexLexer):
        for at, kind, value in lexer.get_tokens_unprocessed(text[start:]):
            yield start + at + len(value), role_of(kind), ROOT
        return
    tables = lexer._tokens  # noqa: SLF001  (what RegexLexer's own loop reads)
    states = list(stack)
    at = start
    size = len(text)
    while at < size:
        for matches, action, change in tables[states[-1]]:
            found = matches(text, at)
            if found is None:
                continue
            end = found.end()
            if change is not None:
                _change(states, change)
            if action is not None and end > at:
                # The states are those behind the whole match, also for tokens that a callback makes of it.
                yield from _tokens(lexer, action, found, tuple(states))
            at = end
            break
        else:
            if text[at] == "\n":
                states = list(ROOT)
            at += 1
            yield at, Role.PLAIN, tuple(states)


def _tokens(
    lexer: Lexer, action: Action, found: re.Match[str], states: Stack
) -> Iterator[tuple[int, Role, Stack]]:
    if isinstance(action, type(Token)):
        yield found.end(), role_of(_sharper(lexer, action, found[0])), states
        return
    for at, kind, value in action(lexer, found):
        if value:
            yield at + len(value), role_of(kind), states


def _sharper(lexer: Lexer, kind: Kind, value: str) -> Kind:
    """Names that some lexers look up after their tables: C's types, PHP's functions."""
    if kind is Name.Other and value in getattr(lexer, "_functions", ()):
        return Name.Builtin
    if kind is Name and (
        value in getattr(lexer, "stdlib_types", ())
        or value in getattr(lexer, "c99_types", ())
        or value in getattr(lexer, "linux_types", ())
    ):
        return Keyword.Type
    return kind


def _change(states: list[str], change: tuple[str, ...] | int | str) -> None:
    """Push and pop as a rule says; the lowest state stays, and no more than a number of others."""
    if isinstance(change, tuple):
        for state in change:
            if state == "#pop":
                if len(states) > 1:
                    states.pop()
            else:
                states.append(states[-1] if state == "#push" else state)
    elif isinstance(change, int):
        del states[max(1, len(states) + change) :]
    elif change == "#push":
        states.append(states[-1])
    if len(states) > CODE_STATES:
        del states[1 : 1 + len(states) - CODE_STATES]


@cache
def enclosed(lexer: Lexer) -> tuple[tuple[str, str], ...]:
    """What begins and ends a comment that the lexer takes for one token: it must see both ends to know it."""
    found = []
    for opening, closing in _ENCLOSED:
        comment = f"{opening} x {closing}"
        # Lexers of consoles give nothing for a line that is neither input nor output.
        end, role, _ = next(lexed(lexer, comment, 0, ROOT), (0, Role.PLAIN, ROOT))
        if role is Role.COMMENT and end == len(comment):
            found.append((opening, closing))
    return tuple(found)
