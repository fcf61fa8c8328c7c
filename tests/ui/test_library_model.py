"""Kept conversations as a model: groups, pages, changes, days; never a look through all of them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from arvae_desktop.domain.library import PINNED, RECENT, Entry, Page, Shelf, ShelfKind
from arvae_desktop.storage.store.conversation_store import ConversationStore
from arvae_desktop.ui.sidebar.model import PAGE, ROW_ROLE, ConversationModel, Sight
from tests.support.fake_library import NOW, FakeLibrary, KeptLibrary, entries, many, moment

_FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


@pytest.fixture(params=["memory", "store"])
def library(request, tmp_path):
    """In memory, or in a store."""
    if request.param == "memory":
        yield FakeLibrary()
        return
    store = ConversationStore(tmp_path / "conversations.db", tmp_path / "backups")
    store.open().result(30)
    yield KeptLibrary(store)
    store.close().result(30)


@pytest.fixture
def fake():
    """One that can be held back."""
    return FakeLibrary()


@pytest.fixture
def model(library):
    model = ConversationModel(library)
    model.tester = _tester(model)
    return model


def _tester(model):
    tester = QAbstractItemModelTester(model, _FATAL)
    tester.setUseFetchMore(False)  # it would read everything at once
    return tester


def _rows(model):
    """Titles, those of headings in brackets, of closed folders with what they hold."""
    rows = [model.row(number) for number in range(model.rowCount())]
    return [
        row.title if row.entry else f"[{row.title}]" if row.is_open else f"[{row.title} {row.total}]"
        for row in rows
    ]


def _changes(model):
    seen = []
    model.rowsInserted.connect(lambda _p, first, last: seen.append(("insert", first, last)))
    model.rowsRemoved.connect(lambda _p, first, last: seen.append(("remove", first, last)))
    model.rowsMoved.connect(lambda _p, first, _last, _q, to: seen.append(("move", first, to)))
    model.dataChanged.connect(lambda first, last: seen.append(("change", first.row(), last.row())))
    model.modelReset.connect(lambda: seen.append(("reset",)))
    return seen


# --- groups ---


def test_groups_stand_in_order(library, model, qtbot):
    library.create_folder("Work")
    library.put(
        Entry("old", "Old", datetime.fromisoformat("2020-03-05").timestamp()),
        Entry("week", "Week", moment(5)),
        Entry("now", "Now", moment(0)),
        Entry("before", "Before", moment(1)),
        Entry("pin", "Pin", moment(300), is_pinned=True),
        Entry("job", "Job", moment(0), folder="Work"),
        Entry("gone", "Gone", moment(0), deleted_at=moment(0)),
        Entry("put away", "Put away", moment(0), is_archived=True),
    )
    wanted = "[Pinned] Pin [Work|1] [Today] Now [Yesterday] Before [Last|7|days] Week [March|2020] Old"
    qtbot.waitUntil(lambda: _rows(model) == [each.replace("|", " ") for each in wanted.split()])


def test_another_day_regroups_and_nothing_is_lost(library, qtbot):
    today = [NOW.date()]
    model = ConversationModel(library, lambda: today[0])
    tester = _tester(model)
    library.put(Entry("now", "Now", moment(0)), Entry("before", "Before", moment(1)))
    qtbot.waitUntil(lambda: model.rowCount() == 4)
    seen = _changes(model)
    model.check_day()
    assert seen == []
    today[0] += timedelta(days=1)
    model.check_day()
    assert _rows(model) == ["[Yesterday]", "Now", "[Last 7 days]", "Before"]
    assert model.index_of("before").row() == 3
    assert tester.model() is model


def test_headings_are_no_conversations(library, model, qtbot):
    library.create_folder("Work")
    library.put(*entries(["One"]))
    qtbot.waitUntil(lambda: _rows(model) == ["[Work 0]", "[Today]", "One"])
    folder, day, one = (model.index(row) for row in range(3))
    assert not day.flags() & (Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled)
    assert not folder.flags() & Qt.ItemFlag.ItemIsSelectable
    assert folder.flags() & Qt.ItemFlag.ItemIsEnabled
    assert one.flags() & Qt.ItemFlag.ItemIsSelectable
    assert model.row(1).in_words == "Today, heading"
    assert model.row(0).in_words == "Work, folder, 0 conversations, collapsed"
    assert model.data(QModelIndex()) is None
    assert model.rowCount(one) == 0


def test_marks_are_told_in_words(library, model, qtbot):
    library.put(Entry("a", "", moment(), is_unread=True, is_pinned=True))
    qtbot.waitUntil(lambda: model.rowCount() == 2)
    seen = _changes(model)
    library.set_running("a", is_running=True)
    model.mark_in_front("a")
    assert seen == [("change", 1, 1)] * 2
    words = model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert words == "Untitled, pinned, answering, unread, in front"
    library.set_running("a", is_running=False)
    assert not model.index(1).data(ROW_ROLE).is_running


# --- pages ---


def test_pages_come_as_they_are_wanted(library, qtbot):
    library.put(*many(500))
    model = ConversationModel(library)
    tester = _tester(model)
    assert model.rowCount() == 0  # nothing waits for the first page
    qtbot.waitUntil(lambda: len(model._rows.by_id) == PAGE)
    recent = [after for shelf, after in library.asked if shelf == RECENT]
    assert recent == [None]
    model.will_show(0, 20)
    assert len([shelf for shelf, _ in library.asked if shelf == RECENT]) == 1
    model.will_show(150, 170)
    model.will_show(151, 171)
    recent = [after.id for shelf, after in library.asked if shelf == RECENT and after]
    assert recent == [f"conversation-{PAGE - 1:06}"]
    qtbot.waitUntil(lambda: len(model._rows.by_id) == 2 * PAGE)
    assert model.canFetchMore(QModelIndex())
    model.fetchMore(QModelIndex())
    qtbot.waitUntil(lambda: len(model._rows.by_id) == 500)
    assert not model.canFetchMore(QModelIndex())
    assert model.is_complete
    titles = [title for title in _rows(model) if not title.startswith("[")]
    assert titles == [f"Conversation number {number}" for number in range(500)]
    assert tester.model() is model


def test_what_changes_while_a_page_is_on_its_way_is_not_lost(fake):
    old = entries(["A", "B", "C"])
    fake.put(*old)
    fake.holds = True
    model = ConversationModel(fake)
    fake.put(Entry("New", "New", moment() + 5))
    fake.rename("B", "Bee")
    fake.delete(["C"])
    fake.delete_for_good(["C"])
    assert model.rowCount() == 0
    fake.let_go()
    assert _rows(model) == ["[Today]", "New", "A", "Bee"]


def test_a_page_for_what_is_no_longer_listed_is_dropped(fake):
    fake.put(*entries(["A"]), Entry("put away", "Put away", moment(), is_archived=True))
    fake.holds = True
    model = ConversationModel(fake)
    model.show(Sight.ARCHIVE)
    fake.let_go()
    assert _rows(model) == ["[Today]", "Put away"]
    fake.page_ready.emit(Page(10_000, tuple(entries(["Stray"])), is_last=True))
    assert _rows(model) == ["[Today]", "Put away"]


def test_what_stands_beyond_the_pages_waits_for_them(library, model, qtbot):
    library.put(*many(500))
    model.restart()
    qtbot.waitUntil(lambda: len(model._rows.by_id) == PAGE)
    seen = _changes(model)
    library.rename("conversation-000400", "Far away")
    library.put(Entry("older", "Older", moment(3000)))
    assert seen == []
    # Pinned, it stands at the top.
    library.set_pinned(["conversation-000400"], pinned=True)
    assert _rows(model)[:2] == ["[Pinned]", "Far away"]
    # Unpinned, it goes back to where pages have not come yet.
    library.set_pinned(["conversation-000400"], pinned=False)
    assert "Far away" not in _rows(model)


def test_everything_is_read_anew_after_a_reset(fake, qtbot):
    model = ConversationModel(fake)
    tester = _tester(model)
    fake.put(*entries(["A"]))
    qtbot.waitUntil(lambda: model.rowCount() == 2)
    fake._entries.clear()
    fake._sorted.clear()
    fake.reset.emit()
    assert model.rowCount() == 0
    qtbot.waitUntil(lambda: model.is_complete)
    assert model.rowCount() == 0
    assert tester.model() is model


# --- changes ---


def test_a_change_tells_of_its_own_row_alone(library, model, qtbot):
    library.put(*entries(["A", "B", "C"]), Entry("Y", "Y", moment(1)))
    qtbot.waitUntil(lambda: model.rowCount() == 6)
    seen = _changes(model)
    library.rename("B", "Bee")
    assert seen == [("change", 2, 2)]
    seen.clear()
    library.put(Entry("New", "New", moment() + 5))
    assert seen == [("insert", 1, 1)]
    seen.clear()
    library.delete(["A"])
    assert seen == [("remove", 2, 2)]
    assert _rows(model) == ["[Today]", "New", "Bee", "C", "[Yesterday]", "Y"]


def test_what_moves_stays_the_same_row(library, model, qtbot):
    library.put(*entries(["A", "B"]), Entry("Y", "Y", moment(1)))
    qtbot.waitUntil(lambda: model.rowCount() == 5)
    from PySide6.QtCore import QPersistentModelIndex

    kept = QPersistentModelIndex(model.index_of("Y"))
    seen = _changes(model)
    library.put(replace(library.entry("Y"), updated_at=moment() + 9))
    assert _rows(model) == ["[Today]", "Y", "A", "B"]
    assert kept.row() == 1
    assert ("move", 4, 1) in seen
    library.put(replace(library.entry("A"), updated_at=moment() + 10))
    assert _rows(model) == ["[Today]", "A", "Y", "B"]
    library.set_pinned(["B"], pinned=True)
    assert _rows(model) == ["[Pinned]", "B", "[Today]", "A", "Y"]
    assert kept.row() == 4


def _moved(library, conversation_id, days_ago):
    return replace(library.entry(conversation_id), updated_at=moment(days_ago))


def test_random_changes_end_as_a_fresh_reading_does(library, model, qtbot):
    import random

    random.seed(5)
    library.create_folder("One")
    library.create_folder("Two")
    library.put(*many(120))
    model.restart()
    qtbot.waitUntil(lambda: model.is_complete)
    model.set_open("One", is_open=True)
    qtbot.waitUntil(lambda: model.is_complete)
    ids = [f"conversation-{number:06}" for number in range(120)]
    for _ in range(400):
        one = random.sample(ids, random.choice([1, 1, 1, 4]))
        random.choice(
            [
                lambda one=one: library.set_pinned(one, pinned=random.random() < 0.5),
                lambda one=one: library.move(one, random.choice(["One", "Two", None])),
                lambda one=one: library.set_archived(one, archived=random.random() < 0.5),
                lambda one=one: library.delete(one),
                lambda one=one: library.restore(one),
                lambda: model.set_open(random.choice(["One", "Two"]), is_open=random.random() < 0.5),
                lambda one=one: library.put(
                    *(replace(library.entry(each), updated_at=moment(random.random() * 900)) for each in one)
                ),
            ]
        )()
        for row in range(model.rowCount()):
            if (entry := model.row(row).entry) is not None:
                assert model.index_of(entry.id).row() == row
    qtbot.waitUntil(lambda: all(reading.token is None for reading in model._readings.values()))
    found = _rows(model)
    assert len(found) > 20
    model.restart()
    qtbot.waitUntil(lambda: model.is_complete)
    assert found == _rows(model)


def test_nothing_looks_through_all_of_them(fake, monkeypatch):
    """With 20,000 rows a change touches a few entries, however many there are."""
    listed = many(20_000)
    model = ConversationModel(fake)
    shelf = model._readings[RECENT]
    model._take_page(Page(shelf.token, tuple(listed), is_last=True))
    touched = []
    place = Entry.place.fget
    monkeypatch.setattr(Entry, "place", property(lambda entry: touched.append(entry.id) or place(entry)))
    fake.changed.emit((replace(listed[15_000], updated_at=moment() + 9),))
    fake.changed.emit((replace(listed[7_000], title="Other"),))
    fake.removed.emit((listed[9_000].id,))
    fake.running_changed.emit(frozenset([listed[12_000].id]))
    assert 0 < len(touched) < 400


# --- folders, archive, bin ---


def test_a_folder_is_read_when_it_is_opened(library, model, qtbot):
    library.create_folder("Work")
    library.put(*entries(["A", "B"], folder="Work"))
    qtbot.waitUntil(lambda: _rows(model) == ["[Work 2]"])
    work = Shelf(ShelfKind.FOLDER, "Work")
    assert work not in [shelf for shelf, _ in library.asked]
    model.set_open("Work", is_open=True)
    qtbot.waitUntil(lambda: _rows(model) == ["[Work]", "A", "B"])
    assert model.row(0).in_words == "Work, folder, 2 conversations, expanded"
    model.set_open("Work", is_open=False)
    assert _rows(model) == ["[Work 2]"]
    assert not model.index_of("A").isValid()
    model.set_open("Work", is_open=True)
    assert _rows(model) == ["[Work]", "A", "B"]
    assert [shelf for shelf, _ in library.asked].count(work) == 1


def test_a_folder_may_be_renamed_and_deleted_with_what_is_in_it(library, model, qtbot):
    library.create_folder("Work")
    library.put(*entries(["A"], folder="Work"), Entry("B", "B", moment() - 9))
    qtbot.waitUntil(lambda: _rows(model) == ["[Work 1]", "[Today]", "B"])
    model.set_open("Work", is_open=True)
    qtbot.waitUntil(lambda: _rows(model) == ["[Work]", "A", "[Today]", "B"])
    assert model.setData(model.index(0), "  Office \n hours ")
    assert library.wishes[-1] == ("rename_folder", "Work", "Office hours")
    qtbot.waitUntil(lambda: _rows(model) == ["[Office hours]", "A", "[Today]", "B"])
    library.delete_folder("Office hours")
    assert _rows(model) == ["[Today]", "A", "B"]


def test_archive_and_bin_list_their_own(library, model, qtbot):
    library.put(
        *entries(["A"]),
        Entry("Z", "Z", moment(50), is_archived=True, is_pinned=True),
        Entry("X", "X", moment(50), deleted_at=moment(0)),
        Entry("W", "W", moment(1), deleted_at=moment(3)),
    )
    model.show(Sight.BIN)
    qtbot.waitUntil(lambda: _rows(model) == ["[Today]", "X", "[Last 7 days]", "W"])
    assert not model.index(1).flags() & Qt.ItemFlag.ItemIsEditable
    library.restore(["X"])
    assert _rows(model) == ["[Last 7 days]", "W"]
    model.show(Sight.ARCHIVE)
    qtbot.waitUntil(lambda: "Z" in _rows(model))
    library.set_archived(["A"], archived=True)
    assert _rows(model)[:2] == ["[Today]", "A"]
    model.show(Sight.LISTED)
    qtbot.waitUntil(lambda: "X" in _rows(model))
    assert "A" not in _rows(model)


# --- wishes ---


def test_only_a_real_new_title_is_wished_for(library, model, qtbot):
    library.put(*entries(["A"]))
    qtbot.waitUntil(lambda: model.rowCount() == 2)
    library.wishes.clear()
    index = model.index(1)
    for nothing in ("A", "  ", "", None):
        assert not model.setData(index, nothing)
    assert library.wishes == []
    assert model.setData(index, " <b>Bold</b>\nlines ")
    assert library.wishes == [("rename", "A", "<b>Bold</b> lines")]


def test_what_is_dropped_goes_where_it_is_dropped(library, model, qtbot):
    library.create_folder("Work")
    library.put(*entries(["A", "B"]), Entry("P", "P", moment(), is_pinned=True))
    qtbot.waitUntil(lambda: _rows(model) == ["[Pinned]", "P", "[Work 0]", "[Today]", "A", "B"])
    move = Qt.DropAction.MoveAction
    dragged = model.mimeData([model.index(4), model.index(5)])
    library.wishes.clear()
    for row, wish in [
        (5, ("move", ("A", "B"), None)),
        (3, ("move", ("A", "B"), None)),
        (2, ("move", ("A", "B"), "Work")),
        (1, ("set_pinned", ("A", "B"), True)),
    ]:
        assert model.canDropMimeData(dragged, move, -1, -1, model.index(row))
        assert model.dropMimeData(dragged, move, -1, -1, model.index(row))
        assert library.wishes[-1] == wish
    assert not model.canDropMimeData(dragged, move, -1, -1, QModelIndex())
    assert model.shelf_at(model.index(0)) == PINNED
    from PySide6.QtCore import QMimeData

    assert not model.dropMimeData(QMimeData(), move, -1, -1, model.index(0))
