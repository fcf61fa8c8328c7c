"""Files that are written: whole or not at all, well named, and harmless to open."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from arvae_desktop.domain.conversations import Conversation, ConversationTree, KeptMessage
from arvae_desktop.domain.errors import ErrorReport
from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Message, Role, Segment, SegmentKind
from arvae_desktop.exchange.exporting import Format, export_file, export_folder, file_name
from arvae_desktop.exchange.reports import Progress
from tests.unit.exchange.reading import read_path, spoken
from tests.unit.exchange.test_round_trips import written
from tests.unit.exchange.trees_of_anything import tree, trees

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.mark.parametrize("form", Format)
def test_a_file_of_several(tmp_path: Path, form: Format) -> None:
    path = tmp_path / f"all.{form}"
    conversations = [tree("(q1)", "(a1)"), tree("(q2)", "(a2)", name="c2")]
    progress = list(export_file(iter(conversations), path, form, total=2))
    assert progress == [Progress(1, 2, 1), Progress(2, 2, 2)]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    text = path.read_text("utf-8")
    assert text.index("(q1)") < text.index("(a1)") < text.index("(q2)") < text.index("(a2)")


@pytest.mark.parametrize("form", [Format.MARKDOWN, Format.JSON])
def test_no_conversations_are_a_file_too(tmp_path: Path, form: Format) -> None:
    assert list(export_file([], tmp_path / "none", form)) == []
    assert read_path(tmp_path / "none").trees == []


def test_a_cancelled_export_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "all.json"
    path.write_text("older")
    export = export_file([tree("a"), tree("b")], path, Format.JSON)
    next(export)
    export.close()
    assert path.read_text() == "older"
    assert [entry.name for entry in tmp_path.iterdir()] == ["all.json"]


def test_a_source_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def failing() -> Iterator[ConversationTree]:
        yield tree("a")
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        list(export_file(failing(), tmp_path / "all.md", Format.MARKDOWN))
    assert not list(tmp_path.iterdir())


def test_a_folder_has_a_file_for_each(tmp_path: Path) -> None:
    conversations = [tree("a"), tree("b", name="c2"), tree("c", title="../Other: x?", name="c3")]
    for _ in range(2):
        list(export_folder(conversations, tmp_path / "new", Format.MARKDOWN))
    names = sorted(entry.name for entry in (tmp_path / "new").iterdir())
    assert names == [
        "2025-10-15 .. Other x (2).md",
        "2025-10-15 .. Other x.md",
        *(f"2025-10-15 A title{number}.md" for number in (" (2)", " (3)", " (4)", "")),
    ]
    assert spoken(read_path(tmp_path / "new" / "2025-10-15 .. Other x.md").trees[0]) == [("user", "c")]


@given(trees())
def test_names_that_every_system_takes(conversation: ConversationTree) -> None:
    name = file_name(conversation)
    assert name
    assert name == name.strip(" .")
    assert len(name.encode()) <= 200
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', name)


TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "article",
    "figure",
    "figcaption",
    "details",
}
TAGS |= {
    "summary",
    "div",
    "span",
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
}
TAGS |= {"code", "table", "thead", "tbody", "tr", "th", "td", "a", "strong", "em", "s", "sup", "br", "hr"}


def test_a_name_has_no_dots_at_its_end() -> None:
    assert file_name(tree("x", title="Wait. ..")) == "2025-10-15 Wait"


def test_a_name_of_wide_letters_is_short_enough() -> None:
    assert len(file_name(tree("x", title="\U0001f334" * 100)).encode()) <= 200


class Page(HTMLParser):
    """Fails over anything in a page that could act or load."""

    VOID = ("meta", "br", "hr")
    ATTRIBUTES = ("charset", "http-equiv", "content", "name", "class", "dir", "href", "rel", "style", "start")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        values = dict(attrs)
        assert set(values) <= set(self.ATTRIBUTES)
        if "href" in values:
            assert (values["href"] or "").lower().startswith(("http://", "https://", "mailto:"))
            assert values["rel"] == "noopener noreferrer"
        assert re.fullmatch(r"(text-align:(left|right|center))?", values.get("style") or "")
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"] or ""
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page_of(conversation: ConversationTree) -> tuple[str, Page]:
    text = written([conversation], Format.HTML).decode()
    page = Page()
    page.feed(text)
    page.close()
    assert page.open == []
    return text, page


@given(trees())
def test_pages_of_anything_are_well_formed_and_harmless(conversation: ConversationTree) -> None:
    page_of(conversation)


HOSTILE = [
    "<script>alert(1)</script>",
    "![x](https://evil.example/pixel.png)",
    "[x](javascript:alert(1)) [y](data:text/html,x) [z](https://fine.example/?a=1&b=2)",
    "</style><style>@import url(https://evil.example)</style>",
    '```" onload="x\n</code></pre><img src=x onerror=alert(1)>\n```',
    "`</p>` | <b> | &lt;",
    "```<img/src=x>\nx\n```",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_in_every_place(text: str) -> None:
    segments = tuple(Segment(kind, text) for kind in SegmentKind)
    error = ErrorReport("server", text, text)
    messages = tuple(
        KeptMessage(
            Message(f"m{role}", role, segments, AnswerState.FAILED, AnswerFacts(text, error=error)),
            parent,
            0.0,
        )
        for role, parent in ((Role.SYSTEM, None), (Role.USER, "msystem"), (Role.ASSISTANT, "muser"))
    )
    source, page = page_of(ConversationTree(Conversation("c", text, folder=text, tip="massistant"), messages))
    assert page.policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "url(" not in source.split("</style>")[0]
    assert "<img" not in source
    assert "<script" not in source


def test_a_page_looks_like_the_app() -> None:
    source, _ = page_of(tree("**my** words", "# Title\n\n- `x`\n\n```python\nimport os\n```\n"))
    assert '<div class="user" dir="auto">**my** words</div>' in source
    assert "<h1>Title</h1>" in source
    assert '<figcaption>python</figcaption><pre><code><span class="keyword">import </span>os' in source
    assert "prefers-color-scheme: dark" in source
    assert '<p class="facts">maker/model_1</p>' in source


def test_long_code_stays_in_one_card() -> None:
    long_line = "y" * 9_000
    source, _ = page_of(tree("q", "```\n" + "x\n" * 100 + long_line + "\n```"))
    assert source.count("<figure>") == 1
    assert "x\n" * 100 + long_line + "\n</code>" in source


def test_plain_text() -> None:
    answer = Message(
        "a",
        Role.ASSISTANT,
        (Segment(SegmentKind.REASONING, "Hm."), Segment(SegmentKind.TEXT, "**Yes**, `x`.\n\n- one\n- two")),
        AnswerState.STOPPED,
        AnswerFacts("m", thinking_s=3.2),
    )
    asked = tree("*q*")
    kept = KeptMessage(answer, asked.conversation.tip, 1.0)
    conversation = ConversationTree(replace(asked.conversation, tip="a"), (*asked.messages, kept))
    assert written([conversation], Format.TEXT).decode() == (
        "A title\n=======\n2025-10-15 05:20:00 UTC\n\n--- You:\n\n*q*\n\n"
        "--- m:\n\n[Thought for 3 s]\nHm.\n[End]\n\nYes, x.\n\n• one\n• two\n\n(Stopped.)\n"
    )


@given(trees())
def test_anything_becomes_plain_text(conversation: ConversationTree) -> None:
    text = written([conversation], Format.TEXT).decode()
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00]", text)


def test_only_the_shown_branch_is_in_files_for_people() -> None:
    one, two = tree("q", "shown answer"), tree("x", "other answer", name="c2")
    other = replace(two.messages[1], parent="c1-0")
    words = Message("d", Role.USER, (Segment(SegmentKind.TEXT, "deleted words"),))
    gone = KeptMessage(words, "c1-1", 1.0, is_deleted=True)
    conversation = ConversationTree(replace(one.conversation, tip="d"), (*one.messages, other, gone))
    for form in (Format.MARKDOWN, Format.HTML, Format.TEXT):
        text = written([conversation], form).decode()
        assert "shown answer" in text
        assert "other answer" not in text
        assert "deleted words" not in text
