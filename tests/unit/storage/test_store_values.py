"""What is stored is what is loaded, whatever it is."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arvae_desktop.domain.conversations import Conversation, KeptMessage
from arvae_desktop.domain.messages import AnswerState, Message, Role, Segment, SegmentKind
from tests.unit.storage import keeping
from tests.unit.storage.keeping import Folder, done, everything, fill, said


@pytest.fixture(scope="module")
def shared():
    """A store for many examples, each of which leaves it empty."""
    with tempfile.TemporaryDirectory() as path:
        folder = Folder(Path(path))
        store, _ = folder.opened()
        yield store
        folder.close_all()


@given(keeping.conversations)
def test_a_conversation_comes_back(shared, conversation):
    done(shared.put(conversation))
    assert done(shared.conversation(conversation.id)) == conversation
    changed = replace(conversation, title=conversation.title + "x", folder=None, tip=None)
    done(shared.put(changed))
    assert done(shared.conversation(conversation.id)) == changed
    done(shared.purge([conversation.id]))
    assert done(shared.conversation(conversation.id)) is None


@given(keeping.trees())
def test_a_tree_of_messages_comes_back(shared, kept):
    done(shared.put(Conversation("c")))
    for message in kept:
        done(shared.add_message("c", message))
    assert done(shared.load_messages("c")) == tuple(kept)
    ids = [message.message.id for message in reversed(kept)]
    assert done(shared.load_some("c", ids)) == tuple(reversed(kept))
    outline = done(shared.load_outline("c"))
    assert [entry.id for entry in outline] == [message.message.id for message in kept]
    assert [entry.parent for entry in outline] == [message.parent for message in kept]
    done(shared.purge(["c"]))


@given(st.lists(keeping.segments, max_size=6), keeping.states, st.none() | keeping.facts)
def test_an_answer_that_streams_is_its_pieces_joined(shared, batches, state, facts):
    done(shared.put(Conversation("c")))
    running = Message("m", Role.ASSISTANT, (), AnswerState.RUNNING)
    done(shared.add_message("c", KeptMessage(running, None, 1.0)))
    for pieces in batches:
        done(shared.append("c", "m", pieces))
    expected = joined(piece for pieces in batches for piece in pieces)
    assert message_of(shared) == replace(running, segments=expected)
    done(shared.end_message("c", "m", state, facts))
    assert message_of(shared) == replace(running, segments=expected, state=state, facts=facts)
    done(shared.resume_message("c", "m"))
    more = (Segment(SegmentKind.SEAM, ""), Segment(SegmentKind.TEXT, "more"))
    done(shared.append("c", "m", more))
    assert message_of(shared).segments == joined((*expected, *more))
    done(shared.purge(["c"]))


@settings(max_examples=25)
@given(
    st.lists(st.tuples(keeping.conversations, keeping.trees()), max_size=4, unique_by=lambda pair: pair[0].id)
)
def test_what_is_imported_comes_back(shared, found):
    count = done(shared.import_conversations(found).done)
    assert (count.conversations, count.messages) == (len(found), sum(len(kept) for _, kept in found))
    for conversation, kept in found:
        assert done(shared.conversation(conversation.id)) == conversation
        assert done(shared.load_messages(conversation.id)) == tuple(kept)
    done(shared.purge([conversation.id for conversation, _ in found]))


def test_a_text_of_ten_megabytes(store):
    words = "word \ud800 日本 " * 1_000_000
    fill(store, "c", said("m", words))
    assert done(store.load_messages("c"))[0].message.text == words
    assert [hit.message_id for hit in done(store.search("日本")).messages] == ["m"]


def test_everything_is_there_after_closing(folder, store):
    fill(store, "c", said("m1", "one"), said("m2", "two", "m1"), title="Numbers")
    before = everything(store)
    done(store.close())
    again, report = folder.opened()
    assert report.was_closed
    assert everything(again) == before


def message_of(store):
    (kept,) = done(store.load_messages("c"))
    return kept.message


def joined(pieces):
    """Neighbours of one kind as one."""
    found = []
    for piece in pieces:
        if found and found[-1].kind is piece.kind:
            found[-1] = Segment(piece.kind, found[-1].text + piece.text)
        else:
            found.append(piece)
    return tuple(found)
