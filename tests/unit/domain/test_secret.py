"""A key in memory shows itself nowhere."""

import copy
import dataclasses
import json
import logging
import pickle
import traceback

import pytest

from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.messages import Role, Turn
from arvae_desktop.domain.requests import ChatRequest, Endpoint
from arvae_desktop.domain.secret import Secret

_KEY = "sk-arvae-0123456789abcdef"


def _request():
    endpoint = Endpoint(BaseUrl.parse("https://arvae.ai/api/v1"), Secret(_KEY))
    return ChatRequest(endpoint, "some/model", (Turn(Role.USER, "Hello"),))


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        format,
        "{}".format,
        "{0!r:>60}".format,
        "%s".__mod__,
        "%r".__mod__,
        ascii,
        lambda secret: f"{[secret]}",
    ],
)
def test_showing_it_does_not_show_it(show):
    shown = show(Secret(_KEY))
    assert _KEY not in shown
    assert "sk-" not in shown


def test_it_is_hidden_in_whatever_holds_it():
    assert _KEY not in repr(_request())
    assert _KEY not in str(dataclasses.fields(_request()))


def test_a_format_specification_gives_nothing_away():
    with pytest.raises(TypeError) as caught:
        format(Secret(_KEY), ">60")
    assert _KEY not in str(caught.value)


@pytest.mark.parametrize("take", [pickle.dumps, copy.deepcopy, copy.copy, json.dumps, vars, dict, list])
def test_it_is_not_taken_apart(take):
    with pytest.raises(TypeError) as caught:
        take(Secret(_KEY))
    assert _KEY not in str(caught.value)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_no_pickle_protocol_takes_it(protocol):
    with pytest.raises(TypeError):
        pickle.dumps(_request(), protocol)


def test_traces_with_local_variables_do_not_show_it():
    def fail(_key):
        raise ValueError("no")

    try:
        fail(Secret(_KEY))
    except ValueError as error:
        trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    assert "Secret(" in (text := "".join(trace.format()))
    # The line of this test that made it is not at fault: it names the variable only.
    assert _KEY not in text


def test_logging_does_not_show_it(caplog):
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("arvae_desktop").debug("key %s, request %r", Secret(_KEY), _request())
    assert "key" in caplog.text
    assert _KEY not in caplog.text


@pytest.mark.parametrize("pasted", [_KEY, f" {_KEY}", f"{_KEY}\n", f"\r\n\t{_KEY}\u00a0 "])
def test_white_space_around_a_pasted_key_goes(pasted):
    assert Secret(pasted).reveal() == _KEY
    assert Secret(pasted) == Secret(_KEY)
    assert hash(Secret(pasted)) == hash(Secret(_KEY))


def test_secrets_are_equal_to_secrets_alone():
    assert Secret(_KEY) != _KEY
    assert Secret(_KEY) != Secret(_KEY + "x")


@pytest.mark.parametrize(("text", "truth"), [(_KEY, True), ("", False), (" \n", False)])
def test_an_empty_one_is_false(text, truth):
    assert bool(Secret(text)) is truth


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        (_KEY, True),
        ("!~", True),
        ("", False),
        ("two words", False),
        ("line\nbreak", False),
        ("carriage\rreturn", False),
        ("nul\x00", False),
        ("\x7f", False),
        ("schlüssel", False),
        ("zero\u200bwidth", False),
        ("“quoted”", False),
    ],
)
def test_only_one_word_of_visible_ascii_fits_a_header(text, fits):
    assert Secret(text).fits_header is fits


def test_redact_takes_out_every_occurrence():
    text = f"Bearer {_KEY}, again {_KEY}{_KEY}."
    assert Secret(_KEY).redact(text) == "Bearer [key], again [key][key]."
    assert Secret(_KEY).redact("nothing in here") == "nothing in here"


def test_an_empty_one_redacts_nothing():
    assert Secret("").redact("as it was") == "as it was"
