"""Messages for transcripts."""

import itertools

from arvae_desktop.domain.errors import ErrorReport
from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Message, Role, Segment, SegmentKind

_ids = itertools.count(1)
SEARCHED = "A sentence of the answer that is long enough to wrap where the column is narrow. "


def user(text):
    return Message(f"t{next(_ids)}", Role.USER, (Segment(SegmentKind.TEXT, text),))


def running(message_id=None):
    """An answer of which nothing has come yet."""
    return Message(
        message_id or f"t{next(_ids)}", Role.ASSISTANT, (), AnswerState.RUNNING, AnswerFacts("some/model")
    )


def answer(*texts, state=AnswerState.COMPLETE, message_id=None, **facts):
    """An answer that has ended; a text alone is a segment of text, else kind and text."""
    segments = tuple(
        Segment(SegmentKind.TEXT, text) if isinstance(text, str) else _segment(text) for text in texts
    )
    known = AnswerFacts(**{"model": "some/model", **facts})
    return Message(message_id or f"t{next(_ids)}", Role.ASSISTANT, segments, state, known)


def _segment(given):
    return given if isinstance(given, Segment) else Segment(SegmentKind(given[0]), given[1])


def failed(title="It failed.", hint="Do this.", *, kind="connection", status=None, texts=(), state=None):
    error = ErrorReport(kind, title, hint, status)
    return answer(*texts, state=state or AnswerState.FAILED, error=error)


def text_of(text, kind=SegmentKind.TEXT):
    return Segment(kind, text)


def conversation(turns=12):
    """Enough to scroll."""
    return [
        message
        for turn in range(turns)
        for message in (user(f"Question {turn}?"), answer(f"Answer {turn}. " + SEARCHED * 8))
    ]
