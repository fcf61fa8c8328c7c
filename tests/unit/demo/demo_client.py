"""A client of the demo server that sees every byte: requests, chunks and the ends of connections."""

import asyncio
import contextlib
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from arvae_desktop.demo.server import DemoServer


def run(main):
    """Run a test's coroutine with a time bound; it must leave no task behind."""

    async def bounded():
        async with asyncio.timeout(30):
            await main
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(bounded())


class Recorder:
    """A server's log that can be waited on."""

    def __init__(self):
        self.events = []
        self._news = asyncio.Event()

    def __call__(self, event):
        self.events.append(event)
        self._news.set()

    async def wait_for(self, name, **fields):
        """The first event, past or future, of that name with those fields."""
        while True:
            for event in self.events:
                if event["event"] == name and fields.items() <= event.items():
                    return event
            self._news.clear()
            await self._news.wait()

    def names(self, number):
        """The names of one request's events, tokens left out."""
        return [event["event"] for event in self.events if event.get("id") == number and "n" not in event]


@contextlib.asynccontextmanager
async def serving(**options):
    """A started server and its log."""
    log = Recorder()
    async with DemoServer(**{"tokens_per_second": None, "log": log, **options}) as server:
        yield server, log


@dataclass
class Reply:
    """A whole answer. `complete` says whether the body ended as its framing promised."""

    status: int
    headers: dict[str, str]
    chunks: list[bytes]
    complete: bool

    @property
    def body(self):
        return b"".join(self.chunks)

    def json(self):
        return json.loads(self.body)

    def events(self):
        """The data of the events; each must have had a chunk of its own."""
        assert all(chunk.startswith(b"data: ") and chunk.endswith(b"\n\n") for chunk in self.chunks)
        assert all(chunk.count(b"\n") == 2 for chunk in self.chunks)
        return [chunk[6:-2].decode() for chunk in self.chunks]

    def objects(self):
        """The events that are JSON objects."""
        found = []
        for event in self.events():
            with contextlib.suppress(ValueError):
                found.append(json.loads(event))
        return found

    def text(self, kind="content"):
        """The joined deltas."""
        choices = [chunk["choices"][0] for chunk in self.objects() if chunk.get("choices")]
        return "".join(choice["delta"].get(kind, "") for choice in choices)


class Client:
    """One connection."""

    def __init__(self, reader, writer, host):
        self.reader = reader
        self.writer = writer
        self._host = host

    @classmethod
    async def connect(cls, server):
        address = urlsplit(server.base_url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=2**20)
        return cls(reader, writer, address.netloc)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.close()

    async def close(self):
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()

    async def send(self, method, path, body=b"", **headers):
        fields = {"host": self._host, "content_length": len(body) if body else None, **headers}
        lines = [f"{key.replace('_', '-')}: {value}" for key, value in fields.items() if value is not None]
        self.writer.write("\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode() + body)
        with contextlib.suppress(ConnectionError):
            await self.writer.drain()

    async def chat(self, model, content="Hello", stream=True, key=None, **more):
        messages = [{"role": "user", "content": content}]
        body = json.dumps({"model": model, "messages": messages, "stream": stream, **more}).encode()
        await self.send(
            "POST", "/v1/chat/completions", body, authorization=None if key is None else f"Bearer {key}"
        )

    async def read_head(self):
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:-2])
        return int(lines[0].split()[1]), headers

    async def read_chunk(self):
        """The next chunk's bytes, b"" for the last.

        Raises:
            asyncio.IncompleteReadError: the connection ended first.
        """
        size = int(await self.reader.readuntil(b"\r\n"), 16)
        return (await self.reader.readexactly(size + 2))[:-2]

    async def read_reply(self):
        """The whole answer; the server must close after it."""
        status, headers = await self.read_head()
        chunks = []
        complete = True
        if headers.get("transfer-encoding") == "chunked":
            try:
                while chunk := await self.read_chunk():
                    chunks.append(chunk)
            except asyncio.IncompleteReadError:
                complete = False
        else:
            chunks.append(await self.reader.read(int(headers["content-length"])))
            while (more := await self.reader.read(2**20)) and complete:
                chunks.append(more)
            complete = sum(map(len, chunks)) == int(headers["content-length"])
        assert await self.reader.read() == b""
        return Reply(status, headers, chunks, complete)


async def ask(server, model, content="Hello", **more):
    """One chat request and its whole answer."""
    async with await Client.connect(server) as client:
        await client.chat(model, content, **more)
        return await client.read_reply()


async def fetch(server, method, path, body=b"", **headers):
    """One request and its whole answer."""
    async with await Client.connect(server) as client:
        await client.send(method, path, body, **headers)
        return await client.read_reply()
