"""Retries over real sockets."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from arvae_desktop.api import retries
from arvae_desktop.api.client import ChatClient
from tests.support.fault_server import (
    DONE,
    STREAM_HEAD,
    Act,
    FaultServer,
    Pause,
    answer,
    event,
    head,
    text,
    whole_stream,
)
from tests.unit.api.asking import SILENCE_S, ask, events_of, refused, request, retries_of, starts_of, text_of

if TYPE_CHECKING:
    from arvae_desktop.domain.events import Retry

GOOD = whole_stream("Hi")


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own waits are short."""
    monkeypatch.setattr(retries, "_FIRST_BACKOFF_S", 0.01)


class TestRetry:
    @pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
    @pytest.mark.usefixtures("soon")
    def test_a_passing_failure_is_tried_again(self, status: int) -> None:
        events, end, server = asyncio.run(ask(refused(status), refused(status), GOOD, max_retries=2))
        assert [retry.attempt for retry in retries_of(events)] == [1, 2]
        assert text_of(events) == "Hi"
        assert end.state == "complete"
        assert len(server.requests) == 3
        assert len({sent.body for sent in server.requests}) == 1

    @pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422])
    def test_a_lasting_failure_is_not(self, status: int) -> None:
        events, end, server = asyncio.run(ask(refused(status), GOOD, max_retries=2))
        assert events == []
        assert end.state == "failed"
        assert len(server.requests) == 1

    @pytest.mark.usefixtures("soon")
    def test_ends_after_the_last_try(self) -> None:
        events, end, server = asyncio.run(
            ask(refused(503, "first"), refused(503), refused(503, "last"), max_retries=2)
        )
        assert len(retries_of(events)) == 2
        assert "last" in end.error.hint
        assert len(server.requests) == 3

    def test_none_if_none_is_wanted(self) -> None:
        events, _, server = asyncio.run(ask(refused(503), GOOD, max_retries=0))
        assert events == []
        assert len(server.requests) == 1

    @pytest.mark.parametrize(
        "steps",
        [
            [],
            [Act.RESET],
            [b"HTTP/1.1 200 OK\r\n"],
            [STREAM_HEAD, Act.RESET],
            [STREAM_HEAD, b": hi\n\n", Pause(0.05), Act.RESET],
        ],
        ids=["end", "reset", "end in the head", "reset after the head", "reset after a comment"],
    )
    @pytest.mark.usefixtures("soon")
    def test_a_connection_that_breaks_before_text_is_tried_again(self, steps: list) -> None:
        events, end, server = asyncio.run(ask(steps, GOOD, max_retries=2))
        assert len(retries_of(events)) == 1
        assert len(starts_of(events)) == 1
        assert (text_of(events), end.state) == ("Hi", "complete")
        assert server.connections == 2

    @pytest.mark.parametrize("field", ["content", "reasoning", "refusal"])
    def test_none_after_anything_was_shown(self, field: str) -> None:
        steps = [STREAM_HEAD, event({"choices": [{"delta": {field: "x"}}]}), Pause(0.05), Act.RESET]
        events, end, server = asyncio.run(ask(steps, GOOD, max_retries=2))
        assert retries_of(events) == []
        assert end.state == "interrupted"
        assert server.connections == 1

    @pytest.mark.parametrize(
        "steps",
        [
            [STREAM_HEAD],
            [STREAM_HEAD, event({"error": "x"})],
            [answer(200, "{}")],
            [answer(200, "<html>", "text/html")],
            [Act.STALL],
            [b"garbage\r\n\r\n"],
        ],
        ids=["empty", "error event", "JSON", "page", "silence", "garbage"],
    )
    def test_what_another_try_would_not_mend_is_not(self, steps: list) -> None:
        events, end, server = asyncio.run(ask(steps, GOOD, max_retries=2, silence_s=SILENCE_S))
        assert retries_of(events) == []
        assert end.state == "failed"
        assert server.connections == 1

    @pytest.mark.usefixtures("soon")
    def test_nothing_listening_is_tried_again(self) -> None:
        async def run() -> list:
            async with FaultServer(GOOD) as server:
                url = server.base_url
            return await events_of(request(url, max_retries=2))

        *events, end = asyncio.run(run())
        assert [retry.attempt for retry in events] == [1, 2]
        assert (end.state, end.error.kind, end.error.retryable) == ("failed", "refused", True)


class TestWait:
    def wait(self, **headers: str) -> tuple[Retry, float]:
        """What was said of the wait, and how long it was as the server saw it."""
        events, end, server = asyncio.run(ask(refused(429, **headers), GOOD, max_retries=2))
        assert end.state == "complete"
        first, second = server.requests
        (retry,) = retries_of(events)
        return retry, second.came_at - first.came_at

    @pytest.mark.parametrize(
        ("headers", "asked"),
        [
            ({"retry_after": "1"}, 1),
            ({"retry_after_ms": "300"}, 0.3),
            ({"retry_after_ms": "300", "retry_after": "60"}, 0.3),
        ],
    )
    def test_is_as_long_as_the_server_asks(self, headers: dict, asked: float) -> None:
        retry, waited = self.wait(**headers)
        assert asked <= retry.delay_s <= waited <= asked + 1.5
        assert waited - retry.delay_s < 0.5
        assert "HTTP 429" in retry.reason

    def test_until_a_date(self) -> None:
        date = (datetime.now(UTC) + timedelta(seconds=2)).replace(microsecond=0)
        events, _, _ = asyncio.run(
            ask(refused(503, retry_after=format_datetime(date, usegmt=True)), GOOD, max_retries=1)
        )
        assert date <= datetime.now(UTC) <= date + timedelta(seconds=1.5)
        assert len(retries_of(events)) == 1

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"retry_after": "0"},
            {"retry_after": "-5"},
            {"retry_after": "soon"},
            {"retry_after": "nan"},
            {"retry_after": "1e3"},
            {"retry_after": "Wed, 21 Oct 2015 07:28:00 GMT"},
            {"retry_after": "Wed, 99 Oct 9999 99:99:99 GMT"},
            {"retry_after_ms": "0", "retry_after": "60"},
        ],
    )
    @pytest.mark.usefixtures("soon")
    def test_is_our_own_where_the_server_asks_nothing_usable(self, headers: dict) -> None:
        retry, _ = self.wait(**headers)
        assert 0 < retry.delay_s <= 10

    def test_of_nothing_is_no_wish(self) -> None:
        for headers in (
            {"retry-after-ms": "0"},
            {"retry-after-ms": "0", "retry-after": "7"},
            {"retry-after": "0"},
        ):
            assert retries.asked_wait_s(headers, 0) is None

    def test_the_wait_counts_from_the_head(self) -> None:
        refusal = [head(429, retry_after="1", content_length=2), Pause(0.8), b"no"]
        events, _, server = asyncio.run(ask(refusal, GOOD, max_retries=1))
        first, second = (sent.came_at for sent in server.requests)
        assert 1.0 <= second - first <= 1.7
        assert retries_of(events)[0].delay_s < 0.8

    def test_unreadable_milliseconds_leave_the_seconds(self) -> None:
        assert retries.asked_wait_s({"retry-after-ms": "soon", "retry-after": "7"}, 0) == 7

    @pytest.mark.parametrize(
        "headers",
        [
            {"retry_after": "121"},
            {"retry_after_ms": "300000"},
            {"retry_after": "Wed, 21 Oct 2099 07:28:00 GMT"},
            {"retry_after": "9" * 16},
            {"retry_after": "9" * 5000},
            {"retry_after_ms": "9" * 400 + ".5"},
        ],
    )
    def test_that_is_too_long_ends_at_once_and_is_said(self, headers: dict) -> None:
        events, end, server = asyncio.run(ask(refused(429, **headers), GOOD, max_retries=2))
        assert events == []
        assert len(server.requests) == 1
        assert re.search(r"asks to wait [0-9,]+ (minutes|days) \([0-9]+ seconds\)", end.error.hint)
        assert end.error.retryable

    def test_grows_and_has_a_cap(self) -> None:
        error = retries.StatusError("x", status=503)
        waits = [retries.wait_before_retry_s(error, failures) for failures in range(1, 2000)]
        assert 0.3 < waits[0] < 0.7
        assert 0.7 < waits[1] < 1.3
        assert max(waits) <= 10
        assert len(set(waits)) > 100

    def test_stops_at_once_when_cancelled(self) -> None:
        async def run() -> None:
            async with FaultServer(refused(503, retry_after="60"), GOOD) as server:
                task = asyncio.ensure_future(events_of(request(server.base_url, max_retries=2)))
                await server.until(lambda: server.gone == 1)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                assert server.connections == 1

        began = time.monotonic()
        asyncio.run(run())
        assert time.monotonic() - began < 5


class TestUsageParameter:
    REFUSAL = refused(400, "Unrecognized request argument supplied: stream_options")

    def test_that_is_refused_is_dropped_once_and_remembered(self) -> None:
        async def run() -> None:
            client = ChatClient()
            async with FaultServer(self.REFUSAL, GOOD) as server, FaultServer(GOOD) as other:
                for _ in range(2):
                    events = await events_of(request(server.base_url), client)
                    assert text_of(events) == "Hi"
                    assert retries_of(events) == []
                await events_of(request(other.base_url), client)
                assert ["stream_options" in sent.json() for sent in server.requests] == [True, False, False]
                assert "stream_options" in other.requests[0].json()

        asyncio.run(run())

    def test_is_dropped_only_once(self) -> None:
        _, end, server = asyncio.run(ask(self.REFUSAL))
        assert (end.state, end.error.status) == ("failed", 400)
        assert len(server.requests) == 2

    def test_is_kept_where_another_is_refused(self) -> None:
        _, _, server = asyncio.run(ask(refused(400, "temperature is too high"), GOOD))
        assert len(server.requests) == 1


@pytest.mark.usefixtures("soon")
def test_text_before_and_after_a_retry_is_never_mixed() -> None:
    held = [STREAM_HEAD, text("<thi"), Pause(0.05), Act.RESET]
    events, _, _ = asyncio.run(ask(held, [STREAM_HEAD, text("new"), DONE], max_retries=1))
    assert text_of(events) == "new"
