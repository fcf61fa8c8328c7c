"""Takes a key out of text that comes in pieces, also where it is cut between two of them."""

from __future__ import annotations

from arvae_desktop.domain.secret import MARK

# So much of a key may have come out before it is known for one; so much is no secret.
_KNOWN_BY = 4
_TOO_MUCH = 8


class KeyCutter:
    """Reads one text.

    What may be the beginning of the key, four characters or more of it, is held back until more comes.

    Args:
        key: at least five characters.

    Attributes:
        held: what is held back.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self._start = key[:_KNOWN_BY]
        self._before = ""  # the last characters that came out, or were held back and then came out
        self.held = ""

    def feed(self, piece: str) -> str:
        """What can come out now, mostly `piece` itself; may be empty."""
        window = self._before + self.held + piece
        if self._start not in window:
            self._before = window[1 - _KNOWN_BY :]
            return piece
        shown, at, searched = [], len(self._before), 0
        while (found := window.find(self._key, searched)) >= 0:
            shown += [window[at : max(at, found)], MARK]
            at = searched = found + len(self._key)
        end = max(at, len(window) - self._beginning_at_end_of(window[searched:]))
        shown.append(window[at:end])
        self._before, self.held = window[max(searched, end - _KNOWN_BY + 1) : end], window[end:]
        return "".join(shown)

    def rest(self) -> str:
        """What is held back, to come out now: a word that began like the key, or too much of the key.

        The key is still known for one if the rest of it comes later.
        """
        held, self.held = self.held, ""
        self._before += held
        return MARK if len(held) >= _TOO_MUCH else held

    def _beginning_at_end_of(self, text: str) -> int:
        """The length of the longest end of `text` with which the key begins, if it is long enough to tell."""
        for length in range(min(len(self._key) - 1, len(text)), _KNOWN_BY - 1, -1):
            if text.endswith(self._key[:length]):
                return length
        return 0
