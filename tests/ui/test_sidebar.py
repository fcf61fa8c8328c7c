"""The sidebar: conversations of this run, found by title and text, opened by mouse and keys."""

import pytest
import shiboken6
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel, QToolButton

from arvae_desktop.ui.conversation_model import SESSION_ROLE, ConversationFilter, ConversationModel
from arvae_desktop.ui.sidebar import Sidebar
from tests.services.scripted_client import COMPLETE

_FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


@pytest.fixture
def say(conversations, endpoint, client, qasync_loop, qtbot):
    """Holds a conversation: a prompt and its answer, or an answer that still runs."""
    assert qasync_loop.is_running()

    def say(prompt, answer=None):
        session = conversations.start_new()
        session.send(prompt, endpoint, "some/model")
        if answer is not None:
            qtbot.waitUntil(lambda: bool(client.streams) and client.last.request.turns[-1].content == prompt)
            client.last.say(answer, COMPLETE)
            qtbot.waitUntil(lambda: not session.is_running)
        return session

    yield say
    conversations.stop_all()
    qtbot.waitUntil(lambda: not any(session.is_running for session in conversations.sessions))


@pytest.fixture
def sidebar(conversations, theme, show):
    sidebar = show(Sidebar(conversations, theme), 260, 600)
    sidebar.session_chosen.connect(conversations.show)
    conversations.listed.connect(sidebar.mark_current)
    conversations.current_changed.connect(sidebar.mark_current)
    sidebar.activateWindow()
    return sidebar


def _rows(sidebar):
    model = sidebar.list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def _selected(sidebar):
    return [index.data() for index in sidebar.list.selectionModel().selectedIndexes()]


# --- the model ---


def test_the_model_behaves(conversations, theme, qtmodeltester, say):
    model = ConversationModel(conversations, theme)
    proxy = ConversationFilter(model)
    testers = [QAbstractItemModelTester(each, _FATAL) for each in (model, proxy)]
    qtmodeltester.check(model)
    say("First", "one")
    say("Second", "two")
    proxy.set_words("one")
    qtmodeltester.check(proxy)
    say("Third", "three")
    proxy.set_words("")
    qtmodeltester.check(model)
    assert len(testers) == 2
    assert model.rowCount() == proxy.rowCount() == 3
    assert model.rowCount(model.index(0)) == 0
    assert model.data(QModelIndex()) is None


def test_an_answer_may_end_after_the_model_has_gone(conversations, theme, say, qtbot):
    model = ConversationModel(conversations, theme)
    session = say("First")
    shiboken6.delete(model)
    session.stop()
    qtbot.waitUntil(lambda: not session.is_running)  # qtbot fails the test over an exception in a slot


def test_the_newest_stands_first(conversations, theme, say):
    model = ConversationModel(conversations, theme)
    sessions = [say("First", "one"), say("Second", "two")]
    assert [model.index(row).data() for row in range(2)] == ["Second", "First"]
    assert model.index(0).data(SESSION_ROLE) is sessions[1]
    assert model.index_of(sessions[0]).row() == 1
    assert not model.index_of(conversations.start_new()).isValid()


def test_a_running_answer_is_marked_until_it_ends(conversations, theme, say, qtbot):
    model = ConversationModel(conversations, theme)
    session = say("First")
    index = model.index(0)
    assert not index.data(Qt.ItemDataRole.DecorationRole).isNull()
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "First, answering"
    changed = []
    model.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    session.stop()
    qtbot.waitUntil(lambda: changed == [(0, 0)])
    assert index.data(Qt.ItemDataRole.DecorationRole) is None
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "First"


def test_a_new_theme_draws_the_marks_anew(conversations, theme, say):
    model = ConversationModel(conversations, theme)
    say("First")
    changed = []
    model.dataChanged.connect(lambda *_range: changed.append(True))
    theme.set_appearance("dark")
    assert changed


# --- the search ---


def test_titles_and_texts_are_searched(sidebar, say):
    say("About bridges", "They carry loads.")
    say("About robots", "They paint.")
    say("Straße", "x")
    for words, found in [
        ("bridge", ["About bridges"]),
        ("PAINT", ["About robots"]),
        ("about", ["About robots", "About bridges"]),
        ("  loads ", ["About bridges"]),
        ("STRASSE", ["Straße"]),
        ("nowhere", []),
        ("", ["Straße", "About robots", "About bridges"]),
    ]:
        sidebar.search.setText(words)
        assert _rows(sidebar) == found, words


def test_nothing_found_is_said(sidebar, say):
    hint = sidebar.findChild(QLabel, "listHint")
    assert hint.isVisible()
    assert "appear here" in hint.text()
    say("Hello", "x")
    assert not hint.isVisible()
    sidebar.search.setText("nowhere")
    assert hint.isVisible()
    assert hint.text() == "Nothing found."
    assert not sidebar.list.isVisible()
    sidebar.search.clear()
    assert sidebar.list.isVisible()


def test_enter_in_the_search_opens_the_first_that_is_found(sidebar, say, conversations, qtbot):
    wanted = say("About bridges", "x")
    say("About robots", "y")
    qtbot.keyClicks(sidebar.search, "bridges")
    qtbot.keyClick(sidebar.search, Qt.Key.Key_Return)
    assert conversations.current is wanted


def test_enter_in_a_search_without_a_find_opens_nothing(sidebar, say, conversations, qtbot):
    current = say("About bridges", "x")
    qtbot.keyClicks(sidebar.search, "nowhere")
    qtbot.keyClick(sidebar.search, Qt.Key.Key_Return)
    assert conversations.current is current


def test_searching_opens_nothing(sidebar, say, conversations, qtbot):
    say("About bridges", "x")
    current = say("About robots", "y")
    with qtbot.assertNotEmitted(sidebar.session_chosen):
        qtbot.keyClicks(sidebar.search, "bridges")
        sidebar.search.clear()
    assert conversations.current is current
    assert _selected(sidebar) == ["About robots"]


# --- the list ---


def test_the_conversation_in_front_is_selected(sidebar, say, conversations):
    first = say("First", "x")
    say("Second", "y")
    assert _selected(sidebar) == ["Second"]
    conversations.show(first)
    assert _selected(sidebar) == ["First"]
    conversations.start_new()
    assert _selected(sidebar) == []


def test_a_click_opens_a_conversation(sidebar, say, conversations, qtbot):
    first = say("First", "x")
    say("Second", "y")
    row = sidebar.list.visualRect(sidebar.list.model().index(1, 0)).center()
    qtbot.mouseClick(sidebar.list.viewport(), Qt.MouseButton.LeftButton, pos=row)
    assert conversations.current is first


def test_arrow_keys_open_conversations(sidebar, say, conversations, qtbot):
    first, second = say("First", "x"), say("Second", "y")
    sidebar.list.setFocus()
    qtbot.waitUntil(sidebar.list.hasFocus)
    qtbot.keyClick(sidebar.list, Qt.Key.Key_Down)
    assert conversations.current is first
    qtbot.keyClick(sidebar.list, Qt.Key.Key_Up)
    assert conversations.current is second


def test_tab_comes_to_the_list_without_opening_anything(sidebar, say, conversations, qtbot):
    only = say("Only", "x")
    new = conversations.start_new()
    sidebar.search.setFocus()
    qtbot.keyClick(sidebar.search, Qt.Key.Key_Tab)
    qtbot.waitUntil(sidebar.list.hasFocus)
    assert conversations.current is new
    qtbot.keyClick(sidebar.list, Qt.Key.Key_Return)
    assert conversations.current is only


def test_a_conversation_that_appears_opens_no_other(sidebar, say, conversations, qtbot):
    say("First", "x")
    sidebar.list.setFocus()
    qtbot.waitUntil(sidebar.list.hasFocus)
    second = say("Second", "y")
    assert conversations.current is second
    assert _selected(sidebar) == ["Second"]


def test_a_hostile_title_is_text(sidebar, say):
    say("<img src=file:///etc/passwd> <b>bold</b>", "x")
    assert _rows(sidebar) == ["<img src=file:///etc/passwd> <b>bold</b>"]


@pytest.mark.parametrize(
    ("name", "signal"), [("newChatButton", "new_chat_requested"), ("settingsButton", "settings_requested")]
)
def test_its_buttons_ask(sidebar, qtbot, name, signal):
    button = sidebar.findChild(QToolButton, name)
    with qtbot.waitSignal(getattr(sidebar, signal)):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(getattr(sidebar, signal)):
        qtbot.keyClick(button, Qt.Key.Key_Space)
