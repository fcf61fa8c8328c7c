"""What can be sent beside a prompt: what the desktop has in hand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LONGEST = 400_000
_CUT = "\n[…]"


class ContextKind(StrEnum):
    """Where a piece of context comes from."""

    CLIPBOARD = "clipboard"
    SELECTION = "selection"


_TITLES = {ContextKind.CLIPBOARD: "Text from the clipboard", ContextKind.SELECTION: "Selected text"}


@dataclass(frozen=True, slots=True)
class ContextPiece:
    """A text that the user put beside the prompt."""

    kind: ContextKind
    text: str

    def as_text(self) -> str:
        """As it is sent: under a title, fenced, so that a model knows where it ends."""
        text = self.text if len(self.text) <= LONGEST else self.text[:LONGEST] + _CUT
        fence = "```"
        while fence in text:
            fence += "`"
        return f"{_TITLES[self.kind]}:\n\n{fence}\n{text.rstrip()}\n{fence}"
