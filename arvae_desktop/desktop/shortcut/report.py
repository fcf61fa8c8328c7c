"""What became of the shortcut: what was tried, and what the system answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class ShortcutState(StrEnum):
    """Where the shortcut stands."""

    OFF = "off"  # nobody asked for it, or it is paused
    ASKING = "asking"  # the desktop has not answered yet
    ACTIVE = "active"
    CONFLICT = "conflict"  # another program has it
    UNAVAILABLE = "unavailable"  # there is no way to it here


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing that was tried.

    Attributes:
        what: in words, with the call's name.
        answer: what the system said to it.
        is_good: whether that was hoped for.
    """

    what: str
    answer: str
    is_good: bool


@dataclass(frozen=True, slots=True)
class ShortcutReport:
    """The doctor's notes.

    Attributes:
        way: how it is had here, in words, such as “X11 key grab”.
        trigger: what to press, as the user or the desktop chose it; empty where that isn't known.
        reason: why it can't be had, in a sentence for the user; empty where it can.
        trials: in their order.
    """

    way: str
    state: ShortcutState = ShortcutState.OFF
    trigger: str = ""
    reason: str = ""
    trials: tuple[Trial, ...] = ()

    def tried(self, what: str, answer: str, *, is_good: bool) -> ShortcutReport:
        """With one more trial."""
        return replace(self, trials=(*self.trials, Trial(what, answer, is_good)))

    def as_text(self) -> str:
        """All of it, for a bug report."""
        lines = [f"Shortcut: {self.trigger or 'none'}", f"Way: {self.way}", f"State: {self.state}"]
        if self.reason:
            lines.append(f"Reason: {self.reason}")
        lines += [f"{'ok ' if each.is_good else 'NO '} {each.what} → {each.answer}" for each in self.trials]
        return "\n".join(lines) + "\n"
