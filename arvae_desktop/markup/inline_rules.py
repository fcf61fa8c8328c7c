"""Rules that we add to markdown-it-py's inline parser, and those that guess what an open end will become.

Imported only with the first text that is read: it brings markdown-it-py, which costs 50 ms.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.rules_inline.state_inline import Delimiter

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

_SCHEMES = ("https", "http", "mailto")
_BARE_LINK = re.compile(
    r"(?:https?://[^\s/?#<>\"`\[\]{}|\\^]|mailto:[^\s@<>\"`\[\]{}|\\^]+@)"
    r"[^\s<>\"`\[\]{}|\\^\x00-\x1f。，、；：！？）」』】》〉]*",  # noqa: RUF001  (they end a sentence, not an address)
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(r"\[\^([^\s\[\]^]{1,40})\]")
_MAX_MATH = 1_000
_WORD_IN_PRICE = re.compile(r"[A-Za-z]{2}")
_TEX_SIGN = re.compile(r"[\\^_{}=]")
# What an open "$" must go on with to be shown as a formula: a command, or a letter and an operator.
_MATH_BEGINS = re.compile(r"\\[A-Za-z]|[A-Za-z]?\s?[=+*/^_<>({|-]|[A-Za-z]_|\d+\s?[=+*/^-]")
_OPEN_TARGET = re.compile(r"\((?:<[^<>\n]*|[^\s<]*(?:\s+(?:[\"'(][^\"\n]*[\"')]?\s*)?)?)")
_OPEN_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^\s<>]*)", re.IGNORECASE)
# How far back an opening mark may stand to be taken for one whose end is still to come.
_REACH = {"`": 300, "[": 300, "*": 1_000}


class InlineParser(MarkdownIt):
    """markdown-it-py for the text inside blocks: no HTML, and targets as they were written.

    Args:
        guesses: an open end looks like what it will most likely become.
    """

    def __init__(self, *, guesses: bool) -> None:
        super().__init__("commonmark", {"html": False})
        ruler = self.inline.ruler
        self.enable(["strikethrough"])
        ruler.before("escape", "math", _guessed_math if guesses else _math)
        ruler.before("link", "footnote", _footnote)
        ruler.after("text", "bare_link", _bare_link)
        if guesses:
            ruler.before("backticks", "open_code", _open_code)
            ruler.after("image", "open_link", _open_link)
            ruler.after("image", "open_autolink", _open_autolink)
            self.inline.ruler2.after("balance_pairs", "open_emphasis", _close_open_emphasis)

    def normalizeLink(self, url: str) -> str:  # noqa: N802  (as markdown-it-py calls it)
        """Leave the target as written: what is shown must be what there is."""
        return url

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802  (as markdown-it-py calls it)
        """Take every target for a link; `safety.safe_href` sorts them out where the text is still shown."""
        return True

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802  (as markdown-it-py calls it)
        """Leave an address's text as written."""
        return link


def _math(state: StateInline, silent: bool) -> bool:
    found = _formula(state)
    if found is None:
        return False
    start, end, after = found
    if not silent:
        token = state.push("math", "", 0)
        token.content, token.markup = state.src[start:end], state.src[state.pos : after]
    state.pos = after
    return True


def _formula(state: StateInline) -> tuple[int, int, int] | None:
    """Start and end of the TeX that begins here, and where the text goes on."""
    source, pos = state.src, state.pos
    if source[pos] == "\\":
        closing = {"(": "\\)", "[": "\\]"}.get(source[pos + 1 : pos + 2])
        end = source.find(closing, pos + 2, min(state.posMax, pos + _MAX_MATH)) if closing else -1
        return (pos + 2, end, end + 2) if end > pos + 2 else None
    if source[pos] != "$":
        return None
    mark = "$$" if source.startswith("$$", pos) else "$"
    start = pos + len(mark)
    end = _closing_dollar(source, mark, start, min(state.posMax, pos + _MAX_MATH))
    if end < 0 or (mark == "$" and not _is_formula(source, pos, end)):
        return None
    return start, end, end + len(mark)


def _closing_dollar(source: str, mark: str, start: int, limit: int) -> int:
    """Where the next dollars stand that no backslash escapes, or -1."""
    end = source.find(mark, start, limit)
    while end > 0 and (len(source[:end]) - len(source[:end].rstrip("\\"))) % 2:
        end = source.find(mark, end + 1, limit)
    return end if end > start else -1


def _is_formula(source: str, opening: int, closing: int) -> bool:
    """Whether what stands between two dollars is a formula and no prices: "$5 and $10", "US$5", "a$b$c"."""
    text = source[opening + 1 : closing]
    before, after = source[opening - 1 : opening], source[closing + 1 : closing + 2]
    if text[0].isspace() or text[-1].isspace() or before.isalnum() or after.isalnum() or before == "$":
        return False
    if text[0].isdigit() and _WORD_IN_PRICE.search(text):
        return bool(_TEX_SIGN.search(text))
    return "`" not in text


def _guessed_math(state: StateInline, silent: bool) -> bool:
    """A formula that isn't closed yet is one if it looks like one."""
    if _math(state, silent):
        return True
    rest = state.src[state.pos : state.posMax]
    if len(rest) > _MAX_MATH or state.linkLevel:
        return False
    if rest.startswith(("\\(", "\\[", "$$")):
        length = 2
    elif rest.startswith("$") and "$" not in rest[1:] and _MATH_BEGINS.match(rest, 1):
        length = 1
    else:
        return False
    if not silent:
        state.push("math", "", 0).content = rest[length:]
    state.pos = state.posMax
    return True


def _footnote(state: StateInline, silent: bool) -> bool:
    """A reference: numbers always, since footnotes come last; words only if they are known already."""
    match = _FOOTNOTE.match(state.src, state.pos, state.posMax)
    if match is None or not (match[1].isdecimal() or match[1] in state.env["footnotes"]):
        return False
    if not silent:
        state.push("footnote", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _bare_link(state: StateInline, silent: bool) -> bool:
    """An address in the text; the ":" is where the parser stops."""
    source, pos = state.src, state.pos
    if source[pos] != ":" or state.linkLevel:
        return False
    word = source[max(0, pos - 6) : pos].lower()
    scheme = next((scheme for scheme in _SCHEMES if word.endswith(scheme)), None)
    if scheme is None or not (silent or state.pending.lower().endswith(scheme)):
        return False
    start = pos - len(scheme)
    if start and source[start - 1].isascii() and source[start - 1].isalnum():
        return False  # in scripts without blanks an address may follow a letter
    match = _BARE_LINK.match(source, start, state.posMax)
    address = _without_sentence_end(match[0]) if match else ""
    if len(address) <= len(scheme) + 3:
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme)]
        _push_link(state, address)
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    state.pos = start + len(address)
    return True


def _without_sentence_end(address: str) -> str:
    """Leave out what ends the sentence or closes a bracket around the address (GFM 6.9)."""
    while address:
        if address[-1] in "?!.,:;*_~'\"" or (address[-1] == ")" and address.count(")") > address.count("(")):
            address = address[:-1]
        else:
            break
    return address


def _push_link(state: StateInline, target: str, to_be: str | None = None) -> None:
    token = state.push("link_open", "a", 1)
    token.attrs = {"href": target} if to_be is None else {"href": "", "open": to_be}


def _open_code(state: StateInline, silent: bool) -> bool:
    """A run of backticks without its like: what follows is code so far."""
    source, pos = state.src, state.pos
    if source[pos] != "`" or state.posMax - pos > _REACH["`"]:
        return False
    start = pos
    while start < state.posMax and source[start] == "`":
        start += 1
    run = source[pos:start]
    if start == state.posMax or re.search(f"(?<!`){run}(?!`)", source[start : state.posMax]):
        return False
    if not silent:
        state.push("code_inline", "code", 0).content = source[start : state.posMax].replace("\n", " ")
    state.pos = state.posMax
    return True


def _open_link(state: StateInline, silent: bool) -> bool:
    """A link or an image that isn't complete: its text is shown as that of a link to be."""
    source, pos, end = state.src, state.pos, state.posMax
    bracket = pos + 1 if source.startswith("![", pos) else pos
    if source[bracket : bracket + 1] != "[" or end - pos > _REACH["["] or state.linkLevel:
        return False
    label_end = state.md.helpers.parseLinkLabel(state, bracket, True)
    if label_end < 0:
        if "\n" in source[pos:end] or "]" in source[bracket:end]:
            return False
        state.pos = bracket + 1
        return True
    rest = source[label_end + 1 : end]
    if rest and not _is_open_target(rest):
        return False
    if not silent:
        _push_open_link(state, bracket, label_end, rest)
    state.pos = end
    return True


def _is_open_target(rest: str) -> bool:
    """Whether "(http://exam", "(<a b", "(x "tit" or "[lab" go to the end without being closed."""
    if rest[0] == "[":
        return "]" not in rest and "\n" not in rest
    return _OPEN_TARGET.fullmatch(rest) is not None


def _push_open_link(state: StateInline, bracket: int, label_end: int, rest: str) -> None:
    source, end = state.src, state.posMax
    target = rest[1:].lstrip("<") if rest.startswith("(") else ""
    if source[bracket - 1 : bracket] == "!" and rest:
        token = state.push("image", "img", 0)
        token.attrs = {"src": "", "open": target}
        token.content = source[bracket + 1 : label_end]
        token.children = []
        return
    if rest:
        _push_link(state, "", target)
    state.pos, state.posMax = bracket + 1, label_end
    state.linkLevel += 1
    state.md.inline.tokenize(state)
    state.linkLevel -= 1
    state.posMax = end
    if rest:
        state.push("link_close", "a", -1)


def _open_autolink(state: StateInline, silent: bool) -> bool:
    """An address in angle brackets, the second of which is still to come."""
    if state.src[state.pos] != "<" or state.linkLevel:
        return False
    match = _OPEN_AUTOLINK.fullmatch(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        _push_link(state, "", match[1])
        state.push("text", "", 0).content = match[1]
        state.push("link_close", "a", -1)
    state.pos = state.posMax
    return True


def _close_open_emphasis(state: StateInline) -> None:
    """Close at the end what was opened: a half "**bold" is bold already."""
    _close_all(state, state.delimiters)


def _close_all(state: StateInline, delimiters: list[Delimiter]) -> None:
    if len(state.src) > _REACH["*"]:
        return
    opened = [
        index
        for index, mark in enumerate(delimiters)
        if mark.open and mark.end < 0 and not _is_between_digits(state, mark)
    ]
    for index in reversed(opened):
        mark = delimiters[index]
        mark.end = len(delimiters)
        token = state.push("text", "", 0)
        token.content = ""
        closer = Delimiter(mark.marker, mark.length, len(state.tokens) - 1, -1, open=False, close=True)
        delimiters.append(closer)


def _is_between_digits(state: StateInline, mark: Delimiter) -> bool:
    """Whether the mark is a sign for "times"."""
    before = state.tokens[mark.token - 1].content[-1:] if mark.token else ""
    after = state.tokens[mark.token + 1].content[:1] if mark.token + 1 < len(state.tokens) else ""
    return before.isdigit() and after.isdigit()
