"""Broken files: the place is named, the rest is there, and nothing is raised."""

from __future__ import annotations

import json
import random
import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from arvae_desktop.exchange.exporting import Format
from tests.unit.exchange.foreign import chatgpt, node, simple_chatgpt, simple_claude
from tests.unit.exchange.reading import read_bytes, spoken
from tests.unit.exchange.test_round_trips import written
from tests.unit.exchange.trees_of_anything import tree


def chats(count: int) -> list[dict[str, object]]:
    return [simple_chatgpt(number) for number in range(count)]


SAMPLES = {
    "chatgpt": json.dumps(chats(6)).encode(),
    "claude": json.dumps([simple_claude(number) for number in range(6)], indent=1).encode(),
    "own": written([tree("q", "a", title=f"Chat {n}", name=f"c{n}") for n in range(6)], Format.JSON),
    "lines": "\n".join(
        json.dumps({"title": f"Chat {n}", "messages": [{"role": "user", "content": "x"}]}) for n in range(6)
    ).encode(),
    "markdown": written([tree("q", "a", title=f"Chat {n}", name=f"c{n}") for n in range(6)], Format.MARKDOWN),
}
TITLES = [f"Chat {number}" for number in range(6)]


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_are_whole(name: str) -> None:
    read = read_bytes(SAMPLES[name])
    assert read.titles == TITLES
    assert not read.problems
    assert read.progress[-1].done == read.progress[-1].total == len(SAMPLES[name])
    assert read.progress[-1].conversations == 6


@pytest.mark.parametrize("name", ["chatgpt", "claude", "own", "lines"])
@pytest.mark.parametrize("harm", [b'"', b"}", b"]", b"{", b"[", b"\\", b"", b"\x00\xff", b'"}]}},{"a":['])
def test_one_broken_conversation_costs_no_other(name: str, harm: bytes) -> None:
    raw = SAMPLES[name]
    title = b'"Chat 2"'
    at = raw.index(title)
    broken = raw[:at] + harm + raw[at + len(title) :]
    read = read_bytes(broken)
    assert read.titles == TITLES[:2] + TITLES[3:]
    (problem,) = read.problems[:1]
    assert problem.conversation == 3
    assert "Conversation 3" in problem.sentence
    assert problem.offset is not None
    assert raw.index(b'"Chat 1"') < problem.offset <= len(broken)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_that_ends_early(name: str) -> None:
    raw = SAMPLES[name]
    read = read_bytes(raw[: raw.index(b"Chat 4") + 40])
    assert read.titles[:4] == TITLES[:4]
    assert len(read.problems) == 1
    assert "byte" in read.problems[0].sentence


def test_bytes_that_are_no_text_are_shown_as_such() -> None:
    read = read_bytes(SAMPLES["chatgpt"].replace(b"Answer 3.", b"Answer\xff3."))
    assert spoken(read.trees[3])[1] == ("assistant", "Answer\ufffd3.")
    assert read.problems[0].conversation == 4


def test_values_of_every_wrong_type() -> None:
    wrong = [None, True, 0, -1, 1.5, 1e308, 10**30, 10**400, "", "x", "\ud800", [], [[]], {}, {"a": {}}]
    for sample in (simple_chatgpt(), simple_claude(), json.loads(SAMPLES["own"])["conversations"][0]):
        text = json.dumps(sample)
        for place in _places(sample):
            for value in wrong:
                copy = json.loads(text)
                _put(copy, place, value)
                read = read_bytes(json.dumps([copy, sample]).encode())
                assert read.trees[-1].messages
                for imported in read.trees:
                    json.dumps(repr(imported)).encode()
                    repr(imported).encode()  # no halves of characters


def _places(value: object, above: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    members = (
        list(value.items())
        if isinstance(value, dict)
        else list(enumerate(value))
        if isinstance(value, list)
        else []
    )
    return [place for name, member in members for place in [(*above, name), *_places(member, (*above, name))]]


def _put(value: object, place: tuple[object, ...], new: object) -> None:
    for name in place[:-1]:
        value = value[name]  # type: ignore[index]
    value[place[-1]] = new  # type: ignore[index]


HOSTILE = {
    "nothing": b"",
    "blanks": b" \n ",
    "deep": b"[" * 200_000,
    "deep objects": b'{"mapping":' * 100_000,
    "deep in one": b'[{"mapping":{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}}]",
    "a long number": b'[{"mapping":{},"create_time":' + b"9" * 100_000 + b"}]",
    "a big number": b'[{"mapping":{},"create_time":1e999,"title":NaN}]',
    "only quotes": b'["' * 50_000,
    "numbers": b"[" + b"1," * 10_000 + b"1]",
    "null": b"null",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(1000),
    "utf-16": "[]".encode("utf-16"),
    "closings": b"]" * 1000,
    "commas": b"[" + b"," * 1000,
    "many that are nothing": b"[" + b"{}," * 500 + b"{}]",
    "a title alone": b'[{"title":"x"}]',
    "only front matter": b"---\nformat: arvae-desktop/markdown\n---\n",
    "a lying boundary": b'---\nformat: arvae-desktop/markdown\nboundary: ".*"\n---\n',
    "a newer version": b'{"format": "arvae-desktop/conversations", "version": 2, "conversations": [{}]}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_told_and_nothing_else(name: str) -> None:
    read = read_bytes(HOSTILE[name])
    assert read.problems or name == "a big number"
    assert len(read.problems) <= 101
    # Each try to go on is a step; to try every brace would take minutes for a megabyte.
    assert len(read.progress) < 2_000


def test_a_newer_version_is_not_guessed_at() -> None:
    (problem,) = read_bytes(HOSTILE["a newer version"]).problems
    assert "newer version" in problem.sentence


@settings(max_examples=300)
@given(st.sampled_from(sorted(SAMPLES)), st.integers(0, 2**32), st.integers(1, 4))
@example("own", 1362, 1)  # takes the name of a conversation's messages away: their list seemed to be the last
def test_mutated_files_never_raise(name: str, seed: int, count: int) -> None:
    chance = random.Random(seed)
    raw = bytearray(SAMPLES[name])
    for _ in range(count):
        at = chance.randrange(len(raw))
        match chance.randrange(4):
            case 0:
                raw[at] ^= 1 << chance.randrange(8)
            case 1:
                del raw[at : at + chance.randrange(200)]
            case 2:
                raw[at:at] = raw[chance.randrange(len(raw)) :][: chance.randrange(200)]
            case _:
                raw[at] = chance.choice(b'"\\{}[],:\n')
    read = read_bytes(bytes(raw))
    # Each change harms two conversations at most: the one that it is in, and one that it runs into.
    assert len(read.trees) >= 6 - 2 * count - 2 or read.problems
    for imported in read.trees:
        repr(imported).encode()


@pytest.mark.parametrize("name", SAMPLES)
def test_every_flipped_byte_of_one_conversation(name: str) -> None:
    raw = SAMPLES[name]
    start, end = raw.index(b"Chat 2"), raw.index(b"Chat 3") - 30
    for at in range(start, end, 3):
        broken = raw[:at] + bytes([raw[at] ^ 4]) + raw[at + 1 :]
        titles = read_bytes(broken).titles
        assert [title for title in TITLES if title in ("Chat 0", "Chat 1", "Chat 4", "Chat 5")] == [
            title for title in titles if title in ("Chat 0", "Chat 1", "Chat 4", "Chat 5")
        ], at


@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_file_makes_the_same_ids(name: str) -> None:
    first, second = read_bytes(SAMPLES[name]), read_bytes(SAMPLES[name])
    assert first.trees == second.trees
    ids = [kept.message.id for imported in first.trees for kept in imported.messages]
    assert len(set(ids)) == len(ids)
    assert len({imported.conversation.id for imported in first.trees}) == 6


def test_an_import_can_be_cancelled_and_shows_progress() -> None:
    import io

    from arvae_desktop.exchange.importing import import_stream

    raw = json.dumps(chats(3000)).encode()
    file = io.BytesIO(raw)
    found = import_stream(file, len(raw))
    for _ in range(10):
        next(found)
    found.close()
    assert file.tell() < len(raw)


def test_a_long_text_is_read_in_linear_time_and_memory() -> None:
    raw = json.dumps([chatgpt(node("q", None, "user", "x{" * 4_000_000)), simple_chatgpt()]).encode()
    tracemalloc.start()
    read = read_bytes(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(read.trees) == 2
    assert peak < 8 * len(raw)
