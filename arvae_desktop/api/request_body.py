"""What is sent: the conversation as JSON, with what we add to it on our own account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from arvae_desktop.api.server_habits import Profile
from arvae_desktop.api.strict_json import valid_text
from arvae_desktop.domain.messages import Role

if TYPE_CHECKING:
    from arvae_desktop.api.server_habits import ServerHabits
    from arvae_desktop.domain.requests import ChatRequest

_GO_ON = (
    "Your last message was cut off. Write the rest of it: begin exactly where it ends, in the middle of the "
    "word if it ends there. Repeat nothing of it and say nothing about this."
)


def request_body(request: ChatRequest, habits: ServerHabits) -> bytes:
    """The request as JSON in UTF-8, for a server with these habits."""
    messages = [{"role": turn.role.value, "content": valid_text(turn.content)} for turn in request.turns]
    body: dict[str, object] = {
        "model": valid_text(request.model),
        "messages": messages,
        "stream": True,
    }
    wishes = {"temperature": request.temperature, "top_p": request.top_p, "max_tokens": request.max_tokens}
    body |= {name: value for name, value in wishes.items() if value is not None}
    if habits.takes_usage:
        body["stream_options"] = {"include_usage": True}
    if habits.continues_exactly(request):
        if habits.profile is Profile.VLLM:
            body |= {"continue_final_message": True, "add_generation_prompt": False}
    elif request.unfinished is not None:
        messages.append({"role": Role.USER.value, "content": _GO_ON})
    return json.dumps(body, ensure_ascii=False).encode()
