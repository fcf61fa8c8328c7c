"""A text that must not be seen."""

from __future__ import annotations

import re

_PRINTABLE_ASCII = re.compile(r"[\x21-\x7e]+")


class Secret:
    """An API key in memory. Only `reveal` gives it away: `repr`, `str` and formatting never do.

    White space around a pasted key goes.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text.strip()

    def reveal(self) -> str:
        """The key itself, for the one place that puts it into a header or a keyring."""
        return self._text

    def redact(self, text: str) -> str:
        """`text` with every occurrence of the key replaced."""
        return text.replace(self._text, "[key]") if self._text else text

    @property
    def fits_header(self) -> bool:
        """Whether the key can stand in an HTTP header: one word of visible ASCII (RFC 9110, field values)."""
        return _PRINTABLE_ASCII.fullmatch(self._text) is not None

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Secret('…')"

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not pickled")
