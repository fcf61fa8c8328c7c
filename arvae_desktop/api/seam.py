"""The seam between an answer that was cut off and its rest: finds what the rest says a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arvae_desktop.domain.events import Seam, TextDelta

if TYPE_CHECKING:
    from arvae_desktop.domain.events import StreamEvent

# A rest that begins all over again is found up to this length; looking takes time that grows with it.
_LONGEST_OVERLAP = 100_000
# Fewer letters, or blanks and rules, meet at a seam by chance: “l” in “hel” and “lo”, an indentation, “----”.
_SHORTEST_OVERLAP = 8
_FEWEST_DIFFERENT = 3


class SeamFinder:
    """Takes out of a rest what it repeats, letter for letter, of the end of the answer before it.

    Text is held back as long as it may be such a repetition, and no longer.

    Args:
        before: the text of the answer that was cut off; None if none was, and then everything passes.
        is_exact: whether the server writes on in the same message, so that nothing is ever repeated.
    """

    def __init__(self, before: str | None, *, is_exact: bool) -> None:
        self._before = (before or "")[-_LONGEST_OVERLAP:]
        # Where in it what is held back stands; negative once that is decided.
        self._at = -1 if is_exact or not before else 0
        self._held = ""
        self._has_begun = before is None

    def feed(self, event: StreamEvent) -> list[StreamEvent]:
        """What can be told now that `event` came."""
        if not isinstance(event, TextDelta):
            return [event]
        if self._at < 0:
            return [event] if self._has_begun else self._begun("", event.text)
        self._held += event.text
        self._at = self._before.find(self._held, self._at)
        return self._decided() if self._at < 0 else []

    def rest(self) -> list[StreamEvent]:
        """What was held back, when no more comes."""
        return self._decided() if self._held else []

    def _decided(self) -> list[StreamEvent]:
        held, self._held, self._at = self._held, "", -1
        length = _overlap(self._before, held)
        return self._begun(held[:length], held[length:])

    def _begun(self, repeated: str, text: str) -> list[StreamEvent]:
        self._has_begun = True
        return [Seam(repeated), *([TextDelta(text)] if text else [])]


def _overlap(before: str, rest: str) -> int:
    """The length of the longest end of `before` that `rest` begins with, if that is no chance."""
    longest = min(len(before), len(rest))
    start = len(before) - longest
    while (start := before.find(rest[:_SHORTEST_OVERLAP], start)) >= 0:
        length = len(before) - start
        if length < _SHORTEST_OVERLAP:
            break
        if rest.startswith(before[start:]):
            return length if len(set(before[start:].replace(" ", ""))) >= _FEWEST_DIFFERENT else 0
        start += 1
    return 0
