"""Each model's answer as it looks on the wire."""

import asyncio
import json
import re

import httpx
import pytest
from demo_client import Client, ask, fetch, run, serving

from arvae_desktop.demo import prose, texts
from arvae_desktop.demo.scripts import MODELS, Fault, Script, cut, message_text

ANSWERING = [
    name for name, script in MODELS.items() if isinstance(script, Script) and script.ending.value == "done"
]


def test_the_list_has_every_model():
    async def main():
        async with serving() as (server, _):
            reply = await fetch(server, "GET", "/v1/models?limit=5")
            assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
            models = reply.json()
            assert models["object"] == "list"
            assert [model["id"] for model in models["data"]] == list(MODELS)
            for model in models["data"]:
                assert model.keys() == {"id", "object", "created", "owned_by"}
                assert model["object"] == "model"
                assert isinstance(model["created"], int)

    run(main())


@pytest.mark.parametrize("model", [name for name in ANSWERING if name not in {"demo/slow", "demo/malformed"}])
def test_a_stream_has_the_shape_of_the_protocol(model):
    async def main():
        async with serving() as (server, log):
            reply = await ask(server, model)
            assert reply.status == 200
            assert reply.complete
            assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert reply.headers["connection"] == "close"
            assert not [name for name in reply.headers if name.startswith("access-control")]
            events = reply.events()
            assert events[-1] == "[DONE]"
            chunks = [json.loads(event) for event in events[:-1]]
            assert len({(chunk["id"], chunk["created"]) for chunk in chunks}) == 1
            for chunk in chunks:
                assert chunk.keys() == {"id", "object", "created", "model", "choices"}
                assert (chunk["object"], chunk["model"]) == ("chat.completion.chunk", model)
                assert [choice["index"] for choice in chunk["choices"]] == [0]
            assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
            for chunk in chunks[1:-1]:
                choice = chunk["choices"][0]
                assert choice["finish_reason"] is None
                assert choice["delta"].keys() in ({"content"}, {"reasoning_content"})
                assert all(choice["delta"].values())
            last = chunks[-1]["choices"][0]
            assert (last["delta"], last["finish_reason"]) == ({}, MODELS[model].finish_reason)
            await log.wait_for("finished")
            assert log.names(1) == ["request", "first_byte", "finished"]

    run(main())


@pytest.mark.parametrize("model", ANSWERING)
def test_an_answer_that_is_not_streamed_is_one_object(model):
    async def main():
        async with serving() as (server, _):
            reply = await ask(server, model, stream=False)
            assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
            if model == "demo/malformed":
                with pytest.raises(ValueError, match="Unterminated string"):
                    reply.json()
                return
            answer = reply.json()
            assert answer["object"] == "chat.completion"
            (choice,) = answer["choices"]
            assert choice["message"]["role"] == "assistant"
            assert choice["message"]["content"]
            assert choice["finish_reason"] == MODELS[model].finish_reason
            assert answer["usage"]["completion_tokens"] > 0

    run(main())


def test_usage_comes_last_and_only_when_asked_for():
    async def main():
        async with serving() as (server, _):
            reply = await ask(server, "demo/echo", "one two", stream_options={"include_usage": True})
            *chunks, last = reply.objects()
            assert last["choices"] == []
            assert last["usage"] == {"prompt_tokens": 2, "completion_tokens": 2, "total_tokens": 4}
            assert [chunk["usage"] for chunk in chunks] == [None] * 4

    run(main())


@pytest.mark.parametrize(
    "content",
    [
        "Hello",
        "  spaces\tand\n\n\nlines  ",
        "ünï 你好 👩‍🚀",
        "lone \ud83d surrogate",
        "data: [DONE]\n\n",
        "x" * 1_000_000,
    ],
    ids=["word", "white space", "unicode", "surrogate", "protocol", "1 MB"],
)
def test_echo_says_the_same_again(content):
    async def main():
        async with serving() as (server, _):
            assert (await ask(server, "demo/echo", content)).text() == content

    run(main())


def test_echo_takes_the_last_user_message_and_joins_its_text_parts():
    messages = [
        {"role": "user", "content": "first"},
        {"role": "user", "content": [{"text": "la"}, {"type": "image_url"}, {"text": "st"}]},
        {"role": "assistant", "content": "answer"},
        "no message at all",
    ]

    async def main():
        async with serving() as (server, log):
            assert (await ask(server, "demo/echo", messages=messages)).text() == "last"
            assert (await log.wait_for("request"))["messages"] == messages
            assert (await ask(server, "demo/echo", messages=[{"role": "system"}])).text() == ""

    run(main())


def test_filtered_and_length_say_why_they_end():
    async def main():
        async with serving() as (server, _):
            assert (await ask(server, "demo/filtered")).text() == texts.FILTERED
            assert (await ask(server, "demo/length")).text() == texts.LENGTH

    run(main())


@pytest.mark.parametrize(
    ("model", "so_far", "rest"),
    [("demo/cut", texts.CUT, texts.CUT_REST), ("demo/length", texts.LENGTH, texts.LENGTH_REST)],
)
def test_an_answer_that_is_sent_back_is_written_on_to_its_end(model, so_far, rest):
    def turns(*pairs):
        return [{"role": role, "content": content} for role, content in pairs]

    async def main():
        async with serving() as (server, _):
            before = (("user", "Hi"), ("assistant", so_far))
            for asked in (before, (*before, ("user", "Your last message was cut off."))):
                reply = await ask(server, model, messages=turns(*asked))
                assert reply.text() == rest
                assert reply.objects()[-1]["choices"][0]["finish_reason"] == "stop"
            reply = await ask(server, model, messages=turns(*before, ("user", "Something else")))
            assert reply.text() == so_far

    run(main())


def test_reasoning_comes_before_content():
    async def main():
        async with serving() as (server, _):
            reply = await ask(server, "demo/reasoning")
            assert reply.text("reasoning_content") == texts.REASONING
            assert reply.text() == texts.REASONED
            kinds = [next(iter(chunk["choices"][0]["delta"]), "") for chunk in reply.objects()[1:-1]]
            assert kinds == sorted(kinds, reverse=True)

    run(main())


def test_malformed_puts_broken_events_between_good_ones():
    async def main():
        async with serving() as (server, _):
            reply = await ask(server, "demo/malformed")
            assert reply.complete
            assert reply.text() == texts.MALFORMED
            assert len(reply.events()) - len(reply.objects()) == 4 + 1  # [DONE] is no JSON either
            assert reply.events()[-1] == "[DONE]"

    run(main())


@pytest.mark.parametrize("stream", [True, False])
def test_cut_ends_the_connection_but_not_the_body(stream):
    async def main():
        async with serving() as (server, log):
            reply = await ask(server, "demo/cut", stream=stream)
            assert reply.status == 200
            assert not reply.complete
            if stream:
                assert reply.text() == texts.CUT
                assert reply.objects()[-1]["choices"][0]["finish_reason"] is None
            await log.wait_for("finished")

    run(main())


def test_stall_says_some_words_and_then_nothing_more():
    async def main():
        async with serving() as (server, log), await Client.connect(server) as client:
            await client.chat("demo/stall")
            await client.read_head()
            await client.read_chunk()
            text = ""
            while text != texts.STALL:
                event = json.loads((await client.read_chunk())[6:])
                text += event["choices"][0]["delta"]["content"]
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await client.read_chunk()
            await client.close()
            closed = await log.wait_for("client_closed")
            assert closed["sent_tokens"] == len(list(cut(texts.STALL)))

    run(main())


def test_html_is_a_page_with_status_200():
    async def main():
        async with serving() as (server, _):
            reply = await ask(server, "demo/html")
            assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
            assert reply.body.startswith(b"<!DOCTYPE html>")

    run(main())


def test_error_goes_through_its_failures_and_starts_again():
    async def main():
        async with serving() as (server, _):
            replies = [await ask(server, "demo/error") for _ in range(6)]
            assert [reply.status for reply in replies] == [429, 401, 500, 200, 200, 429]
            assert replies[0].headers["retry-after"] == "1"
            for reply in replies[:3]:
                assert reply.json()["error"].keys() == {"message", "type", "param", "code"}
            assert replies[3].text() == texts.STALL
            assert replies[3].complete
            assert replies[3].objects()[-1]["error"]["message"]
            assert "[DONE]" not in replies[3].events()
            assert replies[4].text() == texts.REASONED
            assert [(await ask(server, "demo/error", stream=False)).status for _ in range(5)] == [
                401, 500, 500, 200, 429,
            ]  # fmt: skip

    run(main())


def test_an_ordinary_http_client_understands_the_server():
    async def main():
        async with serving() as (server, _), httpx.AsyncClient(trust_env=False) as client:
            body = {"model": "demo/tour", "stream": True, "messages": [{"role": "user", "content": "Hi"}]}
            text = ""
            async with client.stream("POST", f"{server.base_url}/chat/completions", json=body) as response:
                async for line in response.aiter_lines():
                    if line.startswith("data: {"):
                        text += json.loads(line[6:])["choices"][0]["delta"].get("content", "")
            assert text == texts.TOUR

    run(main())


def test_the_tour_says_what_it_is_and_names_what_there_is():
    lines = texts.TOUR.split("\n")
    assert "This is a scripted demo. There is no model behind it" in lines[2]
    for model in MODELS:
        assert model in texts.TOUR or model == "demo/tour"
    for key in ("Enter sends", "Shift+Enter", "Esc", "Ctrl+N", "Ctrl+,", "Ctrl+Q"):
        assert key in texts.TOUR
    for mark in ("# ", "## ", "1. ", "- ", "> ", "| ", "```"):
        assert any(line.startswith(mark) for line in lines)
    assert 350 <= len(re.findall(r"[\w’'+/-]*\w", texts.TOUR)) <= 450


def test_the_slow_text_is_short():
    assert 55 <= len(texts.SLOW.split()) <= 70


def test_the_long_answer_is_twenty_thousand_tokens_of_varied_prose():
    tokens = list(prose.tokens(cut))
    assert tokens == list(prose.tokens(cut))
    assert len(tokens) == 20_000
    text = "".join(tokens)
    assert 4.5 <= len(text) / len(tokens) <= 5.5
    paragraphs = text.split("\n\n")
    assert all(60 <= len(paragraph.split()) <= 120 for paragraph in paragraphs[:-1])
    assert len(set(paragraphs)) == len(paragraphs)
    assert paragraphs[-1].endswith(".")


@pytest.mark.parametrize("text", ["", " ", "a", texts.TOUR, " " * 100, "x" * 100, "\n\n\t你好 " * 10])
def test_tokens_joined_are_the_text(text):
    assert "".join(cut(text)) == text
    assert all(1 <= len(token) <= 16 for token in cut(text))


@pytest.mark.parametrize("message", [None, 7, {}, {"content": 7}, {"content": [7, {}, {"text": 7}]}])
def test_a_message_without_text_has_an_empty_text(message):
    assert message_text(message) == ""


def test_silent_is_a_fault():
    assert MODELS["demo/silent"] is Fault.SILENT
