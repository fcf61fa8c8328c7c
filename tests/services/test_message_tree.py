"""The tree of messages against a plain reckoning of the same, and at a size that nobody should feel."""

import time
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arvae_desktop.domain.messages import Message, Role, Segment, SegmentKind, Turn
from arvae_desktop.services.message_tree import MessageTree


def _message(number, role=Role.USER, text=None):
    return Message(
        f"t{number}", role, (Segment(SegmentKind.TEXT, f"text {number}" if text is None else text),)
    )


def _roles():
    return st.sampled_from([Role.USER, Role.ASSISTANT])


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), _roles()),
        st.tuples(st.sampled_from(["go back", "delete", "remove from"]), st.integers(0, 30)),
        st.tuples(st.sampled_from(["restore", "start anew"]), st.none()),
    ),
    max_size=40,
)


@dataclass
class _Plain:
    """The same, without any cleverness: every message that ever was, each with the way that led to it."""

    ways: dict[str, list[str]] = field(default_factory=dict)
    all: list[Message] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    way: list[str] = field(default_factory=list)

    @property
    def here(self):
        return [m for m in self.all if m.id not in self.gone and m.id not in self.deleted]

    def turns(self, way):
        return tuple(Turn(m.role, m.text) for m in self.here if m.id in way)


def _do(step, tree, plain):
    what, argument = step
    here = plain.here
    target = here[argument % len(here)] if here and isinstance(argument, int) else None
    if what == "append":
        message = _message(len(plain.all), argument)
        tree.append(message)
        plain.all.append(message)
        plain.way = [*plain.way, message.id]
        plain.ways[message.id] = plain.way
    elif what in ("go back", "start anew") and (target or what == "start anew"):
        before = {m.id for m in here if m.id not in plain.way}
        plain.way = plain.ways[target.id] if target else []
        after = {m.id for m in here if m.id not in plain.way}
        assert tree.go_back_to(target and target.id) == before ^ after
    elif what == "delete" and target:
        tree.delete(target.id)
        plain.deleted.append(target.id)
    elif what == "remove from" and target:
        tree.remove_from(target.id)
        later = [m.id for m in plain.all[plain.all.index(target) :]]
        plain.gone += later
        plain.deleted = [name for name in plain.deleted if name not in later]
    elif what == "restore" and plain.deleted:
        name = plain.deleted.pop()
        index = [m.id for m in plain.here].index(name)
        assert tree.place_of_deleted == index
        message, place = tree.restore()
        assert (message.id, place) == (name, index)


@given(_STEPS)
def test_it_is_what_a_plain_reckoning_says(steps):
    tree, plain = MessageTree(), _Plain()
    for step in steps:
        _do(step, tree, plain)
        here = plain.here
        assert list(tree) == here
        assert (tree.last, len(tree)) == (here[-1] if here else None, len(here))
        assert [tree.index_of(m.id) for m in here] == list(range(len(here)))
        assert tree.turns() == plain.turns(plain.way)
        assert (tree.place_of_deleted is None) == (not plain.deleted)
        assert tree.has_context == bool(plain.turns(plain.way))
        prompts = [m for m in here if m.id in plain.way and m.role is Role.USER]
        assert tree.last_prompt() == (prompts[-1] if prompts else None)
        for message in plain.all:
            is_here = message in here
            assert tree.get(message.id) == (message if is_here else None)
            assert tree.is_superseded(message.id) == (message.id not in plain.way)


def test_what_is_not_there_is_nowhere():
    tree = MessageTree()
    assert tree.index_of("t1") is None
    assert tree.get("t1") is None
    assert tree.prompt_of("t1") is None
    assert tree.restore() is None
    assert not tree.is_superseded("t1")


def test_only_the_last_fifty_come_back():
    tree = MessageTree()
    for number in range(60):
        tree.append(_message(number))
    for number in range(60):
        tree.delete(f"t{number}")
    back = []
    while (restored := tree.restore()) is not None:
        back.append(restored[0].id)
    assert back == [f"t{number}" for number in reversed(range(10, 60))]


@pytest.mark.parametrize("deletes", [False, True])
def test_what_was_said_after_a_prompt_is_known_even_if_it_was_deleted(deletes):
    tree = MessageTree()
    tree.append(_message(0))
    tree.append(Message("t1", Role.ASSISTANT, ()))
    assert not tree.has_words_after("t0")
    tree.append(_message(2, Role.ASSISTANT))
    if deletes:
        tree.delete("t2")
    assert tree.has_words_after("t0")
    assert not tree.has_words_after("t2")


def _big(count):
    tree = MessageTree()
    for number in range(count):
        tree.append(_message(number, Role.ASSISTANT if number % 2 else Role.USER))
    return tree


def _look_up_s(tree, count):
    """The best of several: what finding a thousand messages takes."""
    names = [f"t{number}" for number in range(0, count, count // 1000)]
    best = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        for name in names:
            tree.get(name)
            tree.is_superseded(name)
        best = min(best, time.perf_counter() - started)
    return best


def test_finding_a_message_does_not_go_through_all():
    small, large = _look_up_s(_big(1_000), 1_000), _look_up_s(_big(30_000), 30_000)
    # Thirty times as many cost half as much again by their logarithm; by going through, thirty times as much.
    assert large < small * 6
