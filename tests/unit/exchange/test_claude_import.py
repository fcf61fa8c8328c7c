"""Claude's export: with parents and without, its blocks, its attachments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.unit.exchange.foreign import claude, said, simple_claude
from tests.unit.exchange.reading import read_bytes, spoken

if TYPE_CHECKING:
    from arvae_desktop.domain.conversations import ConversationTree


def imported(conversation: dict[str, object]) -> ConversationTree:
    read = read_bytes(json.dumps([conversation]).encode())
    assert not read.problems
    return read.trees[0]


def test_a_conversation() -> None:
    tree = imported(
        simple_claude() | {"is_starred": True, "project": {"name": "Garden"}, "model": "claude-x"}
    )
    conversation = tree.conversation
    assert (conversation.title, conversation.is_pinned, conversation.folder) == ("Chat 1", True, "Garden")
    assert (conversation.created_at, conversation.updated_at) == (1740823200.25, 1740823500.0)
    assert conversation.settings.model == "claude-x"
    assert spoken(tree) == [("user", "Question 1?"), ("assistant", "Answer 1.")]


def test_branches() -> None:
    root = "00000000-0000-4000-8000-000000000000"
    messages = (
        said("a", "human", "one", parent_message_uuid=root),
        said("b", "assistant", "two", parent_message_uuid="a"),
        said("c", "assistant", "other two", parent_message_uuid="a"),
    )
    assert spoken(imported(claude(*messages))) == [("user", "one"), ("assistant", "other two")]
    shown = imported(claude(*messages, current_leaf_message_uuid="b"))
    assert spoken(shown) == [("user", "one"), ("assistant", "two")]
    assert len(shown.messages) == 3


def test_blocks() -> None:
    content = [
        {"type": "thinking", "thinking": "Hm.", "summaries": []},
        {"type": "text", "text": "First."},
        {"type": "text", "text": "Second."},
        {"type": "tool_use", "name": "search", "input": {"q": "ü"}},
        {"type": "tool_result", "name": "search", "content": [{"type": "text", "text": "found"}]},
        {"type": "token_budget"},
        {"type": "text", "text": "Third."},
    ]
    tree = imported(claude(said("a", "human", "q"), said("b", "assistant", "less", content=content)))
    segments = [(segment.kind.value, segment.text) for segment in tree.messages[1].message.segments]
    assert segments == [
        ("reasoning", "Hm."),
        ("text", "First.\n\nSecond."),
        ("tool_call", 'search({"q": "ü"})\n→ found\n'),
        ("text", "Third."),
    ]


def test_old_files_have_a_text_alone_and_attachments_their_content() -> None:
    attachments = [{"file_name": "a.py", "extracted_content": "print()"}, {"file_name": "b.png"}]
    tree = imported(claude(said("a", "human", "look", content=[], attachments=attachments)))
    assert tree.messages[0].message.text == "look\n\n[a.py]\n\n```\nprint()\n```\n\n[b.png]"
