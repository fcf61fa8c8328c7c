"""Every stream means the same wherever reads cut it."""

from __future__ import annotations

import dataclasses
import json
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arvae_desktop.api.answer import Answer
from arvae_desktop.domain.errors import ArvaeError
from arvae_desktop.domain.events import End, ReasoningDelta, RefusalDelta, TextDelta, ToolCall, Usage
from tests.unit.api.stream_vectors import STREAM, VECTORS, Vector, finish, text

_LONGEST_SPLIT_BODY = 2500


def read(content_type: str, pieces: list[bytes]) -> tuple[tuple[tuple[str, str], ...], End]:
    """What a body says, in the words of the vectors, and how it ends."""
    answer = Answer(content_type)
    events = []
    fault = None
    try:
        for piece in pieces:
            events.extend(answer.feed(piece))
            if answer.is_over:
                break
    except ArvaeError as error:
        fault = error
    *last, end = answer.finish(fault)
    assert isinstance(end, End)
    words = [word(event) for event in [*events, *last]]
    joined = []
    for (kind, _), group in groupby(
        enumerate(words), lambda item: (item[1][0], item[1][0] in ("tool", "usage") and item[0])
    ):
        joined.append((kind, "".join(content for _, (_, content) in group)))
    return tuple(joined), end


def word(event: object) -> tuple[str, str]:
    match event:
        case TextDelta(text):
            found = "text", text
        case ReasoningDelta(text):
            found = "reasoning", text
        case RefusalDelta(text):
            found = "refusal", text
        case ToolCall(_, _, name, arguments):
            found = "tool", f"{name} {arguments}"
        case Usage(prompt, completion):
            found = "usage", f"{prompt} {completion}"
    assert found[1], "no event is empty"
    found[1].encode()  # raises where a lone surrogate got through
    return found


def check(vector: Vector, pieces: list[bytes]) -> None:
    says, end = read(vector.content_type, pieces)
    assert says == vector.says
    assert end.state == vector.state
    assert end.finish_reason == vector.finish_reason
    assert end.skipped_events == vector.skipped
    assert (end.error and end.error.kind) == vector.error
    json.dumps(dataclasses.asdict(end), ensure_ascii=False).encode()


def test_there_are_many_vectors_with_names_of_their_own() -> None:
    assert len({vector.name for vector in VECTORS}) == len(VECTORS) >= 120


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_whole(vector: Vector) -> None:
    check(vector, [vector.body])


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_byte_by_byte(vector: Vector) -> None:
    check(vector, [vector.body[at : at + 1] for at in range(len(vector.body))])


@pytest.mark.parametrize("vector", [v for v in VECTORS if len(v.body) <= _LONGEST_SPLIT_BODY], ids=str)
def test_cut_in_two_anywhere(vector: Vector) -> None:
    for at in range(1, len(vector.body)):
        check(vector, [vector.body[:at], vector.body[at:]])


def test_no_truncation_is_taken_for_the_whole() -> None:
    body = b"".join(map(text, ["Hé", "llo ", "😀", " end"])) + finish()
    for at in range(len(body) - len("}\n\n")):
        says, end = read(STREAM, [body[:at]])
        assert end.state == ("interrupted" if at else "failed")
        assert "Héllo 😀 end".startswith("".join(shown for _, shown in says))


@given(st.sampled_from(VECTORS), st.data())
def test_cut_anyhow(vector: Vector, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(vector.body)), max_size=8).map(sorted))
    check(
        vector,
        [vector.body[start:end] for start, end in zip([0, *cuts], [*cuts, len(vector.body)], strict=True)],
    )


@given(
    st.binary(max_size=300),
    st.sampled_from(["text/event-stream", "application/json", "text/html", ""]),
    st.integers(0, 300),
)
def test_any_bytes_end_the_same_however_cut(body: bytes, content_type: str, at: int) -> None:
    assert read(content_type, [body]) == read(content_type, [body[:at], body[at:]])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "choices",
                        "delta",
                        "content",
                        "index",
                        "message",
                        "usage",
                        "error",
                        "tool_calls",
                        "function",
                        "arguments",
                        "finish_reason",
                        "reasoning",
                        "object",
                        "model",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_makes_it_crash(document: object) -> None:
    read("text/event-stream", [b"data: " + json.dumps(document).encode() + b"\n\n"])
    read("application/json", [json.dumps(document).encode()])
