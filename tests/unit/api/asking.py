"""Helpers for tests that ask a fault server."""

from __future__ import annotations

import json
from contextlib import aclosing

from arvae_desktop.api.client import ChatClient
from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.events import End, Retry, Start, StreamEvent, TextDelta
from arvae_desktop.domain.messages import Role, Turn
from arvae_desktop.domain.requests import ChatRequest, Endpoint
from arvae_desktop.domain.secret import Secret
from tests.support.fault_server import FaultServer, Script, answer

CANARY = "sk-canary-0123456789"
# Long enough for a busy machine, short enough for a test that means to run into it.
SILENCE_S = 0.4


def endpoint(base_url: str, key: str | None = None) -> Endpoint:
    return Endpoint(BaseUrl.parse(base_url), Secret(key) if key else None)


def request(base_url: str, prompt: str = "Hello", *, key: str | None = None, **fields: object) -> ChatRequest:
    fields.setdefault("max_retries", 0)
    return ChatRequest(endpoint(base_url, key), "some/model", (Turn(Role.USER, prompt),), **fields)


def refused(status: int, message: str = "no", **headers: str | int) -> list[bytes]:
    """What a server sends that refuses, and says why."""
    return [answer(status, json.dumps({"error": {"message": message}}), **headers)]


async def events_of(asked: ChatRequest, client: ChatClient | None = None) -> list[StreamEvent]:
    async with aclosing((client or ChatClient()).stream(asked)) as stream:
        return [event async for event in stream]


async def ask(*scripts: Script, **fields: object) -> tuple[list[StreamEvent], End, FaultServer]:
    """Ask a server that plays `scripts`: all events but the last, the last, and the server."""
    async with FaultServer(*scripts) as server:
        *events, end = await events_of(request(server.base_url, **fields))
    assert isinstance(end, End)
    assert not any(isinstance(event, End) for event in events)
    return events, end, server


def text_of(events: list[StreamEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def retries_of(events: list[StreamEvent]) -> list[Retry]:
    return [event for event in events if isinstance(event, Retry)]


def starts_of(events: list[StreamEvent]) -> list[Start]:
    return [event for event in events if isinstance(event, Start)]
