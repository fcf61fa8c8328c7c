"""Conversations for property tests, and a few made by hand."""

from __future__ import annotations

from hypothesis import strategies as st

from arvae_desktop.domain.conversations import (
    Conversation,
    ConversationSettings,
    ConversationTree,
    KeptMessage,
)
from arvae_desktop.domain.errors import ErrorReport
from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Message, Role, Segment, SegmentKind

# What could be taken for marks of ours, and what files and parsers stumble over.
AWKWARD = [
    "---\nformat: arvae-desktop/markdown\nversion: 1\n---\n",
    "## You <!-- 0123456789abcdef-0 user 1.0 complete -->\n\n",
    "<!-- 0123456789abcdef-0 end -->\n",
    "> **Thoughts** <!-- 0123456789abcdef-0 reasoning -->\n> x",
    "```python\nprint('never closed')",
    "~~~~\n```\n",
    "> quoted\n>\n> more",
    "\n\n",
    "\r\n",
    "\r",
    "\x00\x0b\x0c\x1c\x85\u2028\ufeff",
    '{"title": "x", "mapping": {"a": ["',
    '\\"]}[{',
    "</article><script>alert(1)</script>",
    "漢字 👩‍👩‍👧 עברית",
    " ",
]
TEXTS = st.lists(st.one_of(st.sampled_from(AWKWARD), st.text(max_size=20)), max_size=5).map("".join)
TIMES = st.floats(0, 4e9)
COUNTS = st.none() | st.integers(0, 2**53 - 1)
SECONDS = st.none() | st.floats(0, 1e6)
FACTS = st.builds(
    AnswerFacts,
    model=st.text(max_size=10),
    finish_reason=st.none() | st.text(max_size=5),
    first_word_s=SECONDS,
    duration_s=SECONDS,
    prompt_tokens=COUNTS,
    completion_tokens=COUNTS,
    skipped_events=st.integers(0, 9),
    error=st.none() | st.builds(ErrorReport, TEXTS, TEXTS, TEXTS, COUNTS, st.booleans(), st.none() | TEXTS),
    thinking_s=SECONDS,
)
SETTINGS = st.builds(
    ConversationSettings,
    st.none() | st.text(max_size=9),
    TEXTS,
    st.none() | st.floats(-1, 3),
    st.none() | st.floats(0, 1),
    COUNTS,
)
STATES = [state for state in AnswerState if state is not AnswerState.RUNNING]


@st.composite
def trees(draw: st.DrawFn) -> ConversationTree:
    count = draw(st.integers(0, 6))
    messages: list[KeptMessage] = []
    for index in range(count):
        parent = (
            draw(st.none() | st.sampled_from([kept.message.id for kept in messages])) if messages else None
        )
        role = draw(st.sampled_from(Role))
        segments = draw(st.lists(st.builds(Segment, st.sampled_from(SegmentKind), TEXTS), max_size=4))
        facts = draw(st.none() | FACTS) if role is Role.ASSISTANT else None
        message = Message(f"m{index}", role, tuple(segments), draw(st.sampled_from(STATES)), facts)
        messages.append(KeptMessage(message, parent, draw(TIMES), draw(st.booleans())))
    return ConversationTree(
        Conversation(
            id=draw(st.uuids()).hex,
            title=draw(TEXTS),
            has_own_title=draw(st.booleans()),
            created_at=draw(TIMES),
            updated_at=draw(TIMES),
            folder=draw(st.none() | TEXTS),
            is_pinned=draw(st.booleans()),
            is_archived=draw(st.booleans()),
            is_unread=draw(st.booleans()),
            deleted_at=draw(st.none() | TIMES),
            draft=draw(TEXTS),
            settings=draw(SETTINGS),
            tip=draw(st.sampled_from(messages)).message.id if messages else None,
        ),
        tuple(messages),
    )


def tree(*texts: str, title: str = "A title", name: str = "c1") -> ConversationTree:
    """A conversation in which the user and the model take turns."""
    messages = []
    for index, text in enumerate(texts):
        role = Role.ASSISTANT if index % 2 else Role.USER
        facts = AnswerFacts("maker/model_1") if index % 2 else None
        message = Message(f"{name}-{index}", role, (Segment(SegmentKind.TEXT, text),), facts=facts)
        messages.append(KeptMessage(message, f"{name}-{index - 1}" if index else None, 1760505600.5 + index))
    return ConversationTree(
        Conversation(
            name, title, created_at=1760505600.25, updated_at=1760505601.0, tip=f"{name}-{len(texts) - 1}"
        ),
        tuple(messages),
    )
