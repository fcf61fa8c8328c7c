"""Names, sockets, TLS and proxies: how each fails, and that each works."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
import ssl
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from arvae_desktop.api import transport
from arvae_desktop.api.client import ChatClient, warm_up
from arvae_desktop.domain.requests import Network
from tests.support.fault_server import Act, FaultServer, Take, answer, whole_stream
from tests.unit.api.asking import SILENCE_S, ask, events_of, request, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOOD = whole_stream("Hi")
SOCKS_HELLO = [Take(3), b"\x05\x00"]
SOCKS_CONNECTED = [Take(4 + 1 + len("chat.example") + 2), b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"]


def end_of(base_url: str, **fields: object):
    *_, end = asyncio.run(events_of(request(base_url, **fields)))
    return end


class TestConnecting:
    def test_an_unknown_name(self) -> None:
        end = end_of("http://no-such-host.invalid/v1")
        assert (end.state, end.error.kind) == ("failed", "dns")
        assert "no-such-host.invalid" in end.error.title

    @pytest.mark.parametrize(
        "host", ["a" * 70 + ".example", "a..example", "-", "xn--", "ex ample"[:2] + "\u2025example"]
    )
    def test_a_name_that_can_be_none(self, host: str) -> None:
        end = end_of(f"http://{host}/v1")
        assert end.state == "failed"
        assert end.error.kind in ("dns", "bad_address")

    def test_nothing_listens(self) -> None:
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            end = end_of(f"http://127.0.0.1:{bound.getsockname()[1]}/v1")
        assert (end.error.kind, end.error.retryable) == ("refused", True)

    def test_a_name_with_several_addresses_that_all_refuse(self) -> None:
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            end = end_of(f"http://localhost:{bound.getsockname()[1]}/v1")
        assert end.error.kind == "refused"

    @pytest.fixture
    def full(self) -> Iterator[str]:
        """The address of a listener that takes no more connections, so that one more waits."""
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(0)
            waiting = []
            for _ in range(4):
                filler = socket.socket()
                filler.setblocking(False)
                filler.connect_ex(listener.getsockname())
                waiting.append(filler)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
            for filler in waiting:
                filler.close()

    def test_a_host_that_does_not_answer(self, full: str) -> None:
        began = time.monotonic()
        end = end_of(full, silence_s=SILENCE_S)
        assert (end.state, end.error.kind, end.error.retryable) == ("failed", "timeout", True)
        assert SILENCE_S <= time.monotonic() - began < SILENCE_S + 2

    def test_connecting_takes_five_seconds_at_most(self, full: str, monkeypatch: pytest.MonkeyPatch) -> None:
        assert (transport.CONNECT_S, transport.SILENCE_S) == (5.0, 90.0)
        monkeypatch.setattr(transport, "CONNECT_S", 0.2)
        assert end_of(full).error.kind == "timeout"

    def test_cancelling_while_it_connects(self, full: str) -> None:
        async def run() -> None:
            task = asyncio.ensure_future(events_of(request(full)))
            await asyncio.sleep(0.2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        began = time.monotonic()
        asyncio.run(run())
        assert time.monotonic() - began < 2

    def test_ipv6(self) -> None:
        async def run() -> str:
            server = FaultServer(GOOD)
            async with server:
                try:
                    listener = await asyncio.start_server(server._serve, "::1", 0)
                except OSError:
                    pytest.skip("no IPv6 here")
                async with listener:
                    port = listener.sockets[0].getsockname()[1]
                    events = await events_of(request(f"http://[::1]:{port}/v1"))
                    assert server.requests[0].headers["host"] == f"[::1]:{port}"
                    return text_of(events)

        assert asyncio.run(run()) == "Hi"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a certificate for 127.0.0.1 that signed itself, and its key."""
    pytest.importorskip("cryptography.x509")
    from tests.support.certificate import write_certificate

    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    write_certificate(path)
    return path


@pytest.fixture(autouse=True)
def forget_trust() -> Iterator[None]:
    transport._trust.cache_clear()
    yield
    transport._trust.cache_clear()


class TestTls:
    def ask(self, certificate: Path, host: str = "127.0.0.1"):
        async def run() -> list:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            async with FaultServer(GOOD, tls=context) as server:
                return await events_of(request(f"https://{host}:{server.port}/v1"))

        return asyncio.run(run())

    def test_a_certificate_that_the_system_trusts(
        self, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        *events, end = self.ask(certificate)
        assert (text_of(events), end.state) == ("Hi", "complete")

    def test_a_certificate_that_it_does_not(self, certificate: Path) -> None:
        *_, end = self.ask(certificate)
        assert (end.state, end.error.kind, end.error.retryable) == ("failed", "tls", False)
        assert "self" in end.error.title

    def test_a_certificate_for_another_name(self, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        *_, end = self.ask(certificate, "localhost")
        assert end.error.kind == "tls"
        assert "localhost" in end.error.title

    def test_a_server_that_speaks_no_tls(self) -> None:
        async def run() -> list:
            async with FaultServer([b"HTTP/1.1 400 Bad Request\r\n\r\n", Act.READ_REQUEST]) as server:
                return await events_of(request(f"https://127.0.0.1:{server.port}/v1"))

        *_, end = asyncio.run(run())
        assert (end.error.kind, end.error.retryable) == ("tls", False)

    def test_a_handshake_that_breaks_off(self) -> None:
        async def run() -> list:
            async with FaultServer([Take(1), Act.RESET]) as server:
                return await events_of(request(f"https://127.0.0.1:{server.port}/v1"))

        *_, end = asyncio.run(run())
        assert (end.state, end.error.kind) == ("failed", "connection")

    def test_a_handshake_that_stalls(self) -> None:
        async def run() -> list:
            async with FaultServer([Take(1), Act.STALL]) as server:
                return await events_of(request(f"https://127.0.0.1:{server.port}/v1", silence_s=SILENCE_S))

        *_, end = asyncio.run(run())
        assert (end.state, end.error.kind) == ("failed", "timeout")


class TestProxy:
    @staticmethod
    def through(monkeypatch: pytest.MonkeyPatch, scheme: str, url: str, *scripts, **fields):
        async def run() -> tuple[list, FaultServer]:
            async with FaultServer(*scripts) as proxy:
                monkeypatch.setenv(f"{scheme.upper()}_PROXY", f"{url}127.0.0.1:{proxy.port}")
                return await events_of(
                    request(fields.pop("base_url", "http://chat.example/v1"), **fields)
                ), proxy

        (*events, end), proxy = asyncio.run(run())
        return events, end, proxy

    def test_http(self, monkeypatch: pytest.MonkeyPatch) -> None:
        events, end, proxy = self.through(monkeypatch, "http", "http://", GOOD)
        assert (text_of(events), end.state) == ("Hi", "complete")
        assert proxy.requests[0].path == "http://chat.example/v1/chat/completions"

    def test_socks_looks_the_name_up_at_the_proxy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        script = [*SOCKS_HELLO, *SOCKS_CONNECTED, Act.READ_REQUEST, *GOOD]
        for scheme in ("socks5://", "socks5h://"):
            events, end, proxy = self.through(monkeypatch, "all", scheme, script)
            assert (text_of(events), end.state) == ("Hi", "complete")
            assert b"chat.example" in proxy.taken
            assert proxy.requests[0].path == "/v1/chat/completions"

    def test_https_that_refuses_the_tunnel(self, monkeypatch: pytest.MonkeyPatch) -> None:
        steps = [answer(407, "", proxy_authenticate="Basic")]
        _, end, proxy = self.through(
            monkeypatch, "https", "http://", steps, base_url="https://chat.example/v1", key="sk-secret"
        )
        assert (end.state, end.error.kind, end.error.retryable) == ("failed", "proxy", False)
        assert "407" in end.error.title
        assert proxy.requests[0].method == "CONNECT"
        assert "authorization" not in proxy.requests[0].headers

    @pytest.mark.parametrize(
        "steps",
        [
            [Take(3), b"\x05\xff"],
            [Take(3), b"\x04\x00"],
            [Take(3), b"HTTP/1.1 400 Bad Request\r\n\r\n"],
            [Take(3)],
            [*SOCKS_HELLO, Take(10), b"\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00"],
            [Take(3), Act.STALL],
            [*SOCKS_HELLO, Act.STALL],
        ],
    )
    def test_socks_that_fails(self, monkeypatch: pytest.MonkeyPatch, steps: list) -> None:
        _, end, _ = self.through(monkeypatch, "all", "socks5://", steps, silence_s=SILENCE_S)
        assert end.state == "failed"
        assert end.error.kind in ("proxy", "connection", "protocol")

    def test_cancelling_in_a_socks_handshake_closes_the_socket(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def run() -> None:
            async with FaultServer([Take(3), Act.STALL, Act.READ_REQUEST]) as proxy:
                monkeypatch.setenv("ALL_PROXY", f"socks5://127.0.0.1:{proxy.port}")
                task = asyncio.ensure_future(events_of(request("http://chat.example/v1")))
                await proxy.until(lambda: proxy.connections)
                await asyncio.sleep(0.2)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                await proxy.until(lambda: proxy.gone, 0.5)

        asyncio.run(run())

    def test_that_does_not_listen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{bound.getsockname()[1]}")
            end = end_of("http://chat.example/v1")
        assert (end.error.kind, end.error.retryable) == ("proxy", True)

    @pytest.mark.parametrize("url", ["socks4://x:1", "nonsense://", "http://[::", "http://x:port"])
    def test_that_is_no_address(self, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
        monkeypatch.setenv("ALL_PROXY", url)
        end = end_of("http://chat.example/v1")
        assert (end.state, end.error.kind) == ("failed", "proxy")

    def test_is_not_asked_for_this_machine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, "nonsense://")
        events, _, _ = asyncio.run(ask(GOOD))
        assert text_of(events) == "Hi"

    def test_is_not_asked_for_what_no_proxy_names(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NO_PROXY", "chat.invalid")
        _, end, proxy = self.through(monkeypatch, "http", "http://", GOOD, base_url="http://chat.invalid/v1")
        assert end.error.kind == "dns"
        assert proxy.connections == 0


class TestChosenNetwork:
    """A proxy and a file of authorities from the settings."""

    @staticmethod
    def ask(base_url: str, network: Network) -> tuple[list, object]:
        asked = request(base_url)

        async def run() -> list:
            return await events_of(asked, ChatClient(lambda: network))

        *events, end = asyncio.run(run())
        return events, end

    def test_a_file_of_authorities(self, certificate: Path) -> None:
        async def run(network: Network) -> list:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            async with FaultServer(GOOD, tls=context) as server:
                return await events_of(request(server.base_url), ChatClient(lambda: network))

        *_, end = asyncio.run(run(Network()))
        assert end.error.kind == "tls"
        *events, end = asyncio.run(run(Network(ca_file=str(certificate))))
        assert (text_of(events), end.state) == ("Hi", "complete")

    @pytest.mark.parametrize("content", [None, "", "no certificate"])
    def test_a_file_that_is_of_no_use(self, content: str | None, tmp_path: Path) -> None:
        path = tmp_path / "ca.pem"
        if content is not None:
            path.write_text(content)
        warm_up(Network(ca_file=str(path)), "https://chat.invalid/v1")
        _, end = self.ask("https://chat.invalid/v1", Network(ca_file=str(path)))
        assert (end.state, end.error.kind, end.error.retryable) == ("failed", "tls", False)
        assert str(path) in end.error.title
        assert "settings" in end.error.hint

    def test_a_proxy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

        async def run() -> tuple[list, FaultServer]:
            async with FaultServer(GOOD) as proxy:
                network = Network(proxy=f"127.0.0.1:{proxy.port}")
                return await events_of(request("http://chat.example/v1"), ChatClient(lambda: network)), proxy

        (*events, _end), proxy = asyncio.run(run())
        assert text_of(events) == "Hi"
        assert proxy.requests[0].path == "http://chat.example/v1/chat/completions"

    def test_a_proxy_that_speaks_tls_is_trusted_as_servers_are(self, certificate: Path) -> None:
        async def run(network: Network) -> list:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            async with FaultServer(GOOD, tls=context) as proxy:
                through = dataclasses.replace(network, proxy=f"https://127.0.0.1:{proxy.port}")
                return await events_of(request("http://chat.example/v1"), ChatClient(lambda: through))

        *_, end = asyncio.run(run(Network()))
        assert (end.state, end.error.kind) == ("failed", "proxy")
        assert "not trusted" in end.error.title
        *events, end = asyncio.run(run(Network(ca_file=str(certificate))))
        assert (text_of(events), end.state) == ("Hi", "complete")

    @pytest.mark.parametrize("address", ["socks4://x:1", "nonsense://", "http://[::", "http://x:port"])
    def test_a_proxy_that_is_no_address(self, address: str) -> None:
        _, end = self.ask("http://chat.example/v1", Network(proxy=address))
        assert (end.state, end.error.kind, end.error.retryable) == ("failed", "proxy", False)
        assert "settings" in end.error.title


def test_importing_the_client_leaves_httpx_for_later() -> None:
    code = "import sys, arvae_desktop.api.client; print([n for n in ('httpx', 'anyio') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b"[]\n"


@pytest.mark.parametrize(("url", "stores"), [("https://chat.invalid/v1", 1), ("http://localhost/v1", 0)])
def test_warming_up_loads_what_the_first_request_needs(url: str, stores: int) -> None:
    code = (
        "import sys; from arvae_desktop.api.client import warm_up\n"
        "from arvae_desktop.domain.requests import Network\n"
        f"warm_up(Network(), {url!r}); before = set(sys.modules)\n"
        "import arvae_desktop.api.transport as t\n"
        "needed = {'httpx', 'anyio._backends._asyncio'}\n"
        "print(t._trust.cache_info().currsize, needed - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == f"{stores} set()\n".encode()


def test_the_trust_store_is_read_once() -> None:
    warm_up(Network(), "https://chat.invalid/v1")
    assert transport._trust(None) is transport._trust(None)


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="truststore asks the system there")
def test_the_trust_store_is_read_beside_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    read_in, read = [], ssl.create_default_context

    def note_and_read() -> ssl.SSLContext:
        read_in.append(threading.current_thread())
        return read()

    monkeypatch.setattr(ssl, "create_default_context", note_and_read)
    transport._trust.cache_clear()
    asyncio.run(events_of(request("https://127.0.0.1:1/v1"), ChatClient(Network)))
    assert len(read_in) == 1
    assert read_in[0] is not threading.main_thread()
