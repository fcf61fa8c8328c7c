"""What is written and read again is the same."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arvae_desktop.domain.conversations import ConversationTree, KeptMessage
from arvae_desktop.domain.messages import AnswerState, Message, Role, Segment, SegmentKind
from arvae_desktop.exchange import markdown_marks
from arvae_desktop.exchange.exporting import Format, write
from tests.unit.exchange.reading import read_bytes, spoken
from tests.unit.exchange.trees_of_anything import TEXTS, tree, trees

if TYPE_CHECKING:
    from collections.abc import Iterable


def written(conversations: Iterable[ConversationTree], form: Format) -> bytes:
    file = io.BytesIO()
    for _ in write(conversations, file, form):
        pass
    return file.getvalue()


@given(st.lists(trees(), min_size=1, max_size=3, unique_by=lambda tree: tree.conversation.id))
def test_json_loses_nothing(conversations: list[ConversationTree]) -> None:
    raw = written(conversations, Format.JSON)
    json.loads(raw)
    read = read_bytes(raw)
    assert read.trees == conversations
    assert not read.problems


def test_running_answers_come_back_interrupted() -> None:
    message = Message("m", Role.ASSISTANT, (Segment(SegmentKind.TEXT, "half"),), AnswerState.RUNNING)
    conversation = replace(tree("x").conversation, tip="m")
    raw = written([ConversationTree(conversation, (KeptMessage(message, None, 1.0),))], Format.JSON)
    assert read_bytes(raw).trees[0].messages[0].message.state is AnswerState.INTERRUPTED


def test_json_stays_json_whatever_the_values() -> None:
    conversation = replace(tree("\ud800x").conversation, created_at=float("nan"), updated_at=float("inf"))
    raw = written([replace(tree("\ud800x"), conversation=conversation)], Format.JSON)
    assert b"NaN" not in raw
    (read,) = read_bytes(raw).trees
    assert read.conversation.created_at == 0.0
    assert read.messages[0].message.text == "\ufffdx"


def test_what_two_messages_cannot_share_and_a_tip_that_is_not_there() -> None:
    first, second = tree("a", "b").messages
    twin = replace(second, message=replace(second.message, id="c1-0"))
    gone = KeptMessage(Message("gone", Role.USER, ()), "c1-0", 2.0, is_deleted=True)
    long = KeptMessage(Message("x" * 201, Role.USER, ()), None, 2.0)
    conversation = replace(tree("a").conversation, tip="nowhere")
    raw = written([ConversationTree(conversation, (first, twin, gone))], Format.JSON)
    (read,) = read_bytes(raw).trees
    assert read.messages == (first, gone)
    assert read.conversation.tip == "c1-0"
    raw = written([ConversationTree(conversation, (long,))], Format.JSON)
    assert len(read_bytes(raw).trees[0].messages[0].message.id) == 36


@pytest.mark.parametrize("text", ["~~~\nx", "```py\nx\n", "x\n````\n```\n", "```\n```\n```"])
def test_what_closes_a_fence_is_no_part_of_the_text(text: str) -> None:
    conversation = tree("q", text, text)
    assert spoken(read_bytes(written([conversation], Format.MARKDOWN)).trees[0]) == spoken(conversation)


@given(st.lists(trees(), min_size=1, max_size=3))
def test_markdown_keeps_titles_roles_and_texts(conversations: list[ConversationTree]) -> None:
    read = read_bytes(written(conversations, Format.MARKDOWN))
    assert read.titles == [tree.conversation.title for tree in conversations]
    assert [spoken(tree) for tree in read.trees] == [spoken(tree) for tree in conversations]
    assert not read.problems
    for back, original in zip(read.trees, conversations, strict=True):
        assert back.conversation.settings.system == original.conversation.settings.system
        assert [kept.created_at for kept in back.branch] == [kept.created_at for kept in original.branch]
        for kept, as_it_was in zip(back.branch, original.branch, strict=True):
            for kind in (SegmentKind.REASONING, SegmentKind.TOOL_CALL):
                assert _of(kind, kept.message) == _of(kind, as_it_was.message)


def _of(kind: SegmentKind, message: Message) -> str:
    return "".join(segment.text for segment in message.segments if segment.kind is kind)


@given(trees())
def test_markdown_keeps_the_id_of_what_nobody_edited(conversation: ConversationTree) -> None:
    raw = written([conversation], Format.MARKDOWN)
    (back,) = read_bytes(raw).trees
    assert back.conversation.id == conversation.conversation.id


def test_edited_markdown_is_another_conversation() -> None:
    raw = written([tree("What is a b-tree?", "A tree.")], Format.MARKDOWN)
    edited = read_bytes(raw.replace(b"A tree.", b"A shrub."))
    assert edited.trees[0].conversation.id != "c1"
    assert spoken(edited.trees[0])[1] == ("assistant", "A shrub.")


def test_markdown_with_the_line_ends_of_windows() -> None:
    raw = written([tree("a", "b"), tree("c", "d", name="c2")], Format.MARKDOWN).replace(b"\n", b"\r\n")
    read = read_bytes(raw)
    assert [spoken(back) for back in read.trees] == [
        [("user", "a"), ("assistant", "b")],
        [("user", "c"), ("assistant", "d")],
    ]


@pytest.mark.parametrize("text", ["~~~\nx", "```py\nx\n", "x\n````\n```\n"])
def test_an_open_fence_does_not_swallow_what_follows(text: str) -> None:
    raw = written([tree("q", text, "next")], Format.MARKDOWN).decode()
    from arvae_desktop.markup.blocks import Heading
    from arvae_desktop.markup.stream import parse

    headings = [block for block in parse(raw) if isinstance(block, Heading) and block.level == 2]
    assert len(headings) == 4  # three messages, and the front matter's last line underlined


def test_front_matter_is_yaml_whatever_the_title() -> None:
    raw = written([tree("q", title="a\x85b\u2028c\x7fd\ne")], Format.MARKDOWN).decode()
    assert 'title: "a\\u0085b\\u2028c\\u007fd\\ne"\n' in raw


def test_a_text_that_holds_the_boundary_gets_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown_marks, "digest_of", lambda _texts: "0123456789abcdef")
    assert markdown_marks.boundary_for(["x"]) == "0123456789abcdef-0"
    assert markdown_marks.boundary_for(["x 0123456789abcdef-0", "0123456789abcdef-1"]) == "0123456789abcdef-2"


def test_front_matter_says_what_people_look_for() -> None:
    raw = written([tree("q", "a", title='On "YAML": #1')], Format.MARKDOWN).decode()
    front = raw.split("---\n")[1]
    assert 'title: "On \\"YAML\\": #1"\n' in front
    assert "date: 2025-10-15T05:20:00Z\n" in front
    assert 'model: "maker/model_1"\n' in front
    assert "branches: 1\n" in front


MESSAGES = st.builds(
    lambda role, content: {"role": role, "content": content}, st.sampled_from(["user", "assistant"]), TEXTS
)
LISTS = st.lists(MESSAGES, min_size=1, max_size=5)


@given(LISTS)
def test_a_list_of_messages(messages: list[dict[str, str]]) -> None:
    expected = [(message["role"], message["content"]) for message in messages]
    for raw in (json.dumps(messages), json.dumps({"messages": messages}), json.dumps(messages, indent=2)):
        (back,) = read_bytes(raw.encode()).trees
        assert spoken(back) == expected
    lines = "\n".join(json.dumps(message, ensure_ascii=False) for message in messages)
    (back,) = read_bytes(lines.encode()).trees
    assert spoken(back) == expected


@given(st.lists(LISTS, min_size=1, max_size=4))
def test_many_lists_of_messages(lists: list[list[dict[str, str]]]) -> None:
    expected = [[(message["role"], message["content"]) for message in one] for one in lists]
    lines = "\n".join(map(json.dumps, lists))
    objects = "\n".join(json.dumps({"messages": one}) for one in lists)
    for raw in (lines, objects, json.dumps(lists)):
        assert [spoken(back) for back in read_bytes(raw.encode()).trees] == expected
