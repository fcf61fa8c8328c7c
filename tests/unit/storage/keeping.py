"""Stores for tests, and what is put into them."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import strategies as st

from arvae_desktop.domain.conversations import Conversation, ConversationSettings, KeptMessage
from arvae_desktop.domain.errors import ErrorReport, StoreError
from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Message, Role, Segment, SegmentKind
from arvae_desktop.storage.store.conversation_store import ConversationStore

PATIENCE_S = 60


class Folder:
    """A folder for a store, and all stores that were opened there.

    Attributes:
        file, backups: where they are.
        troubles, salvages: what the stores told, in its order.
    """

    def __init__(self, path):
        self.path = path
        self.file = path / "conversations.db"
        self.backups = path / "backups"
        self.troubles = []
        self.salvages = []
        self._stores = []

    def store(self):
        """A store that isn't open yet."""
        store = ConversationStore(
            self.file, self.backups, on_trouble=self.troubles.append, on_salvage=self.salvages.append
        )
        self._stores.append(store)
        return store

    def opened(self):
        """A store, and what was reported when it was opened."""
        store = self.store()
        return store, done(store.open())

    def close_all(self):
        for store in self._stores:
            with suppress(StoreError):
                done(store.close())


def done(future):
    """What a future's work came to."""
    return future.result(PATIENCE_S)


def text(words):
    return (Segment(SegmentKind.TEXT, words),)


def said(identity, words, parent=None, *, role=Role.USER, at=0.0, state=AnswerState.COMPLETE, model=None):
    """A message of one segment."""
    facts = None if model is None else AnswerFacts(model)
    return KeptMessage(Message(identity, role, text(words), state, facts), parent, at)


def fill(store, conversation_id, *messages, title=""):
    """Put a conversation with messages, each of which follows the one before, into a store."""
    done(store.put(Conversation(conversation_id, title)))
    for message in messages:
        done(store.add_message(conversation_id, message))


def everything(store):
    """All conversations, and their messages."""
    ids = done(store.conversation_ids())
    return {done(store.conversation(each)): done(store.load_messages(each)) for each in ids}


# --- values of all kinds ---

# Also what is no good Unicode: lone surrogates, NUL, U+FFFE.
texts = st.text(st.characters(exclude_categories=())) | st.sampled_from(
    ["\ud800", "\udfff\ud800", "a\0b", "\ufffe\uffff", "\U0001f469\u200d\U0001f4bb", "日本語", ""]
)
ids = texts.filter(bool)
finite = st.floats(allow_nan=False, allow_infinity=False)
moments = st.floats(-1e12, 1e12)
counts = st.none() | st.integers(-(2**70), 2**70)
reports = st.builds(
    ErrorReport,
    kind=texts,
    title=texts,
    hint=texts,
    status=st.none() | st.integers(100, 599),
    retryable=st.booleans(),
    request_id=st.none() | texts,
)
facts = st.builds(
    AnswerFacts,
    model=texts,
    finish_reason=st.none() | texts,
    first_word_s=st.none() | finite,
    duration_s=st.none() | finite,
    prompt_tokens=counts,
    completion_tokens=counts,
    skipped_events=st.integers(0, 2**70),
    error=st.none() | reports,
    thinking_s=st.none() | finite,
)
segments = st.lists(st.builds(Segment, kind=st.sampled_from(SegmentKind), text=texts), max_size=6).map(tuple)
states = st.sampled_from([state for state in AnswerState if state is not AnswerState.RUNNING])
settings = st.builds(
    ConversationSettings,
    model=st.none() | texts,
    system=texts,
    temperature=st.none() | finite,
    top_p=st.none() | finite,
    max_tokens=counts,
)
conversations = st.builds(
    Conversation,
    id=ids,
    title=texts,
    has_own_title=st.booleans(),
    created_at=moments,
    updated_at=moments,
    folder=st.none() | texts,
    is_pinned=st.booleans(),
    is_archived=st.booleans(),
    is_unread=st.booleans(),
    deleted_at=st.none() | moments,
    draft=texts,
    settings=settings,
    tip=st.none() | texts,
)


@st.composite
def trees(draw, max_size=8):
    """Messages of which each follows an earlier one or stands at a beginning."""
    names = draw(st.lists(ids, unique=True, max_size=max_size))
    kept = []
    for index, name in enumerate(names):
        message = Message(
            name,
            draw(st.sampled_from(Role)),
            draw(segments),
            draw(states),
            draw(st.none() | facts),
        )
        parent = draw(st.none() | st.sampled_from(names[:index])) if index else None
        kept.append(KeptMessage(message, parent, draw(moments), draw(st.booleans())))
    return kept
