"""Reasoning on the page: open while it streams, folded when the answer begins, opened by its first line."""

import pytest
from answers import answer, conversation, running, text_of, user
from pages import fill, links, page_text, settle

from arvae_desktop.domain.messages import SegmentKind
from arvae_desktop.ui.transcript.view import TranscriptView

_THOUGHTS = "First I **think**.\n\n- Then\n- more"
_SEEN = "First I think.\n•\tThen\n•\tmore"


@pytest.fixture
def view(show, theme):
    view = show(TranscriptView(theme), 820, 500)
    view.show_messages([user("?"), running("now")])
    return view


def _think(view):
    for letter in _THOUGHTS:
        view.append_segment("now", text_of(letter, SegmentKind.REASONING))
    settle(view)


@pytest.mark.usefixtures("thinks_at_once")
def test_it_is_open_while_it_streams_and_folds_when_the_answer_begins(view):
    _think(view)
    assert page_text(view) == f"?\nThinking… ▾\n{_SEEN}"
    view.append_segment("now", text_of("So: *yes*"))
    assert page_text(view) == "?\nThought for a moment ▸\nSo: yes"


def test_its_time_is_told_when_it_is_known(view):
    _think(view)
    message = answer(("reasoning", _THOUGHTS), "Yes", message_id="now", thinking_s=12.4)
    view.append_segment("now", text_of("Yes"))
    view.writer.end_message(message)
    assert page_text(view).startswith("?\nThought for 12 s ▸\nYes\n")


def test_no_time_is_told_that_nobody_took(view):
    fill(view, [user("?"), answer(("reasoning", _THOUGHTS), "Yes")])
    assert page_text(view).startswith("?\nThoughts ▸\nYes\n")


def test_its_first_line_opens_and_closes_it(view):
    message = answer(("reasoning", _THOUGHTS), "Yes", thinking_s=3)
    fill(view, [user("?"), message])
    closed = page_text(view)
    assert links(view)[0] == ("Thought for 3 s ▸", f"arvae-action:fold/{message.id}/0")
    view.writer.toggle(message.id, 0)
    assert page_text(view).startswith(f"?\nThought for 3 s ▾\n{_SEEN}\nYes\n")
    view.writer.toggle(message.id, 0)
    assert page_text(view) == closed


def test_it_opens_in_the_middle_of_a_conversation_and_of_an_answer(view):
    message = answer(("reasoning", "one"), "Said", ("reasoning", "two\n\nthree"), "Ended")
    fill(view, [*conversation(2), message, *conversation(2)])
    closed = page_text(view)
    view.writer.toggle(message.id, 2)
    assert page_text(view) == closed.replace("Said\nThoughts ▸\n", "Said\nThoughts ▾\ntwo\nthree\n")
    view.writer.toggle(message.id, 0)
    assert "Thoughts ▾\none\nSaid\nThoughts ▾\ntwo\nthree\nEnded" in page_text(view)
    view.writer.toggle(message.id, 2)
    view.writer.toggle(message.id, 0)
    assert page_text(view) == closed


def test_what_is_read_stays_where_it_is_when_it_opens(view):
    message = answer(("reasoning", _THOUGHTS * 20), "Said")
    fill(view, [*conversation(6), message, *conversation(6)])
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() - 300)
    place = view.cursorForPosition(view.viewport().rect().topLeft())
    before = view.cursorRect(place).top()
    view.writer.toggle(message.id, 0)
    settle(view)
    assert view.cursorRect(place).top() == before


def test_it_can_be_closed_while_it_streams_and_nothing_is_lost(view):
    _think(view)
    view.writer.toggle("now", 0)
    assert page_text(view) == "?\nThinking… ▸"
    view.append_segment("now", text_of("\n- and more", SegmentKind.REASONING))
    assert page_text(view) == "?\nThinking… ▸"
    view.writer.toggle("now", 0)
    assert page_text(view) == f"?\nThinking… ▾\n{_SEEN}\n•\tand more"
