"""The file that tells of the newest release: only one that is signed, whole, small and fresh is believed."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import json

import pytest
from nacl.signing import SigningKey

from arvae_desktop.api.release_file import MAX_BYTES, PURPOSE, fetch_release, read_release
from arvae_desktop.domain.errors import ArvaeError, ProtocolError
from arvae_desktop.domain.releases import Release
from arvae_desktop.domain.requests import Network
from tests.support.fault_server import FaultServer, answer

TODAY = dt.date(2026, 5, 1)
SECRET = SigningKey(bytes(range(32)))
PUBLIC = bytes(SECRET.verify_key)
GOOD = {"version": "1.10.0", "page": "https://arvae.ai/desktop", "good_until": "2026-06-01"}


def signed(inside: object, *, purpose: bytes = PURPOSE, secret: SigningKey = SECRET) -> bytes:
    text = inside if isinstance(inside, str) else json.dumps(inside)
    signature = base64.b64encode(secret.sign(purpose + text.encode()).signature).decode()
    return json.dumps({"release": text, "signature": signature}).encode()


def test_a_signed_file_is_believed() -> None:
    release = read_release(signed(GOOD), PUBLIC, today=TODAY)
    assert release == Release("1.10.0", "https://arvae.ai/desktop", dt.date(2026, 6, 1))
    assert release.is_newer_than("1.9.9")
    assert not release.is_newer_than("1.10.0")
    assert not release.is_newer_than("2.0.0")
    assert not release.is_newer_than("1.0.0-strange")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 5000,
        b'{"release": 1, "signature": "AAAA"}',
        b'{"release": "{}", "signature": "?"}',
        json.dumps({"release": json.dumps(GOOD), "signature": ""}).encode(),
        signed(GOOD).replace(b"1.10.0", b"1.11.0"),
        signed(GOOD, purpose=b""),
        signed(GOOD, secret=SigningKey(bytes(32))),
        signed({}),
        signed("[]"),
        signed("nothing"),
        signed({**GOOD, "version": "1.10"}),
        signed({**GOOD, "version": 1}),
        signed({**GOOD, "page": "http://arvae.ai/desktop"}),
        signed({**GOOD, "page": "https://arvae.ai.example/desktop"}),
        signed({**GOOD, "page": None}),
        signed({**GOOD, "good_until": "soon"}),
        signed({**GOOD, "good_until": "2026-04-30"}),
    ],
)
def test_nothing_else_is(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_release(data, PUBLIC, today=TODAY)


def test_a_damaged_key_believes_nothing() -> None:
    with pytest.raises(ProtocolError):
        read_release(signed(GOOD), b"short", today=TODAY)


def fetch(body: bytes, status: int = 200) -> tuple[Release, FaultServer]:
    async def run() -> tuple[Release, FaultServer]:
        async with FaultServer([answer(status, body, "application/json")]) as server:
            url = f"http://127.0.0.1:{server.port}/release.json"
            return await fetch_release(url, PUBLIC, Network()), server

    return asyncio.run(run())


def test_the_question_says_nothing_of_who_asks() -> None:
    release, server = fetch(signed({**GOOD, "good_until": "9999-01-01"}))
    assert release.version == "1.10.0"
    (sent,) = server.requests
    assert (sent.method, sent.path, sent.body) == ("GET", "/release.json", b"")
    assert set(sent.headers) <= {"host", "accept", "accept-encoding", "connection", "user-agent"}
    assert sent.headers["user-agent"] == "arvae-desktop"


def test_other_answers_are_errors() -> None:
    for body, status in ((b"", 404), (b"", 302), (b" " * (MAX_BYTES + 1), 200), (b"<html>", 200)):
        with pytest.raises(ArvaeError):
            fetch(body, status)
