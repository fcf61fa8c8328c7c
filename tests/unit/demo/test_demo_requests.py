"""What the server refuses, what it bounds, and what it writes into its log about requests."""

import asyncio
import hashlib
import json

import pytest
from demo_client import Client, ask, fetch, run, serving

from arvae_desktop.demo.server import DemoServer
from arvae_desktop.demo.wire import MAX_BODY_BYTES

POST = b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
CHAT = "/v1/chat/completions"
GOOD = json.dumps({"model": "demo/filtered", "messages": [{"role": "user", "content": "Hi"}]}).encode()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/", b"", 404),
        ("GET", "/v1/models/", b"", 404),
        ("POST", "/chat/completions", GOOD, 404),
        ("GET", CHAT, b"", 405),
        ("OPTIONS", CHAT, b"", 405),
        ("POST", "/v1/models", GOOD, 405),
        ("POST", CHAT, b"", 400),
        ("POST", CHAT, b"{", 400),
        ("POST", CHAT, b"\xff", 400),
        ("POST", CHAT, b"[" * 100_000, 400),
        ("POST", CHAT, b"[]", 400),
        ("POST", CHAT, b'{"messages": [{}]}', 400),
        ("POST", CHAT, b'{"model": 7, "messages": [{}]}', 400),
        ("POST", CHAT, b'{"model": "demo/echo"}', 400),
        ("POST", CHAT, b'{"model": "demo/echo", "messages": []}', 400),
        ("POST", CHAT, b'{"model": "demo/echo", "messages": [{}], "stream": "yes"}', 400),
        ("POST", CHAT, b'{"model": "gpt", "messages": [{}]}', 404),
    ],
)
def test_a_wrong_request_gets_an_error_object(method, path, body, status):
    async def main():
        async with serving() as (server, log):
            reply = await fetch(server, method, path, body)
            assert (reply.status, reply.headers["content-type"]) == (status, "application/json")
            error = reply.json()["error"]
            assert error.keys() == {"message", "type", "param", "code"}
            assert error["message"]
            assert not [name for name in reply.headers if name.startswith("access-control")]
            assert log.names(1) == ["request", "first_byte", "finished"]

    run(main())


def test_an_unknown_model_has_the_code_for_that():
    async def main():
        async with serving() as (server, log):
            reply = await ask(server, "openai/gpt-\ud800")
            assert (reply.status, reply.json()["error"]["code"]) == (404, "model_not_found")
            assert (await log.wait_for("request"))["model"] == "openai/gpt-\ud800"

    run(main())


def test_an_answer_to_head_has_no_body():
    async def main():
        async with serving() as (server, _):
            reply = await fetch(server, "HEAD", "/v1/models")
            assert (reply.status, reply.body, reply.headers["allow"]) == (405, b"", "get")

    run(main())


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /v1/models HTTP/1.0\r\nHost: localhost\r\n\r\n", 505),
        (b"GET http://localhost/v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"GET /v1/models HTTP/1.1\r\n\r\n", 400),
        (b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400),
        (b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n", 400),
        (b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX : y\r\n\r\n", 400),
        (b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
        (b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 200_000 + b"\r\n\r\n", 431),
        (POST + b"Content-Length: -1\r\n\r\n", 400),
        (POST + b"Content-Length: %b\r\n\r\n" % (b"9" * 99), 413),
        (POST + b"Transfer-Encoding: gzip\r\n\r\n", 501),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nz\r\n", 400),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc", 400),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n", 413),
        (b"GET /v1/models?a=/b HTTP/1.1\r\nHost: localhost\r\nX: 1\r\nX: 2\r\n\r\n", 200),
    ],
)  # fmt: skip
def test_heads_and_framing_are_bounded(head, status):
    async def main():
        async with serving() as (server, _), await Client.connect(server) as client:
            client.writer.write(head)
            client.writer.write_eof() if status == 200 else None
            assert (await client.read_reply()).status == status

    run(main())


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:80", "127.8.9.10", "localhost", "LOCALHOST:1", "[::1]:80", "[::1]"]
)
def test_loopback_hosts_are_served(host):  # fmt: skip
    async def main():
        async with serving() as (server, _):
            assert (await fetch(server, "GET", "/v1/models", host=host)).status == 200

    run(main())


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example:80",
        "192.168.0.1",
        "0.0.0.0",
        "[::]",
        "",
        "127.0.0.1.nip.example",
    ],
)
def test_other_hosts_are_refused(host):
    async def main():
        async with serving() as (server, _):
            reply = await fetch(server, "POST", CHAT, GOOD, host=host)
            assert (reply.status, reply.json()["error"]["code"]) == (403, "host_not_allowed")

    run(main())


def test_a_prompt_of_20_mb_is_taken():
    content = "x" * 20_000_000

    async def main():
        async with serving() as (server, log):
            assert (await ask(server, "demo/filtered", content)).complete
            assert (await log.wait_for("request"))["messages"] == [{"role": "user", "content": content}]

    run(main())


@pytest.mark.parametrize("announced_only", [True, False])
def test_a_body_over_the_bound_is_refused_and_the_answer_arrives(announced_only):
    async def main():
        async with serving() as (server, _), await Client.connect(server) as client:
            body = b"" if announced_only else bytes(MAX_BODY_BYTES + 1)
            await client.send("POST", CHAT, body, content_length=MAX_BODY_BYTES + 1)
            reply = await client.read_reply()
            assert (reply.status, reply.json()["error"]["code"]) == (413, "request_too_large")

    run(main())


def test_a_body_in_chunks_is_put_together():
    async def main():
        async with serving() as (server, _), await Client.connect(server) as client:
            pieces = [GOOD[:10], GOOD[10:50], GOOD[50:]]
            framed = b"".join(b"%X;note=1\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
            body = framed + b"0\r\nTrailer: yes\r\n\r\n"
            await client.send("POST", CHAT, body, content_length=None, transfer_encoding="chunked")
            assert (await client.read_reply()).status == 200

    run(main())


def test_a_client_that_waits_for_it_is_told_to_continue():
    async def main():
        async with serving() as (server, _), await Client.connect(server) as client:
            await client.send("POST", CHAT, content_length=len(GOOD), expect="100-continue")
            assert (await client.read_head())[0] == 100
            client.writer.write(GOOD)
            assert (await client.read_reply()).status == 200

    run(main())


def test_only_the_required_key_is_taken_and_none_is_repeated():
    digest = hashlib.sha256(b"right").hexdigest()

    async def main():
        async with serving(required_key_sha256=digest.upper()) as (server, log):
            assert (await ask(server, "demo/filtered", key="right")).status == 200
            assert (await fetch(server, "GET", "/v1/models", authorization="bearer right")).status == 200
            for header in ("Bearer wrong", "Basic right", "right", "Bearer", None):
                reply = await fetch(server, "GET", "/v1/models", authorization=header)
                assert (reply.status, reply.json()["error"]["code"]) == (401, "invalid_api_key")
                assert b"wrong" not in reply.body
            digests = [event["authorization_sha256"] for event in log.events if event["event"] == "request"]
            assert digests == [digest, digest, hashlib.sha256(b"wrong").hexdigest(), None, None, None, None]

    run(main())


def test_the_log_tells_the_whole_story():
    async def main():
        async with serving(log_tokens=True) as (server, log):
            await ask(server, "demo/echo", "a b")
            await log.wait_for("finished")
            names = [event["event"] for event in log.events]
            assert names == ["listening", "request", "first_byte", "token", "token", "finished"]
            times = [event["t"] for event in log.events]
            assert times == sorted(times)
            listening, request, *_ = log.events
            assert listening["base_url"] == server.base_url
            assert request == {
                "t": request["t"],
                "event": "request",
                "id": 1,
                "method": "POST",
                "path": CHAT,
                "model": "demo/echo",
                "stream": True,
                "messages": [{"role": "user", "content": "a b"}],
                "authorization_sha256": None,
            }
            assert [event["n"] for event in log.events if event["event"] == "token"] == [1, 2]

    run(main())


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.1", "example.com", ""])
def test_the_server_listens_on_the_loopback_only(host):
    with pytest.raises(ValueError, match="loopback"):
        DemoServer(host=host)


@pytest.mark.parametrize("rate", [0, -1, float("inf"), float("nan")])
def test_a_pace_is_a_positive_number(rate):
    with pytest.raises(ValueError, match="pace"):
        DemoServer(tokens_per_second=rate)


def test_the_base_url_is_known_from_the_start_on():
    async def main():
        server = DemoServer(host="localhost")
        with pytest.raises(RuntimeError):
            _ = server.base_url
        await server.aclose()
        async with server:
            assert server.base_url.startswith("http://127.0.0.1:")
            with pytest.raises(RuntimeError):
                await server.start()
            port = int(server.base_url.removesuffix("/v1").rpartition(":")[2])
            with pytest.raises(OSError, match="address already in use"):
                await DemoServer(port=port).start()
        with pytest.raises(OSError, match="Connect call failed"):
            await asyncio.open_connection("127.0.0.1", port)

    run(main())
