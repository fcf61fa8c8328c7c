"""Colours of code: those of Pygments on the whole text, however the code arrives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arvae_desktop.markup import budgets
from arvae_desktop.markup.blocks import Code, Role, Token
from arvae_desktop.markup.highlight import Checkpoint, coloured, looking
from arvae_desktop.markup.lexing import ROOT, lexed, lexer_for, role_of
from arvae_desktop.markup.stream import parse
from tests.unit.markup.code_samples import SAMPLES
from tests.unit.markup.streaming import cut, looks, streamed


def in_whole(language: str, code: str) -> list[list[tuple[str, Role]]]:
    """Each letter's colour as Pygments says, by line; blanks have none."""
    lexer = lexer_for(language)
    assert lexer
    lines: list[list[tuple[str, Role]]] = [[]]
    for _, kind, text in lexer.get_tokens_unprocessed(code):
        for letter in text:
            if letter == "\n":
                lines.append([])
            elif letter not in " \t":
                lines[-1].append((letter, role_of(kind)))
    return lines


def letters(lines: list[tuple[Token, ...]]) -> list[list[tuple[str, Role]]]:
    return [
        [(letter, token.role) for token in line for letter in token.text if letter not in " \t"]
        for line in lines
    ]


def code_lines(text: str) -> list[tuple[Token, ...]]:
    return [line for block in parse(text) if isinstance(block, Code) for line in block.lines]


def test_there_are_ten_languages() -> None:
    assert len(SAMPLES) >= 10


@pytest.mark.parametrize("language", SAMPLES)
def test_pieces_have_the_colours_of_the_whole(language: str) -> None:
    code = SAMPLES[language] * 6  # several windows
    assert code.count("\n") > 2 * budgets.CODE_LINES
    found = letters(code_lines(f"```{language}\n{code}```"))
    expected = in_whole(language, code)[:-1]
    assert found == expected


@pytest.mark.parametrize("language", SAMPLES)
def test_the_text_is_whole(language: str) -> None:
    code = SAMPLES[language]
    assert "\n".join(
        "".join(token.text for token in line) for line in code_lines(f"```{language}\n{code}```")
    ) == (code.removesuffix("\n"))


@pytest.mark.parametrize("language", SAMPLES)
def test_while_it_streams_the_colours_are_nearly_those(language: str) -> None:
    code = SAMPLES[language]
    final = letters(code_lines(f"```{language}\n{code}```"))
    wrong = total = 0
    for frozen, tail in looks(cut(f"```{language}\n{code}", range(20, len(code), 37))):
        now = letters([line for block in (*frozen, *tail) if isinstance(block, Code) for line in block.lines])
        for line, expected in zip(now[:-1], final, strict=False):
            total += 1
            wrong += line != expected
    # An open "here document" or template string isn't known before its end comes.
    assert wrong <= total * (0.25 if language == "bash" else 0.04)


@given(st.sampled_from(sorted(SAMPLES)), st.lists(st.integers(0, 5000), max_size=5))
def test_colours_do_not_depend_on_the_pieces(language: str, places: list[int]) -> None:
    text = f"```{language}\n{SAMPLES[language] * 2}```\n"
    assert streamed(cut(text, places)) == parse(text)


def test_long_comments_are_comments_while_and_after_they_arrive() -> None:
    for language, opening, closing in (
        ("js", "/*", "*/"),
        ("c", "/*", "*/"),
        ("html", "<!--", "-->"),
        ("css", "/*", "*/"),
    ):
        lines = [opening, *(f"it's line {number} * x" for number in range(60)), closing]
        tokens = code_lines(f"```{language}\n" + "\n".join(lines) + "\n```")
        assert {token.role for line in tokens for token in line} == {Role.COMMENT}
        open_lines = looking(Checkpoint(language), lines[:12])
        assert {token.role for line in open_lines for token in line} == {Role.COMMENT}
        after = coloured(Checkpoint(language, awaited=closing), [f"end {closing} x"], 1)[0]
        assert after[0][-1].role is not Role.COMMENT


@pytest.mark.parametrize("language", ["", "text", "nonsense", "\u202e", "a" * 500, "{", "txt"])
def test_unknown_languages_are_plain(language: str) -> None:
    assert code_lines(f"```{language}\nif x:\n```") == [(Token("if x:"),)]


@pytest.mark.parametrize(
    "language", ["py", "Python", "python3", "c++", "C#", "js", "{.python}", "python:main.py", "sh"]
)
def test_languages_go_by_many_names(language: str) -> None:
    assert lexer_for(language) is not None


def test_long_lines_are_plain_and_the_next_are_not() -> None:
    long = "x = 1; " * 100
    lines = code_lines(f"```python\n{long}\nreturn\n```")
    assert lines[0] == (Token(long),)
    assert lines[1] == (Token("return", Role.KEYWORD),)


def test_deep_states_end_where_they_are_closed() -> None:
    depth = budgets.CODE_STATES // 4
    code = "`${\n" * depth + "let a\n" + "}`\n" * depth + "let a\n"
    lines = letters(code_lines(f"```js\n{code}```"))
    assert lines[depth] == lines[-1] == [*((letter, Role.KEYWORD) for letter in "let"), ("a", Role.NAME)]


def test_a_lexer_keeps_a_bounded_number_of_states() -> None:
    lexer = lexer_for("js")
    assert lexer
    depths = [len(states) for _, _, states in lexed(lexer, "`${\n" * 1_000, 0, ROOT)]
    assert max(depths) == budgets.CODE_STATES


def test_diffs_have_colours_of_their_own() -> None:
    lines = code_lines("```diff\n-a\n+b\n c\n@@ d @@\n```")
    assert [line[0].role for line in lines] == [Role.DELETED, Role.INSERTED, Role.PLAIN, Role.HEADING]
