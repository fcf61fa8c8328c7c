"""Errors: every leaf of the tree speaks in sentences, and a key is taken out of all of them."""

import re

import pytest

from arvae_desktop.domain import errors
from arvae_desktop.domain.errors import ArvaeError
from arvae_desktop.domain.secret import Secret


def _tree(root):
    return [root, *(leaf for child in root.__subclasses__() for leaf in _tree(child))]


@pytest.mark.parametrize("leaf", _tree(ArvaeError), ids=lambda leaf: leaf.__name__)
def test_every_error_has_a_kind_and_says_what_to_do(leaf):
    report = leaf("It did not work.").report
    assert re.fullmatch(r"[a-z_]+", report.kind)
    assert re.fullmatch(r"[A-Z].*[.]", report.hint)
    assert report.retryable is leaf.retryable


def test_the_drawn_tree_is_the_tree():
    drawn = dict(re.findall(r"(\w+Error) +([a-z_]+)  ", errors.__doc__))
    assert drawn == {leaf.__name__: leaf.kind for leaf in _tree(ArvaeError) if leaf is not ArvaeError}


def test_what_is_known_of_an_error_goes_into_its_report():
    error = errors.StatusError("Too many requests.", "Wait.", status=429, retryable=True, request_id="r-1")
    report = error.report
    assert (report.title, report.hint, report.status) == ("Too many requests.", "Wait.", 429)
    assert report.retryable
    assert report.request_id == "r-1"
    assert str(error) == "Too many requests."


def test_redact_takes_a_key_out_of_every_text():
    key = Secret("sk-very-secret")
    error = errors.StatusError(
        f"Wrong key {key.reveal()}.", f"Not {key.reveal()}.", request_id=f"r-{key.reveal()}"
    )
    error.redact(key.redact)
    assert "sk-very" not in f"{error} {error!r} {error.args} {error.report}"
    assert error.report.title == "Wrong key [key]."
