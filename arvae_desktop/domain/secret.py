"""A text that must not be seen."""

from __future__ import annotations

import re

_PRINTABLE_ASCII = re.compile(r"[\x21-\x7e]+")
_ESCAPE = re.compile(r"[\\%&]")
MARK = "[key]"


class Secret:
    """An API key in memory. Only `reveal` gives it away: `repr`, `str` and formatting never do.

    White space around a pasted key goes.
    """

    __slots__ = ("_spellings", "_text")

    def __init__(self, text: str) -> None:
        self._text = text.strip()
        self._spellings: re.Pattern[str] | None = None

    def reveal(self) -> str:
        """The key itself, for the one place that puts it into a header or a keyring."""
        return self._text

    def redact(self, text: str) -> str:
        """`text` with every occurrence of the key replaced.

        Also where characters of it are escaped, as JSON, addresses (``%2D``) or HTML (``&#45;``) do it.
        """
        if not self._text:
            return text
        text = text.replace(self._text, MARK)
        if not _ESCAPE.search(text):
            return text
        if self._spellings is None:
            self._spellings = re.compile("".join(map(_spellings, self._text)))
        return self._spellings.sub(MARK, text)

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


def _spellings(character: str) -> str:
    """A pattern for a character and its escapes."""
    code = ord(character)
    return (
        f"(?:{re.escape(character)}|\\\\{re.escape(character)}|\\\\u(?i:{code:04x})|%(?i:{code:02x})"
        f"|&#0*{code};|&#[xX]0*(?i:{code:x});)"
    )
