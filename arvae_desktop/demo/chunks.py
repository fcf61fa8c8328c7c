"""The JSON shapes of the chat-completions protocol, as a server sends them."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field

_OWNER = "arvae-desktop-demo"


def to_json(value: object) -> bytes:
    """Compact UTF-8 JSON; lone surrogates, which UTF-8 can't hold, make all of it ASCII escapes."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def error_object(message: str, kind: str, code: str | None = None) -> dict[str, object]:
    """The object that both an error's body and an error event consist of."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def model_list(names: list[str], created: int) -> dict[str, object]:
    """The answer to `GET /models`."""
    models = [{"id": name, "object": "model", "created": created, "owned_by": _OWNER} for name in names]
    return {"object": "list", "data": models}


def usage(prompt_tokens: int, completion_tokens: int) -> dict[str, int]:
    """The usage object."""
    total = prompt_tokens + completion_tokens
    return {"prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens, "total_tokens": total}


@dataclass(frozen=True)
class Shapes:
    """Makes the chunks of one answer.

    Attributes:
        completion_id: the same in every chunk.
        model: the model's name.
        with_usage: whether the client asked for a usage chunk; the other chunks then carry a null there.
    """

    completion_id: str
    model: str
    with_usage: bool = False
    created: int = field(default_factory=lambda: int(time.time()))

    def delta(self, delta: dict[str, str], finish_reason: str | None = None) -> dict[str, object]:
        """A chunk whose one choice carries a delta or the reason why there will be no more."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return self._object("chat.completion.chunk", [choice], {"usage": None} if self.with_usage else {})

    def usage_chunk(self, counts: dict[str, int]) -> dict[str, object]:
        """The chunk after the last one, without choices."""
        return self._object("chat.completion.chunk", [], {"usage": counts})

    def completion(self, message: dict[str, str], finish: str, counts: dict[str, int]) -> dict[str, object]:
        """A whole answer in one object."""
        choice = {
            "index": 0,
            "message": {"role": "assistant", **message},
            "logprobs": None,
            "finish_reason": finish,
        }
        return self._object("chat.completion", [choice], {"usage": counts})

    def _object(
        self, kind: str, choices: list[dict[str, object]], more: dict[str, object]
    ) -> dict[str, object]:
        head = {"id": self.completion_id, "object": kind, "created": self.created, "model": self.model}
        return {**head, "choices": choices, **more}
