"""Where an answer ends, the page says how, and what can be done about it."""

from dataclasses import replace

import pytest
from answers import answer, failed, running, text_of, user
from pages import blocks, fill, links, page_text
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QColor

from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Message, Role, Segment, SegmentKind
from arvae_desktop.ui.transcript.formats import Property
from arvae_desktop.ui.transcript.lines import Look
from arvae_desktop.ui.transcript.sentences import facts_line
from arvae_desktop.ui.transcript.view import TranscriptView


@pytest.fixture
def view(show, theme):
    return show(TranscriptView(theme), 820, 500)


def _ending(view, message):
    """The lines under an answer, and the names of its actions."""
    fill(view, [user("?"), message])
    actions = [address.removeprefix("arvae-action:").split("/") for _words, address in links(view)]
    assert all(message_id == message.id for _name, message_id, *_part in actions)
    names = [name for name, _message_id, *part in actions if not part]
    return page_text(view).split("\n")[1:], names


def _looks(view):
    return {block.blockFormat().intProperty(Property.LOOK) for block in blocks(view)}


def _state(name, *texts, **facts):
    return answer(*(texts or ("So far",)), state=AnswerState(name), **facts)


def test_a_complete_answer_ends_with_its_facts_alone(view):
    assert _ending(view, _state("complete")) == (["So far", "some/model"], [])


def test_a_stopped_answer_says_so_and_offers_its_rest_or_another(view):
    lines, names = _ending(view, _state("stopped"))
    assert lines[0] == "So far"
    assert lines[1].startswith("Stopped.")
    assert names == ["continue", "retry"]
    assert [words for words, _address in links(view)] == ["Continue", "Regenerate"]


def test_an_answer_stopped_before_its_first_word_says_so(view):
    lines, names = _ending(view, answer(state=AnswerState.STOPPED))
    assert lines[0].startswith("Stopped.")
    assert names == ["retry"]
    assert not any("some/model" in line for line in lines)


def test_an_answer_at_its_length_says_so_in_words(view):
    lines, names = _ending(view, _state("length", finish_reason="length"))
    assert "length limit" in lines[1]
    assert lines[2]
    assert names == ["continue", "retry"]


def test_a_filtered_answer_says_so_in_words(view):
    lines, names = _ending(view, _state("content_filter", finish_reason="content_filter"))
    assert "content filter" in lines[1]
    assert names == ["edit", "retry"]


def test_tool_calls_are_said_not_to_run(view):
    lines, names = _ending(view, _state("tool_calls"))
    assert "runs none" in lines[1]
    assert names == []


def test_an_interrupted_answer_keeps_its_text_and_looks_like_an_error(view):
    lines, names = _ending(view, _state("interrupted"))
    assert lines[0] == "So far"
    assert "before it was complete" in lines[1]
    assert names == ["continue", "retry"]
    assert Look.ERROR.value in _looks(view)


def test_an_interrupted_answer_says_why_if_that_is_known(view):
    message = failed("The server fell over.", "Try later.", texts=["So far"], state=AnswerState.INTERRUPTED)
    lines, names = _ending(view, message)
    assert lines[:3] == ["So far", "The server fell over.", "Try later."]
    assert names == ["continue", "retry"]


def test_an_answer_that_broke_off_while_thinking_has_nothing_to_go_on_with(view):
    message = answer((SegmentKind.REASONING, "Hm."), state=AnswerState.INTERRUPTED)
    assert _ending(view, message)[1] == ["retry"]


def test_a_continued_answer_shows_no_ending_in_the_middle_and_says_what_was_left_out(view):
    message = _state("interrupted")
    fill(view, [user("?"), message])
    view.writer.rewrite(replace(message, state=AnswerState.RUNNING))
    assert page_text(view) == "?\nSo far"
    view.append_segment(message.id, Segment(SegmentKind.SEAM, "far"))
    view.append_segment(message.id, text_of(" and on"))
    whole = answer(text_of("So far"), (SegmentKind.SEAM, "far"), " and on", message_id=message.id)
    view.writer.end_message(whole)
    lines = page_text(view).split("\n")
    assert lines[1] == "So far and on"
    assert lines[2].endswith("continued, without the 3 characters that were said twice")
    assert len(lines) == 3
    assert links(view) == []


def test_code_that_was_cut_off_goes_on_as_code(view):
    fill(view, [answer("```\none\n", (SegmentKind.SEAM, ""), "two\n```\nDone.")])
    looks = [(block.text(), block.blockFormat().intProperty(Property.LOOK)) for block in blocks(view)]
    assert ("two", Look.CODE.value) in looks
    assert ("Done.", Look.TEXT.value) in looks


@pytest.mark.parametrize(
    "tail", ["say. And on.", "say.\n\nAnd on.", "say.\n\n```\ncode\n```\n", "say **more**"]
)
def test_the_seam_is_marked_between_the_two_letters_that_it_joins(view, tail):
    whole = answer("First.\n\nSomething to ", (SegmentKind.SEAM, ""), tail)
    fill(view, [user("?"), whole])
    (seam,) = view.writer.seams
    assert seam.block().text()[: seam.positionInBlock()].rstrip() == "Something to"
    mark = QColor(view._theme.colors.accent)
    row, picture = view.cursorRect(seam), view.viewport().grab().toImage()
    column = [
        picture.pixelColor(x, y) for x in (row.left() - 1, row.left()) for y in range(row.top(), row.bottom())
    ]
    assert mark in column


def test_an_answer_in_one_piece_has_no_seam(view):
    fill(view, [user("?"), answer("Whole.")])
    assert view.writer.seams == []


def test_a_seam_that_repeats_nothing_says_no_more_than_that(view):
    lines, _ = _ending(view, answer("So far", (SegmentKind.SEAM, ""), " and on"))
    assert lines == ["So far and on", "some/model  ·  continued"]


@pytest.mark.parametrize(
    ("kind", "status", "names"),
    [
        ("connection", None, ["retry", "edit"]),
        ("timeout", None, ["retry", "edit"]),
        ("http", 429, ["retry", "edit"]),
        ("http", 500, ["retry", "edit"]),
        ("http", 401, ["settings", "retry", "edit"]),
        ("http", 403, ["settings", "retry", "edit"]),
        ("http", 404, ["models", "settings", "retry", "edit"]),
        ("bad_key", None, ["settings", "retry", "edit"]),
        ("bad_address", None, ["settings", "retry", "edit"]),
        ("redirect", 307, ["settings", "retry", "edit"]),
        ("html", 200, ["settings", "retry", "edit"]),
        ("dns", None, ["settings", "retry", "edit"]),
        ("refused", None, ["settings", "retry", "edit"]),
    ],
)
def test_a_failed_answer_offers_what_can_mend_it(view, kind, status, names):
    lines, offered = _ending(view, failed("It failed.", "Do this.", kind=kind, status=status))
    assert lines[:2] == ["It failed.", "Do this."]
    assert offered == names
    assert Look.ERROR.value in _looks(view)


def test_every_final_state_but_complete_is_said(view):
    seen = set()
    for state in AnswerState:
        if state not in (AnswerState.RUNNING, AnswerState.COMPLETE):
            message = failed() if state is AnswerState.FAILED else _state(state)
            lines, _names = _ending(view, message)
            seen.add(lines[0 if state is AnswerState.FAILED else 1])
    assert len(seen) == len(AnswerState) - 2
    assert "" not in seen


def test_a_running_answer_has_no_ending(view):
    assert _ending(view, running()) == ([], [])


def test_a_servers_words_in_an_error_are_text(view):
    hostile = "<img src=file:///etc/passwd> <a href='arvae-action:settings'>x</a>"
    lines, names = _ending(view, failed(hostile, hostile))
    assert lines[:2] == [hostile, hostile]
    assert names == ["retry", "edit"]


@pytest.mark.parametrize("name", ["retry", "edit", "settings", "models"])
def test_an_action_is_told(view, qtbot, name):
    fill(view, [user("?"), failed(status=404)])
    with qtbot.waitSignal(view.action_requested) as heard:
        view.anchorClicked.emit(QUrl(f"arvae-action:{name}/m7"))
    assert heard.args == [name, "m7"]


def test_a_click_on_an_action_is_told_once(view, qtbot):
    message = failed()
    fill(view, [user("?"), message])
    heard = []
    view.action_requested.connect(lambda *told: heard.append(told))
    cursor = view.document().find("Edit the prompt")
    cursor.setPosition(cursor.selectionStart() + 3)
    place = view.cursorRect(cursor).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert heard == [("edit", message.id)]


def test_an_action_can_be_reached_by_keyboard(view, qtbot):
    message = failed()
    fill(view, [user("?"), message])
    heard = []
    view.action_requested.connect(lambda *told: heard.append(told))
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_Tab)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert heard == [("edit", message.id)]


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "javascript:alert(1)", "https://evil.example/", "settings", ""]
)
def test_no_other_link_does_anything(view, url):
    heard = []
    view.action_requested.connect(lambda *told: heard.append(told))
    fill(view, [user("?"), failed()])
    before = page_text(view)
    view.anchorClicked.emit(QUrl(url))
    assert heard == []
    assert page_text(view) == before
    assert not view.openLinks()
    assert not view.openExternalLinks()


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (AnswerFacts("m"), "m"),
        (AnswerFacts("m", first_word_s=0.44), "m  ·  0.4 s to the first word"),
        (
            AnswerFacts("m", "stop", first_word_s=1.0, duration_s=3.0, completion_tokens=1200),
            "m  ·  1.0 s to the first word  ·  15 words/s  ·  1,200 tokens",
        ),
        (
            AnswerFacts("m", first_word_s=1.0, duration_s=1.05, completion_tokens=5),
            "m  ·  1.0 s to the first word  ·  5 tokens",
        ),
        (AnswerFacts("m", "weird"), "m  ·  ended with “weird”"),
        (AnswerFacts("m", skipped_events=1), "m  ·  1 unreadable event skipped"),
        (AnswerFacts("m", skipped_events=4), "m  ·  4 unreadable events skipped"),
    ],
)
def test_the_facts_are_told_as_far_as_they_are_known(facts, line):
    message = Message("m1", Role.ASSISTANT, (text_of("word " * 30),), AnswerState.COMPLETE, facts)
    assert facts_line(message) == line
