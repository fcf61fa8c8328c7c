"""What a server answers instead of a stream."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.support.fault_server import Act, FaultServer, answer, whole_stream
from tests.unit.api.asking import SILENCE_S, ask, events_of, refused, request

GOOD = whole_stream("Hi")
STATUSES = {
    400: ("could not use", "base URL", False),
    401: ("wants a key", "settings", False),
    402: ("credit", "credit", False),
    403: ("wants a key", "settings", False),
    404: ("no chat API", "/v1", False),
    405: ("refused", "/v1", False),
    408: ("waited too long", "again", True),
    409: ("conflicting", "again", True),
    410: ("refused", "/v1", False),
    413: ("too large", "Shorten", False),
    415: ("refused", "/v1", False),
    418: ("refused", "/v1", False),
    422: ("could not use", "base URL", False),
    429: ("Too many requests", "Wait", True),
    451: ("refused", "/v1", False),
    500: ("failed", "again", True),
    501: ("failed", "again", True),
    502: ("failed", "again", True),
    503: ("failed", "again", True),
    504: ("failed", "again", True),
    529: ("overloaded", "again", True),
    599: ("failed", "again", True),
    304: ("refused", "/v1", False),
}


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_says_what_to_do(status: int) -> None:
    title, hint, retryable = STATUSES[status]
    events, end, _ = asyncio.run(ask(refused(status, "the server's own words", x_request_id="req-7")))
    assert events == []
    assert end.state == "failed"
    error = end.error
    assert (error.kind, error.status, error.retryable, error.request_id) == (
        "http",
        status,
        retryable,
        "req-7",
    )
    assert title in error.title
    assert hint in error.hint
    if status != 304:  # it has no body
        assert "the server's own words" in error.hint


def test_a_key_that_is_refused_says_so() -> None:
    _, end, _ = asyncio.run(ask(refused(401), key="sk-wrong"))
    assert "key was not accepted" in end.error.title


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (404, "The model `some/model` does not exist"),
        (404, "model 'some/model' not found, try pulling it first"),
        (400, "some/model is not a valid model ID"),
    ],
)
def test_a_model_that_is_not_there_is_told_from_a_wrong_address(status: int, message: str) -> None:
    _, end, _ = asyncio.run(ask(refused(status, message)))
    assert "does not have this model" in end.error.title
    assert "model picker" in end.error.hint


@pytest.mark.parametrize(
    ("body", "content_type", "said"),
    [
        ('{"error": {"message": "a\\n\\n  b\\tc"}}', "application/json", "“a b c”"),
        ('{"error": {"message": "<b>bold</b> words"}}', "application/json", "“bold words”"),
        ('{"error": "plain"}', "application/json", "“plain”"),
        ('{"message": "top"}', "application/json", "“top”"),
        ('{"detail": "fast"}', "application/json", "“fast”"),
        ('{"detail": [{"loc": ["body"], "msg": "field required"}]}', "application/json", "“field required”"),
        ('[{"error": {"message": "listed"}}]', "application/json", "“listed”"),
        ('{"error": {"message": {"message": "nested"}}}', "application/json", "“nested”"),
        ("just text", "text/plain", "“just text”"),
        (
            "<!DOCTYPE html><title>Bad &amp; Gateway</title><p>x",
            "text/html",
            "a web page titled “Bad & Gateway”",
        ),
        ("<html><body>no title", "text/html", "a web page."),
        ("{broken", "application/json", "“{broken”"),
    ],
)
def test_what_the_server_says_is_told(body: str, content_type: str, said: str) -> None:
    _, end, _ = asyncio.run(ask([answer(400, body, content_type)]))
    assert said in end.error.hint


@pytest.mark.parametrize(
    "body", ["", " ", "{}", "[]", "[1]", "null", '{"error": null}', '{"error": {"message": 5}}']
)
def test_a_server_that_says_nothing_is_not_quoted(body: str) -> None:
    _, end, _ = asyncio.run(ask([answer(400, body)]))
    assert "“”" not in end.error.hint
    assert end.error.title


def test_what_the_server_says_is_bounded() -> None:
    _, end, _ = asyncio.run(ask(refused(400, "word " * 1_000_000)))
    assert len(end.error.hint) < 700


def test_markup_that_never_ends_takes_no_time() -> None:
    began = time.monotonic()
    for filler in ("<", "<a", "<title", "&#", "{"):
        asyncio.run(ask([answer(400, "<html>" + filler * 100_000, "text/html")]))
    assert time.monotonic() - began < 5


def test_an_error_body_that_stalls_is_not_waited_for() -> None:
    began = time.monotonic()
    steps = [answer(400, "cut")[:-1], Act.STALL]
    _, end, _ = asyncio.run(ask(steps, silence_s=SILENCE_S))
    assert end.error.status == 400
    assert "“cu”" in end.error.hint
    assert time.monotonic() - began < 5


class TestRedirect:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_is_shown_and_not_followed(self, status: int) -> None:
        async def run() -> None:
            async with (
                FaultServer(GOOD) as other,
                FaultServer(refused(status, location=f"{other.base_url}/chat/completions")) as server,
            ):
                *_, end = await events_of(request(server.base_url, key="sk-secret"))
                assert (end.state, end.error.kind, end.error.status) == ("failed", "redirect", status)
                assert other.base_url in end.error.title
                assert other.connections == 0
                assert server.connections == 1

        asyncio.run(run())

    @pytest.mark.parametrize(
        ("location", "shown"),
        [
            ("/login?x=1", "/login?x=1"),
            ("//other.example/v1", "http://other.example/v1"),
            ("http://[oops", "http://[oops"),
        ],
    )
    def test_target_in_any_form(self, location: str, shown: str) -> None:
        _, end, _ = asyncio.run(ask(refused(302, location=location)))
        assert shown in end.error.title

    def test_without_a_target_is_a_status(self) -> None:
        _, end, _ = asyncio.run(ask(refused(302)))
        assert (end.error.kind, end.error.status) == ("http", 302)
