"""The search as it is typed: results, their marks, keys, and answers that come late."""

from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel, QStyleOptionViewItem

from arvae_desktop.domain.library import Entry, Found, Hit
from arvae_desktop.ui.sidebar.panel import Sidebar
from arvae_desktop.ui.sidebar.results import ResultModel, second_line
from arvae_desktop.ui.sidebar.snippets import around_match
from tests.support.fake_library import entries, moment

_A, _B, _C = entries("ABC")


@pytest.fixture
def sidebar(library, tasks, theme, show, qtbot):
    library.put(*entries(["About bridges", "About robots", "Straße"]))
    library.texts = {"About robots": [("m1", "They paint"), ("m2", "and carry\nloads")]}
    sidebar = show(Sidebar(library, tasks, theme), 260, 600)
    sidebar.activateWindow()
    qtbot.waitUntil(lambda: sidebar.isActiveWindow() and sidebar.model.rowCount() == 4)
    sidebar.search.setFocus()
    return sidebar


@pytest.fixture
def chosen(sidebar):
    seen = []
    sidebar.result_chosen.connect(lambda *what: seen.append(what))
    return seen


def _found(sidebar):
    model = sidebar.results.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def _hint(sidebar):
    hint = sidebar.findChild(QLabel, "searchHint")
    return hint.text() if hint.isVisible() else None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("bridge", ["About bridges"]),
        ("PAINT", ["About robots"]),
        ("about", ["About bridges", "About robots"]),
        ("  carry loads ", ["About robots"]),
        ("STRASSE", ["Straße"]),
    ],
)
def test_titles_and_texts_are_found(sidebar, qtbot, words, found):
    qtbot.keyClicks(sidebar.search, words)
    qtbot.waitUntil(lambda: _found(sidebar) == found)
    assert sidebar.results.isVisible()
    assert not sidebar.list.isVisible()


def test_enter_opens_the_first_at_its_message(sidebar, chosen, qtbot):
    qtbot.keyClicks(sidebar.search, "loads")
    qtbot.waitUntil(lambda: _found(sidebar) == ["About robots"])
    qtbot.keyClick(sidebar.search, Qt.Key.Key_Return)
    assert chosen == [("About robots", "m2")]


def test_down_leads_to_the_results_and_up_back(sidebar, chosen, qtbot):
    qtbot.keyClicks(sidebar.search, "about")
    qtbot.waitUntil(lambda: len(_found(sidebar)) == 2)
    qtbot.keyClick(sidebar.search, Qt.Key.Key_Down)
    assert sidebar.results.hasFocus()
    qtbot.keyClick(sidebar.results, Qt.Key.Key_Down)
    qtbot.keyClick(sidebar.results, Qt.Key.Key_Return)
    assert chosen == [("About robots", None)]
    qtbot.keyClick(sidebar.results, Qt.Key.Key_Up)
    qtbot.keyClick(sidebar.results, Qt.Key.Key_Up)
    assert sidebar.search.hasFocus()
    qtbot.keyClick(sidebar.search, Qt.Key.Key_Down)
    qtbot.keyClicks(sidebar.results, "x")
    assert sidebar.search.text() == "aboutx"


def test_escape_ends_the_search(sidebar, library, qtbot):
    for widget in (sidebar.search, sidebar.results):
        qtbot.keyClicks(sidebar.search, "about")
        qtbot.waitUntil(lambda: len(_found(sidebar)) == 2)
        widget.setFocus()
        qtbot.keyClick(widget, Qt.Key.Key_Escape)
        assert sidebar.search.text() == ""
        assert sidebar.search.hasFocus()
        assert sidebar.list.isVisible()
        assert library._searching == 0


def test_a_click_opens_a_result(sidebar, chosen, qtbot):
    qtbot.keyClicks(sidebar.search, "paint")
    qtbot.waitUntil(lambda: _found(sidebar) == ["About robots"])
    rect = sidebar.results.visualRect(sidebar.results.model().index(0, 0))
    qtbot.mouseClick(sidebar.results.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert chosen == [("About robots", "m1")]


def test_nothing_found_is_said(sidebar, chosen, qtbot):
    qtbot.keyClicks(sidebar.search, "nowhere")
    qtbot.waitUntil(lambda: _hint(sidebar) == "Nothing found.")
    qtbot.keyClick(sidebar.search, Qt.Key.Key_Return)
    assert chosen == []
    sidebar.search.clear()
    assert _hint(sidebar) is None


def test_a_slow_search_says_that_it_searches(sidebar, library, chosen, qtbot):
    library.holds = True
    sidebar.search.setText("slow")
    assert _hint(sidebar) is None  # what is answered at once needs no word
    qtbot.waitUntil(lambda: _hint(sidebar) == "Searching…")
    qtbot.keyClick(sidebar.search, Qt.Key.Key_Return)
    assert chosen == []


def test_results_come_in_parts_and_stale_ones_are_dropped(sidebar, library):
    library.holds = True
    sidebar.search.setText("a")
    first = sidebar.contents._search_page._token
    sidebar.search.setText("ab")
    second = sidebar.contents._search_page._token
    library.answer(Found(first, (Hit(_A),), is_last=True))
    assert _found(sidebar) == []
    library.answer(Found(second, (), is_last=False))
    assert _hint(sidebar) is None
    library.answer(Found(second, (Hit(_B),), is_last=False))
    library.answer(Found(second, (Hit(_C),), is_last=True))
    assert _found(sidebar) == ["B", "C"]
    library.answer(Found(first, (Hit(_A),), is_last=True))
    assert _found(sidebar) == ["B", "C"]
    sidebar.search.clear()
    library.answer(Found(second, (Hit(_A),), is_last=True))
    assert _found(sidebar) == []


def test_enter_opens_nothing_that_answers_another_question(sidebar, library, chosen, qtbot):
    library.holds = True
    sidebar.search.setText("a")
    library.answer(Found(sidebar.contents._search_page._token, (Hit(_A),), is_last=True))
    sidebar.search.setText("ab")
    assert _found(sidebar) == ["A"]  # what was found stays until there is something better
    qtbot.keyClick(sidebar.search, Qt.Key.Key_Return)
    assert chosen == []


def test_searching_opens_nothing_and_keeps_what_is_selected(sidebar, qtbot):
    sidebar.mark_current("About robots")
    with qtbot.assertNotEmitted(sidebar.conversation_chosen):
        qtbot.keyClicks(sidebar.search, "bridges")
        sidebar.search.clear()
    assert [entry.id for entry in sidebar.list.chosen] == ["About robots"]


def test_the_model_of_results_behaves():
    model = ResultModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.begin([Hit(_A)])
    model.add([Hit(_B, "m", "what B says")])
    model.add([])
    assert model.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == "B: what B says"
    model.begin([])
    assert model.rowCount() == 0
    assert tester.model() is model


@pytest.mark.parametrize(
    ("text", "ranges", "room", "shown"),
    [
        ("short match", [(6, 11)], 30, "short [match]"),
        ("a long way to go until the match comes", [(27, 32)], 20, "…the [match] comes"),
        ("x" * 90 + "match", [(90, 95)], 30, "…" + "x" * 10 + "[match]"),
        ("nothing to mark", [], 5, "nothing to mark"),
    ],
)
def test_the_match_is_in_sight(text, ranges, room, shown):
    text, ranges = around_match(text, ranges, room)
    for first, last in reversed(ranges):
        text = f"{text[:first]}[{text[first:last]}]{text[last:]}"
    assert text == shown


def test_the_match_stands_out(sidebar):
    """Beyond the basic plane, Qt counts a character twice."""
    delegate = sidebar.results.itemDelegate()

    def accents(ranges):
        model = ResultModel(sidebar)
        model.begin([Hit(_A, "m", "😀😀 loads of words", ranges)])
        image = QImage(240, 56, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        option = QStyleOptionViewItem()
        option.rect = image.rect()
        option.font = QFont("DejaVu Sans", 10)
        painter = QPainter(image)
        delegate.paint(painter, option, model.index(0))
        painter.end()
        pixels = [image.pixelColor(x, y) for x in range(240) for y in range(56)]
        return sum(color.blue() > color.red() + 60 for color in pixels)

    assert accents(((3, 8),)) > accents(()) + 20


def test_a_title_says_where_its_conversation_is():
    noon = moment(now=datetime(2001, 2, 3).astimezone())
    assert second_line(Hit(Entry("a", "A", noon))) == "3 Feb 2001"
    assert second_line(Hit(Entry("a", "A", noon, folder="Work"))) == "Work · 3 Feb 2001"
    assert second_line(Hit(Entry("a", "A", moment(), is_archived=True))).startswith("Archive · ")
    assert second_line(Hit(Entry("a", "A", moment(), deleted_at=1.0))).startswith("Bin · ")
