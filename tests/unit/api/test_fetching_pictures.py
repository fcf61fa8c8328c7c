"""Pictures over real sockets: nothing of the user's goes out, and nothing too large or too slow comes in."""

from __future__ import annotations

import asyncio
import time

import pytest

from arvae_desktop.api import pictures
from arvae_desktop.api.pictures import fetch_picture
from arvae_desktop.domain.errors import ArvaeError
from arvae_desktop.domain.requests import Network
from tests.support.fault_server import Act, FaultServer, Pause, Script, answer, chunked, head

_PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100


async def _fetch(*scripts: Script, path: str = "/a.png") -> tuple[bytes, FaultServer]:
    async with FaultServer(*scripts) as server:
        return await fetch_picture(f"http://127.0.0.1:{server.port}{path}", Network()), server


def _fault(*steps: object) -> ArvaeError:
    with pytest.raises(ArvaeError) as caught:
        asyncio.run(_fetch(steps))
    return caught.value


def test_the_bytes_come_as_they_are() -> None:
    data, server = asyncio.run(_fetch([answer(200, _PNG, "image/png")], path="/a.png?x=%20y"))
    assert data == _PNG
    (sent,) = server.requests
    assert (sent.method, sent.path, sent.body) == ("GET", "/a.png?x=%20y", b"")


def test_nothing_of_the_users_goes_out() -> None:
    _, server = asyncio.run(_fetch([answer(200, _PNG, "image/png", set_cookie="a=b")]))
    (sent,) = server.requests
    names = set(sent.headers)
    assert names <= {"host", "accept", "accept-encoding", "connection", "user-agent"}
    assert sent.headers["user-agent"].startswith("arvae-desktop/")


def test_a_body_in_chunks() -> None:
    steps = [head(transfer_encoding="chunked"), *chunked(_PNG[:5], _PNG[5:])]
    assert asyncio.run(_fetch(steps))[0] == _PNG


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://a.example/x.png",
        "data:image/png;base64,AAAA",
        "//a.example/x.png",
        "/etc/passwd",
        "https://",
        "http://[::",
        "",
        "javascript:x",
        "http://user:pw@127.0.0.1:9/x",
        "http://user@127.0.0.1:9/x",
    ],
)
def test_no_other_address_is_called(url: str) -> None:
    with pytest.raises(ArvaeError) as caught:
        asyncio.run(fetch_picture(url, Network()))
    assert caught.value.report.kind == "bad_address"
    assert "picture" in caught.value.report.title
    assert "base URL" not in caught.value.report.hint


def test_redirects_are_not_followed() -> None:
    async def run() -> None:
        async with FaultServer([answer(200, _PNG)]) as other:
            target = f"http://127.0.0.1:{other.port}/"
            with pytest.raises(ArvaeError) as caught:
                await _fetch([answer(302, "", location=target)])
            assert caught.value.report.kind == "redirect"
            assert other.connections == 0

    asyncio.run(run())


@pytest.mark.parametrize(
    ("steps", "kind"),
    [
        ([answer(404, "no")], "http"),
        ([answer(500, "no")], "http"),
        ([answer(304, "")], "http"),
        ([answer(200, b"")], "picture"),
        ([head(content_length=100), _PNG[:50]], "connection"),
        ([], "connection"),
        ([b"garbage\r\n\r\n"], "protocol"),
        ([head(content_length=pictures.MAX_BYTES + 1), Act.STALL], "too_large"),
        ([head(content_length="9" * 20), Act.STALL], "too_large"),
        ([head(content_length="9" * 60), Act.STALL], "protocol"),
        ([head(), b"x" * (pictures.MAX_BYTES + 1), Act.STALL], "too_large"),
    ],
)
def test_faults_are_typed(steps: list, kind: str) -> None:
    report = _fault(*steps).report
    assert report.kind == kind
    assert "browser" in report.hint
    assert "base URL" not in report.title + report.hint


def test_nothing_listens() -> None:
    async def run() -> str:
        async with FaultServer([]) as server:
            port = server.port
        with pytest.raises(ArvaeError) as caught:
            await fetch_picture(f"http://127.0.0.1:{port}/a.png", Network())
        return caught.value.report.kind

    assert asyncio.run(run()) == "refused"


def test_as_much_as_is_allowed_comes() -> None:
    data, _ = asyncio.run(_fetch([answer(200, b"x" * pictures.MAX_BYTES)]))
    assert len(data) == pictures.MAX_BYTES


@pytest.mark.parametrize("steps", [[Act.STALL], [head(), *[b"x", Pause(0.05)] * 40, Act.STALL]])
def test_the_time_is_bound_also_for_what_trickles(steps: list, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "TIME_LIMIT_S", 0.3)
    began = time.monotonic()
    assert _fault(*steps).report.kind == "timeout"
    assert time.monotonic() - began < 2


def test_cancelling_closes_the_socket() -> None:
    async def run() -> None:
        async with FaultServer([head(), b"x", Act.STALL]) as server:
            task = asyncio.ensure_future(fetch_picture(f"http://127.0.0.1:{server.port}/", Network()))
            await server.until(lambda: server.requests)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await server.until(lambda: server.gone == 1, 2)

    asyncio.run(run())
