"""What a page must show of a Markdown text, as markdown-it-py alone reads it: an oracle without our parser.

A page is a list of lines: ("text", heading level, left, bars, runs), ("code", left, bars, language, lines),
("rule", left, bars) and ("cell", row, column, alignment, runs). A run is its text, its styles, and where it
links to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it.token import Token

Line: TypeAlias = tuple[Any, ...]

BREAK = "\u2028"
_QUOTE, _ITEM = 18.0, 28.0
_BULLETS = "•◦▪"
_OPENED = re.compile(r"https?://[^\s/?#\\][^\s\\]*|mailto:[^\s\\]+", re.IGNORECASE)
_HOST = re.compile(r"https?://([^/?#]*)", re.IGNORECASE)
_TASK = re.compile(r"\[([ xX])\][ \t\n]+")
_STYLES = {"em": "italic", "strong": "bold", "s": "struck"}
_ALIGNMENTS = {"": "", "text-align:left": "left", "text-align:center": "centre", "text-align:right": "right"}


class Run(NamedTuple):
    """Characters of one look."""

    text: str
    styles: frozenset[str] = frozenset()
    href: str = ""


def joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Neighbours of one look made one."""
    made: list[Run] = []
    for run in runs:
        if made and made[-1][1:] == run[1:]:
            made[-1] = run._replace(text=made[-1].text + run.text)
        elif run.text:
            made.append(run)
    return tuple(made)


class _Parser(MarkdownIt):
    """Targets as they were written: what is shown must be what there is."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802
        return True


_PARSER = _Parser("commonmark", {"html": False}).enable(["strikethrough", "table"])


def expected_page(text: str) -> list[Line]:
    """What the page shows of an answer."""
    tokens: list[Token] = []
    _PARSER.block.parse(_normal(text), _PARSER, {}, tokens)
    reading = _Reading(_normal(text).split("\n"))
    for token in tokens:
        reading.add(token)
    return reading.lines


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


class _Box:
    def __init__(self, marker: str = "", depth: int = 0) -> None:
        self.marker = marker
        self.depth = depth
        self.is_fresh = True


class _Reading:
    def __init__(self, source: list[str]) -> None:
        self.lines: list[Line] = []
        self._source = source
        self._boxes: list[_Box] = []
        self._numbers: list[int | None] = []
        self._text: Token | None = None
        self._cells: list[tuple[int, int, str]] = []

    def add(self, token: Token) -> None:
        match token.type:
            case "blockquote_open":
                self._boxes.append(_Box())
            case "bullet_list_open":
                self._numbers.append(None)
            case "ordered_list_open":
                self._numbers.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self._numbers.pop()
            case "list_item_open":
                self._open_item(token)
            case "list_item_close" | "blockquote_close":
                if self._boxes[-1].is_fresh:
                    self._show_text((), is_task_possible=False)
                self._boxes.pop()
            case "inline":
                self._text = token
            case _:
                self._add_leaf(token)

    def _open_item(self, token: Token) -> None:
        number = self._numbers[-1]
        depth = len(self._numbers) - 1
        marker = _BULLETS[min(depth, 2)] if number is None else f"{number}{token.markup}"
        self._boxes.append(_Box(marker, depth))
        if number is not None:
            self._numbers[-1] = number + 1

    def _add_leaf(self, token: Token) -> None:
        match token.type:
            case "paragraph_close":
                self._show_text(self._runs(), is_task_possible=True)
            case "heading_close":
                self._show_text(self._runs({"bold"}), int(token.tag[1]), is_task_possible=False)
            case "hr":
                self._show_markers(self._boxes)
                self.lines.append(("rule", *self._place()))
            case "fence" | "code_block":
                self._show_markers(self._boxes)
                words = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", token.info).split()
                lines = token.content.removesuffix("\n").split("\n") if token.content else []
                # In an item, how many blanks stay in a blank line isn't agreed on.
                shown = tuple(line if line.strip(" ") else "" for line in lines)
                self.lines.append(("code", *self._place(), words[0] if words else "text", shown))
            case "tr_open":
                self._cells.append((self._cells[-1][0] + 1 if self._cells else 0, -1, ""))
            case "th_open" | "td_open":
                row, column, _ = self._cells[-1]
                alignment = _ALIGNMENTS[str(token.attrs.get("style", ""))]
                self._cells[-1] = row, column + 1, alignment
            case "th_close" | "td_close":
                runs = self._runs({"bold"} if token.type == "th_close" else set())
                self.lines.append(("cell", *self._cells[-1], runs))
            case "table_open":
                self._cells.clear()
                self._show_markers(self._boxes)

    # --- where lines stand

    def _place(self, boxes: Sequence[_Box] | None = None) -> tuple[float, tuple[float, ...]]:
        left, bars = 0.0, []
        for box in self._boxes if boxes is None else boxes:
            if not box.marker:
                bars.append(left)
            left += _ITEM if box.marker else _QUOTE
        return left, tuple(bars)

    def _show_markers(self, boxes: Sequence[_Box]) -> None:
        """Items that begin with no text have their markers on lines of their own."""
        marks = ""
        for number, box in enumerate(boxes):
            if box.marker and box.is_fresh:
                marks += _marked(box.marker)
            following = boxes[number + 1] if number + 1 < len(boxes) else None
            if marks and (following is None or not following.marker):
                self.lines.append(("text", 0, *self._place(boxes[: number + 1]), (Run(marks),)))
                marks = ""
        for box in self._boxes:
            box.is_fresh = False

    def _show_text(self, runs: tuple[Run, ...], level: int = 0, *, is_task_possible: bool) -> None:
        first = len(self._boxes)
        while first and self._boxes[first - 1].marker and self._boxes[first - 1].is_fresh:
            first -= 1
        own = [box.marker for box in self._boxes[first:]]
        self._show_markers(self._boxes[:first])
        if own and is_task_possible and runs and (task := _TASK.match(runs[0].text.replace(BREAK, "\n"))):
            own[-1] = "☐" if task[1] == " " else "☑"
            runs = (runs[0]._replace(text=runs[0].text[task.end() :]), *runs[1:])
        markers = "".join(map(_marked, own))
        if markers or runs or level:
            self.lines.append(("text", level, *self._place(), joined([Run(markers), *runs])))

    # --- what stands in them

    def _runs(self, styles: Iterable[str] = ()) -> tuple[Run, ...]:
        token, self._text = self._text, None
        if token is None or not token.content:
            return ()
        # CommonMark 4.8 strips each line; markdown-it-py leaves blanks that stand in a code span.
        content = "\n".join(line.lstrip(" \t") for line in token.content.split("\n"))
        # Only what was defined above counts: what stands on the page doesn't change any more.
        environment: dict[str, Any] = {}
        above = "\n".join(self._source[: token.map[0] if token.map else 0])
        _PARSER.block.parse(above, _PARSER, environment, [])
        inner = _PARSER.inline.parse(content, _PARSER, environment, [])
        return joined(
            run if run.text == BREAK else run._replace(styles=run.styles | set(styles))
            for run in _inline(inner)
        )


def _marked(marker: str) -> str:
    return marker + ("\t" if len(marker) <= 3 else " ")


def _inline(tokens: Iterable[Token]) -> list[Run]:
    runs: list[Run] = []
    styles: list[str] = []
    link: tuple[str, int] | None = None
    for token in tokens:
        match token.type:
            case "softbreak" | "hardbreak":
                runs.append(Run(BREAK))
            case "text" | "text_special":
                runs.append(Run(token.content, frozenset(styles)))
            case "code_inline":
                runs.append(Run(token.content, frozenset([*styles, "code"])))
            case "image":
                runs.append(_picture(token, styles))
            case "link_open":
                link = str(token.attrs["href"]), len(runs)
            case "link_close" if link is not None:
                runs[link[1] :] = _linked(runs[link[1] :], link[0])
                link = None
            case name if name.endswith("_open"):
                styles.append(_STYLES[token.tag])
            case _:
                styles.remove(_STYLES[token.tag])
    return [run for run in runs if run.text]


def _is_picture(run: Run) -> bool:
    return run.text.startswith("▣\u00a0")


def _linked(inside: list[Run], target: str) -> list[Run]:
    """The runs of a link: what can't be opened shows its target."""
    opened = _OPENED.fullmatch(target) is not None
    inside = [run for run in inside if run.text]
    if not any(run.text != BREAK and not _is_picture(run) for run in inside):
        inside.append(Run(target))
    elif not opened and target and "".join(run.text for run in inside) != target:
        inside.append(Run(f" ({target})"))
    href = target if opened else ""
    return [run if run.text == BREAK or _is_picture(run) else run._replace(href=href) for run in inside]


def _picture(token: Token, styles: list[str]) -> Run:
    words, source = _words(token.children or ()), str(token.attrs.get("src", ""))
    host = _HOST.match(source)
    if host is None:
        return Run(f"{words} ({source})" if words else source, frozenset(styles))
    named = f"Picture: {words}" if words else "Picture"
    return Run(f"▣\u00a0{named} · {host[1].lower()}", href=f"arvae-action:show-picture/{source}")


def _words(tokens: Iterable[Token]) -> str:
    return "".join(
        " " if token.type.endswith("break") else _words(token.children) if token.children else token.content
        for token in tokens
    )
