"""Asking for the rest of an answer: as the server is known to like it, and what it refuses is dropped."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import TYPE_CHECKING

import pytest

from arvae_desktop.api.client import ChatClient
from arvae_desktop.domain.events import End, Seam, StreamEvent
from arvae_desktop.domain.messages import Role, Turn
from tests.support.fault_server import (
    DONE,
    STREAM_HEAD,
    Act,
    FaultServer,
    Script,
    answer,
    head,
    text,
    whole_stream,
)
from tests.unit.api.asking import endpoint, events_of, request, starts_of, text_of

if TYPE_CHECKING:
    from arvae_desktop.domain.requests import ChatRequest

PROMPT = Turn(Role.USER, "Count.")
SO_FAR = Turn(Role.ASSISTANT, "One, two, three, fo")
LLAMA = head(content_type="text/event-stream", server="llama.cpp")
VLLM_MODELS = answer(200, '{"data": [{"id": "m", "owned_by": "vllm"}]}')
NO_PREFIX = answer(
    400, '{"error": {"message": "Assistant response prefill is incompatible with enable_thinking."}}'
)
NO_USAGE = answer(400, '{"error": {"message": "unknown field stream_options"}}')


def continuing(base_url: str) -> ChatRequest:
    return dataclasses.replace(request(base_url), turns=(PROMPT, SO_FAR))


async def _continue(client: ChatClient, server: FaultServer) -> list[StreamEvent]:
    return await events_of(continuing(server.base_url), client)


def rest_of(*scripts: Script, models: bool = False, times: int = 1) -> tuple[list[StreamEvent], list[dict]]:
    """The events of the last of so many continuations, and the bodies of all chat requests."""

    async def run() -> tuple[list[StreamEvent], FaultServer]:
        client = ChatClient()
        async with FaultServer(*scripts) as server:
            if models:
                await client.list_models(endpoint(server.base_url))
            for _ in range(times):
                events = await _continue(client, server)
            return events, server

    events, server = asyncio.run(run())
    return events, [sent.json() for sent in server.requests if sent.method == "POST"]


def asks_in_words(body: dict) -> bool:
    *_, before, last = body["messages"]
    assert before == {"role": "assistant", "content": SO_FAR.content}
    assert "continue_final_message" not in body
    return last["role"] == "user" and "cut off" in last["content"]


def test_an_unknown_server_is_asked_in_words() -> None:
    events, (body,) = rest_of(whole_stream("ur, five."))
    assert asks_in_words(body)
    assert text_of(events) == "ur, five."
    assert [event for event in events if isinstance(event, Seam)] == [Seam()]


def test_what_it_says_twice_is_taken_out_and_told() -> None:
    events, _ = rest_of(whole_stream("two, th", "ree, fo", "ur, five."))
    assert [event for event in events if isinstance(event, Seam)] == [Seam("two, three, fo")]
    assert text_of(events) == "ur, five."


def test_vllm_is_known_by_its_models_and_writes_on_in_the_message() -> None:
    events, (body,) = rest_of([VLLM_MODELS], whole_stream("two, three, four"), models=True)
    assert body["messages"][-1] == {"role": "assistant", "content": SO_FAR.content}
    assert (body["continue_final_message"], body["add_generation_prompt"]) == (True, False)
    # It can't repeat anything, so nothing is taken for a repetition.
    assert text_of(events) == "two, three, four"


@pytest.mark.parametrize("owner", ["llamacpp", "vllm"])
def test_a_list_of_models_that_begins_with_another_owner_tells_nothing(owner: str) -> None:
    models = answer(
        200, f'{{"data": [{{"id": "a", "owned_by": "me"}}, {{"id": "b", "owned_by": "{owner}"}}]}}'
    )
    _, (body,) = rest_of([models], whole_stream("ur"), models=True)
    assert asks_in_words(body)


def test_llama_cpp_is_known_by_its_header_and_writes_on_in_the_message() -> None:
    script = [LLAMA, text("ur"), DONE]
    _, (first, second) = rest_of(script, times=2)
    assert asks_in_words(first)
    assert second["messages"][-1]["role"] == "assistant"
    assert "continue_final_message" not in second


def test_a_server_that_refuses_to_write_on_is_asked_in_words_from_then_on() -> None:
    events, bodies = rest_of([VLLM_MODELS], [NO_PREFIX], whole_stream("ur"), models=True, times=2)
    assert [asks_in_words(body) for body in bodies[1:]] == [True, True]
    assert "continue_final_message" in bodies[0]
    assert (text_of(events), len(starts_of(events))) == ("ur", 1)


def test_a_server_that_refuses_both_is_asked_three_times() -> None:
    events, bodies = rest_of([VLLM_MODELS], [NO_USAGE], [NO_PREFIX], whole_stream("ur"), models=True)
    assert len(bodies) == 3
    assert asks_in_words(bodies[2])
    assert "stream_options" not in bodies[2]
    assert text_of(events) == "ur"


def test_a_refusal_in_words_is_told() -> None:
    *_, end = rest_of([VLLM_MODELS], [NO_PREFIX], [answer(400, "too long")], models=True)[0]
    assert isinstance(end, End)
    assert (end.state, end.error.status) == ("failed", 400)


def test_what_is_held_back_at_the_seam_comes_out_when_the_stream_breaks() -> None:
    events, _ = rest_of([STREAM_HEAD, text("two, "), Act.SETTLE, Act.RESET])
    assert text_of(events) == "two, "
    assert events[-1].state == "interrupted"


def test_what_is_held_back_at_the_seam_comes_out_when_it_is_stopped() -> None:
    async def run() -> str:
        held: list[StreamEvent] = []
        async with FaultServer([STREAM_HEAD, text("two, "), Act.STALL]) as server:
            stream = ChatClient().stream(continuing(server.base_url), on_rest=held.append)
            task = asyncio.ensure_future(anext(stream))
            await task  # the start
            waiting = asyncio.ensure_future(anext(stream))
            await asyncio.wait({waiting}, timeout=0.2)
            waiting.cancel()
            await asyncio.wait({waiting})
            await stream.aclose()
        return text_of(held)

    assert asyncio.run(run()) == "two, "
