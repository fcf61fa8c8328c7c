"""Tool calls, gathered from the pieces in which they come. They are shown and never run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from arvae_desktop.api.strict_json import valid_text
from arvae_desktop.domain.events import ToolCall


@dataclass(slots=True)
class _Gathered:
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)


class ToolCallGatherer:
    """Joins the pieces of each call by the call's index; without an index, by its place in the list."""

    def __init__(self) -> None:
        self._calls: dict[int, _Gathered] = {}

    def add(self, deltas: object) -> None:
        """Take the ``tool_calls`` of one delta. What is of a wrong type is left out."""
        for place, delta in enumerate(deltas if isinstance(deltas, list) else ()):
            if not isinstance(delta, dict):
                continue
            index = delta.get("index")
            if index is None:
                index = place
            if isinstance(index, int) and not isinstance(index, bool):
                self._add_one(index, delta)

    def take(self) -> list[ToolCall]:
        """The calls as they stand, in the order of their indexes; they are taken out."""
        calls, self._calls = self._calls, {}
        return [
            ToolCall(index, call.id, call.name, valid_text("".join(call.arguments)))
            for index, call in sorted(calls.items())
        ]

    def _add_one(self, index: int, delta: dict[str, Any]) -> None:
        call = self._calls.setdefault(index, _Gathered())
        function = delta.get("function")
        function = function if isinstance(function, dict) else {}
        # Some servers repeat id and name in each piece: the first stands.
        call.id = call.id or _text(delta.get("id"))
        call.name = call.name or _text(function.get("name"))
        if arguments := function.get("arguments"):
            call.arguments.append(arguments if isinstance(arguments, str) else "")


def _text(value: object) -> str:
    return valid_text(value) if isinstance(value, str) else ""
