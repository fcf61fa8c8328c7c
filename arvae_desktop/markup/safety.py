"""What an untrusted text may do to its reader, and how it is kept from it.

Sources: Unicode TR 36 (security), TR 9 (bidirectional controls), "Trojan Source" (CVE-2021-42574).
"""

from __future__ import annotations

import re

_BIDI = "\u202a-\u202e\u2066-\u2069"
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_TAGS = "\U000e0000-\U000e007f"
_UNSAFE_IN_PROSE = re.compile(f"[{_CONTROLS}{_BIDI}{_TAGS}\ud800-\udfff]")


def visible_in_prose(text: str) -> str:
    """Replace what can act beyond its place or hide words by marks such as ⟨U+202E⟩."""
    return _UNSAFE_IN_PROSE.sub(_mark, text)


def visible_controls(text: str) -> str:
    """Replace, in code and links, everything that can't be seen or changes the order of what is."""
    return _UNSAFE_IN_PROSE.sub(_mark, text)


def _mark(match: re.Match[str]) -> str:
    return f"⟨U+{ord(match[0]):04X}⟩"


_SAFE_TARGET = re.compile(r"(?:https?://[^\s/\\?#]|mailto:[^\s/\\])[^\s\\<>\"]*", re.IGNORECASE)


def safe_href(target: str) -> str | None:
    """The address if it may be opened after a click: http, https or mailto, and nothing invisible in it."""
    if _SAFE_TARGET.fullmatch(target) and visible_controls(target) == target:
        return target
    return None
