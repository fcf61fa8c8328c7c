"""The tree of messages against a plain reckoning of the same."""

from dataclasses import dataclass, field

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
        st.tuples(st.sampled_from(["go back", "delete", "walk"]), st.integers(0, 30)),
        st.tuples(st.sampled_from(["restore", "start anew"]), st.none()),
    ),
    max_size=40,
)


@dataclass
class _Plain:
    """The same, without any cleverness: every message that ever was, each with the way that led to it."""

    ways: dict[str, list[str]] = field(default_factory=dict)
    all: list[Message] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    way: list[str] = field(default_factory=list)

    def stands(self, way):
        return [name for name in way if name not in self.deleted]

    @property
    def branch(self):
        return [next(m for m in self.all if m.id == name) for name in self.stands(self.way)]

    def others(self, name):
        """What stands in the place of a message: all that have the same standing messages before them."""
        before = self.stands(self.ways[name])[:-1]
        places = [m.id for m in self.all if m.id not in self.deleted]
        return [other for other in places if self.stands(self.ways[other])[:-1] == before]

    def walk(self, name):
        """Go down from a message, always to the newest that stands in the next place."""
        while True:
            here = self.stands(self.ways[name])
            after = [m.id for m in self.all if self.stands(self.ways[m.id])[:-1] == here]
            after = [other for other in after if other not in self.deleted]
            if not after:
                self.way = self.ways[name]
                return
            name = after[-1]

    def common(self, before):
        pairs = zip(before, self.branch, strict=False)
        return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(before), len(self.branch)))


def _do(step, tree, plain):
    what, argument = step
    before = plain.branch
    target = before[argument % len(before)].id if before and isinstance(argument, int) else None
    if what == "append":
        message = _message(len(plain.all), argument)
        tree.append(message)
        plain.all.append(message)
        plain.way = [*plain.way, message.id]
        plain.ways[message.id] = plain.way
    elif what == "start anew" or (what == "go back" and target):
        plain.way = plain.ways[target] if target else []
        tree.go_back_to(target)
    elif what == "walk" and target:
        others = plain.others(target)
        assert list(tree.branches(target)) == others
        chosen = others[argument % len(others)]
        plain.walk(chosen)
        assert tree.show(chosen) == plain.common(before)
    elif what == "delete" and target:
        others = [name for name in plain.others(target) if name != target]
        plain.deleted.append(target)
        if before[-1].id == target:
            here = plain.stands(plain.ways[target])
            left = [m.id for m in plain.all if m.id not in plain.deleted]
            if left := [name for name in left if plain.stands(plain.ways[name])[:-1] == here]:
                plain.walk(left[-1])
        assert tree.delete(target) == [m.id for m in before].index(target)
    elif what == "restore" and plain.deleted:
        name = plain.deleted.pop()
        if name not in plain.way:
            plain.walk(name)
        restored = tree.restore()
        assert (restored.message.id, restored.first) == (name, plain.common(before))


@given(_STEPS)
def test_it_is_what_a_plain_reckoning_says(steps):
    tree, plain = MessageTree(), _Plain()
    for step in steps:
        _do(step, tree, plain)
        branch = plain.branch
        assert list(tree) == branch
        assert (tree.last, len(tree)) == (branch[-1] if branch else None, len(branch))
        assert [tree.index_of(m.id) for m in branch] == list(range(len(branch)))
        assert tree.turns() == tuple(Turn(m.role, m.text) for m in branch)
        assert tree.deleted == (plain.deleted[-1] if plain.deleted else None)
        prompts = [m for m in branch if m.role is Role.USER]
        assert tree.last_prompt() == (prompts[-1] if prompts else None)
        for message in plain.all:
            assert tree.get(message.id) == (message if message in branch else None)
            assert tree.leads_over(message.id, tree.tip) == (message.id in plain.way)


def test_what_is_not_there_is_nowhere():
    tree = MessageTree()
    assert tree.index_of("t1") is None
    assert tree.get("t1") is None
    assert tree.prompt_of("t1") is None
    assert tree.restore() is None


def test_a_tree_that_was_kept_is_the_same_again():
    tree = _big(6)
    tree.go_back_to("t1")
    tree.append(_message(6))
    tree.delete("t0")
    again = MessageTree([tree.kept(f"t{number}") for number in range(7)], tree.tip)
    assert list(again) == list(tree)
    assert again.branches("t6") == ("t2", "t6")
    again.append(_message(7))
    assert again.kept("t7").parent == "t6"


def test_only_the_last_fifty_come_back():
    tree = MessageTree()
    for number in range(60):
        tree.append(_message(number))
    for number in range(60):
        tree.delete(f"t{number}")
    back = []
    while (restored := tree.restore()) is not None:
        back.append(restored.message.id)
    assert back == [f"t{number}" for number in reversed(range(10, 60))]


def test_an_end_that_is_dropped_leaves_no_trace():
    tree = _big(3)
    assert tree.is_end("t2", behind="t1")
    assert not tree.is_end("t1", behind="t0")
    assert not tree.is_end("t2", behind="t0")
    tree.drop("t2")
    tree.append(_message(3))
    assert tree.branches("t3") == ("t3",)
    tree.delete("t3")
    assert not tree.is_end("t1", behind="t0")


def _big(count):
    tree = MessageTree()
    for number in range(count):
        tree.append(_message(number, Role.ASSISTANT if number % 2 else Role.USER))
    return tree
