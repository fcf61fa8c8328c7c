"""What was asked before, for the arrow keys."""

from __future__ import annotations

_MOST = 100


class PromptHistory:
    """Prompts of this run, each once, walked from the newest to the oldest and back."""

    def __init__(self) -> None:
        self._prompts: list[str] = []
        self._at: int | None = None

    def add(self, prompt: str) -> None:
        """Remember a prompt as the newest one."""
        self.leave()
        if prompt.strip():
            others = [each for each in self._prompts if each != prompt]
            self._prompts = [*others[1 - _MOST :], prompt]

    def older(self) -> str | None:
        """The prompt before the one that was given last; None at the oldest."""
        at = len(self._prompts) if self._at is None else self._at
        if at == 0:
            return None
        self._at = at - 1
        return self._prompts[self._at]

    def newer(self) -> str | None:
        """The prompt after the one given last; empty behind the newest, None where none was given."""
        if self._at is None:
            return None
        self._at += 1
        if self._at == len(self._prompts):
            self._at = None
            return ""
        return self._prompts[self._at]

    @property
    def is_walked(self) -> bool:
        """Whether the input shows a prompt of these."""
        return self._at is not None

    def leave(self) -> None:
        """Begin at the newest again."""
        self._at = None
