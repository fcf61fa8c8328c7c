"""What is written into the transcript: at its end alone, safely, and in pieces that fit a frame."""

import re

import pytest
from answers import answer, conversation, running, text_of, user
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pages import blocks, fill, fragments, links, page_text, settle
from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument
from stalls import Stalls

from arvae_desktop.domain.messages import SegmentKind
from arvae_desktop.ui.transcript.formats import Property
from arvae_desktop.ui.transcript.lines import Look
from arvae_desktop.ui.transcript.view import TranscriptView

_HOSTILE = [
    "<img src=file:///etc/passwd><img src='http://127.0.0.1:9/x.png'>",
    "<b>bold</b> &lt;i&gt; &amp; <script>alert(1)</script>",
    "# Heading\n\n* item\n* **bold** `code`\n\n![picture](file:///etc/passwd)\n[link](javascript:alert(1))",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "[click](arvae-action:settings) arvae-action:retry",
    "\tTab and  two  spaces",
    "\u202egnirts desrever\u202c \u2066isolated\u2069",
    "😀 👩‍👩‍👧 e\u0301 \U000e0041",
]


@pytest.fixture
def view(show, theme):
    view = show(TranscriptView(theme), 820, 600)
    view.show_messages([])
    return view


def _start_answer(view):
    view.writer.add_message(user("Hello"))
    message = running()
    view.writer.add_message(message)
    return message.id


def test_a_conversation_is_on_the_page_in_order(view):
    view.show_messages([user("What is it?"), answer("It is this.\nAnd that."), user("Why?")])
    assert page_text(view) == "What is it?\nIt is this.\nAnd that.\nsome/model\nWhy?"


def test_deltas_are_joined_as_they_come(view):
    message_id = _start_answer(view)
    for character in "One two\nthree\n\n  four\r\nfive\u2028six":
        view.append_segment(message_id, text_of(character))
    assert page_text(view) == "Hello\nOne two\nthree\nfour\nfive⟨U+2028⟩six"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30), max_size=8))
def test_any_deltas_give_the_page_that_their_sum_gives(view, deltas):
    view.show_messages([])
    message_id = _start_answer(view)
    for delta in deltas:
        view.append_segment(message_id, text_of(delta))
    in_pieces = page_text(view)
    view.show_messages([])
    message_id = _start_answer(view)
    if deltas:
        view.append_segment(message_id, text_of("".join(deltas)))
    assert in_pieces == page_text(view)


@pytest.mark.usefixtures("thinks_at_once")
def test_text_is_written_at_the_end_only(view):
    view.show_messages(conversation(3))
    document = view.document()
    before = page_text(view)
    changes = []
    last_block = document.lastBlock().position()
    document.contentsChange.connect(lambda position, *_counts: changes.append(position))
    message_id = _start_answer(view)
    for kind, text in [
        ("reasoning", "Hm. "),
        ("text", "Well\n"),
        ("text", "word " * 2500),
        ("text", "\nend"),
    ]:
        view.append_segment(message_id, text_of(text, SegmentKind(kind)))
        settle(view)
    view.writer.end_message(answer("x", message_id=message_id))
    assert view.document() is document
    assert changes
    assert min(changes) >= last_block
    assert page_text(view).endswith("word\nend\nsome/model")
    assert page_text(view).startswith(before + "\nHello\nThought for a moment ▸\nWell\nword word")


def test_each_delta_touches_the_open_end_only(view):
    message_id = _start_answer(view)
    document = view.document()
    wrong = []

    def check(position, removed, _added):
        # A few letters may look otherwise with the next one; a paragraph that is over is not touched.
        if removed > 40 or position < open_from:
            wrong.append((position, removed, open_from))

    document.contentsChange.connect(check)
    for number in range(2000):
        text = view.toPlainText()
        open_from = max(0, text.rstrip("\n").rfind("\n"))
        view.append_segment(message_id, text_of(f"word{number} " if number % 40 else "\n\n"))
        settle(view)
    assert not wrong


@pytest.mark.parametrize("hostile", _HOSTILE)
def test_a_prompt_is_shown_literally(view, hostile):
    view.show_messages([user(hostile)])
    assert hostile in page_text(view)
    for block in blocks(view):
        assert block.textList() is None
        assert not block.blockFormat().headingLevel()
        for fragment in fragments(block):
            assert not fragment.charFormat().isAnchor()
            assert not fragment.charFormat().isImageFormat()


@pytest.mark.parametrize("foreign", ["\ufdd0", "\ufdd1", "\ufffc", "\0"])
def test_characters_that_mean_something_to_qt_become_harmless(view, foreign):
    view.show_messages([user(f"a{foreign}b"), answer(f"c{foreign}{foreign}d"), user("after")])
    assert re.fullmatch("a\ufffdb\nc(\ufffd{2}|(⟨U\\+0000⟩){2})d\nsome/model\nafter", page_text(view))
    assert not view.document().rootFrame().childFrames()


def test_lone_surrogates_do_not_break_the_page(view):
    view.show_messages([user("a\ud800b"), answer("c\udfffd")])
    assert "some/model" in page_text(view)


def test_carriage_returns_make_no_paragraphs(view):
    view.show_messages([user("one\r\ntwo\rthree")])
    assert page_text(view) == "one\ntwothree"


def test_line_breaks_before_an_answer_are_left_out(view):
    message_id = _start_answer(view)
    view.append_segment(message_id, text_of("\n\n"))
    view.append_segment(message_id, text_of("\nHi"))
    assert page_text(view) == "Hello\nHi"


def test_kinds_stand_apart(view):
    view.show_messages(
        [
            user("?"),
            answer(
                (SegmentKind.REASONING, "thinking"),
                (SegmentKind.TEXT, "said"),
                (SegmentKind.REFUSAL, "refused"),
                (SegmentKind.TOOL_CALL, "call({})\n"),
            ),
        ]
    )
    settle(view)
    assert [
        (block.text(), Look(block.blockFormat().intProperty(Property.LOOK))) for block in blocks(view)
    ] == [
        ("?", Look.BUBBLE),
        ("Thoughts ▸", Look.NOTE),
        ("said", Look.TEXT),
        ("refused", Look.REFUSAL),
        ("Tool call · call · not run\tOpen" + 4 * "\N{NO-BREAK SPACE}" + "Copy", Look.CODE_HEAD),
        ("{}", Look.CODE),
        ("some/model", Look.NOTE),
    ]


@pytest.mark.parametrize("piece", ["x", "word ", "line\n"])
def test_a_megabyte_is_shown_in_slices_that_fit_a_frame(view, piece):
    text = piece * (1_000_000 // len(piece))
    message = user(text)
    view.writer.open(message.id)
    stalls = Stalls()
    view.show_messages([message])
    assert not view.writer.is_settled
    settle(view)
    gaps = stalls.stop()
    assert page_text(view) == text
    assert len(gaps) > 20
    # A slice is meant to take 8 ms; slow machines take longer, but a layout of the whole would take seconds.
    assert gaps[len(gaps) * 9 // 10] < 0.1
    assert gaps[-1] < 0.5


def test_a_huge_prompt_shows_its_start_and_opens_on_request(view):
    message = user("Begin " + "word " * 20_000)
    fill(view, [message])
    shown = page_text(view)
    assert shown.startswith("Begin word")
    assert shown.endswith("Show all 100,006 characters")
    assert len(shown) < 5000
    assert [address for _words, address in links(view)] == [f"arvae-action:show-all/{message.id}"]
    view.writer.open(message.id)
    fill(view, [message])
    assert page_text(view) == message.text


def test_a_huge_answer_is_shown_whole(view):
    fill(view, [user("?"), answer("word " * 14_000)])
    assert ("word " * 14_000).strip() in page_text(view)


def test_a_huge_answer_shows_its_start_and_offers_more(view):
    text = "\n\n".join(f"Paragraph {number}: `code` {'word ' * 10}end." for number in range(8_000))
    message = answer(text)
    fill(view, [user("?"), message, user("!")])
    shown = page_text(view)
    assert shown.startswith("?\nParagraph 0: code word")
    assert len(shown) < 150_000
    assert len(re.findall(r"characters follow\. Show more\nsome/model\n!$", shown)) == 1
    assert f"arvae-action:show-all/{message.id}/0/more" in [address for _words, address in links(view)]


def test_code_of_a_huge_answer_is_known_whole(view):
    code = "".join(f"line {number}\n" for number in range(5_000))
    message = answer(f"{'word ' * 5_000}\n```\n{code}```\n{'word ' * 5_000}")
    fill(view, [message])
    copy = next(address for words, address in links(view) if words == "Copy")
    assert "line 4999" not in page_text(view)
    assert view.writer.code(message.id, int(copy.rpartition("/")[2])).text == code


def test_more_of_a_huge_answer_does_not_move_what_is_read(view):
    message = answer(f"{'word ' * 20}\n\n" * 700)
    fill(view, [user("?"), message])
    before = view.verticalScrollBar().value()
    view.stay()
    view.writer.open(message.id)
    settle(view)
    assert "Show more" not in page_text(view)
    assert view.verticalScrollBar().value() == before < view.verticalScrollBar().maximum()


def test_thoughts_before_a_huge_answer_are_cut_and_opened_too(view):
    message = answer(("reasoning", "thought " * 30_000), "word " * 50_000)
    fill(view, [message])
    view.writer.toggle(message.id, 0)
    settle(view)
    for part, word in ((0, "thought "), (1, "word ")):
        shown = page_text(view).count(word)
        view.writer.open(f"{message.id}/{part}/more")
        settle(view)
        assert page_text(view).count(word) > shown


def test_many_messages_are_shown_in_slices_too(view):
    messages = conversation(100)
    stalls = Stalls()
    view.show_messages(messages)
    assert not view.writer.is_settled
    settle(view)
    assert stalls.stop()[-1] < 0.5
    assert page_text(view).count("Question") == 100


def test_what_waits_keeps_its_order(view):
    messages = [user("a" * 100_000), answer("b" * 60_000), user("c" * 50_000), answer("d")]
    for message in messages:
        view.writer.open(message.id)
    view.show_messages(messages)
    assert not view.writer.is_settled
    view.writer.add_message(user("e"))
    settle(view)
    runs = "".join(line[:1] for line in page_text(view).split("\n") if line != "some/model")
    assert runs == "abcde"


def test_settled_is_told_when_all_is_on_the_page(view, qtbot):
    lengths = []
    view.show_messages([user("?"), answer("a" * 60_000)])
    view.writer.settled.connect(lambda: lengths.append(len(view.toPlainText().replace("\n", ""))))
    qtbot.waitUntil(lambda: bool(lengths))
    assert lengths == [len("?") + 60_000 + len("some/model")]
    assert view.writer.is_settled


def test_another_conversation_drops_what_waits_of_the_first(view):
    view.show_messages([user("?"), answer("a" * 60_000)])
    view.show_messages([user("other")])
    settle(view)
    assert page_text(view) == "other"


def test_taken_back_messages_go_and_others_stay(view):
    first, gone = conversation(1), [user("oops"), answer(state="failed")]
    view.show_messages([*first, *gone])
    kept = page_text(view).split("\noops")[0]
    view.writer.replace_from(len(first), ())
    assert page_text(view) == kept
    view.writer.add_message(user("better"))
    assert page_text(view) == kept + "\nbetter"


def test_the_first_message_can_be_taken_back(view):
    only = user("oops")
    view.show_messages([only, running()])
    view.writer.replace_from(0, ())
    assert page_text(view) == ""
    view.writer.add_message(user("better"))
    assert page_text(view) == "better"


def test_others_stand_in_their_place(view):
    shown = conversation(2)
    view.show_messages(shown)
    fill(view, shown)
    kept = page_text(view)
    view.writer.replace_from(1, [answer("Another"), user("and so on?")])
    settle(view)
    assert page_text(view).startswith(f"{shown[0].text}\nAnother")
    assert page_text(view).endswith("and so on?")
    view.writer.replace_from(1, shown[1:])
    settle(view)
    assert page_text(view) == kept


def test_one_message_goes_and_the_others_stay(view):
    fill(view, shown := conversation(3))
    view.writer.remove(shown[2].id)
    settle(view)
    fill_again = page_text(view)
    view.show_messages([*shown[:2], *shown[3:]])
    settle(view)
    assert page_text(view) == fill_again
    view.writer.remove("no such message")
    assert page_text(view) == fill_again


@pytest.mark.parametrize(
    "kind", [QTextDocument.ResourceType.ImageResource, QTextDocument.ResourceType.StyleSheetResource]
)
@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://127.0.0.1:9/x", "qrc:/x", "/etc/passwd"])
def test_nothing_is_loaded(view, kind, url):
    assert not view.loadResource(kind.value, QUrl(url))
    assert not view.document().resource(kind.value, QUrl(url))
