"""ChatGPT's export: its tree, its kinds of content, and nodes that hold no words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from arvae_desktop.domain.messages import AnswerState, SegmentKind
from tests.unit.exchange.foreign import chatgpt, node, simple_chatgpt
from tests.unit.exchange.reading import read_bytes, spoken

if TYPE_CHECKING:
    from arvae_desktop.domain.conversations import ConversationTree


def imported(conversation: dict[str, object]) -> ConversationTree:
    read = read_bytes(json.dumps([conversation]).encode())
    assert not read.problems
    return read.trees[0]


def kinds(tree: ConversationTree, index: int) -> list[tuple[str, str]]:
    return [(segment.kind.value, segment.text) for segment in tree.messages[index].message.segments]


def test_a_conversation() -> None:
    tree = imported(simple_chatgpt() | {"is_archived": True})
    conversation = tree.conversation
    assert (conversation.title, conversation.has_own_title, conversation.is_archived) == (
        "Chat 1",
        True,
        True,
    )
    assert (conversation.created_at, conversation.updated_at) == (1700000000.25, 1700000100.75)
    assert spoken(tree) == [("user", "Question 1?"), ("assistant", "Answer 1.")]
    prompt, answer = tree.messages
    assert prompt.message.facts is None
    assert answer.message.facts is not None
    assert answer.message.facts.model == "gpt-4o"
    assert answer.parent == prompt.message.id


def test_branches_and_the_one_that_is_shown() -> None:
    tree = imported(
        chatgpt(
            node("root", None),
            node("q1", "root", "user", "first wording"),
            node("a1", "q1", "assistant", "one"),
            node("a2", "q1", "assistant", "another"),
            node("q2-x", "root", "user", "second wording"),
            node("a3", "q2-x", "assistant", "three"),
            current_node="a2",
        )
    )
    assert len(tree.messages) == 5
    assert spoken(tree) == [("user", "first wording"), ("assistant", "another")]
    assert [kept.message.text for kept in tree.messages if kept.parent is None] == [
        "first wording",
        "second wording",
    ]


def test_branches_stand_in_the_order_of_time() -> None:
    tree = imported(
        chatgpt(
            node("late", None, "user", "second", create_time=9),
            node("early", None, "user", "first", create_time=5),
        )
    )
    assert [kept.message.text for kept in tree.messages] == ["first", "second"]


def test_answers_that_part_ways_halfway() -> None:
    tree = imported(
        chatgpt(
            node("q", None, "user", "question"),
            node("a", "q", "assistant", "beginning"),
            node("b", "a", "assistant", "one end"),
            node("c", "a", "assistant", "another end"),
        )
    )
    assert [kept.message.text for kept in tree.messages] == [
        "question",
        "beginning",
        "one end",
        "another end",
    ]
    assert tree.messages[2].parent == tree.messages[3].parent == tree.messages[1].message.id


def test_nodes_in_any_order() -> None:
    tree = imported(
        chatgpt(
            node("a", "q", "assistant", "answer", create_time=5),
            node("q", "root", "user", "question", create_time=9),
            node("root", None),
            current_node="a",
        )
    )
    assert spoken(tree) == [("user", "question"), ("assistant", "answer")]


def test_thoughts_tools_and_words_are_one_answer() -> None:
    thoughts = {"content_type": "thoughts", "thoughts": [{"summary": "Plan", "content": "Look it up."}]}
    code = {"content_type": "code", "language": "unknown", "text": 'search("b-tree")'}
    output = {"content_type": "execution_output", "text": "found it"}
    recap = {"content_type": "reasoning_recap", "content": "Thought for 3s"}
    tree = imported(
        chatgpt(
            node("root", None),
            node("hidden", "root", "system", "", metadata={"is_visually_hidden_from_conversation": True}),
            node("q", "hidden", "user", "What is it?"),
            node("t", "q", "assistant", content=thoughts, metadata={"finished_duration_sec": 3}),
            node("r", "t", "assistant", content=recap),
            node("c", "r", "assistant", content=code, recipient="browser"),
            node("o", "c", "tool", content=output),
            node("w1", "o", "assistant", "A tree", metadata={"model_slug": "o3"}),
            node(
                "w2",
                "w1",
                "assistant",
                "of pages. \ue200cite\ue202turn0search1\ue201",
                metadata={"model_slug": "o3"},
            ),
        )
    )
    assert [kept.message.role.value for kept in tree.messages] == ["user", "assistant"]
    assert kinds(tree, 1) == [
        ("reasoning", "Plan\n\nLook it up."),
        ("tool_call", 'browser(search("b-tree"))\n→ found it\n'),
        ("text", "A tree\n\nof pages. "),
    ]
    facts = tree.messages[1].message.facts
    assert facts is not None
    assert (facts.model, facts.thinking_s) == ("o3", 3.0)


def test_pictures_files_and_code_leave_a_word() -> None:
    parts = [
        {"content_type": "image_asset_pointer", "asset_pointer": "file-service://x"},
        "What is this?",
        7,
        None,
    ]
    attached = {"attachments": [{"name": "notes.pdf"}, {"id": "nameless"}, 5]}
    content = {"content_type": "multimodal_text", "parts": parts}
    code = {"content_type": "code", "language": "python", "text": "x = '```'"}
    tree = imported(
        chatgpt(
            node("root", None),
            node("q", "root", "user", content=content, metadata=attached),
            node("a", "q", "assistant", content=code),
        )
    )
    assert kinds(tree, 0) == [("text", "[image]\nWhat is this?\n\n[notes.pdf]")]
    assert kinds(tree, 1) == [("text", "[python]\n\n````\nx = '```'\n````")]


def test_how_answers_ended() -> None:
    def state(**more: object) -> AnswerState:
        return (
            imported(chatgpt(node("q", None, "user", "x"), node("a", "q", "assistant", "y", **more)))
            .messages[1]
            .message.state
        )

    assert state() is AnswerState.COMPLETE
    assert state(status="in_progress") is AnswerState.INTERRUPTED
    assert state(metadata={"finish_details": {"type": "max_tokens"}}) is AnswerState.LENGTH
    assert state(metadata={"finish_details": {"type": "interrupted"}}) is AnswerState.STOPPED


def test_parents_in_a_ring_and_parents_that_are_not_there() -> None:
    tree = imported(
        chatgpt(
            node("a", "c", "user", "one"),
            node("b", "a", "assistant", "two"),
            node("c", "b", "user", "three"),
            node("x", "y"),
            node("y", "x"),
            node("z", "x", "user", "four"),
            node("lost", "nowhere", "user", "five"),
        )
    )
    assert sorted(kept.message.text for kept in tree.messages) == ["five", "four", "one", "three", "two"]
    seen: set[str] = set()
    for kept in tree.messages:
        assert kept.parent is None or kept.parent in seen
        seen.add(kept.message.id)


def test_a_very_long_chain_of_silent_nodes() -> None:
    silent = [node(f"n{index}", f"n{index - 1}") for index in range(20_000)]
    loud = [node(f"m{index}", f"n{index}", "user", "x") for index in range(0, 20_000, 2)]
    assert len(imported(chatgpt(*silent, *loud)).messages) == 10_000


def test_a_very_long_answer_of_many_nodes() -> None:
    nodes = [node(f"n{index}", f"n{index - 1}", "assistant", "x" * 100) for index in range(20_000)]
    (kept,) = imported(chatgpt(*nodes)).messages
    assert len(kept.message.text) == 20_000 * 102 - 2
    assert kept.message.segments[0].kind is SegmentKind.TEXT
