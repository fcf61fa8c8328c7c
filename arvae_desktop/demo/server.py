"""The demo server: a real socket on the loopback address, owned by whoever started it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from typing import TYPE_CHECKING, Self

from arvae_desktop.demo.answers import ErrorCycle
from arvae_desktop.demo.connection import Connection, Settings
from arvae_desktop.demo.wire import MAX_HEAD_BYTES, is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_CLOSE_SECONDS = 1.0
_TURNS_TO_REPORT = 4


class DemoServer:
    """Speaks the chat-completions protocol with scripted answers; also an async context manager.

    It runs in the event loop it is started in, without threads and signals. Its constructor takes:

    - `host`: a loopback address or name.
    - `port`: 0 takes a free one.
    - `tokens_per_second`: the pace of streamed answers; None is as fast as the client reads.
    - `log`: gets a dict for each event, with `t` (seconds, `time.monotonic()`) and `event`: `listening`
      (`base_url`), `request` (`id`, `method`, `path`, `model`, `stream`, `messages`, `authorization_sha256`),
      `first_byte` (`id`), `token` (`id`, `n` from 1), `finished` (`id`) after the last byte, or
      `client_closed` (`id`, `sent_tokens`) when the client went before that.
    - `required_key_sha256`: the hex digest of the one key that is taken; None takes all and none.
    - `log_tokens`: whether `token` is logged.

    Raises:
        ValueError: the host is no loopback address, or the pace isn't positive.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tokens_per_second: float | None = 60.0,
        log: Callable[[dict[str, object]], None] | None = None,
        required_key_sha256: str | None = None,
        log_tokens: bool = False,
    ) -> None:
        if not is_loopback(host):
            raise ValueError(f"not a loopback address: {host}")
        if tokens_per_second is not None and not 0 < tokens_per_second < float("inf"):
            raise ValueError(f"not a pace: {tokens_per_second}")
        # The name may stand for two addresses, on which a free port would be two different ones.
        self._host = "127.0.0.1" if host.lower() == "localhost" else host
        self._port = port
        self._log_event = log
        self._settings = Settings(
            tokens_per_second=tokens_per_second,
            required_key_sha256=required_key_sha256,
            log_tokens=log_tokens,
            log=self._log,
            errors=ErrorCycle(),
            started=int(time.time()),
        )
        self._numbers = itertools.count(1)
        self._server: asyncio.Server | None = None
        self._closed = False
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL; known once the server has started."""
        if self._server is None:
            raise RuntimeError("the demo server has not been started")
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}/v1"

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: the port is taken.
        """
        if self._server is not None:
            raise RuntimeError("the demo server can be started only once")
        self._server = await asyncio.start_server(self._accept, self._host, self._port, limit=MAX_HEAD_BYTES)
        self._port = self._server.sockets[0].getsockname()[1]
        self._log("listening", base_url=self.base_url)

    async def aclose(self) -> None:
        """Stop listening, drop all clients and wait for the end of what served them, at most a second."""
        if self._server is None or self._closed:
            return
        self._closed = True
        await self._stop_accepting()
        self._server.close()
        connections = dict(self._connections)
        for task, writer in connections.items():
            # A task that is cancelled before its first step would leave its socket open.
            writer.transport.abort()
            task.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                if connections:
                    await asyncio.wait(connections)
                # A cancelled task may have cancelled the future that its writer waits for.
                waiting = (writer.wait_closed() for writer in connections.values())
                await asyncio.gather(*waiting, return_exceptions=True)
                await self._server.wait_closed()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _stop_accepting(self) -> None:
        """Let no new client in, and wait until asyncio has reported those that it has let in.

        A server that closes between the two loses their sockets (asyncio raises AssertionError in `_attach`).
        """
        loop = asyncio.get_running_loop()
        for listener in self._server.sockets if self._server is not None else ():
            # Proactor loops have no readers to remove.
            with contextlib.suppress(NotImplementedError):
                loop.remove_reader(listener.fileno())
        for _ in range(_TURNS_TO_REPORT):
            await asyncio.sleep(0)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._closed:
            writer.transport.abort()
            return
        connection = Connection(next(self._numbers), reader, writer, self._settings)
        task = asyncio.get_running_loop().create_task(connection.run(), name="demo connection")
        self._connections[task] = writer
        task.add_done_callback(self._connections.pop)

    def _log(self, event: str, **fields: object) -> None:
        if self._log_event is not None:
            self._log_event({"t": time.monotonic(), "event": event, **fields})
