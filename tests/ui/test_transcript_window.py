"""Long conversations: the document holds a window of messages; more come as one scrolls, without a jump."""

import itertools
import time
from types import SimpleNamespace

import pytest
from answers import answer, running, text_of, user
from pages import fill, page_text, settle
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QApplication

from arvae_desktop.ui.transcript import writer
from arvae_desktop.ui.transcript.view import TranscriptView

_MOST_ON_PAGE = 230


def _long_conversation(messages):
    return [
        message
        for turn in range(messages // 2)
        for message in (user(f"Question {turn}?"), answer(f"Answer {turn}.\n\nIts *second* paragraph."))
    ]


@pytest.fixture(scope="module")
def messages():
    return _long_conversation(10_000)


@pytest.fixture
def view(show, theme):
    return show(TranscriptView(theme), 820, 600)


def _on_page(view):
    text = page_text(view)
    return text.count("Question") + text.count("Answer")


def _top(view, words):
    return view.cursorRect(view.document().find(words)).top()


def test_a_conversation_of_ten_thousand_messages_opens_with_its_end(view, messages, monkeypatch):
    milliseconds = itertools.count()
    with monkeypatch.context() as slow:
        # A machine that takes a millisecond for each step, so that a frame has but a few.
        slow.setattr(writer, "time", SimpleNamespace(monotonic=lambda: next(milliseconds) / 1000))
        view.show_messages(messages)
        assert "Answer 4999." in view.toPlainText()  # in the first frame already: what stands lower is first
        assert not view.writer.is_settled
    settle(view)
    bar = view.verticalScrollBar()
    assert bar.value() == bar.maximum()
    assert view.is_following
    assert 150 <= _on_page(view) <= _MOST_ON_PAGE
    assert view.writer.has_earlier


def test_earlier_messages_are_put_in_without_a_jump(view, messages):
    view.show_messages(messages)
    settle(view)
    bar = view.verticalScrollBar()
    first = int(page_text(view).split("Question ", 1)[1].split("?", 1)[0])
    for _ in range(60):
        bar.setValue(max(0, bar.value() - 500))
        seen = QTextCursor(view.cursorForPosition(view.viewport().rect().center()))
        words = seen.block().text()
        before = view.cursorRect(seen).top()
        settle(view)
        QApplication.processEvents()
        assert seen.block().text() == words
        assert view.cursorRect(seen).top() == before
        assert _on_page(view) <= _MOST_ON_PAGE
    assert int(page_text(view).split("Question ", 1)[1].split("?", 1)[0]) < first - 40
    assert not view.is_following


def test_the_way_back_leads_to_the_end(view, messages):
    view.show_messages(messages)
    settle(view)
    bar = view.verticalScrollBar()
    for _ in range(8):
        bar.setValue(0)
        settle(view)
    assert "Answer 4999." not in page_text(view)
    view.follow()
    settle(view)
    assert page_text(view).endswith("some/model")
    assert "Answer 4999." in page_text(view)
    assert view.is_following


def test_a_whole_conversation_can_be_read_upwards(view):
    view.show_messages(_long_conversation(600))
    settle(view)
    bar = view.verticalScrollBar()
    deadline = time.monotonic() + 20
    while view.writer.has_earlier or bar.value():
        assert time.monotonic() < deadline
        bar.setValue(max(0, bar.value() - 400))
        settle(view)
    assert page_text(view).startswith("Question 0?\nAnswer 0.")


def test_long_answers_fill_the_page_before_many_messages_do(view, monkeypatch):
    """Each change costs by all that is on the page."""
    monkeypatch.setattr(writer, "_MOST_LATER", 2_000)
    messages = [message for n in range(30) for message in (user(f"Question {n}?"), answer("- item\n" * 300))]
    fill(view, messages)
    bar = view.verticalScrollBar()
    deadline = time.monotonic() + 60
    longest = 0
    while view.writer.has_earlier or bar.value():
        assert time.monotonic() < deadline
        bar.setValue(max(0, bar.value() - 5_000))
        settle(view)
        longest = max(longest, view.document().blockCount())
    assert page_text(view).startswith("Question 0?\n")
    assert longest < 9_000
    view.follow()
    settle(view)
    assert view.is_following


def test_an_answer_that_streams_is_whole_after_one_has_been_far_away(view):
    view.show_messages([*_long_conversation(600), user("And now?"), running("now")])
    settle(view)
    view.append_segment("now", text_of("It **beg"))
    bar = view.verticalScrollBar()
    for _ in range(4):
        bar.setValue(0)
        settle(view)
    view.append_segment("now", text_of("ins** here"))
    view.follow()
    settle(view)
    assert page_text(view).endswith("And now?\nIt begins here")


def test_a_full_page_can_be_exchanged_for_any_other(view):
    long = [user("?"), answer("- item\n" * 1500)]
    for other, text in (([], ""), ([user("Hello")], "Hello"), (long, None), ([user("Bye")], "Bye")):
        fill(view, long)
        assert view.writer.has_earlier
        fill(view, other)
        assert text is None or page_text(view) == text


def test_nothing_is_written_or_asked_for_while_the_page_is_emptied(view, monkeypatch):
    """Qt loses count of cursors that are made meanwhile, and uses them when they are no more."""
    fill(view, [user("?"), answer("- item\n" * 1500)])
    view.selectAll()
    made, emptied = [], []
    clear = QTextDocument.clear

    def clear_and_note(document):
        made.clear()
        clear(document)
        emptied.append(list(made))

    for name in ("textCursor", "setTextCursor"):
        monkeypatch.setattr(type(view), name, _noting(made, getattr(type(view), name)), raising=False)
    monkeypatch.setattr(QTextDocument, "clear", clear_and_note)
    view.show_messages([])
    assert emptied == [[]]


def _noting(made, function):
    def noted(*arguments):
        made.append(function)
        return function(*arguments)

    return noted
