"""The window as a whole: pages, closing, shortcuts, names for every control, and two conversations."""

import re

import pytest
from pages import page_text
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QToolButton,
    QWidget,
)

from arvae_desktop.domain.events import End, Retry, Seam
from arvae_desktop.domain.messages import AnswerState
from arvae_desktop.domain.secret import Secret
from arvae_desktop.services.connection import ConnectionState
from arvae_desktop.ui.main_window import MainWindow
from tests.services.scripted_client import COMPLETE

_URL = "http://127.0.0.1:9/v1"
_CONTROLS = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit)


@pytest.fixture
def window(show, theme, conversations, library, connection, tasks, qasync_loop, qtbot):
    assert qasync_loop.is_running()
    window = MainWindow(library, connection, tasks, theme)
    conversations.current_changed.connect(window.page.show_session)
    connection.begin()
    window.page.show_session(conversations.current)
    show(window, 1080, 740)
    window.activateWindow()
    yield window
    conversations.stop_all()
    qtbot.waitUntil(lambda: not conversations.running)


@pytest.fixture
def connected(connection, qasync_loop, qtbot, window):
    task = qasync_loop.create_task(connection.connect_to(_URL, Secret("")))
    qtbot.waitUntil(task.done)
    return window


@pytest.fixture
def send(conversations, endpoint, client, qtbot):
    """Sends a prompt in the conversation in front; gives its stream."""

    def send(prompt):
        before = len(client.streams)
        conversations.current.send(prompt, endpoint, "some/model")
        qtbot.waitUntil(lambda: len(client.streams) > before)
        return client.last

    return send


def _visible(window, name):
    found = window.findChild(QWidget, name)
    return found is not None and found.isVisible()


# --- closing ---


def test_closing_asks_and_does_not_close(window, qtbot):
    with qtbot.waitSignal(window.close_requested):
        assert not window.close()
    assert window.isVisible()
    with qtbot.assertNotEmitted(window.close_requested):
        window.close_for_good()
    assert not window.isVisible()


def test_the_title_says_when_this_is_the_demo(window, connection):
    assert window.windowTitle() == "Arvae Desktop"
    connection.use_demo(_URL)
    assert window.windowTitle() == "Arvae Desktop (demo, no model)"
    assert _visible(window, "demoTag")
    connection.leave_demo()
    assert window.windowTitle() == "Arvae Desktop"
    assert not _visible(window, "demoTag")


def test_the_size_of_the_last_run_is_taken_within_the_screen(window):
    window.restore((700, 500), 220)
    assert window.size() == QSize(700, 500)
    window.restore((30_000, 30_000), None)
    assert window.screen().availableSize().expandedTo(window.size()) == window.screen().availableSize()


# --- pages ---


def test_until_there_is_a_server_the_welcome_page_is_there_alone(window, connection, qasync_loop, qtbot):
    assert connection.state is ConnectionState.NEEDED
    assert _visible(window, "welcomePage")
    assert not _visible(window, "composerBox")
    assert not _visible(window, "transcript")
    task = qasync_loop.create_task(connection.connect_to(_URL, Secret("")))
    qtbot.waitUntil(task.done)
    assert not _visible(window, "welcomePage")
    assert _visible(window, "emptyChat")
    assert _visible(window, "composerBox")
    qtbot.waitUntil(window.page.composer.edit.hasFocus)


def test_the_first_prompt_brings_the_transcript(connected, send, conversations):
    send("Hello")
    assert _visible(connected, "transcript")
    assert not _visible(connected, "emptyChat")
    conversations.start_new()
    assert _visible(connected, "emptyChat")


def test_a_conversation_appears_word_by_word(connected, send, qtbot):
    stream = send("Hello")
    page = connected.page
    assert _visible(connected, "stopButton")
    assert page.status.text() == "Answering. Esc stops."
    stream.say("One", " two")
    qtbot.waitUntil(lambda: page_text(page.transcript) == "Hello\nOne two")
    stream.say(" three", COMPLETE)
    qtbot.waitUntil(lambda: "served/model" in page_text(page.transcript))
    assert page_text(page.transcript).startswith("Hello\nOne two three\nserved/model")
    assert _visible(connected, "sendButton")
    assert page.status.text() == ""


def test_a_countdown_is_seen_and_goes(connected, send, conversations, qtbot):
    stream = send("Hello")
    status = connected.page.status
    stream.say(Retry(1, 30.0, "Too many requests."))
    qtbot.waitUntil(lambda: re.search(r"Trying again in (30|2\d) s", status.text()) is not None)
    waiting = conversations.current
    conversations.start_new()
    assert status.text() == ""
    conversations.show(waiting)
    assert "Trying again in" in status.text()
    stream.say("Here.")
    qtbot.waitUntil(lambda: status.text() == "Answering. Esc stops.")


def test_each_conversation_shows_its_own_text_and_state(connected, send, conversations, qtbot):
    first = conversations.current
    stream = send("First")
    conversations.start_new()
    assert _visible(connected, "sendButton")
    send("Second")
    stream.say("for the first")
    qtbot.waitUntil(lambda: first.messages[-1].text == "for the first")
    assert page_text(connected.page.transcript) == "Second"
    conversations.show(first)
    assert page_text(connected.page.transcript) == "First\nfor the first"
    assert _visible(connected, "stopButton")
    stream.say(" alone")
    qtbot.waitUntil(lambda: page_text(connected.page.transcript) == "First\nfor the first alone")


def test_a_reader_comes_back_to_where_they_were(connected, send, conversations, qtbot):
    first = conversations.current
    stream = send("First")
    stream.say("line\n" * 300, COMPLETE)
    qtbot.waitUntil(lambda: not first.is_running)
    view = connected.page.transcript
    page_text(view)
    view.verticalScrollBar().setValue(777)
    conversations.start_new()
    send("Second")
    conversations.show(first)
    page_text(view)
    qtbot.waitUntil(lambda: view.verticalScrollBar().value() == 777)
    assert not view.is_following


def test_a_button_leads_back_to_the_end(connected, send, qtbot):
    stream = send("First")
    view, button = connected.page.transcript, connected.findChild(QPushButton, "toEndButton")
    stream.say("line\n" * 300)
    qtbot.waitUntil(lambda: page_text(view).count("line") == 300)
    assert not button.isVisible()
    view.verticalScrollBar().setValue(100)
    assert button.isVisible()
    assert view.rect().contains(button.geometry())
    stream.say("more\n" * 50)
    qtbot.waitUntil(lambda: page_text(view).count("more") == 50)
    assert view.verticalScrollBar().value() == 100
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()
    assert not button.isVisible()
    assert connected.page.composer.edit.hasFocus()


def test_sending_goes_back_to_the_end(connected, send, conversations, qtbot):
    stream = send("First")
    stream.say("line\n" * 300, COMPLETE)
    qtbot.waitUntil(lambda: not conversations.current.is_running)
    view = connected.page.transcript
    page_text(view)
    view.verticalScrollBar().setValue(0)
    send("Second")
    page_text(view)
    assert view.is_following
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()


def test_an_edited_prompt_takes_the_old_ones_place_on_the_page(connected, send, conversations, qtbot):
    send("Oops").say(COMPLETE)
    qtbot.waitUntil(lambda: not conversations.current.is_running)
    conversations.current.edit()
    assert page_text(connected.page.transcript).startswith("Oops")
    send("Better")
    assert page_text(connected.page.transcript).split("\n") == [
        "Better",
        "\u2039\u00a02/2\u00a0\u203a",
    ]


def test_a_continued_answer_loses_its_ending_and_grows(
    connected, send, conversations, client, endpoint, qtbot
):
    session = conversations.current
    send("Hello").say("So far", End(AnswerState.INTERRUPTED))
    qtbot.waitUntil(lambda: not session.is_running)
    assert "Continue" in page_text(connected.page.transcript)
    session.go_on(endpoint, "some/model")
    assert page_text(connected.page.transcript) == "Hello\nSo far"
    qtbot.waitUntil(lambda: len(client.streams) == 2)
    client.last.say(Seam(), " and on", COMPLETE)
    qtbot.waitUntil(lambda: not session.is_running)
    assert page_text(connected.page.transcript).startswith("Hello\nSo far and on\nserved/model")


def test_a_new_theme_keeps_the_conversation_and_its_signals(connected, send, theme, qtbot):
    stream = send("Hello")
    stream.say("One")
    view = connected.page.transcript
    qtbot.waitUntil(lambda: page_text(view) == "Hello\nOne")
    theme.set_appearance("dark")
    assert page_text(view) == "Hello\nOne"
    stream.say(" two", COMPLETE)
    qtbot.waitUntil(lambda: "served/model" in page_text(view))
    assert page_text(view).startswith("Hello\nOne two\nserved/model")


# --- keyboard and names ---


@pytest.mark.parametrize(
    ("key", "signal"),
    [("N", "new_chat_requested"), ("Comma", "settings_requested"), ("Q", "quit_requested")],
)
def test_shortcuts_ask(connected, qtbot, key, signal):
    qtbot.waitUntil(connected.isActiveWindow)
    with qtbot.waitSignal(getattr(connected, signal)):
        qtbot.keyClick(connected, getattr(Qt.Key, f"Key_{key}"), Qt.KeyboardModifier.ControlModifier)


def test_the_menu_asks_which_program_this_is(connected, qtbot):
    (about,) = (each for each in connected.findChildren(QAction) if each.text() == "About Arvae Desktop")
    assert connected.page.reader  # with which the menu comes
    assert about in connected.page.header.findChild(QMenu).actions()
    with qtbot.waitSignal(connected.about_requested):
        about.trigger()


def test_shortcuts_move_the_focus(connected, qtbot):
    qtbot.waitUntil(connected.isActiveWindow)
    qtbot.keyClick(connected, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert connected.sidebar.search.hasFocus()
    qtbot.keyClick(connected, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert connected.page.composer.edit.hasFocus()


def test_the_sidebar_can_be_hidden_and_comes_back_for_a_search(connected, qtbot):
    qtbot.waitUntil(connected.isActiveWindow)
    qtbot.keyClick(connected, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert not connected.sidebar.isVisible()
    assert connected.sidebar_width is None
    qtbot.keyClick(connected, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert connected.sidebar.isVisible()
    assert connected.sidebar.search.hasFocus()


def test_no_two_shortcuts_are_the_same(window):
    keys = [action.shortcut().toString() for action in window.findChildren(QAction) if action.shortcut()]
    keys = [key for key in keys if key]
    assert len(keys) == len(set(keys))
    assert len(keys) >= 7


def test_every_control_has_a_name_in_words(connected, send, connection):
    send("Hello")
    connection.use_demo(_URL)
    unnamed = []
    for widget in connected.findChildren(QWidget):
        if not isinstance(widget, _CONTROLS) or widget.objectName().startswith("qt_"):
            continue
        # Parts that Qt makes inside others: the list under a combo box, the button that clears a field.
        if isinstance(widget.parent(), QLineEdit) or widget.window() is not connected:
            continue
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        if not (widget.accessibleName() or text.strip()):
            unnamed.append(f"{type(widget).__name__} {widget.objectName()!r}")
    assert unnamed == []


@pytest.mark.parametrize(
    "name",
    [
        "mainWindow",
        "composer",
        "sendButton",
        "stopButton",
        "transcript",
        "conversationList",
        "searchField",
        "modelPicker",
        "statusLine",
    ],
)
def test_names_that_stay(window, name):
    assert window.page.reader  # as they are made soon after the first frame
    assert window.sidebar.contents
    found = [window] if window.objectName() == name else window.findChildren(QWidget, name)
    assert len(found) == 1
    assert found[0].accessibleName() or name == "mainWindow"


def test_tab_goes_through_every_control_in_reading_order(connected, qtbot):
    connected.page.composer.edit.insertPlainText("draft")
    connected.sidebar.findChild(QToolButton, "newChatButton").setFocus()
    order = []
    for _ in range(40):
        focused = QApplication.focusWidget()
        name = focused.objectName() or focused.parent().objectName()
        if order and name == order[0]:
            break
        if name not in order:
            order.append(name)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    wanted = ["newChatButton", "searchField", "settingsButton", "composer", "modelPicker", "sendButton"]
    assert [name for name in order if name in wanted] == wanted


def test_a_full_composer_keeps_to_its_share_of_a_lower_window(connected, qtbot):
    edit = connected.page.composer.edit
    edit.setPlainText("\n".join("line" for _ in range(200)))
    qtbot.waitUntil(lambda: edit.height() > 200)
    connected.resize(1080, 450)
    qtbot.waitUntil(lambda: edit.height() <= 450 // 3)


def test_escape_stops_and_typing_writes_wherever_the_focus_is(connected, send, qtbot):
    send("Hello").say("One")
    view, composer = connected.page.transcript, connected.page.composer
    qtbot.waitUntil(lambda: page_text(view) == "Hello\nOne")
    stops = []
    composer.stop_requested.connect(lambda: stops.append(True))
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert stops == [True]
    qtbot.keyClick(view, Qt.Key.Key_F, Qt.KeyboardModifier.AltModifier)
    assert composer.edit.toPlainText() == ""
    qtbot.keyClicks(view, "x")
    assert composer.edit.hasFocus()
    assert composer.edit.toPlainText() == "x"


def test_each_conversation_keeps_its_draft(connected, send, conversations, qtbot):
    edit = connected.page.composer.edit
    send("First").say(COMPLETE)
    first = conversations.current
    qtbot.waitUntil(lambda: not first.is_running)
    edit.setPlainText("for the first")
    conversations.start_new()
    assert edit.toPlainText() == ""
    edit.setPlainText("for the new one")
    conversations.show(first)
    assert edit.toPlainText() == "for the first"
    conversations.start_new()
    assert edit.toPlainText() == "for the new one"


def test_a_huge_prompt_opens_in_its_place(connected, send, qtbot):
    send("word " * 10_000).say("One")
    view = connected.page.transcript
    qtbot.waitUntil(lambda: page_text(view).endswith("One"))
    assert "Show all" in page_text(view)
    message = connected.page._session.messages[0]
    connected.page.show_whole(message.id)
    qtbot.waitUntil(lambda: "Show all" not in page_text(view))
    assert page_text(view) == f"{message.text}\nOne"


def test_a_new_theme_keeps_the_selection(connected, send, theme, qtbot):
    send("Hello").say("One two three", COMPLETE)
    view = connected.page.transcript
    qtbot.waitUntil(lambda: "served/model" in page_text(view))
    view.setTextCursor(view.document().find("two"))
    theme.set_appearance("dark")
    qtbot.waitUntil(lambda: view.textCursor().selectedText() == "two")
