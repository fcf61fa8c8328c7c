"""Elements of long files, whatever pieces the file is read in, and the bounds of what is read."""

from __future__ import annotations

import io
import json
import random

import pytest

from arvae_desktop.exchange import elements, importing
from arvae_desktop.exchange.elements import Damage, Element, ElementReader, Window
from tests.unit.exchange.reading import read_bytes
from tests.unit.exchange.test_import_damage import SAMPLES, TITLES


def read(raw: bytes, **how: int) -> list[Element | Damage]:
    reader = ElementReader(
        Window(io.BytesIO(raw)), is_in_list=False, looks_right=lambda value: isinstance(value, dict), **how
    )
    return [found for found in reader if found is not None]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_pieces_in_which_a_file_is_read_change_nothing(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(name)
    for _ in range(20):
        raw = bytearray(SAMPLES[name])
        raw[chance.randrange(len(raw))] = chance.choice(b'"{}[]\\\xff')
        monkeypatch.undo()
        whole = read_bytes(bytes(raw))
        monkeypatch.setattr(importing, "_MOST_HEADER", 1_500)
        monkeypatch.setattr(elements, "_READ_BYTES", chance.choice([1, 2, 7, 64]))
        pieces = read_bytes(bytes(raw))
        assert pieces.trees == whole.trees
        assert pieces.problems == whole.problems


@pytest.mark.parametrize("size", range(1, 40))
def test_a_beginning_that_is_cut_by_the_end_of_a_piece(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements, "_READ_BYTES", size)
    damage, element = read(b'{"a":1]}\n{\n        "b": 2}')
    assert isinstance(damage, Damage)
    assert isinstance(element, Element)
    assert (element.value, element.offset, element.number) == ({"b": 2}, 9, 2)


def test_places_and_numbers() -> None:
    first, second, third = read(b'{"a":1}\n[{"b":"\xc3\xbc"},\n {"c":3}]')
    assert first == Element({"a": 1}, 0, 7, 1, 0)
    assert second == Element({"b": "ü"}, 9, 10, 2, 1)
    assert third == Element({"c": 3}, 22, 7, 3, 1)


def test_a_fault_between_two_lists_keeps_them_apart() -> None:
    one = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    two = [{"role": "user", "content": "c"}, {"role": "assistant", "content": "d"}]
    lines = f"{json.dumps(one)}\n{json.dumps(two)}".replace('"b"}]', '"b}]')
    texts = [[kept.message.text for kept in tree.messages] for tree in read_bytes(lines.encode()).trees]
    assert texts[-1][-1] == "d"
    assert ["a"] in texts


def test_an_element_that_is_too_long_costs_no_other() -> None:
    found = read(
        json.dumps([{"a": "ü" * 3_000_000}, {"b": 1}], ensure_ascii=False).encode(), most_bytes=1 << 20
    )
    assert [type(one) for one in found] == [Damage, Element]
    assert isinstance(found[0], Damage)
    assert found[0].reason == "has more than 1 MB"


def test_an_element_of_too_many_parts_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements, "MOST_CONTAINERS", 100)
    found = read(json.dumps([{"ü": [[]] * 200}, {"b": 1}], ensure_ascii=False).encode())
    assert [type(one) for one in found] == [Damage, Element]


def test_a_list_of_too_many_messages_is_cut_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_MOST_MESSAGES", 3)
    found = read_bytes(json.dumps([{"role": "user", "content": "x"}] * 5).encode())
    assert len(found.trees[0].messages) == 3
    assert "too long" in found.problems[0].sentence


def test_a_byte_order_mark_is_passed_over() -> None:
    for name in SAMPLES:
        assert read_bytes(b"\xef\xbb\xbf" + SAMPLES[name]).titles == TITLES


def test_system_prompts_and_all_that_a_list_can_hold() -> None:
    messages = [
        {"role": "developer", "content": [{"type": "text", "text": "Be brief."}]},
        {"role": "user", "content": [{"type": "text", "text": "Look:"}, {"type": "image_url"}, "and?"]},
        {
            "role": "assistant",
            "content": None,
            "reasoning_content": "Hm.",
            "refusal": "No.",
            "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}, None],
        },
        {"role": "tool", "content": "result"},
    ]
    (tree,) = read_bytes(json.dumps({"model": "m", "title": "T", "messages": messages}).encode()).trees
    assert (tree.conversation.settings.system, tree.conversation.settings.model) == ("Be brief.", "m")
    assert [[(part.kind.value, part.text) for part in kept.message.segments] for kept in tree.messages] == [
        [("text", "Look:\n\n[image_url]and?")],
        [("reasoning", "Hm."), ("refusal", "No."), ("tool_call", "f({})\n")],
        [("tool_call", "→ result\n")],
    ]
