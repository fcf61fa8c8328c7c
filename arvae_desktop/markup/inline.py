"""The text of one block → spans."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from arvae_desktop.markup.blocks import Span, SpanKind, Style
from arvae_desktop.markup.budgets import DEFINITIONS, LIVE_TEXT
from arvae_desktop.markup.cutting import last_sentence_end
from arvae_desktop.markup.safety import safe_href, visible_controls, visible_in_prose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown_it.token import Token

    from arvae_desktop.markup.inline_rules import InlineParser

Definitions: TypeAlias = MutableMapping[str, dict[str, Any]]
"""Link definitions, in markdown-it-py's form, by normalized label."""

_STYLES = {"em": Style.EMPHASIS, "strong": Style.STRONG, "s": Style.STRIKE}
_BREAK = Span("", kind=SpanKind.BREAK)
_OPEN_SCHEMES = ("http://", "https://", "mailto:")


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier text defined, and later text may refer to."""

    definitions: Definitions = field(default_factory=dict)
    footnotes: MutableMapping[str, None] = field(default_factory=dict)


@cache
def _parser(*, guesses: bool) -> InlineParser:
    from arvae_desktop.markup.inline_rules import InlineParser  # noqa: PLC0415  (50 ms of markdown-it-py)

    return InlineParser(guesses=guesses)


def spans_of(text: str, known: Known, *, guesses: bool = False) -> tuple[Span, ...]:
    """Read the text of a paragraph, heading or cell.

    Args:
        text: as it was written.
        known: what it may refer to.
        guesses: the text is still arriving: open ends look like what they will most likely become.
    """
    parser = _parser(guesses=guesses)
    environment = {"references": known.definitions, "footnotes": known.footnotes}
    builder = _SpanBuilder()
    for token in parser.inline.parse(text, parser, environment, []):
        builder.add(token)
    return builder.finished()


def open_spans_of(text: str, known: Known, memory: dict[str, tuple[Span, ...]]) -> tuple[Span, ...]:
    """Read the text of a long paragraph that is still arriving: its finished sentences only once.

    Args:
        text: so far.
        known: what it may refer to.
        memory: what was read of the same paragraph before.
    """
    spans: list[Span] = []
    at = 0
    while len(text) - at > LIVE_TEXT:
        end = last_sentence_end(text, at, at + LIVE_TEXT)
        if not end:
            break
        sentences = text[at:end]
        if sentences not in memory:
            memory[sentences] = spans_of(sentences, known)
        spans += memory[sentences]
        at = end
    return _joined([*spans, *spans_of(text[at:], known, guesses=True)])


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """The spans, neighbours that look alike made one."""
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if (
            last
            and span.kind is last.kind is SpanKind.TEXT
            and span.style == last.style
            and span.href == last.href
        ):
            joined[-1] = Span(last.text + span.text, span.style, span.href)
        else:
            joined.append(span)
    return tuple(joined)


def read_definitions(text: str, known: Known) -> int:
    """Remember the link definitions that a paragraph begins with; returns how many of its lines they take."""
    parser = _definition_parser()
    environment: dict[str, Any] = {}
    tokens: list[Token] = []
    parser.block.parse(text, parser, environment, tokens)
    for label, definition in environment.get("references", {}).items():
        if label not in known.definitions and len(known.definitions) < DEFINITIONS:
            known.definitions[label] = definition
    if not tokens or tokens[0].map is None:
        return text.count("\n") + 1
    return tokens[0].map[0]


@cache
def _definition_parser() -> InlineParser:
    from arvae_desktop.markup.inline_rules import InlineParser  # noqa: PLC0415

    parser = InlineParser(guesses=False)
    parser.block.ruler.enableOnly(["reference", "paragraph"])
    return parser


class _SpanBuilder:
    """Gathers spans from markdown-it-py's inline tokens."""

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._styles: list[Style] = []
        self._target: str | None = None  # of the link we are in
        self._open_target: str | None = None
        self._link_start = 0

    def add(self, token: Token) -> None:
        """Take in the next token."""
        match token.type:
            case "text" | "text_special":
                self._text(token.content)
            case "code_inline":
                if token.content:
                    self._push(visible_controls(token.content), Style.CODE)
            case "softbreak" | "hardbreak":
                self._spans.append(_BREAK)
            case "math":
                self._formula(token)
            case "footnote":
                self._push(visible_in_prose(token.content), kind=SpanKind.FOOTNOTE)
            case "image":
                self._image(token)
            case _:
                self._open_or_close(token)

    def _open_or_close(self, token: Token) -> None:
        match token.type:
            case "link_open":
                self._target, self._open_target = _attribute(token, "href"), _attribute(token, "open")
                self._link_start = len(self._spans)
            case "link_close":
                self._close_link()
            case "em_open" | "strong_open" | "s_open":
                self._styles.append(_STYLES[token.tag])
            case "em_close" | "strong_close" | "s_close":
                self._styles.remove(_STYLES[token.tag])

    def finished(self) -> tuple[Span, ...]:
        """The spans, neighbours that look alike joined."""
        return _joined(self._spans)

    def _text(self, text: str) -> None:
        if text:
            safe = visible_in_prose(text) if self._target is None else visible_controls(text)
            self._push(safe.replace("\n", " "))

    def _push(self, text: str, style: Style = Style.NONE, kind: SpanKind = SpanKind.TEXT) -> None:
        for outer in self._styles:
            style |= outer
        self._spans.append(Span(text, style, kind=kind))

    def _formula(self, token: Token) -> None:
        self._push(visible_controls(token.content), kind=SpanKind.MATH)
        if token.markup:
            self._spans[-1] = replace(self._spans[-1], source=visible_controls(token.markup))

    def _close_link(self) -> None:
        target, inside = self._target or "", self._spans[self._link_start :]
        del self._spans[self._link_start :]
        self._target = None
        if self._open_target is not None:
            href, shown = _href_to_be(self._open_target)
        else:
            href, shown = safe_href(target), target
        if not any(span.text and span.kind is not SpanKind.IMAGE for span in inside):
            inside.append(Span(visible_controls(shown)))
        elif href is None and shown and "".join(span.text for span in inside) != shown:
            inside.append(Span(f" ({visible_controls(shown)})"))
        self._spans += (
            Span(span.text, span.style, href, span.kind) if span.kind is SpanKind.TEXT else span
            for span in inside
        )

    def _image(self, token: Token) -> None:
        alt = "".join(_alternative_text(token.children or ())) if token.children else token.content
        open_target, source = _attribute(token, "open"), _attribute(token, "src") or ""
        if open_target is not None:
            href, source = _href_to_be(open_target)
        else:
            href = safe_href(source)
        if href is not None and not href.lower().startswith("mailto:"):
            self._spans.append(Span(visible_controls(alt), href=href, kind=SpanKind.IMAGE))
        else:
            self._push(visible_controls(f"{alt} ({source})" if alt else source))


def _attribute(token: Token, name: str) -> str | None:
    value = token.attrs.get(name)
    return None if value is None else str(value)


def _href_to_be(target: str) -> tuple[str | None, str]:
    """The href of a link whose target is still arriving, and what is shown of the target."""
    word = target.split(maxsplit=1)[0].lower() if target.strip() else ""
    may_be_safe = any(word.startswith(scheme) or scheme.startswith(word) for scheme in _OPEN_SCHEMES)
    return ("", "") if may_be_safe else (None, target.strip())


def _alternative_text(tokens: Iterable[Token]) -> list[str]:
    texts = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            texts.append(" ")
        elif token.children:
            texts += _alternative_text(token.children)
        else:
            texts.append(token.content)
    return texts
