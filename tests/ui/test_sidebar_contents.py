"""The sidebar before there is anything in it, and how its contents come."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QToolButton, QWidget

from arvae_desktop.ui.sidebar.panel import Sidebar
from tests.support.fake_library import entries

_BUTTONS = ("newChatButton", "settingsButton", "archiveButton", "binButton")


@pytest.fixture
def bare(library, tasks, theme, show, qtbot):
    """As it is in the first frame."""
    sidebar = show(Sidebar(library, tasks, theme), 260, 600)
    sidebar.activateWindow()
    qtbot.waitUntil(sidebar.isActiveWindow)
    assert not sidebar.findChildren(QAbstractItemView)
    return sidebar


def _places(sidebar):
    return [sidebar.findChild(QToolButton, name).geometry() for name in _BUTTONS] + [
        sidebar.search.geometry()
    ]


def _order(sidebar):
    """All that Tab goes to, from the new chat's button on."""
    found, widget = [], sidebar.findChild(QToolButton, "newChatButton")
    while widget.objectName() not in {each.objectName() for each in found}:
        found.append(widget)
        widget = _next(widget)
    return [each.objectName() for each in found]


def _next(widget):
    following = widget.nextInFocusChain()
    while not (following.focusPolicy() & Qt.FocusPolicy.TabFocus and following.objectName()):
        following = following.nextInFocusChain()
    return following


def test_nothing_moves_when_the_contents_come(bare, qtbot):
    before = _places(bare)
    assert bare.contents.isVisibleTo(bare)
    qtbot.waitUntil(lambda: bare.contents.height() > 300)
    assert _places(bare) == before


def test_tab_goes_from_top_to_bottom_before_and_after(bare):
    assert _order(bare) == ["newChatButton", "searchField", "settingsButton", "archiveButton", "binButton"]
    made = []
    bare.contents_made.connect(lambda: made.append(bare.list))
    bare.contents  # noqa: B018  (it is made)
    assert made == [bare.list]
    order = _order(bare)
    assert order[:2] == ["newChatButton", "searchField"]
    assert order[-3:] == ["settingsButton", "archiveButton", "binButton"]
    assert "conversationList" in order


def test_the_conversation_in_front_is_selected_as_soon_as_it_is_listed(bare, library, qtbot):
    library.put(*entries("ABC"))
    bare.mark_current("B")
    qtbot.waitUntil(lambda: [entry.title for entry in bare.list.chosen] == ["B"])


def test_what_is_typed_before_is_looked_for(bare, library, qtbot):
    library.put(*entries("ABC"))
    bare.search.setFocus()
    qtbot.keyClicks(bare.search, "B")
    assert bare.findChildren(QAbstractItemView)
    qtbot.waitUntil(lambda: bare.results.model().rowCount() > 0)


@pytest.mark.parametrize("name", ["archiveButton", "binButton"])
def test_archive_and_bin_open_before(bare, name, qtbot):
    button = bare.findChild(QToolButton, name)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.isChecked()
    assert bare.findChild(QWidget, "sightBar").isVisibleTo(bare)
    qtbot.keyClick(button, Qt.Key.Key_Escape)
    assert not button.isChecked()
    assert not bare.findChild(QWidget, "sightBar").isVisibleTo(bare)


def test_escape_before_does_nothing(bare, qtbot):
    qtbot.keyClick(bare.findChild(QToolButton, "binButton"), Qt.Key.Key_Escape)
    assert not bare.findChildren(QAbstractItemView)
