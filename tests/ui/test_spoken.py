"""What is said of an answer while it arrives: every sentence once, as soon as it is whole."""

import random
import re

import pytest

from arvae_desktop.demo.texts import TOUR
from arvae_desktop.domain.messages import AnswerState, Message, Role, Segment, SegmentKind
from arvae_desktop.ui.spoken import SpokenAnswer

_TEXT, _REASONING = SegmentKind.TEXT, SegmentKind.REASONING


def _answer(*segments):
    return SpokenAnswer(Message("a", Role.ASSISTANT, segments, AnswerState.RUNNING))


def _said(answer):
    while answer.work():
        pass
    return answer.take()


def _heard(*pieces):
    """What is said after each piece, and at the end."""
    answer = _answer()
    heard = []
    for piece in pieces:
        answer.feed(Segment(_TEXT, piece))
        heard.append(_said(answer))
    answer.finish("Over.")
    heard.append(_said(answer))
    assert answer.is_finished
    assert heard[-1].pop() == "Over."
    return heard


def _letters(text):
    return "".join(filter(str.isalnum, text))


@pytest.mark.parametrize(
    ("pieces", "heard"),
    [
        (["One. T", "wo. Thr"], [["One."], ["Two."], ["Thr."]]),
        (["It costs 3.", "50 now. Or"], [[], ["It costs 3.50 now."], ["Or."]]),
        (["We mean e.g. this", " one. And"], [[], ["We mean e.g. this one."], ["And."]]),
        (["一句话。第二", "句话。"], [["一句话。"], [], ["第二句话。"]]),
        (["So 😀😀. Two. T", "hree."], [["So 😀😀. Two."], [], ["Three."]]),
        (["**Fat. And** `x.y` too. No", "w"], [["Fat. And x.y too."], [], ["Now."]]),
        (["**Open. An", "d never closed"], [["Open."], [], ["And never closed."]]),
        (["Go [there. No", "w](https://a.example) soon. Yes"], [["Go there."], ["Now soon."], ["Yes."]]),
        (["# Head\n\nText", " on"], [["Head."], [], ["Text on."]]),
        (["- one\n- two\n", "- [x] three\n"], [["one."], ["two."], ["Done: three."]]),
        (["1. one\n2. two"], [["1. one."], ["2. two."]]),
        (["A\nhard line. B"], [["A hard line."], ["B."]]),
        (["| a | b |\n|---|---|\n| 1 | 2 |\n", "\nEnd"], [[], ["a, b. 1, 2."], ["End."]]),
        (["See ![a cat](https://a.example/c.png) here."], [[], ["See Picture: a cat here."]]),
        (["$$x^2$$\n\nSo. It"], [["Formula: x^2.", "So."], ["It."]]),
    ],
)
def test_sentences_are_said_when_they_are_whole(pieces, heard):
    assert _heard(*pieces) == heard


def test_the_number_of_an_item_is_never_said_alone():
    text = "Do this:\n\n1. **Stop me.** Press Esc.\n2. [x] Go on. Then end.\n"
    for cut in range(1, len(text)):
        heard = "\n".join(sentence for said in _heard(text[:cut], text[cut:]) for sentence in said)
        assert "1. Stop me." in heard, text[:cut]
        assert "2. Done: Go on." in heard, text[:cut]


def test_code_is_counted_and_not_read():
    heard = _heard("Look:\n\n```python\nx = 1\n", "\ny = 2\n```\n", "\nThat is it. Now")
    assert heard == [["Look:"], [], ["Code block, 3 lines.", "That is it."], ["Now."]]


def test_long_code_is_one_block():
    code = "".join(f"line {number}\n" for number in range(2000)) + "x" * 30_000 + "\n"
    assert _heard(f"```\n{code}```\n", "Text. ") == [[], ["Code block, 2,001 lines."], ["Text."]]


def test_code_that_was_cut_off_is_said_at_the_end():
    assert _heard("```\nx\n") == [[], ["Code block, 1 line."]]


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_said_twice_or_lost_however_it_is_cut(seed):
    chance = random.Random(seed)
    pieces, at = [], 0
    while at < len(TOUR):
        length = chance.randint(1, 60)
        pieces.append(TOUR[at : at + length])
        at += length
    heard = " ".join(sentence for sentences in _heard(*pieces) for sentence in sentences)
    spoken = re.sub(r"```.*?```", "Code block, 1 line.", TOUR, flags=re.DOTALL)
    assert _letters(heard) == _letters(spoken)
    assert not set("*#|>`") & set(heard)


def test_thinking_is_told_and_not_read():
    answer = _answer()
    answer.feed(Segment(_REASONING, "Let me see. It is"))
    assert _said(answer) == ["Thinking."]
    answer.feed(Segment(_REASONING, " four. Yes."))
    answer.feed(Segment(_TEXT, "Four."))
    assert _said(answer) == []
    answer.finish("Over.")
    assert _said(answer) == ["Four.", "Over."]


def test_a_tool_is_named():
    answer = _answer()
    answer.feed(Segment(SegmentKind.TOOL_CALL, 'search({"q": "x"})\nread({})\n'))
    assert _said(answer) == ["The model asks for the tool search.", "The model asks for the tool read."]


def test_what_stood_there_before_is_known():
    answer = _answer(Segment(_TEXT, "Old. Half a sen"))
    assert _said(answer) == []
    answer.feed(Segment(SegmentKind.SEAM, "sen"))
    answer.feed(Segment(_TEXT, "tence. New"))
    assert _said(answer) == ["Half a sentence."]
