"""The stream: what it hands out, when, and at what cost."""

from __future__ import annotations

import subprocess
import sys
from threading import Event
from time import monotonic, thread_time

import pytest

from arvae_desktop.markup import budgets
from arvae_desktop.markup.blocks import Code, Paragraph, Plain, Table
from arvae_desktop.markup.stream import MarkdownStream, Update, parse
from tests.unit.markup.outline import outline, shown


def test_nothing_new_costs_nothing() -> None:
    stream = MarkdownStream()
    assert stream.take() == Update((), ())
    stream.feed("a")
    first = stream.take()
    assert stream.take().tail is first.tail


def test_a_finished_message_takes_no_more() -> None:
    stream = MarkdownStream()
    stream.feed("a")
    stream.finish()
    with pytest.raises(ValueError, match="finished"):
        stream.feed("b")
    assert [block.source for block in stream.take().frozen] == ["a"]
    assert stream.take() == Update((), ())


def test_blocks_before_the_last_are_frozen() -> None:
    stream = MarkdownStream()
    stream.feed("a\n\nb\n\nc")
    update = stream.take()
    assert [block.source for block in update.frozen] == ["a\n\n"]
    assert [block.source for block in update.tail] == ["b\n\n", "c"]


def test_items_quotes_rows_and_lines_are_frozen_inside() -> None:
    for text in (
        "- a\n" * 50,
        "> a\n>\n" * 50,
        "|a|\n|-|\n" + "|b|\n" * 50,
        "```\n" + "a\n" * 99,
        "w. " * 6000,
    ):
        stream = MarkdownStream()
        stream.feed(text)
        update = stream.take()
        assert len("".join(block.source for block in update.tail)) < len(text) / 2


def test_a_large_message_comes_in_slices() -> None:
    stream = MarkdownStream()
    stream.feed("- item **a**\n" * 30_000)
    stream.finish()
    count = slices = 0
    more = True
    while more:
        update = stream.take()
        count += len(update.frozen)
        more = update.more
        slices += 1
    assert count == 30_000
    assert slices > 5


def test_pieces_of_one_construct_share_its_group() -> None:
    code = parse("a\n\n```py\n" + "x = 1\n" * 40 + "```\n\nb")
    assert [block.group for block in code] == [1, 2, 2, 2, 3]
    pieces = [block for block in code if isinstance(block, Code)]
    assert [piece.first_line for piece in pieces] == [1, 17, 33]
    assert [(piece.is_first, piece.is_last) for piece in pieces] == [
        (True, False),
        (False, False),
        (False, True),
    ]
    table = parse("|a|\n|-|\n" + "|b|\n" * 20)
    assert [len(block.rows) for block in table if isinstance(block, Table)] == [8, 8, 4]
    assert [len(block.header) for block in table if isinstance(block, Table)] == [1, 0, 0]


def test_long_paragraphs_are_cut_behind_sentences() -> None:
    blocks = parse("This is **one** sentence. " * 400)
    assert all(isinstance(block, Paragraph) for block in blocks)
    assert len(blocks) > 3
    assert all(block.source.endswith(". ") for block in blocks)
    assert {block.group for block in blocks} == {1}
    assert [block.continues for block in blocks] == [False, *[True] * (len(blocks) - 1)]


def test_paragraphs_are_cut_outside_of_everything_inline() -> None:
    for start in range(0, 60, 9):
        blocks = parse("x" * start + "A word. **Here one sentence ends. Another begins, and ends.** " * 110)
        assert len(blocks) > 2
        assert "*" not in "".join(shown(block) for block in blocks)


def test_many_blank_lines_do_not_pile_up() -> None:
    for text in ("a" + "\n" * 50_000, "\n" * 50_000, "- a\n" + "\n" * 50_000):
        # Twice: in front of a block that holds but source, and behind it.
        assert max(len(block.source) for block in parse(text)) <= 2 * budgets.LOOSE_SOURCE + 10


def test_very_wide_tables_are_text() -> None:
    for columns, kind in ((budgets.COLUMNS, Table), (budgets.COLUMNS + 1, Paragraph)):
        (block,) = parse("|a" * columns + "|\n" + "|-" * columns + "|")
        assert isinstance(block, kind)


def test_a_paragraph_that_comes_again_may_refer_to_what_was_defined_meanwhile() -> None:
    text = "See [a] and read on. " * 50
    stream = MarkdownStream()
    for piece in (text, "\n\n[a]: https://b.c\n\n", text):
        stream.feed(piece)
        tail = stream.take().tail
    (line,) = outline(tail[-1:])
    assert "[a→https://b.c]" in line
    assert "[a]" not in line


def test_entangled_text_is_plain_and_whole() -> None:
    text = "*_" * 5000
    blocks = parse(text)
    assert all(isinstance(block, Plain) and len(block.text) <= budgets.PIECE for block in blocks)
    assert "".join(block.text for block in blocks if isinstance(block, Plain)) == text


def test_long_lines_of_code_are_cut_and_can_be_put_together() -> None:
    line = "x" * 10_000
    pieces = [block for block in parse(f"```\na\n{line}\nb\n```") if isinstance(block, Code)]
    text = "".join(piece.text + ("" if piece.is_line_open else "\n") for piece in pieces)
    assert text == f"a\n{line}\nb\n"
    assert pieces[-1].first_line + len(pieces[-1].lines) - 1 == 3


def test_emoji_and_accents_are_not_cut() -> None:
    for text in ("👩\u200d👩\u200d👧" * 3000, "e\u0301" * 9000, "🇩🇪" * 5000, "👍🏽" * 5000):
        # The first letter moves the place of the cut to the middle of what must stay whole.
        for block in (*parse(text), *parse("x" + text), *parse("xyz" + text)):
            assert isinstance(block, Paragraph | Plain)
            assert block.source[0] not in "\u200d\u0301🏽"
            assert block.source[-1] != "\u200d"


def cost(text: str, size: int) -> list[float]:
    """Milliseconds of each `take` at deltas of `size` characters."""
    stream = MarkdownStream()
    costs = []
    for at in range(0, len(text), size):
        stream.feed(text[at : at + size])
        start = thread_time()
        stream.take()
        costs.append((thread_time() - start) * 1000)
    return costs


@pytest.mark.parametrize(
    "text",
    [
        "- item **a** `b`\n" * 6000,
        "```python\n" + "def f(x): return [x] * 2\n" * 1500,
        "One **more** word. " * 4000,
        "> quoted `text`\n>\n" * 4000,
        "|a|b|\n|-|-|\n" + "|c|d|\n" * 6000,
        "Some text.\n\n" * 6000,
    ],
)
def test_the_end_costs_what_the_beginning_did(text: str) -> None:
    parse(text[:3000])  # imports and caches

    def grows() -> bool:
        costs = cost(text, 300)
        part = len(costs) // 5
        first, last = sorted(costs[5:part])[part // 2], sorted(costs[-part:])[part // 2]
        return last >= first * 1.6 + 0.3

    # The machine may have become slower meanwhile, but hardly twice.
    assert not grows() or not grows()


def test_importing_brings_neither_parser_nor_lexers() -> None:
    code = (
        "import sys, arvae_desktop.markup.stream, arvae_desktop.markup.html\n"
        "arvae_desktop.markup.stream.MarkdownStream().take()\n"
        "assert not {'markdown_it', 'pygments'} & set(sys.modules)\n"
        "arvae_desktop.markup.stream.parse('a `b`')\n"
        "assert 'pygments' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


class _SlowDisk:
    """A finder of modules that lets one of them wait until it is told to go on."""

    def __init__(self, module: str) -> None:
        self._module = module
        self.goes_on = Event()

    def find_spec(self, name: str, *_: object) -> None:
        if name == self._module:
            assert self.goes_on.wait(20)


def test_code_waits_for_a_lexer_that_a_thread_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = _SlowDisk("pygments.lexers.chapel")
    monkeypatch.setattr(sys, "meta_path", [disk, *sys.meta_path])
    text = "Before.\n\n```chapel\nproc f() { return 1; }\n```\n\nAfter.\n"
    stream = MarkdownStream(loads_lexers_aside=True)
    stream.feed(text)
    stream.finish()
    first = stream.take()
    assert first.more
    assert stream.is_waiting
    assert not any(isinstance(block, Code) and block.lines for block in (*first.frozen, *first.tail))
    disk.goes_on.set()
    blocks = list(first.frozen)
    deadline = monotonic() + 20
    while (update := stream.take()).more:
        blocks += update.frozen
        assert monotonic() < deadline
    assert (*blocks, *update.frozen) == parse(text)
    assert not stream.is_waiting
