"""The search field's language."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arvae_desktop.domain.messages import Role
from arvae_desktop.storage.store.query import Query, Term, parse
from tests.unit.storage import keeping


def read(text):
    return parse(text, UTC)


def at(*date):
    return datetime(*date, tzinfo=UTC).timestamp()


def test_words_are_beginnings():
    assert read("Crème  brûlée").terms == (Term(("creme",), True), Term(("brulee",), True))


def test_quotes_hold_words_together():
    assert read('"to be" or').terms == (Term(("to", "be"), False), Term(("or",), True))


def test_open_quotes_are_still_being_typed():
    assert read('"to b').terms == (Term(("to", "b"), True),)


def test_a_word_of_several_units_is_a_phrase():
    assert read("it's").terms == (Term(("it", "s"), True),)
    assert read("日本語").terms == (Term(("日", "本", "語"), True),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("role:user", Query(roles=(Role.USER,))),
        ("ROLE:User", Query(roles=(Role.USER,))),
        ("model:GPT-4o", Query(models=("gpt-4o",))),
        ('model:"llama 3"', Query(models=("llama 3",))),
        ("in:title", Query(is_in_title=True)),
        ("before:2024-05-01", Query(before=at(2024, 5, 1))),
        ("after:2024", Query(after=at(2024, 1, 1))),
        ("after:2024-3 after:2023", Query(after=at(2024, 3, 1))),
        ("before:2024-3 before:2023", Query(before=at(2023, 1, 1))),
        ("role: model: x", Query((Term(("x",), True),))),
        ("role:nobody", Query((Term(("role", "nobody"), True),))),
        ("before:2024-13-45", Query((Term(("before", "2024", "13", "45"), True),))),
        ("in:box", Query((Term(("in", "box"), True),))),
        ("", Query()),
        ('"" " !?', Query()),
    ],
)
def test_filters(text, expected):
    assert read(text) == expected


@given(
    keeping.texts
    | st.lists(st.sampled_from(['"', "model:", "role:user", "before:9999", " ", "a", "日"])).map("".join)
)
def test_any_text_is_a_query(text):
    found = read(text)
    assert found.is_empty == (found == Query() or found == Query(is_in_title=True))


def test_a_very_long_query_is_cut():
    assert len(read("a " * 100_000).terms) <= 32
