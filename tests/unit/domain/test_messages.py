"""Messages: what counts as said."""

import dataclasses

import pytest

from arvae_desktop.domain.messages import AnswerState, Message, Role, Segment, SegmentKind


def _message(*segments):
    return Message("m1", Role.ASSISTANT, tuple(Segment(SegmentKind(kind), text) for kind, text in segments))


@pytest.mark.parametrize(
    ("segments", "text"),
    [
        ((), ""),
        ((("text", "Hello"),), "Hello"),
        (
            (("reasoning", "Hm."), ("text", "Hello"), ("reasoning", "Well."), ("text", " there")),
            "Hello there",
        ),
        ((("text", "Call: "), ("tool_call", "f({})\n")), "Call: "),
        ((("refusal", "I’d rather not."),), "I’d rather not."),
        ((("reasoning", "Only thoughts."),), ""),
    ],
)
def test_the_text_is_what_was_said(segments, text):
    assert _message(*segments).text == text


def test_a_message_is_complete_unless_it_says_otherwise():
    message = _message(("text", "Hello"))
    assert message.state is AnswerState.COMPLETE
    assert message.facts is None


def test_messages_do_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        _message().state = AnswerState.FAILED
