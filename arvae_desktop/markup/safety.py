"""What an untrusted text may do to its reader, and how it is kept from it.

Sources: Unicode TR 9 (bidirectional controls), TR 36 and 39 (confusables), "Trojan Source" (CVE-2021-42574).
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_BIDI = "\u202a-\u202e\u2066-\u2069"
_LINE_BREAKS = "\u2028\u2029"  # a text document would begin a new paragraph there
_SURROGATES = "\ud800-\udfff"  # halves of characters, which no text that goes on may hold
_TAGS = "\U000e0000-\U000e007f"
# England, Scotland, Wales: a black flag and then letters as tags. All other tags are text that nobody sees.
_FLAG = "\U0001f3f4[\U000e0061-\U000e007a\U000e0030-\U000e0039]{2,6}\U000e007f"
_DIRECTION_MARKS = "\u200e\u200f\u061c"
_INVISIBLE = "\u00ad\u180e\u200b\u2060-\u2064\ufeff\u115f\u1160\u3164\uffa0"
# Joiners belong in emoji, and in scripts whose letters they shape: Arabic to Thaana, Devanagari to Khmer.
_JOINED = (
    "\u00a9\u00ae\u0600-\u07bf\u0900-\u0dff\u1000-\u109f\u1780-\u18af\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
)
_STRAY_JOINER = f"(?<![{_JOINED}\u20e3])[\u200c\u200d]|[\u200c\u200d](?![{_JOINED}])"

_HARMFUL = re.compile(f"{_FLAG}|[{_CONTROLS}{_BIDI}{_LINE_BREAKS}{_SURROGATES}{_TAGS}]")
_HIDDEN = re.compile(
    f"[{_CONTROLS}{_BIDI}{_LINE_BREAKS}{_SURROGATES}{_TAGS}{_DIRECTION_MARKS}{_INVISIBLE}]|{_STRAY_JOINER}"
)
_PLAIN = re.compile(r"[ -~\n\t]*")
_SAFE_TARGET = re.compile(r"(?:https?://[^\s/\\?#]|mailto:[^\s/\\])[^\s\\<>\"]*", re.IGNORECASE)

# Something that a reader takes for an address: "example.org", "www.example.org/x", "https://example.org".
_ADDRESS_IN_TEXT = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?:[^\s/?#@]*@)?"
    r"(?P<host>(?:[\w-]+\.)+[^\W\d_]{2,24})(?=[:/?#\s.,;)]|\Z)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}", re.IGNORECASE)
_DOTTED = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)")
# What ends many a file's name and is no end of a host's that people would take for one.
_FILE_ENDINGS = frozenset(
    {"c", "cpp", "css", "go", "h", "htm", "html", "ini", "java", "js", "json", "kt", "md", "php", "pl", "py"}
    | {"rb", "rs", "sh", "sql", "swift", "toml", "ts", "txt", "xml", "yml"}
)
_INVISIBLE_IN_TEXT = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")


def visible_in_prose(text: str) -> str:
    """Replace by marks such as ⟨U+202E⟩ what acts beyond its place or hides words.

    What shapes letters or parts words, such as joiners and direction marks, stays: languages need it.
    """
    if text.isascii() and text.isprintable():
        return text
    return _HARMFUL.sub(_mark, text)


def visible_controls(text: str) -> str:
    """Replace, in code and links, everything that can't be seen or that changes the order of what can.

    Joiners in emoji and in the scripts that need them stay.
    """
    if _PLAIN.fullmatch(text):
        return text
    return _HIDDEN.sub(_mark, text)


def _mark(match: re.Match[str]) -> str:
    return match[0] if len(match[0]) > 1 else f"⟨U+{ord(match[0]):04X}⟩"


def safe_href(target: str) -> str | None:
    """The address if it may be opened after a click: http, https or mailto, and nothing invisible in it."""
    if _SAFE_TARGET.fullmatch(target) and visible_controls(target) == target:
        return target
    return None


def display_host(href: str) -> str:
    """The host that an address leads to, as it is looked up; of a mailto address, the recipient.

    Letters beyond ASCII are spelled out ("xn--…"), since they may look like others.
    """
    if href[:7].lower() == "mailto:":
        return href[7:].partition("?")[0]
    host = _host(href)
    return _spelled_out(host) if host else href


def is_deceptive(text: str, href: str) -> str | None:
    """Why a reader of the link's text may be mistaken about where it leads; None if nothing speaks for it."""
    if href[:7].lower() == "mailto:":
        return _mail_deception(text, href)
    host = _host(href)
    if not host:
        return "The address has no host that can be read."
    return _host_trick(href, host) or _other_address(text, host)


def _mail_deception(text: str, href: str) -> str | None:
    recipient = display_host(href)
    shown = re.search(r"[^\s<>()\"]+@[\w.-]+\w", _INVISIBLE_IN_TEXT.sub("", text))
    if shown and shown[0].casefold() != recipient.casefold():
        return f"The text names {shown[0]}, but the mail would go to {recipient}."
    if not recipient.isascii():
        return f"The address {recipient} has letters that may look like others."
    return None


def _host_trick(href: str, host: str) -> str | None:
    """What makes a host hard to read."""
    if "@" in _authority(href):
        return f"The part before “@” is no host: the link leads to {_spelled_out(host)}."
    if _NUMBER.fullmatch(host) and not _DOTTED.fullmatch(host):
        return f"The host {host} is written as a number."
    if not host.isascii() or any(label.startswith("xn--") for label in host.split(".")):
        readable = _readable(host)
        reason = "mixes scripts" if _mixes_scripts(readable) else "has letters that may look like others"
        return f"The host {readable} ({_spelled_out(host)}) {reason}."
    return None


def _other_address(text: str, host: str) -> str | None:
    """Whether the text names another host than the one it leads to."""
    shown = _INVISIBLE_IN_TEXT.sub("", unicodedata.normalize("NFKC", text))
    for match in _ADDRESS_IN_TEXT.finditer(shown):
        named = match["host"].casefold()
        if not match["scheme"] and named.rpartition(".")[2] in _FILE_ENDINGS:
            continue
        if _without_www(_spelled_out(named)) != _without_www(_spelled_out(host)):
            return f"The text names {match['host']}, but the link leads to {_spelled_out(host)}."
    return None


def _authority(href: str) -> str:
    return re.split(r"[/?#\\]", href.partition("://")[2], maxsplit=1)[0]


def _host(href: str) -> str:
    try:
        return (urlsplit(href).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _without_www(host: str) -> str:
    return host.removeprefix("www.")


def _spelled_out(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host.encode("ascii", "backslashreplace").decode("ascii")


def _readable(host: str) -> str:
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def _mixes_scripts(host: str) -> bool:
    """Whether one label has letters of several scripts, as Unicode's names tell them."""
    for label in host.split("."):
        scripts = {unicodedata.name(char, "?").split()[0] for char in label if char.isalpha()}
        if len(scripts - {"CJK", "HIRAGANA", "KATAKANA"}) > 1:
            return True
    return False
