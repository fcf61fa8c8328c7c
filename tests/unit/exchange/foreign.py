"""Exports in the shape of other programs', made up for tests."""

from __future__ import annotations


def node(
    name: str,
    parent: str | None,
    role: str = "user",
    text: str | None = None,
    *,
    content: dict[str, object] | None = None,
    **more: object,
) -> dict[str, object]:
    """A node of ChatGPT's tree; without a text and a content, one that holds no message."""
    message = None
    if text is not None or content is not None:
        message = {
            "id": name,
            "author": {"role": role, "name": None, "metadata": {}},
            "create_time": 1700000000.5 + len(name),
            "update_time": None,
            "content": content or {"content_type": "text", "parts": [text]},
            "status": "finished_successfully",
            "end_turn": True,
            "weight": 1.0,
            "metadata": {},
            "recipient": "all",
            **more,
        }
    return {"id": name, "message": message, "parent": parent, "children": []}


def chatgpt(
    *nodes: dict[str, object], title: str = "Trees", name: str = "conv-1", **more: object
) -> dict[str, object]:
    return {
        "title": title,
        "create_time": 1700000000.25,
        "update_time": 1700000100.75,
        "mapping": {node["id"]: node for node in nodes},
        "moderation_results": [],
        "current_node": nodes[-1]["id"],
        "conversation_id": name,
        "is_archived": False,
        **more,
    }


def simple_chatgpt(number: int = 1) -> dict[str, object]:
    """A question and its answer."""
    return chatgpt(
        node("root", None),
        node("q", "root", "user", f"Question {number}?"),
        node("aa", "q", "assistant", f"Answer {number}.", metadata={"model_slug": "gpt-4o"}),
        title=f"Chat {number}",
        name=f"conv-{number}",
    )


def claude(
    *messages: dict[str, object], title: str = "Shrubs", name: str = "cl-1", **more: object
) -> dict[str, object]:
    return {
        "uuid": name,
        "name": title,
        "created_at": "2025-03-01T10:00:00.250000Z",
        "updated_at": "2025-03-01T10:05:00+00:00",
        "account": {"uuid": "someone"},
        "chat_messages": list(messages),
        **more,
    }


def said(name: str, sender: str, text: str, **more: object) -> dict[str, object]:
    """A message of Claude's export."""
    return {
        "uuid": name,
        "text": text,
        "content": [{"type": "text", "text": text, "citations": []}],
        "sender": sender,
        "created_at": "2025-03-01T10:00:01Z",
        "updated_at": "2025-03-01T10:00:01Z",
        "attachments": [],
        "files": [],
        **more,
    }


def simple_claude(number: int = 1) -> dict[str, object]:
    return claude(
        said("a", "human", f"Question {number}?"),
        said("b", "assistant", f"Answer {number}."),
        title=f"Chat {number}",
        name=f"cl-{number}",
    )
